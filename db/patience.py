"""How long a process waits for a database that hangs instead of refusing.

A server whose processes stand still keeps its connections, so no TCP timeout notices:
the waiting itself has an end here. What was waited for in vain once is not waited for
by everybody: `Outage` refuses the others at once until the database answers again.
"""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable, Generator
from dataclasses import dataclass, field
from threading import Lock
from typing import Any

import psycopg
from psycopg import errors
from sqlalchemy import URL

from db.errors import Hangs

# An answer of the server's own that it took too long tells more than our giving up.
MARGIN_SECONDS = 1.0

# What locks hold is waited for so much shorter than what is being worked on.
LOCK_SHARE = 3

# How often a database that hangs is asked whether it still does; and how long who asks
# may take for it, before somebody else does.
RETRY_SECONDS = 1.0
ASKING_SECONDS = 30.0

# A connection whose other end is gone without a word is noticed after two minutes: a
# worker waits as long as it takes for what is there. PostgreSQL's own words.
KEEPALIVE: dict[str, str | int] = {
    "keepalives_idle": 30,
    "keepalives_interval": 10,
    "keepalives_count": 3,
    "tcp_user_timeout": 120_000,  # ms
}

# libpq takes no less than two seconds for reaching a server, and without a number the
# system's two minutes and more.
CONNECT_SECONDS = 2
CONNECT_SECONDS_OF_WORKERS = 10

# SQLite's instructions between two looks at the clock: a millisecond, or less.
SQLITE_STEPS = 20_000

# SQLite's result codes: BUSY, LOCKED and PROTOCOL, INTERRUPT (sqlite.org/rescode.html).
SQLITE_LOCKS = frozenset((5, 6, 15))
SQLITE_INTERRUPTED = 9


def connect_arguments(url: URL, *, seconds: int) -> dict[str, str | int]:
    """Give what libpq is told beside a URL, which may say otherwise itself.

    `seconds` is how long to try to reach the server.
    """
    told = KEEPALIVE | {"connect_timeout": seconds}
    return {name: told[name] for name in told if name not in url.query}


class NoAnswer(psycopg.OperationalError):
    """The server holds the connection and says nothing."""


class PatientConnection(psycopg.Connection[Any]):
    """A connection that gives up after `patience` seconds without an answer.

    It tells its `outage`, so that nobody waits for the next connection as well.
    """

    patience: float | None = None
    outage: Outage | None = None

    def wait(
        self,
        gen: Generator[Any, Any, Any],
        interval: float = 0.1,
        timeout: float | None = None,
    ) -> Any:  # noqa: ANN401 - psycopg's signature
        """Wait as psycopg does; raises NoAnswer, and the connection is closed then."""
        if timeout is not None or self.patience is None:
            return super().wait(gen, interval, timeout)
        try:
            return super().wait(gen, interval, self.patience)
        except errors.OperationalError as error:
            if error.sqlstate is not None or self.closed:
                raise  # the server said so, or went away
            self.pgconn.finish()
            if self.outage is not None:
                self.outage.note(hangs=True)
            message = f"no answer in {self.patience:g} s"
            raise NoAnswer(message) from error


@dataclass(kw_only=True, slots=True)
class Deadline:
    """Ends a statement of SQLite's that takes longer than `seconds`."""

    seconds: float
    monotonic: Callable[[], float] = time.monotonic
    _until: float = float("inf")

    def watch(self, connection: sqlite3.Connection) -> None:
        """Let SQLite ask every millisecond or so whether to go on."""
        connection.set_progress_handler(self._is_over, SQLITE_STEPS)

    def begin(self, *_: object) -> None:
        """Begin with a statement; what SQLAlchemy tells of it is not needed."""
        self._until = self.monotonic() + self.seconds

    def _is_over(self) -> bool:
        return self.monotonic() >= self._until


@dataclass(kw_only=True, slots=True)
class Outage:
    """Whether the database hangs, as far as this process knows.

    While it does, one caller a second finds out whether it still does; the others are
    refused at once. Safe to use from all threads. `monotonic` is a clock in seconds.
    """

    monotonic: Callable[[], float] = time.monotonic
    _hangs: bool = False
    _is_asked: bool = False
    _noted_at: float = 0.0
    _ask_at: float = 0.0
    _lock: Lock = field(default_factory=Lock)

    def enter(self) -> bool:
        """Go on; say whether it is to find out if the database answers again.

        Raises Hangs where somebody has just waited in vain.
        """
        if not self._hangs:
            return False
        with self._lock:
            now = self.monotonic()
            if not self._hangs or now >= self._ask_at:
                self._is_asked, self._ask_at = True, now + ASKING_SECONDS
                return True
        message = "the database hangs: somebody waited for it just now, in vain"
        raise Hangs(message)

    def leave(self) -> None:
        """Let another find out, where who was to do it learned nothing."""
        with self._lock:
            if self._is_asked:
                self._is_asked, self._ask_at = False, self.monotonic()

    @property
    def is_fresh(self) -> bool:
        """Whether it was noted only just now."""
        return self._hangs and self.monotonic() - self._noted_at < RETRY_SECONDS / 2

    def note(self, *, hangs: bool) -> None:
        """Note that somebody waited in vain, or that the database answered."""
        if not hangs:
            self._hangs = False
            return
        with self._lock:
            self._hangs, self._is_asked = True, False
            self._noted_at = self.monotonic()
            self._ask_at = self._noted_at + RETRY_SECONDS
