"""Say every few seconds that this process lives, and find those that no longer do.

The rows are `db.heartbeats`'; this is the thread that writes them, and what only the
machine knows: its name, and which process ids are still there.
"""

from __future__ import annotations

import os
import socket
from collections.abc import Callable
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from threading import Event, Thread
from uuid import uuid4

import structlog

from db.engine import Engine, transaction
from db.errors import DatabaseUnavailable
from db.heartbeats import Heartbeat, forget, record_beat, release_dead

# Often enough that a glance tells who is alive, seldom enough to cost nothing.
BEAT_SECONDS = 10.0

log = structlog.get_logger(__name__)


def machine_name() -> str:
    """Name the place whose process ids we can see.

    The host's name alone would not do: two containers may share it and still number
    their processes apart, so boot and process namespace go in as a short hash.
    """
    marks = [socket.gethostname()]
    boot = Path("/proc/sys/kernel/random/boot_id")
    namespace = Path("/proc/self/ns/pid")
    if boot.exists() and namespace.exists():  # Linux
        marks += [boot.read_text(encoding="ascii"), str(namespace.stat().st_ino)]
    digest = sha256("\n".join(marks).encode()).hexdigest()[:8]
    return f"{socket.gethostname().replace(':', '-')}-{digest}"


def process_name(kind: str) -> str:
    """Make this process's name: `kind:machine:pid:random`."""
    return f"{kind}:{machine_name()}:{os.getpid()}:{uuid4().hex[:8]}"


def is_dead(beat: Heartbeat) -> bool:
    """Tell whether a process of this machine is gone (or its number is ours now)."""
    if beat.pid == os.getpid():
        return True
    try:
        os.kill(beat.pid, 0)
    except ProcessLookupError:
        return True
    except PermissionError:
        return False
    return False


class Heart:
    """The thread that beats, from `start` until `stop`, which says goodbye.

    A database that is locked or full makes it miss beats, with one line in the log.
    """

    def __init__(
        self,
        engine: Engine,
        name: str,
        *,
        clock: Callable[[], datetime],
        pause: float = BEAT_SECONDS,
    ) -> None:
        self._engine = engine
        self._name = name
        self._clock = clock
        self._pause = pause
        self._stopping = Event()
        self._thread = Thread(target=self._run, name="heart", daemon=True)

    def start(self) -> None:
        """Clear up after the dead of this machine, then beat."""
        now = self._clock()
        with transaction(self._engine) as session:
            dead = release_dead(
                session,
                machine=self._name.split(":")[1],
                is_dead=lambda beat: beat.name != self._name and is_dead(beat),
                now=now,
            )
            record_beat(session, self._name, now=now)
        # A web process holds nothing, and does not say goodbye.
        if workers := [name for name in dead if not name.startswith("web:")]:
            log.info("took over from dead processes", names=workers)
        self._thread.start()

    def stop(self) -> None:
        """Stop beating and drop the row."""
        self._stopping.set()
        self._thread.join()
        with transaction(self._engine) as session:
            forget(session, [self._name])

    def _run(self) -> None:
        missed = False
        while not self._stopping.wait(self._pause):
            try:
                now = self._clock()  # it asks the database too, and not within another
                with transaction(self._engine) as session:
                    record_beat(session, self._name, now=now)
                missed = False
            except DatabaseUnavailable as error:
                if not missed:
                    log.warning("missed a heartbeat", reason=str(error))
                missed = True
