"""Make one request: signed, to a checked address, within its time, never redirected.

Every connection goes to an address the guard has checked: names are resolved once, by
the guard itself, and whatever a socket is opened for, literals included, passes it
again. TLS still verifies the name. What a receiver sends back is hostile: sixteen
kilobytes of it are kept, undecoded, and then the connection is closed.
"""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timedelta
from time import monotonic
from types import TracebackType
from typing import Protocol, Self
from urllib.parse import urlencode

import aiohttp
from aiohttp.abc import AbstractResolver, ResolveResult

from service.delivery.headers import MASK
from service.delivery.messages import Message, Outcome

# Of an answer's body, and of its headers together, this much is kept for the log.
KEPT_BYTES = 16 * 1024
# The status has come, the delivery is decided; the rest of the time goes to the log.
BODY_SECONDS = 5.0
# Servers close idle connections after two seconds (gunicorn), five (Node, uvicorn) or
# more. Reusing one that is just being closed costs a retry, so we give up first.
KEEPALIVE_SECONDS = 1.5
# A name server that does not answer holds a thread for its whole time-out.
RESOLVER_THREADS = 16
FORM = "application/x-www-form-urlencoded"


class Guard(Protocol):
    """What an attempt needs of scrapers.fetch.guard.AddressGuard."""

    def check(self, ip: str) -> None:
        """Raise a ValueError unless this address may be talked to."""
        ...

    def resolve(self, host: str, port: int) -> tuple[str, ...]:
        """Resolve a name once and give its addresses, each of them checked."""
        ...


class AddressRefused(OSError):
    """The guard refuses the address; an OSError, so that aiohttp hands it on."""


@dataclass(frozen=True, kw_only=True, slots=True)
class _Answer:
    status: int | None = None
    error: str | None = None
    headers: dict[str, str] | None = None
    body: bytes | None = None
    was_closed: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Reply:
    """What came back of a question; `status` is None when nothing did."""

    status: int | None
    error: str | None
    body: bytes | None


class Sender:
    """Holds the connections; `send` makes one attempt. Used inside one event loop."""

    def __init__(
        self,
        guard: Guard,
        *,
        user_agent: str,
        timeout: timedelta,
        clock: Callable[[], datetime],
    ) -> None:
        self._guard = guard
        self._user_agent = user_agent
        self._timeout = timeout
        self._clock = clock

    async def __aenter__(self) -> Self:
        """Open the pool of connections; nothing is connected yet."""
        self._resolver = _GuardedResolver(self._guard)
        connector = aiohttp.TCPConnector(
            resolver=self._resolver,
            socket_factory=self._open_socket,
            limit=0,  # the engine counts what is under way
            keepalive_timeout=KEEPALIVE_SECONDS,
        )
        self._session = aiohttp.ClientSession(
            connector=connector,
            cookie_jar=aiohttp.DummyCookieJar(),
            timeout=aiohttp.ClientTimeout(total=self._timeout.total_seconds()),
            auto_decompress=False,
            headers={"User-Agent": self._user_agent, "Accept-Encoding": "identity"},
        )
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Close every connection."""
        await self._session.close()
        await self._resolver.close()

    async def send(self, message: Message) -> Outcome:
        """Make the attempt; whatever the receiver does to us is in the outcome."""
        started_at, began = self._clock(), monotonic()
        signed = message.signer.headers(message.message_id, message.body, at=started_at)
        headers = {"Content-Type": message.content_type, **signed}
        if message.link is not None:
            headers["Link"] = message.link
        sent = {**message.headers, **headers}
        answer = await self._request("POST", message.url, message.body, sent)
        shown = {"User-Agent": self._user_agent, **headers}
        return Outcome(
            message=message,
            started_at=started_at,
            took_ms=round((monotonic() - began) * 1000, 3),
            status=answer.status,
            error=answer.error,
            was_closed=answer.was_closed,
            request_headers=shown | dict.fromkeys(message.headers, MASK),
            response_headers=answer.headers,
            response_body=answer.body,
        )

    async def ask(self, url: str, form: Mapping[str, str] | None = None) -> Reply:
        """Make a GET, or POST a form; checked and bounded like an attempt.

        A redirect is an answer like any other.
        """
        if form is None:
            answer = await self._request("GET", url, None, {})
        else:
            body = urlencode(form).encode()
            answer = await self._request("POST", url, body, {"Content-Type": FORM})
        return Reply(status=answer.status, error=answer.error, body=answer.body)

    async def _request(
        self, method: str, url: str, body: bytes | None, headers: Mapping[str, str]
    ) -> _Answer:
        try:
            async with self._session.request(
                method, url, data=body, headers=headers, allow_redirects=False
            ) as response:
                return _Answer(
                    status=response.status,
                    headers=_plain_headers(response.headers.items()),
                    body=await _first_bytes(response),
                )
        except TimeoutError:
            seconds = f"{self._timeout.total_seconds():g}"
            return _Answer(error=f"no answer within {seconds} s")
        except aiohttp.ClientError as error:
            return _Answer(error=_reason(error), was_closed=_was_taken(error))

    def _open_socket(self, found: aiohttp.AddrInfoType) -> socket.socket:
        """Open the socket of one connection, if the guard lets its address through."""
        family, kind, protocol, _, address = found
        try:
            self._guard.check(str(address[0]))
        except ValueError as error:
            raise AddressRefused(str(error)) from error
        return socket.socket(family=family, type=kind, proto=protocol)


class _GuardedResolver(AbstractResolver):
    """Resolves through the guard, in threads of its own."""

    def __init__(self, guard: Guard) -> None:
        self._guard = guard
        self._threads = ThreadPoolExecutor(RESOLVER_THREADS, "resolve")

    async def resolve(
        self,
        host: str,
        port: int = 0,
        family: socket.AddressFamily = socket.AF_UNSPEC,  # noqa: ARG002 - the base's
    ) -> list[ResolveResult]:
        """Give the checked addresses of a host."""
        loop = asyncio.get_running_loop()
        try:
            found = await loop.run_in_executor(
                self._threads, self._guard.resolve, host, port
            )
        except ValueError as error:
            raise AddressRefused(str(error)) from error
        return [_resolved(host, port, address) for address in found]

    async def close(self) -> None:
        """Let the threads end; one that waits for a name server is not waited for."""
        self._threads.shutdown(wait=False, cancel_futures=True)


def _resolved(host: str, port: int, address: str) -> ResolveResult:
    return ResolveResult(
        hostname=host,
        host=address,
        port=port,
        family=socket.AF_INET6 if ":" in address else socket.AF_INET,
        proto=0,
        flags=socket.AI_NUMERICHOST,
    )


async def _first_bytes(response: aiohttp.ClientResponse) -> bytes:
    """Read what the log keeps; a body that is longer or late closes its connection."""
    if response.content.is_eof():  # it came with the headers, as short ones do
        whole = response.content.read_nowait()
        return whole[:KEPT_BYTES]
    kept = bytearray()
    try:
        async with asyncio.timeout(BODY_SECONDS):
            while len(kept) < KEPT_BYTES:
                chunk = await response.content.read(KEPT_BYTES - len(kept))
                if not chunk:
                    return bytes(kept)
                kept += chunk
    except (TimeoutError, aiohttp.ClientError):
        pass  # the status has come: that is the answer
    if not response.content.at_eof():
        response.close()
    return bytes(kept)


def _plain_headers(found: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Give headers as text any database takes, names in lower case, bounded in size."""
    headers: dict[str, str] = {}
    room = KEPT_BYTES
    for name, value in found:
        key = _plain(name).lower()
        text = f"{headers[key]}, {_plain(value)}" if key in headers else _plain(value)
        room -= len(key) + len(value)
        if room < 0:
            break
        headers[key] = text
    return headers


def _plain(text: str) -> str:
    if text.isascii() and "\0" not in text:
        return text
    # aiohttp keeps bytes that are no UTF-8 as lone surrogates, which no database takes.
    known = text.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
    return known.replace("\0", "\N{REPLACEMENT CHARACTER}")


def _was_taken(error: aiohttp.ClientError) -> bool:
    """Tell whether there was a connection, which then ended without an answer."""
    if isinstance(error, aiohttp.ClientConnectorError):
        return False
    ended = (
        aiohttp.ServerDisconnectedError,
        aiohttp.ClientOSError,
        aiohttp.ClientResponseError,
    )
    return isinstance(error, ended)


def _reason(error: aiohttp.ClientError) -> str:
    """Say in one line why no answer came."""
    if isinstance(error, aiohttp.ClientConnectorCertificateError):
        return f"the certificate does not verify: {error.certificate_error}"
    if isinstance(error, aiohttp.ClientConnectorError):
        return _plain(str(error.os_error) or "no connection")
    if isinstance(error, aiohttp.InvalidURL):
        return _plain(f"not a usable URL: {error}")
    if isinstance(error, aiohttp.ServerDisconnectedError):
        return "the connection was closed without an answer"
    if isinstance(error, aiohttp.ClientResponseError):
        return _plain(f"not a usable HTTP answer: {error.message}")[:500]
    return _plain(str(error) or type(error).__name__)[:500]
