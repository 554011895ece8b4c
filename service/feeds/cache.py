"""Documents kept while they are current, made once when something changed.

They are made when someone asks, and thrown away when there are too many.
How a document is made is the caller's business. That something changed comes from the
wake-up thread (`notice`), what changed from the numbers of events; they are read once a
second anyway, should a notice be lost.

A database that does not answer holds up nobody who can be given what is held: both
looking and making are errands, which go on while the reader has its answer.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from math import inf
from threading import Lock
from time import monotonic as real

import structlog

from db.errors import DatabaseUnavailable, TooSlow
from db.feeds import News, Outline
from db.stream import Mark
from service.feeds.deltas import Past
from service.feeds.document import Document
from service.feeds.errands import Errands

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

# Whoever could have what is held waits so long for something newer: a look and a making
# take some ms, on a busy machine tenths of a second.
PATIENCE_SECONDS = 0.5

# Who has nothing to wait with is told after this that it takes too long.
LONGEST_SECONDS = 5.0

# Of the threads that make, so many are kept from what nobody holds: searches that take
# seconds do not hold up what is read by all.
SPARE = 3

# A making that took too long or failed is waited for by nobody for this time.
LATE_SECONDS = 5.0

# What took the database too long is not tried again for this time, by whomever; so
# many are remembered.
SLOW_SECONDS = 60.0
MAX_SLOW = 1000

# The name of the errand that is no document.
LOOK = ""

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
    """One document. Where it is not current, it was at `known_at`.

    Until `late_until` nobody is to wait for its making, which took too long or failed;
    until `retry_at` it is not tried again.
    """

    made: Made
    make: Make
    is_current: bool
    good_until: float
    used_at: float
    known_at: float
    late_until: float = -inf
    retry_at: float = -inf


def key_of(path: str, query: str = "") -> str:
    """Write where a document is: WSGI's PATH_INFO and the query string, if any."""
    return f"{path}{QUERY_MARK}{query}" if query else path


def _size(path: str, slot: _Slot) -> int:
    """Tell how many bytes a document takes with its key, nearly."""
    return slot.made.document.size + KEYS * len(path) + OVERHEAD_BYTES


class DocumentCache:
    """Documents by where they are asked at, as `key_of` writes it.

    `news_since` reads what changed since the last look; `monotonic` and `now` are
    clocks, in seconds. `patience` is how long who could have what is held waits for
    something newer, None for as long as it takes; what is held is given for `keeps`
    seconds at most after it was known to be current. Safe to use from all threads.
    """

    def __init__(
        self,
        news_since: Callable[[Mark | None], News],
        *,
        monotonic: Callable[[], float],
        now: Callable[[], float],
        max_bytes: int = MAX_BYTES,
        patience: float | None = PATIENCE_SECONDS,
        keeps: float = inf,
    ) -> None:
        self._news_since = news_since
        self._monotonic = monotonic
        self._now = now
        self._max_bytes = max_bytes
        self._patience = patience
        self._keeps = keeps
        self._slots: dict[str, _Slot] = {}
        self._bytes = 0
        self._errands: Errands[Made | None] = Errands()
        # Of its own: however much is being made, what is held is looked after.
        self._looking: Errands[None] = Errands(1)
        self._keeping = Lock()
        self._mark: Mark | None = None
        self._noticed = True
        self._look_at = 0.0
        self._looked_at = 0.0
        self._is_late = False
        self._too_slow: dict[str, float] = {}

    def notice(self) -> None:
        """Hear that something was stored; returns at once, for the wake-up thread."""
        self._noticed = True
        if self._is_late:
            self._begin_look()

    def fresh(self, path: str) -> Document | None:
        """Give the document at a path if it is known to be current; reads nothing.

        While the database does not answer, the one that is held.
        """
        made = self._fresh(path)
        return None if made is None else made.document

    def holds(self, path: str) -> bool:
        """Say whether a document is held at a path, current or not."""
        return path in self._slots

    def _fresh(self, path: str) -> Made | None:
        made = self._current(path)
        slot = self._slots.get(path)
        if made is not None or slot is None:
            return made
        if self._is_late or self._monotonic() < slot.retry_at:
            self._begin_look()
            return self._held(slot)
        return None

    def _current(self, path: str) -> Made | None:
        slot = self._slots.get(path)
        if slot is None or self._noticed or not slot.is_current:
            return None
        now = self._monotonic()
        if now >= self._look_at or now >= slot.good_until:
            return None
        slot.used_at = now
        return slot.made

    def renewed(self, path: str) -> Document | None:
        """Give the current document at a path that had one, made as it was before.

        None where it cannot be had: then the reader is to be told why.
        """
        slot = self._slots.get(path)
        try:
            return None if slot is None else self.get(path, slot.make)
        except DatabaseUnavailable:
            return None

    def get(self, path: str, make: Make) -> Document | None:
        """Give the current document at a path; see `get_made`."""
        made = self.get_made(path, make)
        return None if made is None else made.document

    def get_made(self, path: str, make: Make) -> Made | None:
        """Give the current document at a path, made by `make` if need be.

        `make` gets what was made last, or None, and gives None where there is no such
        document. Many who ask at once wait for one maker. While the database is away
        or hangs the last one is given, if there is one; else DatabaseUnavailable is
        raised.
        """
        if self._monotonic() < self._too_slow.get(path, -inf):
            message = "this took the database too long just now"
            raise TooSlow(message)
        began = real()
        self._look(began)
        return self._fresh(path) or self._renew(path, make, began)

    def _renew(self, path: str, make: Make, began: float) -> Made | None:
        slot = self._slots.get(path)
        is_done = False
        while not is_done:
            work = partial(self._make, path, make)
            spare = SPARE if slot is None else 0
            left = self._time_left(slot, began)
            errand = self._errands.ask(path, work, spare=spare, seconds=left)
            if errand is None or not errand.wait(self._time_left(slot, began)):
                return self._instead(slot)
            made = errand.result()
            # What was under way already may have begun before the last news.
            is_done = errand.is_ours or self._fresh(path) is not None
        return made

    def _instead(self, slot: _Slot | None) -> Made:
        """Give what is held, since making it anew takes too long."""
        made = None if slot is None else self._held(slot)
        if slot is None or made is None:
            message = "the database takes too long"
            raise DatabaseUnavailable(message)
        slot.late_until = self._monotonic() + LATE_SECONDS
        return made

    def _time_left(self, slot: _Slot | None, began: float) -> float | None:
        """Say how long to wait for something newer than what a slot holds."""
        if self._patience is None:
            return None
        if slot is None:
            return LONGEST_SECONDS
        if self._is_late or self._monotonic() < slot.late_until:
            return 0.0
        return max(0.0, began + self._patience - real())

    def _held(self, slot: _Slot) -> Made | None:
        """Give what a slot holds; None where that is too old."""
        now = self._monotonic()
        known_at = self._looked_at if slot.is_current else slot.known_at
        if now - known_at > self._keeps:
            return None
        slot.used_at = now
        return slot.made

    def _make(self, path: str, make: Make) -> Made | None:
        known = self._current(path)
        if known is not None:  # made by somebody since it was asked for
            return known
        last = self._slots.get(path)
        mark = self._mark  # before anything is read: what comes later is news
        try:
            made = make(last.made if last else None)
        except DatabaseUnavailable as error:
            if last is None:
                if isinstance(error, TooSlow):
                    self._remember_slow(path)
                raise
            # What follows may be the token of a private feed.
            told, _, _ = path.partition(QUERY_MARK)
            log.warning("feed not renewed", path=told, reason=str(error))
            last.retry_at = self._monotonic() + LOOK_SECONDS
            last.late_until = self._monotonic() + LATE_SECONDS
            if (held := self._held(last)) is None:
                raise
            return held
        if made is None:
            with self._keeping:
                self._drop(path)
            return None
        self._keep(path, made, make, mark)
        return made

    def _remember_slow(self, path: str) -> None:
        now = self._monotonic()
        kept = {one: end for one, end in self._too_slow.items() if now < end}
        if len(kept) < MAX_SLOW:
            kept[path] = now + SLOW_SECONDS
        self._too_slow = kept

    def _keep(self, path: str, made: Made, make: Make, mark: Mark | None) -> None:
        now = self._monotonic()
        unsettled = made.document.modified - self._now()
        age = min(MAX_AGE_SECONDS, unsettled) if unsettled > 0 else MAX_AGE_SECONDS
        slot = _Slot(
            made=made,
            make=make,
            is_current=True,
            good_until=now + age,
            used_at=now,
            known_at=now,
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

    def _look(self, began: float) -> None:
        """See what changed, if a notice came or the last look is a second ago.

        One that was under way may have begun before the notice: then another follows.
        """
        is_done = False
        while not is_done and self._is_look_due():
            errand = self._looking.ask(LOOK, self._see)
            if self._is_late and self._patience is not None:
                return
            if errand is None or not errand.wait(self._time_for_look(began)):
                self._is_late = True
                return
            errand.result()
            is_done = errand.is_ours

    def _time_for_look(self, began: float) -> float | None:
        if self._patience is None:
            return None
        return max(0.0, began + self._patience - real())

    def _begin_look(self) -> None:
        if self._is_look_due():
            self._looking.ask(LOOK, self._see)

    def _is_look_due(self) -> bool:
        # While there is no answer, a notice is no reason to ask for one sooner.
        is_noticed = self._noticed and not self._is_late
        return is_noticed or self._monotonic() >= self._look_at

    def _see(self) -> None:
        self._noticed = False  # first: what is stored from now on notices again
        try:
            news = self._news_since(self._mark)
        except DatabaseUnavailable as error:
            log.warning("no look at the news", reason=str(error))
            self._is_late = True
        else:
            self._apply(news)
            self._is_late = False
        self._look_at = self._monotonic() + LOOK_SECONDS

    def _apply(self, news: News) -> None:
        with self._keeping:
            self._mark = news.mark
            for slot in self._slots.values():
                about = slot.made.source_id
                changed = news.source_ids
                if changed is None or (changed and (about is None or about in changed)):
                    if slot.is_current:
                        slot.known_at = max(slot.known_at, self._looked_at)
                    slot.is_current = False
            self._looked_at = self._monotonic()
