"""Requests that wait for news: few enough that the others find a thread.

A waiting request holds a thread of the web process. So only a quarter of the threads
may wait; whoever comes then is answered at once, as if it had not asked to wait.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Condition

from db.changes import Changes

SHARE_THAT_WAITS = 4


class Waiting:
    """The seats of one process, and the bell that rings at every change."""

    def __init__(self, changes: Changes, *, threads: int) -> None:
        self._free = threads // SHARE_THAT_WAITS
        self._rings = 0
        self._changed = Condition()
        self._changes = changes
        changes.listen(self._ring)

    @contextmanager
    def seat(self, *, wanted: bool) -> Iterator[bool]:
        """Yield whether a seat that is wanted is there, and free it afterwards."""
        with self._changed:
            seated = wanted and self._free > 0 and not self.is_over
            self._free -= seated
        try:
            yield seated
        finally:
            with self._changed:
                self._free += seated

    @property
    def is_over(self) -> bool:
        """Whether the process ends: then nobody waits."""
        return self._changes.has_ended

    def rings(self) -> int:
        """Give how often it rang; look before you read, and wait for more after."""
        with self._changed:
            return self._rings

    def wait(self, heard: int, *, seconds: float) -> None:
        """Return when it has rung more often than was heard, or the time is over."""
        with self._changed:
            self._changed.wait_for(lambda: self._rings != heard, timeout=seconds)

    def _ring(self) -> None:
        with self._changed:
            self._rings += 1
            self._changed.notify_all()
