"""Make one request: signed, to a checked address, within its time, never redirected.

Connections are `service.delivery.connections`' and what goes over one is
`service.delivery.wire`'s; here a message becomes a request, and whatever comes of it an
outcome, in which no secret of the subscriber's is to be read.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from time import monotonic
from types import TracebackType
from typing import Self
from urllib.parse import urlencode

from service.delivery.connections import (
    Connections,
    Endpoint,
    Guard,
    read_endpoint,
)
from service.delivery.headers import MASK, hidden_in, hide
from service.delivery.messages import Message, Outcome
from service.delivery.wire import Answer, Connection, NoAnswer

FORM = "application/x-www-form-urlencoded"
# Addresses kept taken apart; one more and all are read anew.
ENDPOINTS = 10_000
# A reason stands in tables and in the log: it is one line, and no page.
LONGEST_REASON = 500


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
        self._timeout = timeout.total_seconds()
        self._clock = clock
        self._endpoints: dict[str, Endpoint] = {}

    async def __aenter__(self) -> Self:
        """Open the pool of connections; nothing is connected yet."""
        self._loop = asyncio.get_running_loop()
        self._connections = Connections(self._guard)
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Close every connection."""
        await self._connections.close()

    async def send(self, message: Message) -> Outcome:
        """Make the attempt; whatever the receiver does to us is in the outcome."""
        started_at, began = self._clock(), monotonic()
        headers = {
            "User-Agent": self._user_agent,
            "Content-Type": message.content_type,
            **message.signer.headers(message.message_id, message.body, at=started_at),
        }
        if message.link is not None:
            headers["Link"] = message.link
        answer = await self._request(
            "POST", message.url, {**message.headers, **headers}, message.body
        )
        took_ms = round((monotonic() - began) * 1000, 3)
        shown = headers | dict.fromkeys(message.headers, MASK)
        if isinstance(answer, NoAnswer):
            return Outcome(
                message=message,
                started_at=started_at,
                took_ms=took_ms,
                error=answer.reason,
                was_closed=answer.was_taken,
                request_headers=shown,
            )
        if message.headers:
            answer = _without(answer, hidden_in(message.headers))
        return Outcome(
            message=message,
            started_at=started_at,
            took_ms=took_ms,
            status=answer.status,
            request_headers=shown,
            response_headers=answer.headers,
            response_body=answer.body,
        )

    async def ask(self, url: str, form: Mapping[str, str] | None = None) -> Reply:
        """Make a GET, or POST a form; checked and bounded like an attempt.

        A redirect is an answer like any other.
        """
        headers = {"User-Agent": self._user_agent}
        if form is None:
            answer = await self._request("GET", url, headers, b"")
        else:
            headers["Content-Type"] = FORM
            answer = await self._request("POST", url, headers, urlencode(form).encode())
        if isinstance(answer, NoAnswer):
            return Reply(status=None, error=answer.reason, body=None)
        return Reply(status=answer.status, error=None, body=answer.body)

    async def _request(
        self, method: str, url: str, headers: Mapping[str, str], body: bytes
    ) -> Answer | NoAnswer:
        try:
            endpoint = self._endpoint(url)
            head = _head(method, endpoint, headers, len(body))
            return await self._exchange(endpoint, head, body)
        except TimeoutError:
            reason = f"no answer within {self._timeout:g} s"
            return NoAnswer(reason, was_taken=False)
        except NoAnswer as error:
            return NoAnswer(_line(error.reason), was_taken=error.was_taken)

    async def _exchange(self, endpoint: Endpoint, head: bytes, body: bytes) -> Answer:
        until = self._loop.time() + self._timeout
        connection = self._connections.take(endpoint)
        if connection is not None:
            try:
                return await self._ask(connection, endpoint, head, body, until)
            except NoAnswer:
                if connection.has_heard:
                    raise
                # It was closed while the request was on its way: what mostly happens
                # to idle ones. The message's id tells a receiver that did get it.
        try:
            async with asyncio.timeout_at(until):
                connection = await self._connections.open(endpoint.place)
        except TimeoutError:
            reason = f"no connection within {self._timeout:g} s"
            raise NoAnswer(reason, was_taken=False) from None
        return await self._ask(connection, endpoint, head, body, until)

    async def _ask(
        self,
        connection: Connection,
        endpoint: Endpoint,
        head: bytes,
        body: bytes,
        until: float,
    ) -> Answer:
        answer = await connection.ask(head, body, until=until)
        self._connections.give_back(endpoint, connection)
        return answer

    def _endpoint(self, url: str) -> Endpoint:
        known = self._endpoints.get(url)
        if known is None:
            if len(self._endpoints) >= ENDPOINTS:
                self._endpoints.clear()
            try:
                known = self._endpoints[url] = read_endpoint(url)
            except ValueError as error:
                reason = f"not a usable URL: {error}"
                raise NoAnswer(reason, was_taken=False) from error
        return known


def _head(
    method: str, endpoint: Endpoint, headers: Mapping[str, str], size: int
) -> bytes:
    """Write the request line and the headers, the end of both included."""
    lines = [f"{name}: {value}\r\n" for name, value in headers.items()]
    length = f"Content-Length: {size}\r\n" if method != "GET" else ""
    is_accept_theirs = any(name.lower() == "accept" for name in headers)
    accept = "" if is_accept_theirs else "Accept: */*\r\n"
    text = "".join((*lines, length, accept, "Accept-Encoding: identity\r\n"))
    breaks = len(lines) + bool(length) + bool(accept) + 1
    if not text.count("\r") == text.count("\n") == breaks or "\0" in text:
        message = "a header of ours holds a line break"  # others' have been checked
        raise ValueError(message)
    return b"%b %b%b\r\n" % (method.encode(), endpoint.line, text.encode())


def _without(answer: Answer, hidden: tuple[str, ...]) -> Answer:
    """Mask what a receiver repeats of a subscriber's own headers."""
    headers = {
        name: hide(value.encode(), hidden).decode()
        for name, value in answer.headers.items()
    }
    return replace(answer, headers=headers, body=hide(answer.body, hidden))


def _line(reason: str) -> str:
    return " ".join(reason.replace("\0", "").split())[:LONGEST_REASON]
