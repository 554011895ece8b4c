"""Supervise the processes of `wireroom run`: start, restart, end together.

Each child has a process group of its own, so that Ctrl-C reaches the supervisor alone,
which ends the children in order, and so that nothing a child started outlives it. What
the children do is `service.web`'s and `service.worker`'s; here they are command lines.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from queue import Empty, SimpleQueue
from threading import Thread

import structlog

# A child that dies at once is started again after this, then after twice that, …
FIRST_PAUSE = 0.5
LONGEST_PAUSE = 30.0
# One that lived this long had a good start: its next death counts as the first.
GOOD_LIFE = 60.0
# How often whoever watches the children may look.
LOOK_SECONDS = 0.25
# How long children may take to end what they are doing before they are killed. The
# longest is one page or one delivery, which is done again if need be.
GRACE = 8.0

log = structlog.get_logger(__name__)


@dataclass(frozen=True, kw_only=True, slots=True)
class Command:
    """A child to keep running: its name in the log, and its command line.

    `delay` seconds pass before it is first started, to leave the machine to the others.
    One that `ends_last` is ended when the others have, since they need it.
    """

    name: str
    arguments: tuple[str, ...]
    delay: float = 0.0
    ends_last: bool = False


def own(
    name: str, *options: str, delay: float = 0.0, ends_last: bool = False
) -> Command:
    """Make the command that runs `wireroom NAME` in a process that dies with ours."""
    program = (sys.executable, "-m", "service.cli.main")
    return Command(
        name=name,
        arguments=(*program, name, *options, "--parent", str(os.getpid())),
        delay=delay,
        ends_last=ends_last,
    )


@dataclass(slots=True)
class Child:
    """One command, and the process that runs it just now."""

    command: Command
    due_at: float | None  # when to start it; None while it runs
    process: subprocess.Popen[bytes] | None = None
    started_at: float = 0.0
    deaths: int = 0  # in a row

    def is_running(self) -> bool:
        """Whether there is a process."""
        return self.process is not None


@dataclass(frozen=True, slots=True)
class Signalled:
    """The operator asked us to end."""


@dataclass(frozen=True, slots=True)
class Ended:
    """A child's process ended with this status (negative: the signal)."""

    child: Child
    status: int


def do_nothing() -> None:
    """Neither prepare nor watch."""


class Supervisor:
    """Keeps children running until `stop` is called, or a signal calls it."""

    def __init__(
        self,
        commands: Sequence[Command],
        *,
        clock: Callable[[], float] = time.monotonic,
        grace: float = GRACE,
    ) -> None:
        self._children = [
            Child(command, due_at=clock() + command.delay) for command in commands
        ]
        self._clock = clock
        self._grace = grace
        self._news: SimpleQueue[Signalled | Ended] = SimpleQueue()

    def stop(self) -> None:
        """End the children and return from `run`; called twice: kill them.

        Safe to call from a signal handler or another thread.
        """
        self._news.put(Signalled())

    def pids(self) -> dict[str, int]:
        """The process ids of the children that run, by name."""
        return {
            child.command.name: child.process.pid
            for child in self._children
            if child.process is not None
        }

    def run(
        self,
        *,
        prepare: Callable[[], None] = do_nothing,
        each: Callable[[], None] = do_nothing,
    ) -> int:
        """Start the children, keep them running, end them; give the exit code.

        `prepare` is called once they are started, while they are still importing; what
        it raises ends them. `each` is called about every quarter of a second.
        To be called on the main thread: children die with the thread that made them.
        """
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, lambda _number, _frame: self.stop())
        try:
            self._start_due()
            prepare()
            self._keep_running(each)
            return 0 if self._end() else 1
        finally:
            self._kill()

    def _keep_running(self, each: Callable[[], None]) -> None:
        while True:
            self._start_due()
            match self._wait(LOOK_SECONDS):
                case Signalled():
                    return
                case Ended(child, status):
                    self._mourn(child, status)
                case None:
                    each()

    def _start_due(self) -> None:
        for child in self._children:
            if child.due_at is not None and child.due_at <= self._clock():
                self._start(child)

    def _wait(self, seconds: float) -> Signalled | Ended | None:
        due = [child.due_at for child in self._children if child.due_at is not None]
        soonest = min((at - self._clock() for at in due), default=seconds)
        with suppress(Empty):
            return self._news.get(timeout=max(0.0, min(seconds, soonest)))
        return None

    def _start(self, child: Child) -> None:
        process = subprocess.Popen(  # noqa: S603 - our own interpreter and commands
            child.command.arguments,
            stdin=subprocess.DEVNULL,
            process_group=0,
        )
        child.process, child.started_at = process, self._clock()
        child.due_at = None

        def wait() -> None:
            self._news.put(Ended(child, process.wait()))

        Thread(target=wait, name=child.command.name, daemon=True).start()

    def _mourn(self, child: Child, status: int) -> None:
        """Note a death and set the time of the next birth."""
        self._sweep(child)
        now = self._clock()
        is_good = now - child.started_at >= GOOD_LIFE
        child.deaths = 1 if is_good else child.deaths + 1
        pause = min(FIRST_PAUSE * 2 ** (child.deaths - 1), LONGEST_PAUSE)
        child.due_at = now + pause
        log.error(
            "a process ended and is started again",
            process=child.command.name,
            reason=describe(status),
            lived_seconds=round(now - child.started_at, 1),
            pause_seconds=pause,
        )

    def _end(self) -> bool:
        """Ask all children to end and wait; False when they had to be killed."""
        log.info("ending; a second signal ends everything at once")
        deadline = self._clock() + self._grace
        first = [c for c in self._children if not c.command.ends_last]
        return self._end_some(first, deadline) and self._end_some(
            self._children, deadline
        )

    def _end_some(self, children: Sequence[Child], deadline: float) -> bool:
        for child in children:
            if child.process is not None:
                with suppress(ProcessLookupError):
                    child.process.terminate()
        while any(child.is_running() for child in children):
            left = deadline - self._clock()
            if left <= 0:
                slow = [c.command.name for c in children if c.is_running()]
                log.warning("killed what did not end in time", processes=slow)
                return False
            match self._wait(left):
                case Signalled():
                    return False
                case Ended(child, _):
                    self._sweep(child)
        return True

    def _kill(self) -> None:
        for child in self._children:
            if child.process is not None:
                process = child.process
                self._sweep(child)
                process.wait()

    def _sweep(self, child: Child) -> None:
        """Kill whatever is left of a child's process group."""
        if child.process is not None:
            with suppress(ProcessLookupError, PermissionError):
                os.killpg(child.process.pid, signal.SIGKILL)
            child.process = None


def describe(status: int) -> str:
    """Say how a process ended: "exit code 1", "killed by SIGKILL"."""
    if status >= 0:
        return f"exit code {status}"
    try:
        return f"killed by {signal.Signals(-status).name}"
    except ValueError:
        return f"killed by signal {-status}"
