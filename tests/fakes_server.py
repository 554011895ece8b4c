"""A small server on loopback that misbehaves as it is told: bytes, pauses, an end.

For what only real sockets show: time, resets, broken framing.
"""

from __future__ import annotations

import socket
import ssl
import struct
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
)

Script = Callable[[socket.socket], None]


class HostileServer:
    """Answers each request with the next script, the last again and again."""

    def __init__(self, *scripts: Script, tls: Path | None = None) -> None:
        self._scripts = list(scripts)
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._tls = _server_side(tls) if tls else None
        self.port: int = self._listener.getsockname()[1]
        self.connections = 0
        self.requests: list[bytes] = []

    @property
    def url(self) -> str:
        return f"http{'s' if self._tls else ''}://127.0.0.1:{self.port}/"

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
        try:
            if self._tls:
                connection = self._tls.wrap_socket(connection, server_side=True)
            while request := _request(connection):
                self.requests.append(request)
                robots = request.startswith(b"GET /robots.txt ")
                script = says(b"", status="404 None") if robots else self._next()
                script(connection)
        except OSError:
            return  # the client has gone, as it should from a hostile server
        finally:
            connection.close()

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
def hostile(*scripts: Script, tls: Path | None = None) -> Iterator[HostileServer]:
    """A server on a free port until the block ends; `tls` is its certificate."""
    server = HostileServer(*scripts, tls=tls)
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


def self_signed(path: Path) -> Path:
    """Write a new key, and a certificate for 127.0.0.1 that only it vouches for."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "loopback")])
    address = x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder(
            name, name, key.public_key(), x509.random_serial_number()
        )
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(hours=1))
        .add_extension(address, critical=False)
        .sign(key, hashes.SHA256())
    )
    secret = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    path.write_bytes(secret + certificate.public_bytes(Encoding.PEM))
    return path


def _server_side(certificate: Path) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    return context
