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
import select
import signal
import socket
import struct
import subprocess
import sys
import threading
import time
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future
from contextlib import AbstractContextManager, suppress
from datetime import timedelta
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
# Calls of so many bytes are sent before the first of them is answered, as far as the
# socket takes them: the child has work while nobody here has time for it.
AHEAD_BYTES = 512 * 2**10
# How often somebody who waits for an answer looks at the clock.
LOOK_SECONDS = 0.05
LOOK = struct.pack("@ll", 0, int(LOOK_SECONDS * 1e6))  # a timeval
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

    def start(self) -> None:
        """Get ready to run one."""

    def run(self, func: Callable[..., T], *args: object, url: str) -> T:
        """Run `func(*args)` and give its value."""

    def submit(self, func: Callable[..., T], *args: object, url: str) -> Pending[T]:
        """Have `func(*args)` run, and give its value when asked for it."""


class InProcess:
    """The sandbox's methods without a child: for tests, and pages one trusts."""

    def start(self) -> None:
        """Be ready as ever."""

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

    Calls are served one at a time, in order; many are with the child before their turn,
    and are sent again if one before them is its end. A thread of the sandbox's own
    starts the child and hears it, because Linux ties a child's death to the thread,
    not to the process, that started it (prctl(2), PR_SET_PDEATHSIG). Who submits a
    call sends it himself, where the child has room: the thread may wait for the
    interpreter's lock while the child waits for work.
    `memory_bytes` limits the child's address space, `timeout` each call.
    """

    def __init__(self, *, memory_bytes: int, timeout: timedelta) -> None:
        self._memory_bytes = memory_bytes
        self._seconds = timeout.total_seconds()
        self._waiting: deque[_Job] = deque()
        self._child: _Child | None = None
        self._thread: threading.Thread | None = None
        self._news = threading.Condition()  # of all that is above and below
        self._is_wanted = False
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
        with self._news:
            self._closed = True
            self._news.notify()
            thread = self._thread
        if thread is not None:
            thread.join()

    def start(self) -> None:
        """Start the child, if there is none, before there is anything to parse."""
        with self._news:
            self._wake()
            self._is_wanted = True

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
        with self._news:
            self._wake()
            self._waiting.append(job)
            if self._child is not None:
                self._child.take(job)
        return future

    def _wake(self) -> None:
        """Have a thread that serves, and tell it; the caller holds the lock."""
        if self._closed:
            message = "the sandbox is closed"
            raise RuntimeError(message)
        if self._thread is None:
            self._thread = threading.Thread(
                target=self._serve, name="sandbox", daemon=True
            )
            self._thread.start()
        self._news.notify()

    def _serve(self) -> None:
        while (job := self._next()) is not None:
            value, error = None, None
            try:
                value = self._exchange(job)
            except ScrapeError as raised:
                error = raised
            with self._news:
                self._waiting.popleft()
            if error is None:
                job.future.set_result(value)
            else:
                job.future.set_exception(error)
            del job, value, error  # or they stay in memory until the next page comes
        self._drop()

    def _next(self) -> _Job | None:
        """Wait for the first of the calls; None when closed and all are served."""
        with self._news:
            while not self._waiting and not self._closed:
                if self._is_wanted and self._child is None:
                    # Without one for lack of something, the first call names it.
                    with suppress(OSError):
                        self._begin()
                self._is_wanted = False
                self._news.wait()
            return self._waiting[0] if self._waiting else None

    def _begin(self) -> _Child:
        """Start a child and give it what waits; the caller holds the lock."""
        child = _Child(memory_bytes=self._memory_bytes, seconds=self._seconds)
        for job in self._waiting:
            child.take(job)
        self._child = child
        return child

    def _exchange(self, job: _Job) -> object:
        """Have the child run the first of the calls."""
        try:
            with self._news:
                child = self._child or self._begin()
            answer = child.answer(self._news, seconds=self._seconds)
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
        with self._news:
            child, self._child = self._child, None
        return child.end() if child else None


class _Job:
    __slots__ = ("future", "request", "url")

    def __init__(self, request: bytes, url: str, future: Future[T]) -> None:
        self.request = request
        self.url = url
        self.future: Future[object] = future  # type: ignore[assignment] # T is object here


class _Child:
    """The child process and the socket pair that is its standard input.

    Nothing here waits for the child to take what is sent: it may itself be waiting for
    its answers to be read. All but `answer` and `end` is called under the lock of the
    sandbox.
    """

    def __init__(self, *, memory_bytes: int, seconds: float) -> None:
        ours, theirs = socket.socketpair()
        for end in (ours, theirs):
            end.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, AHEAD_BYTES)
        arguments = (str(os.getpid()), str(memory_bytes), str(seconds))
        with theirs:
            self._process: subprocess.Popen[bytes] = subprocess.Popen(  # noqa: S603 - our own interpreter
                [sys.executable, "-P", "-m", "scrapers.parsing_child", *arguments],
                stdin=theirs.fileno(),
                stdout=subprocess.DEVNULL,
                env=_environment(),
                start_new_session=True,  # Ctrl-C is for the parent to handle
            )
        ours.setsockopt(socket.SOL_SOCKET, socket.SO_RCVTIMEO, LOOK)
        self._socket = ours
        self._unsent: deque[_Job] = deque()
        self._sent_sizes: deque[int] = deque()
        self._ahead = 0
        self._rest = memoryview(b"")
        self._read_ahead = bytearray()
        self._has_answered = False

    @property
    def pid(self) -> int:
        return self._process.pid

    def take(self, job: _Job) -> None:
        """Send a call as soon as those before it are sent and there is room for it."""
        self._unsent.append(job)
        self._send()

    def _send(self) -> None:
        """Send what the socket takes; of large calls one at a time."""
        try:
            while self._rest or self._unsent:
                if not self._rest:
                    size = len(self._unsent[0].request)
                    if self._ahead and self._ahead + size > AHEAD_BYTES:
                        return
                    request = self._unsent.popleft().request
                    self._sent_sizes.append(size)
                    self._ahead += size
                    self._rest = memoryview(LENGTH.pack(size) + request)
                sent = self._socket.send(self._rest, socket.MSG_DONTWAIT)
                self._rest = self._rest[sent:]
        except BlockingIOError:
            return
        except OSError:
            # Its end: what it answered before is still to be read.
            self._rest = memoryview(b"")

    def answer(self, lock: AbstractContextManager[bool], *, seconds: float) -> bytes:
        """Wait for the answer to the first call; TimeoutError, OSError or EOFError.

        More is sent on the way, under the `lock`.
        """
        if not self._has_answered:
            seconds += START_SECONDS
        deadline = time.monotonic() + seconds
        length: int = LENGTH.unpack(self._read(LENGTH.size, lock, deadline))[0]
        if length > MAX_ANSWER_BYTES:
            message = f"an answer of {length} bytes"
            raise ValueError(message)
        answer = self._read(length, lock, deadline)
        self._has_answered = True
        with lock:
            self._ahead -= self._sent_sizes.popleft()
            if self._ahead < AHEAD_BYTES // 2:
                self._send()
        return answer

    def _read(
        self, count: int, lock: AbstractContextManager[bool], deadline: float
    ) -> bytes:
        while len(self._read_ahead) < count:
            if time.monotonic() >= deadline:
                raise TimeoutError
            if self._rest:
                self._finish_sending(lock)
            # One system call, which itself waits: each lets go of the interpreter's
            # lock, and may be given it back late.
            with suppress(BlockingIOError):
                got = self._socket.recv(READ_BYTES)
                if not got:
                    raise EOFError
                self._read_ahead += got
        taken = bytes(memoryview(self._read_ahead)[:count])
        del self._read_ahead[:count]
        return taken

    def _finish_sending(self, lock: AbstractContextManager[bool]) -> None:
        """Send on what the socket did not take at once, or find something to read."""
        events = select.POLLIN | select.POLLOUT
        watched = select.poll()
        watched.register(self._socket, events)
        watched.poll(LOOK_SECONDS * 1000)
        with lock:
            self._send()

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
