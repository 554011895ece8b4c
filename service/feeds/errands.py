"""Work that is done once however many ask for it, and that nobody has to wait for.

Each piece has a name and runs on a thread of its own. Whoever comes while it is under
way waits for the same; whoever has something else to give waits no longer than that is
worth. What is done is the caller's business.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from threading import Lock
from typing import Generic, TypeVar

# Under way at once. A database that hangs holds as many threads at most.
MOST = 8

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
    """The work of one kind of a process. Safe to use from all threads."""

    def __init__(self, most: int = MOST) -> None:
        self._most = most
        self._threads = ThreadPoolExecutor(most, thread_name_prefix="errand")
        self._under_way: dict[Hashable, Future[T]] = {}
        self._lock = Lock()

    def ask(
        self, name: Hashable, work: Callable[[], T], *, spare: int = 0
    ) -> Errand[T] | None:
        """Begin `work`, or join what is under way of that name.

        None when too much is under way already: `spare` threads are left to others.
        """
        with self._lock:
            known = self._under_way.get(name)
            if known is not None and not known.done():
                return Errand(future=known, is_ours=False)
            if known is None and len(self._under_way) >= self._most - spare:
                return None
            future = self._under_way[name] = self._threads.submit(work)
        future.add_done_callback(partial(self._end, name))
        return Errand(future=future, is_ours=True)

    def _end(self, name: Hashable, future: Future[T]) -> None:
        with self._lock:
            if self._under_way.get(name) is future:
                del self._under_way[name]
