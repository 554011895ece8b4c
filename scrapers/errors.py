"""What can go wrong between a site and an article.

ScrapeError              root; carries `url` and `is_permanent`
├── FetchError           the document did not arrive
│   ├── Forbidden        robots.txt, or an address the guard refuses
│   ├── Unreachable      DNS, connection, TLS, time-out, a truncated answer
│   ├── HttpStatus       an answer that is neither a document nor 404/410; `status`
│   ├── TooBig           a limit on bytes, ratio, headers or time was passed
│   ├── Unreadable       an answer that is no text: binary, or an unknown coding
│   ├── RedirectLoop     more hops than allowed, or a circle
│   └── Backoff          the host asked us to wait until `retry_at`
├── DiscoverError        a listing, sitemap, feed or REST answer that cannot be read
│   ├── Unrecognised     it came, and nothing in it is what the definition describes
│   └── Moved            it redirects to another host; `target`
├── ExtractError         a page that cannot be parsed
└── SandboxError         the parsing child passed its memory or its time, or died
SourceError              a source definition is wrong (not a ScrapeError: it has
                         no URL, but a file, a key and a remedy)
"""

from __future__ import annotations

from datetime import datetime


class ScrapeError(Exception):
    """Root of what can go wrong with one address.

    `reason` is short and stable, it is stored in `page.reason` and counted.
    """

    is_permanent = False

    def __init__(self, reason: str, *, url: str) -> None:
        super().__init__(f"{url}: {reason}")
        self.reason = reason
        self.url = url


class FetchError(ScrapeError):
    """The document did not arrive."""


class Forbidden(FetchError):
    """We may not: robots.txt says no, or the address guard does."""

    is_permanent = True


class Unreachable(FetchError):
    """No answer: DNS, connection, TLS, time-out, or an answer cut short."""


class HttpStatus(FetchError):
    """An answer that is neither a document nor 404/410."""

    def __init__(self, reason: str, *, url: str, status: int) -> None:
        super().__init__(reason, url=url)
        self.status = status


class TooBig(FetchError):
    """A limit on bytes, decompression ratio, headers or total time was passed."""


class Unreadable(FetchError):
    """An answer that is no text: binary, or in a content coding nobody asked for."""

    is_permanent = True


class RedirectLoop(FetchError):
    """More hops than allowed, or a circle."""

    is_permanent = True


class Backoff(FetchError):
    """The host asked us to wait (429, 503): nobody asks before `retry_at`."""

    def __init__(self, reason: str, *, url: str, retry_at: datetime) -> None:
        super().__init__(reason, url=url)
        self.retry_at = retry_at


class DiscoverError(ScrapeError):
    """A listing, sitemap, feed or REST answer that cannot be read."""


class Unrecognised(DiscoverError):
    """The document came, and nothing in it is what the definition describes.

    Where it was read before, the site has changed (`scrapers.listed`).
    """


class Moved(DiscoverError):
    """The address redirects to another host: `target`."""

    def __init__(self, *, url: str, target: str) -> None:
        super().__init__(f"redirects to another host: write {target} instead", url=url)
        self.target = target


class ExtractError(ScrapeError):
    """A page that cannot be parsed."""


class SandboxError(ScrapeError):
    """The parsing child passed its memory or its deadline, or died."""

    is_permanent = True


class SourceError(Exception):
    """A source definition is wrong: names the file, the key and the remedy."""
