"""A thread that takes one step after another while there is something to do.

It is woken by news and looks at the clock's tick anyway, since notices can be lost.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from threading import Event, Thread

import structlog

from db.errors import DatabaseUnavailable

# After the database was not to be had.
PAUSE_SECONDS = 1.0

log = structlog.get_logger(__name__)


class Stepper:
    """Calls `step` until it gives False, then waits. `start`, `wake`, `stop`."""

    def __init__(self, name: str, step: Callable[[], bool], *, tick: timedelta) -> None:
        self.name = name
        self._step = step
        self._tick = tick
        self._stir = Event()
        self._stopping = Event()
        self._thread: Thread | None = None

    @property
    def is_alive(self) -> bool:
        """Whether the thread runs."""
        return self._thread is not None and self._thread.is_alive()

    def start(self) -> None:
        """Start the thread."""
        self._stopping.clear()
        self._thread = Thread(target=self._run, name=self.name, daemon=True)
        self._thread.start()

    def wake(self) -> None:
        """Say that there may be something to do; from any thread, returns at once."""
        self._stir.set()

    def stop(self) -> None:
        """End after the step under way, and join."""
        self._stopping.set()
        self._stir.set()
        if self._thread is not None:
            self._thread.join()
            self._thread = None

    def _run(self) -> None:
        while not self._stopping.is_set():
            self._stir.clear()
            try:
                while self._step() and not self._stopping.is_set():
                    pass
            except DatabaseUnavailable as error:
                log.warning(
                    "a thread waits for the database",
                    thread=self.name,
                    reason=str(error),
                )
                self._stopping.wait(PAUSE_SECONDS)
            self._stir.wait(self._tick.total_seconds())
