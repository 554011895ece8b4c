"""Ask a site for the few documents a draft is made from: politely, and not many.

robots.txt, pauses and the address guard are the fetcher's; what to ask for is the
others' in this package.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from datetime import datetime
from types import TracebackType
from typing import Self

from scrapers.discover.visit import HTML
from scrapers.errors import Backoff, DiscoverError, Forbidden, ScrapeError
from scrapers.fetch.fetcher import Fetcher
from scrapers.fetch.hosts import host_name
from scrapers.fetch.visits import Visits
from scrapers.items import (
    Elsewhere,
    Failure,
    Fetched,
    Gone,
    HostState,
    NotModified,
    Page,
    Validators,
)

# What a look at a site may ask for, robots.txt and redirects not counted: as much as a
# person who reads around on it for a few minutes.
MOST_DOCUMENTS = 22
# http → https → www. → the host that counts; more is a circle.
MOST_HOSTS = 4
NOTHING_KNOWN = Validators()
# What is said of an answer that is no page, and of those that mean there is none.
ANSWERS = "answers {}"
GONE = frozenset(map(ANSWERS.format, (404, 410)))


class Asker:
    """Asks hosts, over redirects between them, until `most` documents were asked for.

    `tell` hears of each address before it is asked. A context manager, not for several
    threads.
    """

    def __init__(
        self,
        visits: Visits,
        *,
        clock: Callable[[], datetime],
        tell: Callable[[str], None],
        most: int = MOST_DOCUMENTS,
    ) -> None:
        self._visits = visits
        self._clock = clock
        self._tell = tell
        self._stack = ExitStack()
        self._fetchers: dict[str, Fetcher] = {}
        self._answers: dict[str, Page | Failure] = {}
        self.left = most

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._stack.close()

    def get(self, url: str, *, accept: str = HTML) -> Page | Failure:
        """Ask for a document; the same address is asked for once.

        A Failure's reason says why there is none; it is permanent where we may not ask.
        """
        if url not in self._answers:
            if self.left <= 0:
                return Failure(url=url, reason="not looked at: enough was asked for")
            self.left -= 1
            self._tell(url)
            self._answers[url] = self._ask(url, accept)
        return self._answers[url]

    def is_gone(self, url: str) -> bool:
        """Ask for a page and tell whether there is none, for good or for now."""
        answer = self.get(url)
        return isinstance(answer, Failure) and answer.reason in GONE

    def fetch(self, url: str, *, accept: str = HTML) -> Fetched:
        """Ask for a document as a pass does: redirects to other hosts are Elsewhere.

        Raises FetchError, and DiscoverError when enough was asked for.
        """
        if self.left <= 0:
            raise DiscoverError("not asked: enough was asked for", url=url)
        self.left -= 1
        self._tell(url)
        return self._fetcher(url).get(url, NOTHING_KNOWN, accept=accept)

    def is_unchanged(self, page: Page, *, accept: str) -> bool:
        """Ask for a document again, if there is a validator, and see if it is a 304."""
        known = page.validators
        if not (known.etag or known.last_modified) or self.left <= 0:
            return False
        self.left -= 1
        self._tell(page.url)
        # Without the digest, which makes equal bytes count as unchanged too.
        asked = Validators(etag=known.etag, last_modified=known.last_modified)
        try:
            answer = self._fetcher(page.url).get(page.url, asked, accept=accept)
        except ScrapeError:
            return False
        return isinstance(answer, NotModified)

    def robots_text(self, url: str) -> str:
        """Give robots.txt of a host that was asked before, "" where it has none."""
        return self._fetcher(url).state.robots_text or ""

    def _ask(self, url: str, accept: str) -> Page | Failure:
        asked = url
        try:
            for _ in range(MOST_HOSTS):
                fetched = self._fetcher(asked).get(asked, NOTHING_KNOWN, accept=accept)
                if isinstance(fetched, Page):
                    return fetched
                if not isinstance(fetched, Elsewhere):
                    status = fetched.status if isinstance(fetched, Gone) else 304
                    return Failure(url=url, reason=ANSWERS.format(status))
                asked = fetched.url
        except ScrapeError as error:
            return Failure(
                url=error.url,
                reason=error.reason,
                is_permanent=isinstance(error, Forbidden),
                retry_at=error.retry_at if isinstance(error, Backoff) else None,
            )
        return Failure(url=url, reason="leads from host to host")

    def _fetcher(self, url: str) -> Fetcher:
        try:
            name = host_name(url)
        except ValueError as error:
            raise Forbidden(str(error), url=url) from error
        if name not in self._fetchers:
            visit = self._visits.open(HostState(name=name), self._clock)
            self._fetchers[name] = self._stack.enter_context(visit)
        return self._fetchers[name]
