"""Documents kept while they are current, made once when something changed.

They are made when someone asks, and thrown away when there are too many.
How a document is made is the caller's business. That something changed comes from the
wake-up thread (`notice`), what changed from the numbers of events; they are read once a
second anyway, should a notice be lost.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from threading import Lock

import structlog

from db.errors import DatabaseUnavailable
from db.feeds import News, Outline
from db.stream import Mark
from service.feeds.deltas import Past
from service.feeds.document import Document

# The promise is that a change is seen within a second, also if its notice is lost.
LOOK_SECONDS = 1.0

# What takes no number (a row changed by hand) is seen after this.
MAX_AGE_SECONDS = 60.0

# A web process may have 130 MiB (DESIGN section 6); bare it has about 80. Three hundred
# documents of 50 entries fit in.
MAX_BYTES = 24 * 2**20

# What a document takes beside its bytes: headers, tags, and what it was made from.
OVERHEAD_BYTES = 4096

# A key is kept, and what it was read into stands in the outline and in the maker.
KEYS = 3

# Stands between path and query in a key. No path that is asked at holds it: WSGI's are
# Latin-1, whatever is percent-encoded in them.
QUERY_MARK = "\u2192"

# Makers of one document wait for each other; those of two rarely share a lock.
LOCKS = 64

log = structlog.get_logger(__name__)


@dataclass(frozen=True, kw_only=True, slots=True)
class Made:
    """A document just made. `source_id` is whose news concern it, None for anyone's.

    `outline` is what it was made from, for the maker's next look; `past` are the
    versions it took the place of.
    """

    document: Document
    source_id: int | None = None
    outline: Outline | None = None
    past: tuple[Past, ...] = ()


Make = Callable[[Made | None], Made | None]


@dataclass(kw_only=True, slots=True)
class _Slot:
    made: Made
    make: Make
    is_current: bool
    good_until: float
    used_at: float


def key_of(path: str, query: str = "") -> str:
    """Write where a document is: WSGI's PATH_INFO and the query string, if any."""
    return f"{path}{QUERY_MARK}{query}" if query else path


def _size(path: str, slot: _Slot) -> int:
    """Tell how many bytes a document takes with its key, nearly."""
    return slot.made.document.size + KEYS * len(path) + OVERHEAD_BYTES


class DocumentCache:
    """Documents by where they are asked at, as `key_of` writes it.

    `news_since` reads what changed since the last look; `monotonic` and `now` are
    clocks, in seconds. Safe to use from all threads of a process.
    """

    def __init__(
        self,
        news_since: Callable[[Mark | None], News],
        *,
        monotonic: Callable[[], float],
        now: Callable[[], float],
        max_bytes: int = MAX_BYTES,
    ) -> None:
        self._news_since = news_since
        self._monotonic = monotonic
        self._now = now
        self._max_bytes = max_bytes
        self._slots: dict[str, _Slot] = {}
        self._bytes = 0
        self._locks = tuple(Lock() for _ in range(LOCKS))
        self._looking = Lock()
        self._keeping = Lock()
        self._mark: Mark | None = None
        self._noticed = True
        self._look_at = 0.0

    def notice(self) -> None:
        """Hear that something was stored; returns at once, for the wake-up thread."""
        self._noticed = True

    def fresh(self, path: str) -> Document | None:
        """Give the document at a path if it is known to be current; reads nothing."""
        made = self._fresh(path)
        return None if made is None else made.document

    def _fresh(self, path: str) -> Made | None:
        slot = self._slots.get(path)
        if slot is None or self._noticed or not slot.is_current:
            return None
        now = self._monotonic()
        if now >= self._look_at or now >= slot.good_until:
            return None
        slot.used_at = now
        return slot.made

    def renewed(self, path: str) -> Document | None:
        """Give the current document at a path that had one, made as it was before."""
        slot = self._slots.get(path)
        return None if slot is None else self.get(path, slot.make)

    def get(self, path: str, make: Make) -> Document | None:
        """Give the current document at a path; see `get_made`."""
        made = self.get_made(path, make)
        return None if made is None else made.document

    def get_made(self, path: str, make: Make) -> Made | None:
        """Give the current document at a path, made by `make` if need be.

        `make` gets what was made last, or None, and gives None where there is no such
        document. Many who ask at once wait for one maker. While the database is away
        the last one is given, if there is one; else DatabaseUnavailable is raised.
        """
        self._look()
        made = self._fresh(path)
        if made is not None:
            return made
        with self._locks[hash(path) % LOCKS]:
            return self._fresh(path) or self._make(path, make)

    def _make(self, path: str, make: Make) -> Made | None:
        last = self._slots.get(path)
        mark = self._mark  # before anything is read: what comes later is news
        try:
            made = make(last.made if last else None)
        except DatabaseUnavailable as error:
            if last is None:
                raise
            # What follows may be the token of a private feed.
            told, _, _ = path.partition(QUERY_MARK)
            log.warning("feed not renewed", path=told, reason=str(error))
            last.is_current, last.good_until = True, self._monotonic() + LOOK_SECONDS
            return last.made
        if made is None:
            with self._keeping:
                self._drop(path)
            return None
        self._keep(path, made, make, mark)
        return made

    def _keep(self, path: str, made: Made, make: Make, mark: Mark | None) -> None:
        now = self._monotonic()
        unsettled = made.document.modified - self._now()
        age = min(MAX_AGE_SECONDS, unsettled) if unsettled > 0 else MAX_AGE_SECONDS
        until = now + age
        slot = _Slot(
            made=made, make=make, is_current=True, good_until=until, used_at=now
        )
        with self._keeping:
            slot.is_current = self._mark == mark
            self._drop(path)
            self._slots[path] = slot
            self._bytes += _size(path, slot)
            if self._bytes > self._max_bytes:
                self._evict()

    def _drop(self, path: str) -> None:
        slot = self._slots.pop(path, None)
        if slot is not None:
            self._bytes -= _size(path, slot)

    def _evict(self) -> None:
        by_use = sorted(self._slots, key=lambda path: self._slots[path].used_at)
        for path in by_use[:-1]:  # the last asked for stays, however big
            if self._bytes <= self._max_bytes:
                break
            self._drop(path)

    def _look(self) -> None:
        """See what changed, if a notice came or the last look is a second ago."""
        with self._looking:
            if not self._noticed and self._monotonic() < self._look_at:
                return
            self._noticed = False  # first: what is stored from now on notices again
            try:
                news = self._news_since(self._mark)
            except DatabaseUnavailable as error:
                log.warning("no look at the news", reason=str(error))
            else:
                self._apply(news)
            self._look_at = self._monotonic() + LOOK_SECONDS

    def _apply(self, news: News) -> None:
        with self._keeping:
            self._mark = news.mark
            for slot in self._slots.values():
                about = slot.made.source_id
                changed = news.source_ids
                if changed is None or (changed and (about is None or about in changed)):
                    slot.is_current = False
