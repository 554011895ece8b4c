"""Parse hostile pages in a child process with limits on memory and time.

`Sandbox` is the parent's side: one persistent child, started at the first use, killed
at a deadline and started anew; the child's side is `scrapers.parsing_child`.
`InProcess` has the same two methods without the child, for tests and tools that parse
what they trust.
What is parsed and what comes of it is the functions' matter; they are module-level and
their arguments and values are plain or from `scrapers`.
"""

from __future__ import annotations

import io
import os
import pickle
import queue
import signal
import socket
import subprocess
import sys
import threading
import time
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from datetime import timedelta
from itertools import islice
from typing import Protocol, Self, TypeVar

from scrapers.errors import SandboxError, ScrapeError
from scrapers.parsing_child import LENGTH

T = TypeVar("T")
T_co = TypeVar("T_co", covariant=True)

# Starting an interpreter and importing the extractor takes 0.3 s on an idle machine;
# the first call of a child has this much more time, for machines that are not.
START_SECONDS = 20.0
# A clean article of a 10 MiB page is smaller than the page; more is no honest answer.
MAX_ANSWER_BYTES = 64 * 2**20
# Calls of so many bytes are sent before the first of them is answered: the child need
# not wait for a thread of ours, and a socket takes them without our waiting for it.
AHEAD_BYTES = 128 * 2**10
# What is read at once: several answers, if they came while this process was busy.
READ_BYTES = 256 * 2**10

_SAFE_BUILTINS = frozenset({"bytearray", "complex", "frozenset", "range", "set"})


class Pending(Protocol[T_co]):
    """A value on its way."""

    def done(self) -> bool:
        """Say whether it is there, or an error in its place."""

    def result(self) -> T_co:
        """Wait for the value; raise the ScrapeError that came instead."""


class Parser(Protocol):
    """Whoever runs a parse function: `Sandbox`, or `InProcess`."""

    def run(self, func: Callable[..., T], *args: object, url: str) -> T:
        """Run `func(*args)` and give its value."""

    def submit(self, func: Callable[..., T], *args: object, url: str) -> Pending[T]:
        """Have `func(*args)` run, and give its value when asked for it."""


class InProcess:
    """The sandbox's methods without a child: for tests, and pages one trusts."""

    def run(self, func: Callable[..., T], *args: object, url: str) -> T:
        """Run `func(*args)` here and now; `url` is for the signature's sake.

        What no child could answer is none here either: pickle.UnpicklingError.
        """
        del url
        answer = pickle.dumps(func(*args), protocol=5)
        made: T = _Answer(io.BytesIO(answer)).load()
        return made

    def submit(self, func: Callable[..., T], *args: object, url: str) -> Pending[T]:
        """Run at once what `Sandbox.submit` runs meanwhile."""
        future: Future[T] = Future()
        try:
            future.set_result(self.run(func, *args, url=url))
        except ScrapeError as error:
            future.set_exception(error)
        return future


class Sandbox:
    """One child that parses, for every thread of this process; a context manager.

    Calls are served one at a time, in order; some are with the child before their turn,
    and are sent again if one before them is its end. A thread of the sandbox's own
    starts the child and talks to it, because Linux ties a child's death to the thread,
    not to the process, that started it (prctl(2), PR_SET_PDEATHSIG).
    `memory_bytes` limits the child's address space, `timeout` each call.
    """

    def __init__(self, *, memory_bytes: int, timeout: timedelta) -> None:
        self._memory_bytes = memory_bytes
        self._seconds = timeout.total_seconds()
        self._jobs: queue.SimpleQueue[_Job | None] = queue.SimpleQueue()
        self._child: _Child | None = None
        self._thread: threading.Thread | None = None
        self._lock = threading.Lock()
        self._closed = False

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc_info: object) -> None:
        self.close()

    @property
    def child_pid(self) -> int | None:
        """The child's process id while there is one."""
        child = self._child
        return child.pid if child else None

    def close(self) -> None:
        """End the child after the calls already submitted; idempotent."""
        with self._lock:
            self._closed = True
            thread = self._thread
        if thread is not None and thread.is_alive():
            self._jobs.put(None)
            thread.join()

    def run(self, func: Callable[..., T], *args: object, url: str) -> T:
        """Run `func(*args)` in the child and give its value.

        `func` is an importable module-level function. Raises the ScrapeError it raises,
        and SandboxError when it passes its memory or time, or the child dies.
        """
        return self.submit(func, *args, url=url).result()

    def submit(self, func: Callable[..., T], *args: object, url: str) -> Pending[T]:
        """Have the child run `func(*args)` while the caller does something else."""
        future: Future[T] = Future()
        request = pickle.dumps((func, args), protocol=5)
        job = _Job(request, url, future)
        with self._lock:
            if self._closed:
                message = "the sandbox is closed"
                raise RuntimeError(message)
            if self._thread is None:
                self._thread = threading.Thread(
                    target=self._serve, name="sandbox", daemon=True
                )
                self._thread.start()
            self._jobs.put(job)
        return future

    def _serve(self) -> None:
        waiting: deque[_Job] = deque()
        is_open = True
        while is_open or waiting:
            is_open = is_open and self._take(waiting)
            if not waiting:
                continue
            job = waiting[0]
            try:
                job.future.set_result(self._exchange(waiting))
            except ScrapeError as error:
                job.future.set_exception(error)
            waiting.popleft()
            del job  # or the last page stays in memory until the next one comes
        self._drop()

    def _take(self, waiting: deque[_Job]) -> bool:
        """Take what was submitted, waiting if there is nothing; False when closed."""
        while not (waiting and self._jobs.empty()):
            job = self._jobs.get()
            if job is None:
                return False
            waiting.append(job)
        return True

    def _exchange(self, waiting: Sequence[_Job]) -> object:
        """Have the child run the first; those behind it are sent as well."""
        job = waiting[0]
        seconds = self._seconds
        try:
            if self._child is None:
                self._child = _Child(memory_bytes=self._memory_bytes, seconds=seconds)
                seconds += START_SECONDS
            self._child.send(waiting, seconds=seconds)
            answer = self._child.answer(job, seconds=seconds)
            kind, value = _Answer(io.BytesIO(answer)).load()
        except TimeoutError as error:
            self._drop()
            reason = f"parsing took longer than {self._seconds:g} s"
            raise SandboxError(reason, url=job.url) from error
        except (OSError, EOFError, ValueError, pickle.UnpicklingError) as error:
            reason = self._epitaph()
            raise SandboxError(reason, url=job.url) from error
        if kind == "value":
            return value
        if kind == "error":
            raise _revive(value)
        self._drop()  # the child is done for: it says so itself
        raise SandboxError(str(value), url=job.url)

    def _epitaph(self) -> str:
        status = self._drop()
        if status == -signal.SIGALRM:
            return f"parsing took longer than {self._seconds:g} s"
        return "parser crashed"

    def _drop(self) -> int | None:
        child, self._child = self._child, None
        return child.end() if child else None


class _Job:
    __slots__ = ("future", "request", "url")

    def __init__(self, request: bytes, url: str, future: Future[T]) -> None:
        self.request = request
        self.url = url
        self.future: Future[object] = future  # type: ignore[assignment] # T is object here


class _Child:
    """The child process and the socket pair that is its standard input."""

    def __init__(self, *, memory_bytes: int, seconds: float) -> None:
        ours, theirs = socket.socketpair()
        ours.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 2 * AHEAD_BYTES)
        arguments = (str(os.getpid()), str(memory_bytes), str(seconds))
        with theirs:
            self._process: subprocess.Popen[bytes] = subprocess.Popen(  # noqa: S603 - our own interpreter
                [sys.executable, "-P", "-m", "scrapers.parsing_child", *arguments],
                stdin=theirs.fileno(),
                stdout=subprocess.DEVNULL,
                env=_environment(),
                start_new_session=True,  # Ctrl-C is for the parent to handle
            )
        self._socket = ours
        self._read_ahead = bytearray()
        self._sent_count = 0
        self._sent_bytes = 0

    @property
    def pid(self) -> int:
        return self._process.pid

    def send(self, jobs: Sequence[_Job], *, seconds: float) -> None:
        """Send those calls that it does not have yet; of many the first alone.

        `jobs` begin with the next that is answered. TimeoutError or OSError where that
        one cannot be sent.
        """
        self._socket.settimeout(seconds)
        for job in islice(jobs, self._sent_count, None):
            size = len(job.request)
            if self._sent_count and self._sent_bytes + size > AHEAD_BYTES:
                return
            try:
                self._socket.sendall(LENGTH.pack(size) + job.request)
            except ConnectionError:
                if not self._sent_count:
                    raise
                return  # what it answered before its end is still to be read
            self._sent_count += 1
            self._sent_bytes += size

    def answer(self, job: _Job, *, seconds: float) -> bytes:
        """Wait for the answer to the first call; TimeoutError, OSError or EOFError."""
        deadline = time.monotonic() + seconds
        length: int = LENGTH.unpack(self._read(LENGTH.size, deadline))[0]
        if length > MAX_ANSWER_BYTES:
            message = f"an answer of {length} bytes"
            raise ValueError(message)
        answer = self._read(length, deadline)
        self._sent_count -= 1
        self._sent_bytes -= len(job.request)
        return answer

    def _read(self, count: int, deadline: float) -> bytes:
        while len(self._read_ahead) < count:
            left = deadline - time.monotonic()
            if left <= 0:
                raise TimeoutError
            self._socket.settimeout(left)
            got = self._socket.recv(READ_BYTES)
            if not got:
                raise EOFError
            self._read_ahead += got
        taken = bytes(memoryview(self._read_ahead)[:count])
        del self._read_ahead[:count]
        return taken

    def end(self) -> int:
        """Kill what still lives and give the exit status (negative: the signal)."""
        self._socket.close()
        try:
            # A child that died of itself may not be reaped yet: its own signal counts.
            return self._process.wait(timeout=0.01)
        except subprocess.TimeoutExpired:
            self._process.kill()
            return self._process.wait()


def _environment() -> dict[str, str]:
    """What the child needs to find its modules: none of the service's secrets."""
    kept = {k: os.environ[k] for k in ("PATH", "TZ") if k in os.environ}
    path = os.pathsep.join(entry or str(os.curdir) for entry in sys.path)
    return {**kept, "PYTHONPATH": path, "PYTHONUTF8": "1"}


class _Answer(pickle.Unpickler):
    """Read a child's answer: values and classes of ours, nothing that can be called.

    A page that took the child over must not take the parent over with a pickle.
    """

    def find_class(self, module: str, name: str) -> object:
        known = module == "datetime" or module.startswith("scrapers.")
        if known or (module == "builtins" and name in _SAFE_BUILTINS):
            found = super().find_class(module, name)
            if isinstance(found, type):
                return found
        message = f"{module}.{name} is not for the sandbox to send"
        raise pickle.UnpicklingError(message)


def _revive(
    value: tuple[type[ScrapeError], tuple[object, ...], dict[str, object]],
) -> ScrapeError:
    kind, args, state = value
    error = kind.__new__(kind, *args)
    error.__dict__.update(state)
    return error
