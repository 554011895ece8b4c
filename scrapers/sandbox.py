"""Parse hostile pages in a child process with limits on memory and time.

`Sandbox` is the parent's side: one persistent child, started at the first use, killed
at a deadline and started anew. `python -m scrapers.sandbox` is the child: it reads a
pickled call, runs it under RLIMIT_AS and sends the value back. `InProcess` has the same
two methods without the child, for tests and tools that parse what they trust.
What is parsed and what comes of it is the functions' matter; they are module-level and
their arguments and values are plain or from `scrapers`.
"""

from __future__ import annotations

import gc
import io
import os
import pickle
import queue
import signal
import socket
import struct
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future
from datetime import timedelta
from typing import BinaryIO, Protocol, Self, TypeVar

from scrapers.errors import SandboxError, ScrapeError

T = TypeVar("T")
T_co = TypeVar("T_co", covariant=True)
_Call = tuple[Callable[..., object], tuple[object, ...]]

# Starting an interpreter and importing the extractor takes 0.3 s on an idle machine;
# the first call of a child has this much more time, for machines that are not.
START_SECONDS = 20.0
# The child's own alarm comes this much later than the parent's deadline: it matters
# only when the parent is gone or stopped.
ALARM_MARGIN_SECONDS = 2.0
# Objects made before Python looks for garbage in cycles, of which a page leaves next to
# none: looking after every 700 takes a twentieth of the time.
OBJECTS_BETWEEN_COLLECTIONS = 50_000
# A clean article of a 10 MiB page is smaller than the page; more is no honest answer.
MAX_ANSWER_BYTES = 64 * 2**20
# Room for the files a late import opens, and for nothing else.
CHILD_FILES = 64

_LENGTH = struct.Struct("!Q")
_PDEATHSIG = 1  # prctl(2)
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
        """Run `func(*args)` here and now; `url` is for the signature's sake."""
        del url
        return func(*args)

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

    Calls are served one at a time, in order. A thread of the sandbox's own starts the
    child and talks to it, because Linux ties a child's death to the thread, not to the
    process, that started it (prctl(2), PR_SET_PDEATHSIG).
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
        while (job := self._jobs.get()) is not None:
            try:
                job.future.set_result(self._exchange(job))
            except ScrapeError as error:
                job.future.set_exception(error)
            del job  # or the last page stays in memory until the next one comes
        self._drop()

    def _exchange(self, job: _Job) -> object:
        seconds = self._seconds
        try:
            if self._child is None:
                self._child = _Child(memory_bytes=self._memory_bytes, seconds=seconds)
                seconds += START_SECONDS
            answer = self._child.ask(job.request, seconds=seconds)
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
        arguments = (str(os.getpid()), str(memory_bytes), str(seconds))
        with theirs:
            self._process: subprocess.Popen[bytes] = subprocess.Popen(  # noqa: S603 - our own interpreter
                [sys.executable, "-P", "-m", "scrapers.sandbox", *arguments],
                stdin=theirs.fileno(),
                stdout=subprocess.DEVNULL,
                env=_environment(),
                start_new_session=True,  # Ctrl-C is for the parent to handle
            )
        self._socket = ours

    @property
    def pid(self) -> int:
        return self._process.pid

    def ask(self, request: bytes, *, seconds: float) -> bytes:
        """Send a call and wait for its answer; TimeoutError, OSError or EOFError."""
        deadline = time.monotonic() + seconds
        self._socket.settimeout(seconds)
        self._socket.sendall(_LENGTH.pack(len(request)) + request)
        length: int = _LENGTH.unpack(self._read(_LENGTH.size, deadline))[0]
        if length > MAX_ANSWER_BYTES:
            message = f"an answer of {length} bytes"
            raise ValueError(message)
        return self._read(length, deadline)

    def _read(self, count: int, deadline: float) -> bytes:
        parts = bytearray(count)
        view = memoryview(parts)
        while view:
            left = deadline - time.monotonic()
            if left <= 0:
                raise TimeoutError
            self._socket.settimeout(left)
            got = self._socket.recv_into(view)
            if not got:
                raise EOFError
            view = view[got:]
        return bytes(parts)

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


# The child's side. What sets limits and signals of its own process is run by the tests
# through Sandbox, in a child whose environment is too bare for coverage to see it.


def collect_rarely() -> None:
    """Have Python look for cycles of garbage seldom: pages leave next to none."""
    gc.set_threshold(OBJECTS_BETWEEN_COLLECTIONS)


def main(arguments: list[str]) -> int:  # pragma: no cover - limits its own process
    """Serve calls from standard input until it ends: `PARENT MEMORY SECONDS`."""
    parent, memory_bytes, seconds = (
        int(arguments[0]),
        int(arguments[1]),
        float(arguments[2]),
    )
    # Ctrl-C reaches the whole group: the page under way is the parent's to give up.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _die_with(parent)
    _limit(memory_bytes)
    collect_rarely()
    # Never closed: the hook below still writes when all else is over.
    reader, writer = os.fdopen(0, "rb"), os.fdopen(os.dup(0), "wb")
    sys.excepthook = _last_words(writer)
    while (request := _read_call(reader)) is not None:
        func, args = request
        signal.setitimer(signal.ITIMER_REAL, seconds + ALARM_MARGIN_SECONDS)
        kind, value = _perform(func, args)
        signal.setitimer(signal.ITIMER_REAL, 0)
        _send(writer, (kind, value))
        del request, func, args, value
        if kind == "died":
            return 1  # its heap is in pieces: a fresh child is cheaper
    return 0


def _perform(
    func: Callable[..., object], args: tuple[object, ...]
) -> tuple[str, object]:
    try:
        return "value", func(*args)
    except ScrapeError as error:
        return "error", (type(error), error.args, error.__dict__)
    except MemoryError:
        return "died", "parsing took too much memory"
    except RecursionError:
        return "died", "nested too deep"


def _read_call(reader: BinaryIO) -> _Call | None:
    header = reader.read(_LENGTH.size)
    if len(header) < _LENGTH.size:
        return None
    call: _Call = pickle.loads(reader.read(_LENGTH.unpack(header)[0]))  # noqa: S301 - from our parent
    return call


def _send(writer: BinaryIO, message: tuple[str, object]) -> None:
    data = pickle.dumps(message, protocol=5)
    writer.write(_LENGTH.pack(len(data)))
    writer.write(data)
    writer.flush()


def _last_words(
    writer: BinaryIO,
) -> Callable[[type[BaseException], BaseException, object], None]:
    """Name a fault of ours to the parent instead of printing a traceback."""

    def hook(kind: type[BaseException], error: BaseException, trace: object) -> None:
        del trace
        place, at = "", error.__traceback__
        while at is not None:
            place = f" at {at.tb_frame.f_globals.get('__name__')}:{at.tb_lineno}"
            at = at.tb_next
        _send(writer, ("died", f"parser failed: {kind.__name__}{place}"))

    return hook


def _die_with(parent: int) -> None:  # pragma: no cover - in the child
    """Have the kernel end this process when its parent does."""
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    signal.signal(signal.SIGPIPE, signal.SIG_DFL)
    if sys.platform == "linux":
        import ctypes  # only the child needs it

        ctypes.CDLL(None).prctl(_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:  # it died before we asked
        sys.exit(1)


def _limit(memory_bytes: int) -> None:  # pragma: no cover - in the child
    import resource  # not on every platform, and only for the child

    resource.setrlimit(resource.RLIMIT_AS, (memory_bytes, memory_bytes))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_NOFILE, (CHILD_FILES, CHILD_FILES))


if __name__ == "__main__":  # pragma: no cover - in the child
    sys.exit(main(sys.argv[1:]))
