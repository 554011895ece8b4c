"""Open connections to receivers and keep them for the next request.

Names are resolved once, by the guard, which checks every address; a connection goes to
one of these and nowhere else, and TLS still verifies the name.
"""

from __future__ import annotations

import asyncio
import socket
import ssl
from collections import defaultdict
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cached_property, partial
from time import monotonic
from typing import Protocol
from urllib.parse import quote, urlsplit

from aiohappyeyeballs import AddrInfoType, start_connection

from scrapers.fetch.hosts import literal, target
from service.delivery.wire import Connection, NoAnswer

# Servers close idle connections after two seconds (gunicorn), five (Node, uvicorn) or
# more. Using one again that is just being closed costs a retry, so we give up first.
KEEPALIVE_SECONDS = 1.5
# A name server that does not answer holds a thread for its whole time-out. So there are
# many, one a name; and names that took so long last time have a few of their own.
RESOLVER_THREADS = 64
SLOW_THREADS = 8
SLOW_SECONDS = 2.0
# Then the next address of a name is tried beside the first (RFC 8305 section 5).
NEXT_ADDRESS_SECONDS = 0.25
# What may stand in a request target (RFC 3986), a percent sign included.
IN_TARGET = "!#$%&'()*+,/:;=?@[]~"


class Guard(Protocol):
    """What connecting needs of scrapers.fetch.guard.AddressGuard."""

    def resolve(self, host: str, port: int) -> tuple[str, ...]:
        """Resolve a name once and give its addresses, each of them checked."""
        ...


@dataclass(frozen=True, slots=True)
class Place:
    """What is connected to; `host` is an IPv6 address without brackets."""

    scheme: str
    host: str
    port: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Endpoint:
    """A place, and what a request line and a `Host` header say of a URL on it.

    Connections are kept by it: bytes that come too late on one are read at worst as an
    answer of the address that sent them, never as a neighbour's on the same host.
    """

    place: Place
    line: bytes


def read_endpoint(url: str) -> Endpoint:
    """Take an http or https address apart; ValueError says why it is none."""
    found = target(url)
    parts = urlsplit(found.url)
    host, _, port = found.host.rpartition(":")
    path = quote(parts.path + (f"?{parts.query}" if parts.query else ""), IN_TARGET)
    return Endpoint(
        place=Place(parts.scheme, host.strip("[]"), int(port)),
        line=f"{path} HTTP/1.1\r\nHost: {parts.netloc}\r\n".encode("ascii"),
    )


class Connections:
    """The idle connections of one event loop, by endpoint; how many is for others."""

    def __init__(self, guard: Guard, *, slow_seconds: float = SLOW_SECONDS) -> None:
        self._guard = guard
        self._slow_seconds = slow_seconds
        self._loop = asyncio.get_running_loop()
        self._threads = ThreadPoolExecutor(RESOLVER_THREADS, "resolve")
        self._slow_threads = ThreadPoolExecutor(SLOW_THREADS, "resolve-slow")
        self._slow: set[tuple[str, int]] = set()
        self._lookups: dict[tuple[str, int], asyncio.Future[tuple[str, ...]]] = {}
        self._idle: defaultdict[Endpoint, list[tuple[Connection, float]]]
        self._idle = defaultdict(list)
        self._sweep: asyncio.TimerHandle | None = None

    def take(self, endpoint: Endpoint) -> Connection | None:
        """Give an idle connection, the one used last; None: open one."""
        idle = self._idle.get(endpoint)
        fresh = self._loop.time() - KEEPALIVE_SECONDS
        while idle:
            connection, since = idle.pop()
            if connection.is_fit and since > fresh and connection.is_silent:
                return connection
            connection.close()
        return None

    def give_back(self, endpoint: Endpoint, connection: Connection) -> None:
        """Keep a connection for the next request, if it is fit for one."""
        if connection.is_fit:
            self._idle[endpoint].append((connection, self._loop.time()))
            if self._sweep is None:
                self._sweep = self._loop.call_later(KEEPALIVE_SECONDS, self._tidy)

    async def open(self, place: Place) -> Connection:
        """Connect to one of the place's addresses; NoAnswer says why that failed."""
        try:
            found = await self._addresses((place.host, place.port))
            infos = [_info(address, place.port) for address in found]
            sock = await start_connection(
                infos, happy_eyeballs_delay=NEXT_ADDRESS_SECONDS
            )
            return await self._greet(place, sock)
        except ssl.SSLCertVerificationError as error:
            reason = f"the certificate does not verify: {error}"
            raise NoAnswer(reason, was_taken=False) from error
        except (OSError, RuntimeError, ValueError) as error:  # uvloop raises the second
            reason = str(error) or "no connection"
            raise NoAnswer(reason, was_taken=False) from error

    async def close(self) -> None:
        """Close what is idle; a thread that waits for a name server is not awaited."""
        if self._sweep is not None:
            self._sweep.cancel()
        for idle in self._idle.values():
            for connection, _ in idle:
                connection.close()
        self._idle.clear()
        for threads in (self._threads, self._slow_threads):
            threads.shutdown(wait=False, cancel_futures=True)
        await asyncio.sleep(0)  # the loop closes sockets when it comes round

    async def _addresses(self, key: tuple[str, int]) -> tuple[str, ...]:
        """Resolve a name in a thread; whoever asks for it meanwhile shares the answer.

        The lookup goes on when nobody waits any more: the thread cannot be stopped.
        """
        if literal(key[0]):
            return self._guard.resolve(*key)
        if key not in self._lookups:
            threads = self._slow_threads if key in self._slow else self._threads
            lookup = self._loop.run_in_executor(threads, self._look_up, key)
            self._lookups[key] = lookup
            lookup.add_done_callback(partial(self._looked_up, key))
        return await asyncio.shield(self._lookups[key])

    def _look_up(self, key: tuple[str, int]) -> tuple[str, ...]:
        """Resolve a name and note whether that took long; runs in a thread."""
        began = monotonic()
        try:
            return self._guard.resolve(*key)
        finally:
            is_slow = monotonic() - began > self._slow_seconds
            (self._slow.add if is_slow else self._slow.discard)(key)

    def _looked_up(
        self, key: tuple[str, int], lookup: asyncio.Future[tuple[str, ...]]
    ) -> None:
        del self._lookups[key]
        if not lookup.cancelled():
            lookup.exception()  # looked at, should nobody wait for it any more

    async def _greet(self, place: Place, sock: socket.socket) -> Connection:
        """Make a connection of a socket, with TLS where the scheme says so."""
        is_tls = place.scheme == "https"
        try:
            _, connection = await self._loop.create_connection(
                lambda: Connection(self._loop),
                sock=sock,
                ssl=self._tls if is_tls else None,
                server_hostname=place.host if is_tls else None,
            )
        except BaseException:
            sock.close()
            raise
        return connection

    @cached_property
    def _tls(self) -> ssl.SSLContext:
        context = ssl.create_default_context()
        context.set_alpn_protocols(["http/1.1"])
        return context

    def _tidy(self) -> None:
        """Close what has been idle for too long, and look again while any is left."""
        old = self._loop.time() - KEEPALIVE_SECONDS
        for endpoint, idle in tuple(self._idle.items()):
            kept = [each for each in idle if each[1] > old and each[0].is_fit]
            for connection, since in idle:
                if since <= old:
                    connection.close()
            self._idle[endpoint] = kept
            if not kept:
                del self._idle[endpoint]
        again = bool(self._idle)
        self._sweep = (
            self._loop.call_later(KEEPALIVE_SECONDS, self._tidy) if again else None
        )


def _info(address: str, port: int) -> AddrInfoType:
    if ":" in address:
        where: tuple[str, int] | tuple[str, int, int, int] = (address, port, 0, 0)
        return socket.AF_INET6, socket.SOCK_STREAM, socket.IPPROTO_TCP, "", where
    return (
        socket.AF_INET,
        socket.SOCK_STREAM,
        socket.IPPROTO_TCP,
        "",
        (address, port),
    )
