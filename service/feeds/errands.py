"""Work that is done once however many ask for it, and that nobody has to wait for.

Each piece has a name and runs on a thread of its own. Whoever comes while it is under
way waits for the same; whoever has something else to give waits no longer than that is
worth. So much is done at once, and what comes then in turn. What is done is the
caller's business.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Hashable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from statistics import median
from threading import Condition
from time import monotonic
from typing import Generic, TypeVar

# Under way at once. A database that hangs holds as many threads at most.
MOST = 8

# Who finds too much under way waits for room as long as it goes on: where nothing has
# begun or ended for this time, what is under way is slow, or hangs. The first ones of a
# process take long on a busy machine.
STILL_SECONDS = 2.0

# Nobody waits where most of the last ones took longer, so that a crowd of slow searches
# does not keep everybody else waiting.
SWIFT_SECONDS = 0.5
LAST = 9

T = TypeVar("T")


@dataclass(frozen=True, kw_only=True, slots=True)
class Errand(Generic[T]):
    """A piece of work under way; `is_ours` if whoever asked began it."""

    future: Future[T]
    is_ours: bool

    def wait(self, seconds: float | None) -> bool:
        """Wait for its end, so long at most, or for ever; say whether it came."""
        try:
            self.future.exception(timeout=seconds)
        except TimeoutError:
            return False
        return True

    def result(self) -> T:
        """Give what came of it, once it has ended; raises what it raised."""
        return self.future.result(timeout=0)


class Errands(Generic[T]):
    """The work of one kind of a process. Safe to use from all threads.

    No more than `most` is under way at once; whoever comes then waits for room while
    things begin or end within `still` seconds of each other, and take no longer than
    `swift` seconds.
    """

    def __init__(
        self,
        most: int = MOST,
        *,
        still: float = STILL_SECONDS,
        swift: float = SWIFT_SECONDS,
    ) -> None:
        self._most = most
        self._still = still
        self._swift = swift
        self._took: deque[float] = deque(maxlen=LAST)
        self._threads = ThreadPoolExecutor(most, thread_name_prefix="errand")
        self._under_way: dict[Hashable, Future[T]] = {}
        self._moved_at = monotonic()
        self._room = Condition()

    def ask(
        self,
        name: Hashable,
        work: Callable[[], T],
        *,
        spare: int = 0,
        seconds: float | None = 0.0,
    ) -> Errand[T] | None:
        """Begin `work`, or join what is under way of that name.

        None when too much is under way already: `spare` threads are left to others, and
        room is waited for so many `seconds` at most, None for as long as it goes on.
        """
        until = None if seconds is None else monotonic() + seconds
        with self._room:
            while not self._has_room(name, spare):
                if not self._wait(until):
                    return None
            known = self._under_way.get(name)
            if known is not None and not known.done():
                return Errand(future=known, is_ours=False)
            future = self._under_way[name] = self._threads.submit(work)
            began = self._moved_at = monotonic()
        future.add_done_callback(partial(self._end, name, began))
        return Errand(future=future, is_ours=True)

    def _has_room(self, name: Hashable, spare: int) -> bool:
        return name in self._under_way or len(self._under_way) < self._most - spare

    def _wait(self, until: float | None) -> bool:
        """Wait for something to end; say whether to look again."""
        if len(self._took) == LAST and median(self._took) > self._swift:
            return False
        still = self._moved_at + self._still
        left = (still if until is None else min(until, still)) - monotonic()
        if left > 0:
            self._room.wait(left)
        return left > 0

    def _end(self, name: Hashable, began: float, future: Future[T]) -> None:
        with self._room:
            if self._under_way.get(name) is future:
                del self._under_way[name]
            self._moved_at = monotonic()
            self._took.append(self._moved_at - began)
            self._room.notify_all()
