"""The vocabulary: frozen values that travel between the steps of a pass.

Rows, responses and DOM nodes do not travel; these do.
Times are aware UTC, addresses are absolute.
"""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from datetime import datetime
from enum import StrEnum
from operator import attrgetter
from typing import TypeVar

C = TypeVar("C")


def travelling(cls: type[C]) -> type[C]:
    """Pickle a frozen class of values with slots in half of the time.

    What `dataclass` gives such a class asks for its fields again at each value, and
    each page has five on its way to the parsing child and back.
    """
    names = tuple(each.name for each in fields(cls))  # type: ignore[arg-type] # it is a dataclass
    read = attrgetter(*names)
    write = tuple(getattr(cls, name).__set__ for name in names)

    def state_of(self: C) -> tuple[object, ...]:
        values: tuple[object, ...] = read(self)
        return values

    def restore(self: C, state: tuple[object, ...]) -> None:
        for set_field, value in zip(write, state, strict=True):
            set_field(self, value)

    cls.__getstate__ = state_of  # type: ignore[method-assign,assignment] # pickle's protocol
    cls.__setstate__ = restore  # type: ignore[attr-defined] # as above
    return cls


class Precision(StrEnum):
    """How exactly an article's publication date is known."""

    TIME = "time"
    DAY = "day"
    MONTH = "month"
    SEEN = "seen"  # not at all: the date is that of our first sight


class Restriction(StrEnum):
    """What a page says about its republication (DESIGN 5.6)."""

    PAID = "paid"  # isAccessibleForFree: false → never in full
    RESERVED = "reserved"  # TDMRep, X-Robots-Tag → never in full
    NOINDEX = "noindex"  # headline and link only
    NOARCHIVE = "noarchive"  # no stored body


@travelling
@dataclass(frozen=True, kw_only=True, slots=True)
class Author:
    """Who wrote it, as the byline has it, without "By"."""

    name: str
    url: str | None = None


@travelling
@dataclass(frozen=True, kw_only=True, slots=True)
class Image:
    """A picture at its publisher's: linked, never copied."""

    url: str
    width: int | None = None
    height: int | None = None
    alt: str | None = None
    media_type: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Enclosure:
    """A file the article comes with, mostly a recording: linked, never copied.

    `length` is in bytes. What its publisher does not state is None; `media_type` then
    is what the address's ending tells.
    """

    url: str
    media_type: str | None = None
    length: int | None = None
    title: str | None = None
    duration_seconds: int | None = None


@travelling
@dataclass(frozen=True, kw_only=True, slots=True)
class Validators:
    """What makes the next request for an address conditional.

    `digest` is the SHA-256 (hex) of the last body: most sites send no validators, and
    then an equal body is "not modified" too.
    """

    etag: str | None = None
    last_modified: str | None = None
    digest: str | None = None


@travelling
@dataclass(frozen=True, kw_only=True, slots=True)
class Page:
    """A fetched document: bytes as decoded from Content-Encoding, charset untouched.

    `headers` holds the response's headers, names in lower case.
    `url` is where the redirects ended, `requested_url` where they began.
    """

    url: str
    requested_url: str
    body: bytes
    content_type: str = ""
    headers: tuple[tuple[str, str], ...] = ()
    validators: Validators = Validators()
    fetched_at: datetime

    def header(self, name: str) -> str | None:
        """All values of a header joined by commas (RFC 9110 5.3), or None."""
        values = [v for k, v in self.headers if k == name.lower()]
        return ", ".join(values) if values else None


@dataclass(frozen=True, kw_only=True, slots=True)
class NotModified:
    """The document is what it was: 304, or the same bytes again."""

    url: str
    validators: Validators = Validators()


@dataclass(frozen=True, kw_only=True, slots=True)
class Gone:
    """The server says there is nothing: `status` is 404 or 410."""

    url: str
    status: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Elsewhere:
    """A redirect left the host that is held: fetch `url` when its host's turn comes."""

    requested_url: str
    url: str


Fetched = Page | NotModified | Gone | Elsewhere


@travelling
@dataclass(frozen=True, kw_only=True, slots=True)
class Hints:
    """What a feed entry, sitemap line or REST record says of an article.

    They fill the gaps the page itself leaves. `categories` are paths, outermost first.
    """

    title: str | None = None
    summary: str | None = None
    authors: tuple[Author, ...] = ()
    published_at: datetime | None = None
    published_precision: Precision | None = None
    modified_at: datetime | None = None
    categories: tuple[tuple[str, ...], ...] = ()
    tags: tuple[str, ...] = ()
    image: Image | None = None
    enclosures: tuple[Enclosure, ...] = ()
    language: str | None = None


@travelling
@dataclass(frozen=True, kw_only=True, slots=True)
class Candidate:
    """An address that discovery takes for an article.

    `version` is an opaque mark of the article's state as its listing tells it (REST
    modification time, sitemap lastmod, hash of a feed entry); when it differs from the
    one last seen the page is fetched again. None where the listing tells nothing.
    """

    url: str
    hints: Hints = Hints()
    version: str | None = None


@travelling
@dataclass(frozen=True, kw_only=True, slots=True)
class ScrapedArticle:
    """One article as extraction gives it.

    `url` is canonical; `addresses` are others it answers to. `body_html` is clean
    (allow-list, absolute links), `body_text` has a paragraph a line.
    `categories` are paths, outermost first: (("News", "Iran News"),).
    `published_at` is None where nothing on the page or in the hints tells it.
    """

    url: str
    addresses: tuple[str, ...] = ()
    title: str
    summary: str | None = None
    body_html: str = ""
    body_text: str = ""
    authors: tuple[Author, ...] = ()
    published_at: datetime | None = None
    published_precision: Precision | None = None
    modified_at: datetime | None = None
    categories: tuple[tuple[str, ...], ...] = ()
    tags: tuple[str, ...] = ()
    language: str | None = None
    image: Image | None = None
    enclosures: tuple[Enclosure, ...] = ()
    restrictions: frozenset[Restriction] = frozenset()


@dataclass(frozen=True, kw_only=True, slots=True)
class NotArticle:
    """A page that is no article, and why: "password form", "no text", "not HTML"."""

    url: str
    reason: str


@dataclass(frozen=True, kw_only=True, slots=True)
class HostState:
    """What a host has told us: kept in its row between visits, handed in and back.

    `name` is "host:port", `crawl_delay_seconds` is robots.txt's.
    `robots_status` is the status of the last robots.txt answer, 0 when unreachable.
    """

    name: str
    robots_text: str | None = None
    robots_status: int | None = None
    robots_expires_at: datetime | None = None
    crawl_delay_seconds: float | None = None
    not_before: datetime | None = None
    last_request_at: datetime | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Hub:
    """The WebSub hub that a feed names, and what the feed calls itself there."""

    url: str
    topic: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Asks:
    """What a document asks of those who poll it; None and () where it asks nothing.

    `fresh_seconds` by its cache headers, `ttl_seconds` by RSS, `period_seconds` between
    updates by the syndication module. Hours and weekdays (Monday is 0) are of UTC.
    """

    fresh_seconds: int | None = None
    ttl_seconds: int | None = None
    period_seconds: int | None = None
    skip_hours: tuple[int, ...] = ()
    skip_days: tuple[int, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Discovery:
    """What one discovery URL's visit gave: candidates, newest first as listed.

    `validators` are per URL asked; store them in the transaction that stores the
    candidates, never earlier, or a crash between loses articles.
    `complete` is False when the listing had more than was read. `hub` is the one the
    document names, if it was read. `listed` is how many addresses the first document
    gave; None where it is what it was, or is no one list.
    `asks` is what the first document asks for, if it was read.
    """

    candidates: tuple[Candidate, ...] = ()
    validators: tuple[tuple[str, Validators], ...] = ()
    complete: bool = True
    notes: tuple[str, ...] = field(default=())
    hub: Hub | None = None
    listed: int | None = None
    asks: Asks | None = None


@travelling
@dataclass(frozen=True, kw_only=True, slots=True)
class Site:
    """What extraction may know of the site a page belongs to.

    `timezone` is an IANA name, for dates that carry no zone.
    """

    name: str = ""
    home: str = ""
    timezone: str = "UTC"
    language: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Failure:
    """An address that gave nothing, and why; `retry_at` where the host said when.

    `is_strange`: it gave a document in which nothing is as the definition describes.
    `moved_to`: a listing is on another host now.
    """

    url: str
    reason: str
    is_permanent: bool = False
    retry_at: datetime | None = None
    is_strange: bool = False
    moved_to: str | None = None


@travelling
@dataclass(frozen=True, kw_only=True, slots=True)
class Scrape:
    """What one visit to one page gave: `url` was asked for, `page_url` answered.

    `content_hash` is that of a ScrapedArticle, "" otherwise, signed by the extractor's
    edition (`scrapers.edition`); two articles with the same one are the same to a
    reader. `marks` are those of `scrapers.likeness`, of the text as it was on the page.
    `validators` serve the next visit.
    """

    url: str
    page_url: str
    outcome: ScrapedArticle | NotArticle | NotModified | Gone | Elsewhere | Failure
    content_hash: str = ""
    marks: tuple[int, ...] = ()
    validators: Validators = Validators()
