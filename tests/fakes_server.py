"""A small server on loopback that misbehaves as it is told: bytes, pauses, an end.

For what only real sockets show: time, resets, broken framing.
"""

from __future__ import annotations

import socket
import struct
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

Script = Callable[[socket.socket], None]


class HostileServer:
    """Answers each request with the next script, the last again and again."""

    def __init__(self, *scripts: Script) -> None:
        self._scripts = list(scripts)
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self.connections = 0
        self.requests: list[bytes] = []

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/"

    def serve(self) -> None:
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return  # closed: the test is over
            self.connections += 1
            threading.Thread(
                target=self._converse, args=(connection,), daemon=True
            ).start()

    def close(self) -> None:
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()

    def _converse(self, connection: socket.socket) -> None:
        with connection:
            try:
                while request := _request(connection):
                    self.requests.append(request)
                    robots = request.startswith(b"GET /robots.txt ")
                    script = says(b"", status="404 None") if robots else self._next()
                    script(connection)
            except OSError:
                return  # the client has gone, as it should from a hostile server

    def _next(self) -> Script:
        return self._scripts.pop(0) if len(self._scripts) > 1 else self._scripts[0]


def _request(connection: socket.socket) -> bytes:
    data = b""
    while not data.endswith(b"\r\n\r\n"):
        more = connection.recv(4096)
        if not more:
            return b""
        data += more
        if not data.startswith(b"G"):
            break  # no HTTP but TLS
    return data


@contextmanager
def hostile(*scripts: Script) -> Iterator[HostileServer]:
    server = HostileServer(*scripts)
    thread = threading.Thread(target=server.serve, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.close()
        thread.join(timeout=5)


def says(body: bytes, *headers: str, status: str = "200 OK") -> Script:
    """A well-formed answer."""
    lines = [f"HTTP/1.1 {status}", f"Content-Length: {len(body)}", *headers]
    return sends("\r\n".join(lines).encode() + b"\r\n\r\n" + body)


def sends(*pieces: bytes) -> Script:
    def script(connection: socket.socket) -> None:
        for piece in pieces:
            connection.sendall(piece)

    return script


def sends_and_closes(*pieces: bytes) -> Script:
    def script(connection: socket.socket) -> None:
        sends(*pieces)(connection)
        connection.shutdown(socket.SHUT_RDWR)

    return script


def sends_and_resets(*pieces: bytes) -> Script:
    def script(connection: socket.socket) -> None:
        sends(*pieces)(connection)
        linger = struct.pack("ii", 1, 0)
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
        connection.close()

    return script


def drips(start: bytes, drop: bytes, *, every: float = 0.02) -> Script:
    """Sends `start`, then one `drop` after another, without end."""

    def script(connection: socket.socket) -> None:
        connection.sendall(start)
        while True:
            connection.sendall(drop)
            time.sleep(every)

    return script


def pours(start: bytes, drop: bytes) -> Script:
    return drips(start, drop * 1000, every=0)


def hangs(connection: socket.socket) -> None:
    """Says nothing until the client goes."""
    connection.recv(1)
