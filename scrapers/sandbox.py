"""Parse hostile pages in a child process with limits on memory and time.

`Sandbox` is the parent's side: one persistent child (`scrapers.child_process`), started
when it is first wanted, killed at a deadline and started anew; the child's own side is
`scrapers.parsing_child`. `InProcess` has the same methods without the child, for tests
and tools that parse what they trust.
What is parsed and what comes of it is the functions' matter; they are module-level and
their arguments and values are plain or from `scrapers`.
"""

from __future__ import annotations

import io
import pickle
import signal
import threading
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future
from contextlib import suppress
from datetime import timedelta
from functools import cache
from typing import Protocol, Self, TypeVar

from scrapers.child_process import Child, Job
from scrapers.errors import SandboxError, ScrapeError

T = TypeVar("T")
T_co = TypeVar("T_co", covariant=True)

# What the end of a child raises, and what unpickling raises for what is no pickle of
# ours (docs.python.org, pickle.UnpicklingError).
_NO_ANSWER = (
    OSError,
    EOFError,
    ValueError,
    TypeError,
    LookupError,
    AttributeError,
    ImportError,
    pickle.UnpicklingError,
)
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
        self._waiting: deque[Job] = deque()
        self._child: Child | None = None
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
        job = Job(request, url, future)
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

    def _next(self) -> Job | None:
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

    def _begin(self) -> Child:
        """Start a child and give it what waits; the caller holds the lock."""
        child = Child(memory_bytes=self._memory_bytes, seconds=self._seconds)
        for job in self._waiting:
            child.take(job)
        self._child = child
        return child

    def _exchange(self, job: Job) -> object:
        """Have the child run the first of the calls."""
        try:
            with self._news:
                child = self._child or self._begin()
            answer = child.answer(self._news, seconds=self._seconds)
            kind, value = _Answer(io.BytesIO(answer)).load()
            error = _revive(*value) if kind == "error" else None
        except TimeoutError as fault:
            self._drop()
            reason = f"parsing took longer than {self._seconds:g} s"
            raise SandboxError(reason, url=job.url) from fault
        except _NO_ANSWER as fault:
            reason = self._epitaph()
            raise SandboxError(reason, url=job.url) from fault
        if error is not None:
            raise error
        if kind == "value":
            return value
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


class _Answer(pickle.Unpickler):
    """Read a child's answer: values and classes of ours, nothing that can be called.

    A page that took the child over must not take the parent over with a pickle.
    """

    def find_class(self, module: str, name: str) -> type:
        return _class_of(module, name)


# Each of thousands of answers asks for ten of the same.
@cache
def _class_of(module: str, name: str) -> type:
    known = module == "datetime" or module.startswith("scrapers.")
    if known or (module == "builtins" and name in _SAFE_BUILTINS):
        found = pickle.Unpickler(io.BytesIO()).find_class(module, name)  # noqa: S301 - nothing is read
        if isinstance(found, type):
            return found
    message = f"{module}.{name} is not for the sandbox to send"
    raise pickle.UnpicklingError(message)


def _revive(
    kind: type[ScrapeError], args: tuple[object, ...], state: dict[str, object]
) -> ScrapeError:
    if not issubclass(kind, ScrapeError):
        message = f"{kind} is no error of ours"
        raise TypeError(message)
    error = kind.__new__(kind, *args)
    error.__dict__.update(state)
    return error
