"""The parsing child as a process: start it, send it calls, hear its answers, end it.

What is asked, in which order, and what an answer means is `scrapers.sandbox`'s; the
child's own side is `scrapers.parsing_child`.
"""

from __future__ import annotations

import os
import select
import socket
import struct
import subprocess
import sys
import time
from collections import deque
from concurrent.futures import Future
from contextlib import AbstractContextManager, suppress
from typing import TypeVar

from scrapers.compiled import PURE
from scrapers.parsing_child import LENGTH

T = TypeVar("T")

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
# While so many calls are with the child, who reads is woken for so many bytes only, or
# when it looks at the clock: for each answer it takes the interpreter's lock from who
# stores and fetches, which costs more than to read it.
MANY = 16
MANY_BYTES = 64 * 2**10


class Job:
    """A call on its way: what is sent, whose page it is about, who waits for it."""

    __slots__ = ("future", "request", "url")

    def __init__(self, request: bytes, url: str, future: Future[T]) -> None:
        self.request = request
        self.url = url
        self.future: Future[object] = future  # type: ignore[assignment] # T is object here


class Child:
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
        self._unsent: deque[Job] = deque()
        self._sent_sizes: deque[int] = deque()
        self._ahead = 0
        self._rest = memoryview(b"")
        self._read_ahead = bytearray()
        self._has_answered = False
        self._woken_at = 1

    @property
    def pid(self) -> int:
        """The process id."""
        return self._process.pid

    def take(self, job: Job) -> None:
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
        """Wait for the answer to the first call.

        Raises TimeoutError, OSError, EOFError, and ValueError for what is none. More is
        sent on the way, under the `lock`.
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
            if not self._sent_sizes:
                message = "an answer to what it was not asked"
                raise ValueError(message)
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
            self._wait_for(1 if len(self._sent_sizes) < MANY else MANY_BYTES)
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

    def _wait_for(self, count: int) -> None:
        """Have the system wake who reads when so much has come."""
        if count != self._woken_at:
            self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVLOWAT, count)
            self._woken_at = count

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
    kept = {k: os.environ[k] for k in ("PATH", "TZ", PURE) if k in os.environ}
    path = os.pathsep.join(entry or str(os.curdir) for entry in sys.path)
    # Pydantic looks through all that is installed for plugins, of which we have none.
    own = {"PYTHONUTF8": "1", "PYDANTIC_DISABLE_PLUGINS": "__all__"}
    return {**kept, "PYTHONPATH": path, **own}
