"""Open connections only where the guard allows, and end them on time.

The layer below the HTTP client: every connection, whatever form of address led to it,
passes the guard here; every read and write is held to one deadline for the whole
request, so that a dripping answer ends; what arrives is counted before it is decoded.
"""

from __future__ import annotations

import queue
import ssl
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import TypeVar

import httpcore
import httpx

from scrapers.fetch.guard import AddressGuard, UnknownHost
from scrapers.fetch.hosts import DEFAULT_PORTS
from scrapers.fetch.wire import Connection, TooMuchSent

T = TypeVar("T")

# Of several addresses a dead one must leave time for the next.
CONNECT_SECONDS = 10.0
# A visit asks one host, and seldom another for its robots.txt.
MOST_KEPT = 2

_ERRORS: dict[type[Exception], type[httpx.TransportError]] = {
    getattr(httpcore, name): getattr(httpx, name)
    for name in (
        "ConnectTimeout",
        "ReadTimeout",
        "WriteTimeout",
        "ConnectError",
        "ReadError",
        "WriteError",
        "LocalProtocolError",
        "RemoteProtocolError",
    )
}


Origin = tuple[str, bytes, int | None]


class StaleConnection(httpcore.ReadError):
    """The server closed an idle connection just as it was used again."""


class GuardedTransport(httpx.BaseTransport):
    """Asks over connections that the guard has checked; not for several threads.

    The `read` time-out of a request is taken as the time for all of it, connecting
    and reading the body included. `max_received` bounds the bytes of one answer as
    they come from the network. A request that meets a connection the server has just
    closed is sent once more on a new one.
    """

    def __init__(
        self,
        guard: AddressGuard,
        *,
        ssl_context: ssl.SSLContext,
        max_received: int,
        network: httpcore.NetworkBackend,
    ) -> None:
        self._network = GuardedNetwork(guard, network, max_received)
        self._ssl_context = ssl_context
        self._kept: dict[Origin, Connection] = {}

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Send one request; the body is read as the caller iterates."""
        until = time.monotonic() + request.extensions["timeout"]["read"]
        origin = (request.url.scheme, request.url.raw_host, request.url.port)
        with _as_httpx_errors():
            try:
                connection = self._ask(request, origin, until)
            except StaleConnection:
                connection = self._ask(request, origin, until)
        return httpx.Response(
            status_code=connection.status,
            headers=connection.fields,
            stream=_Body(connection, partial(self._keep, origin)),
        )

    def close(self) -> None:
        """Close every connection."""
        while self._kept:
            self._kept.popitem()[1].close()

    def _ask(self, request: httpx.Request, origin: Origin, until: float) -> Connection:
        connection = self._kept.pop(origin, None)
        if connection is not None and not connection.is_alive():
            connection.close()
            connection = None
        if connection is None:
            connection = Connection(self._connect(origin, until))
        try:
            connection.ask(_written(request), until=until)
        finally:
            if not connection.status:
                connection.close()
        return connection

    def _connect(self, origin: Origin, until: float) -> httpcore.NetworkStream:
        scheme, raw_host, port = origin
        host = raw_host.decode("ascii")
        stream = self._network.connect_tcp(host, port or DEFAULT_PORTS[scheme], until)
        if scheme == "http":
            return stream
        return stream.start_tls(self._ssl_context, host, until)

    def _keep(self, origin: Origin, connection: Connection) -> None:
        """Keep a connection for the next request, if it is fit for one."""
        if not connection.is_fit:
            connection.close()
            return
        while len(self._kept) >= MOST_KEPT:
            self._kept.pop(next(iter(self._kept))).close()
        self._kept[origin] = connection


class GuardedNetwork(httpcore.NetworkBackend):
    """Resolves names through the guard and connects to the addresses it gives."""

    def __init__(
        self, guard: AddressGuard, network: httpcore.NetworkBackend, max_received: int
    ) -> None:
        self._guard = guard
        self._network = network
        self._max_received = max_received

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.NetworkStream:
        """Connect to the first address that answers; `timeout` is a deadline."""
        deadline = _moment(timeout)
        try:
            addresses = _within(deadline, lambda: self._guard.resolve(host, port))
        except UnknownHost as error:
            raise httpcore.ConnectError(str(error)) from error
        failure: Exception = httpcore.ConnectError(f"{host} has no address")
        for address in addresses:
            seconds = min(CONNECT_SECONDS, _left(deadline, httpcore.ConnectTimeout))
            try:
                stream = self._network.connect_tcp(
                    address, port, seconds, local_address, socket_options
                )
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                failure = error
            else:
                return GuardedStream(stream, self._max_received)
        raise failure


class GuardedStream(httpcore.NetworkStream):
    """A connection whose time-outs are deadlines on the monotonic clock."""

    def __init__(self, stream: httpcore.NetworkStream, max_received: int) -> None:
        self._stream = stream
        self._max_received = max_received
        self._received = 0
        self._requests = 0

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        """Read what has come; TooMuchSent beyond the limit of one answer."""
        seconds = _left(_moment(timeout), httpcore.ReadTimeout)
        try:
            data = self._stream.read(max_bytes, seconds)
        except httpcore.ReadError as error:
            self._raise_if_stale(error)
            raise
        if not data:
            self._raise_if_stale(None)
        self._received += len(data)
        if self._received > self._max_received:
            message = f"more than {self._max_received} bytes sent"
            raise TooMuchSent(message)
        return data

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        """Send a request, which starts the count of its answer."""
        if not buffer:
            return
        self._received = 0
        self._requests += 1
        seconds = _left(_moment(timeout), httpcore.WriteTimeout)
        self._stream.write(buffer, seconds)

    def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,
    ) -> httpcore.NetworkStream:
        """Shake hands within the deadline."""
        seconds = _left(_moment(timeout), httpcore.ConnectTimeout)
        stream = self._stream.start_tls(ssl_context, server_hostname, seconds)
        return GuardedStream(stream, self._max_received)

    def close(self) -> None:
        """Close the connection."""
        self._stream.close()

    def get_extra_info(self, info: str) -> object:
        """Answer as the connection below does (httpcore asks for "is_readable")."""
        return self._stream.get_extra_info(info)

    def _raise_if_stale(self, error: Exception | None) -> None:
        if self._requests > 1 and not self._received:
            message = "the server closed an idle connection"
            raise StaleConnection(message) from error


class _Body(httpx.SyncByteStream):
    def __init__(
        self, connection: Connection, give_back: Callable[[Connection], None]
    ) -> None:
        self._connection: Connection | None = connection
        self._give_back = give_back

    def __iter__(self) -> Iterator[bytes]:
        if self._connection is not None:
            with _as_httpx_errors():
                yield from self._connection.body()

    def close(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            self._give_back(connection)


def _written(request: httpx.Request) -> bytes:
    """Write a request as it is sent; it has no body."""
    target = b"GET " + request.url.raw_path + b" HTTP/1.1"
    lines = [name + b": " + value for name, value in request.headers.raw]
    head = b"\r\n".join([target, *lines])
    if head.count(b"\n") > len(lines) or head.count(b"\r") > len(lines):
        message = "a line break within a header"
        raise httpcore.LocalProtocolError(message)
    return head + b"\r\n\r\n"


@contextmanager
def _as_httpx_errors() -> Iterator[None]:
    try:
        yield
    except tuple(_ERRORS) as error:
        kind = next(_ERRORS[k] for k in type(error).__mro__ if k in _ERRORS)
        raise kind(str(error)) from error


def _moment(timeout: float | None) -> float:
    if timeout is None:
        message = "every network operation has a deadline"
        raise ValueError(message)
    return timeout


def _left(deadline: float, kind: type[Exception]) -> float:
    seconds = deadline - time.monotonic()
    if seconds <= 0:
        message = "the time for this request is over"
        raise kind(message)
    return seconds


def _within(deadline: float, work: Callable[[], T]) -> T:
    """Do blocking work on a thread of its own, and leave it there when time is over.

    getaddrinfo has no time-out: with dead name servers it blocks for half a minute.
    """
    results: queue.SimpleQueue[T | Exception] = queue.SimpleQueue()

    def run() -> None:
        try:
            results.put(work())
        except (OSError, ValueError) as error:
            results.put(error)

    threading.Thread(target=run, name="resolve", daemon=True).start()
    try:
        result = results.get(timeout=_left(deadline, httpcore.ConnectTimeout))
    except queue.Empty as error:
        message = "the name server did not answer"
        raise httpcore.ConnectTimeout(message) from error
    if isinstance(result, Exception):
        raise result
    return result
