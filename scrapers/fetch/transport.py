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
from typing import TypeVar

import httpcore
import httpx

from scrapers.fetch.guard import AddressGuard, UnknownHost

T = TypeVar("T")

# Of several addresses a dead one must leave time for the next.
CONNECT_SECONDS = 10.0
# Long enough to outlast the pause of most hosts, so that one connection serves a visit.
KEEPALIVE_SECONDS = 75.0

_ERRORS: dict[type[Exception], type[httpx.TransportError]] = {
    getattr(httpcore, name): getattr(httpx, name)
    for name in (
        "ConnectTimeout",
        "ReadTimeout",
        "WriteTimeout",
        "PoolTimeout",
        "ConnectError",
        "ReadError",
        "WriteError",
        "LocalProtocolError",
        "RemoteProtocolError",
        "UnsupportedProtocol",
    )
}


class StaleConnection(httpcore.ReadError):
    """The server closed an idle connection just as it was used again."""


class TooMuchSent(httpx.RemoteProtocolError):
    """More bytes came than any answer within the limits has."""


class GuardedTransport(httpx.BaseTransport):
    """httpx's transport over connections that the guard has checked.

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
        self._pool = httpcore.ConnectionPool(
            ssl_context=ssl_context,
            # A fetcher asks one thing at a time; more hosts than this in one visit
            # take turns.
            max_connections=10,
            max_keepalive_connections=2,
            keepalive_expiry=KEEPALIVE_SECONDS,
            network_backend=GuardedNetwork(guard, network, max_received),
        )

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Send one request; the body is read as the caller iterates."""
        seconds = request.extensions["timeout"]["read"]
        deadline = time.monotonic() + seconds
        with _as_httpx_errors():
            try:
                response = self._send(request, deadline)
            except StaleConnection:
                response = self._send(request, deadline)
        return httpx.Response(
            status_code=response.status,
            headers=response.headers,
            stream=_Body(response),
            extensions=response.extensions,
        )

    def close(self) -> None:
        """Close every connection."""
        self._pool.close()

    def _send(self, request: httpx.Request, deadline: float) -> httpcore.Response:
        # For our own network layer time-outs are moments, not spans (GuardedStream).
        moments = dict.fromkeys(("connect", "read", "write"), deadline)
        pool = max(0.0, deadline - time.monotonic())
        return self._pool.handle_request(
            httpcore.Request(
                method=request.method,
                url=httpcore.URL(
                    scheme=request.url.raw_scheme,
                    host=request.url.raw_host,
                    port=request.url.port,
                    target=request.url.raw_path,
                ),
                headers=request.headers.raw,
                extensions={"timeout": {**moments, "pool": pool}},
            )
        )


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
    def __init__(self, response: httpcore.Response) -> None:
        self._response = response

    def __iter__(self) -> Iterator[bytes]:
        with _as_httpx_errors():
            yield from self._response.iter_stream()

    def close(self) -> None:
        with _as_httpx_errors():
            self._response.close()


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
