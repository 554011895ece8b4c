"""One connection to a receiver: a request goes out, an answer comes back (RFC 9112).

llhttp parses, through httptools; this module decides what is kept of an answer, how
long it may take and when the connection is fit for another request. What comes is
hostile: sixteen kilobytes of a body are kept, and whoever sends more is hung up on.
Opening connections is `service.delivery.connections`' affair.
"""

from __future__ import annotations

import asyncio
import select
from collections.abc import Iterable
from dataclasses import dataclass

import httptools

# Of an answer's body, and of its headers together, this much is kept for the log.
KEPT_BYTES = 16 * 1024
# All that an answer may take: lines that are no headers or chunks that hold next to
# nothing would otherwise be read as long as they last.
MOST_BYTES = 4 * KEPT_BYTES
# A larger body is written in pieces, each when the one before has gone: TLS would hold
# a copy of all that is written, for each receiver.
PIECE_BYTES = 64 * 1024
NOTHING = memoryview(b"")
# The status has come, the delivery is decided; the rest of the time goes to the log.
BODY_SECONDS = 5.0
# Below come interim answers, which the answer proper follows (RFC 9110 15.2); 101 ends
# the conversation like one, and nobody asked for it.
FIRST_FINAL = 200
SWITCHING = 101
# Answers without a body, whatever their headers say (RFC 9112 6.3): one that is sent
# all the same would be read as the next answer.
BODILESS = frozenset({204, 304})


@dataclass(frozen=True, kw_only=True, slots=True)
class Answer:
    """A status, the headers with their names in lower case, the body's beginning."""

    status: int
    headers: dict[str, str]
    body: bytes


class NoAnswer(Exception):
    """Nothing came that could be read; `was_taken`: there was a connection."""

    def __init__(self, reason: str, *, was_taken: bool) -> None:
        super().__init__(reason)
        self.reason = reason
        self.was_taken = was_taken


class Connection(asyncio.Protocol):
    """Asks one thing at a time; fit for the next while `is_fit`."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop
        self._parser = httptools.HttpResponseParser(self)
        # What receivers get wrong and every client lets pass.
        self._parser.set_dangerous_leniencies(
            lenient_headers=True,
            lenient_optional_cr_before_lf=True,
            lenient_spaces_after_chunk_size=True,
        )
        self._waiter: asyncio.Future[Answer] | None = None
        self._unsent = NOTHING
        self._is_full = False
        self._forget()

    def _forget(self) -> None:
        """Be ready for an answer."""
        self._status: int | None = None
        self._fields: list[tuple[bytes, bytes]] = []
        self._body = bytearray()
        self._received = 0
        self._is_over = False
        self._is_timed = False
        self._keeps = False

    @property
    def is_fit(self) -> bool:
        """Whether another request may go out."""
        return not self._transport.is_closing()

    @property
    def is_silent(self) -> bool:
        """Whether nothing has come that the loop has not read yet, nor the end.

        What stands there was sent before the next request, and cannot answer it.
        """
        return not self._arrivals.poll(0)

    @property
    def has_heard(self) -> bool:
        """Whether anything has come in answer to what was asked last."""
        return self._received > 0

    def close(self) -> None:
        """Hang up."""
        self._transport.close()

    async def ask(self, head: bytes, body: bytes, *, until: float) -> Answer:
        """Send a request and give its answer, as far as it has come by `until`.

        `until` is the loop's time. Raises NoAnswer, and TimeoutError when not even a
        status has come.
        """
        self._forget()
        self._waiter = self._loop.create_future()
        self._until = until
        self._timer = self._loop.call_at(until, self._late)
        if len(body) <= PIECE_BYTES:
            self._transport.writelines((head, body))
        else:
            self._unsent = memoryview(body)
            self._transport.write(head)
            self._send_on()
        try:
            return await self._waiter
        except asyncio.CancelledError:
            self._transport.abort()
            raise
        finally:
            self._waiter = None
            self._unsent = NOTHING
            self._timer.cancel()

    def _send_on(self) -> None:
        """Write as much as the receiver takes."""
        while self._unsent and not (self._is_full or self._transport.is_closing()):
            piece, self._unsent = (
                self._unsent[:PIECE_BYTES],
                self._unsent[PIECE_BYTES:],
            )
            self._transport.write(piece)

    # What the event loop calls.

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # a stream's is one
        """Keep what is written to."""
        self._transport = transport
        self._arrivals = select.poll()
        self._arrivals.register(transport.get_extra_info("socket"), select.POLLIN)
        transport.set_write_buffer_limits(high=PIECE_BYTES)

    def pause_writing(self) -> None:
        """Wait until the receiver has taken what was written."""
        self._is_full = True

    def resume_writing(self) -> None:
        """Go on with what is still to be sent."""
        self._is_full = False
        self._send_on()

    def data_received(self, data: bytes) -> None:
        """Read on, and end as soon as enough is known."""
        if self._waiter is None:  # nobody has asked: it would answer the next request
            self.close()
            return
        self._received += len(data)
        try:
            self._parser.feed_data(data)
        except (httptools.HttpParserError, httptools.HttpParserUpgrade) as error:
            self._break(f"not a usable HTTP answer: {error}")
            return
        if self._is_over:
            self._end(keep=self._keeps)
        elif len(self._body) >= KEPT_BYTES or self._received > MOST_BYTES:
            self._break(f"not a usable HTTP answer: no end after {MOST_BYTES} bytes")
        elif self._status is not None and not self._is_timed:
            self._is_timed = True
            self._timer.cancel()
            end = min(self._until, self._loop.time() + BODY_SECONDS)
            self._timer = self._loop.call_at(end, self._late)

    def connection_lost(self, exc: Exception | None) -> None:
        """End with what has come, were it nothing."""
        self._break(str(exc or "the connection was closed without an answer"))

    # What the parser calls; nothing here may raise.

    def on_message_begin(self) -> None:
        """Trust no connection on which an answer stands behind the answer."""
        self._keeps = False

    def on_header(self, name: bytes, value: bytes) -> None:
        """Keep a header; what stands behind a body counts for nothing."""
        if self._status is None:
            self._fields.append((name, value))

    def on_headers_complete(self) -> None:
        """Take the status, unless the answer proper is yet to come."""
        status = self._parser.get_status_code()
        if status >= FIRST_FINAL or status == SWITCHING:
            self._status = self._status or status
        else:
            self._fields.clear()

    def on_body(self, body: bytes) -> None:
        """Keep its beginning."""
        if not self._is_over and len(self._body) < KEPT_BYTES:
            self._body += body[: KEPT_BYTES - len(self._body)]

    def on_message_complete(self) -> None:
        """Note that nothing more belongs to this answer."""
        if self._status is not None and not self._is_over:
            self._is_over = True
            self._keeps = self._parser.should_keep_alive() and not (
                self._status in BODILESS and _announces_body(self._fields)
            )

    # How it ends.

    def _late(self) -> None:
        if self._status is None and self._waiter and not self._waiter.done():
            self._waiter.set_exception(TimeoutError())
        self._end(keep=False)

    def _break(self, reason: str) -> None:
        """End an answer that is cut off; one that has not begun is none."""
        if self._status is None and self._waiter and not self._waiter.done():
            self._waiter.set_exception(NoAnswer(reason, was_taken=True))
        self._end(keep=False)

    def _end(self, *, keep: bool) -> None:
        if self._waiter and not self._waiter.done() and self._status is not None:
            headers = plain_headers(self._fields)
            self._waiter.set_result(
                Answer(status=self._status, headers=headers, body=bytes(self._body))
            )
        if not keep or self._unsent:  # an answer before its question was out
            self._transport.abort()


def _announces_body(fields: Iterable[tuple[bytes, bytes]]) -> bool:
    return any(
        name.lower() == b"transfer-encoding"
        or (name.lower() == b"content-length" and value.strip() != b"0")
        for name, value in fields
    )


def plain_headers(fields: Iterable[tuple[bytes, bytes]]) -> dict[str, str]:
    """Give headers as text any database takes, names in lower case, bounded in size."""
    headers: dict[str, str] = {}
    room = KEPT_BYTES
    for name, value in fields:
        room -= len(name) + len(value)
        if room < 0:
            break
        key, text = _plain(name).lower(), _plain(value)
        headers[key] = f"{headers[key]}, {text}" if key in headers else text
    return headers


def _plain(raw: bytes) -> str:
    return raw.decode("utf-8", "replace").replace("\0", "\N{REPLACEMENT CHARACTER}")
