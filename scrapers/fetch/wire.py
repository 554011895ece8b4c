"""One connection to a site: a request goes out, an answer comes in (RFC 9112).

llhttp parses, through httptools; this module decides what belongs to an answer, and
whether the connection is fit for another request. Opening connections, deadlines and
the counting of bytes are `scrapers.fetch.transport`'s.
"""

from __future__ import annotations

import re
import time
from collections.abc import Iterator, Sequence
from contextlib import suppress

import httpcore
import httptools
import httpx

# What is read at once: a page of ordinary size comes in one piece.
READ_BYTES = 64 * 2**10
# More before the answer proper begins is no head; what servers send has 16 KiB at most.
MAX_HEAD_BYTES = 100 * 2**10
# Long enough to outlast the pause of most hosts, so that one connection serves a visit.
KEEPALIVE_SECONDS = 75.0
# Below come interim answers, which the answer proper follows (RFC 9110 15.2).
FIRST_FINAL = 200

_LENGTH = re.compile(rb"(?im)^content-length:([0-9, \t]+)\r?\n")
_BLANK_LINE = re.compile(rb"\n\r?\n")

Fields = Sequence[tuple[bytes, bytes]]


class TooMuchSent(httpx.RemoteProtocolError):
    """More bytes came than any answer within the limits has."""


class Connection:
    """Asks one thing at a time: `ask`, then `body` until it ends.

    Failures are httpcore's exceptions, and TooMuchSent. `status` and `fields` are those
    of the answer under way, interim ones left out.
    """

    def __init__(self, stream: httpcore.NetworkStream) -> None:
        self._stream = stream
        self._idle_since = 0.0
        self._begin()
        self._start_parser()

    def _start_parser(self) -> None:
        self._parser = httptools.HttpResponseParser(self)
        # What servers get wrong and every client lets pass.
        self._parser.set_dangerous_leniencies(
            lenient_headers=True,
            lenient_chunked_length=True,
            lenient_version=True,
            lenient_optional_cr_before_lf=True,
            lenient_spaces_after_chunk_size=True,
        )

    def _begin(self) -> None:
        self.status = 0
        self.fields: list[tuple[bytes, bytes]] = []
        self._pieces: list[bytes] = []
        self._fault: httpcore.RemoteProtocolError | None = None
        self._is_over = False
        self._keeps = False

    @property
    def is_fit(self) -> bool:
        """Whether the last answer ended so that another request may follow it."""
        return self._is_over and self._keeps

    def is_alive(self) -> bool:
        """Say whether it may be asked again, after a while of silence.

        What can be read before anything was asked is its end, or no answer of ours.
        """
        return (
            time.monotonic() - self._idle_since < KEEPALIVE_SECONDS
            and not self._stream.get_extra_info("is_readable")
        )

    def ask(self, request: bytes, *, until: float) -> None:
        """Send a request and read the head of its answer by `until` (monotonic)."""
        self._begin()
        self._until = until
        # What it said before it closed is still to be read.
        with suppress(httpcore.WriteError):
            self._stream.write(request, until)
        head = b""
        while not self.status:
            data = self._stream.read(READ_BYTES, until)
            if not data:
                message = "Server disconnected without sending a response."
                raise httpcore.RemoteProtocolError(message)
            head += data
            self._read_head(data, head)
            if len(head) > MAX_HEAD_BYTES and not self.status:
                message = f"a head of more than {MAX_HEAD_BYTES} bytes"
                raise TooMuchSent(message)

    def body(self) -> Iterator[bytes]:
        """Give the body as it comes, its content coding left as it is."""
        coding = _header(self.fields, b"transfer-encoding") or b"chunked"
        if {name.strip().lower() for name in coding.split(b",")} != {b"chunked"}:
            message = f"transfer coding {coding.decode('latin-1')[:40]!r}"
            raise httpcore.RemoteProtocolError(message)
        received = 0
        while True:
            pieces, self._pieces = self._pieces, []
            for piece in pieces:
                received += len(piece)
                yield piece
            if self._is_over:
                return
            if self._fault is not None:
                raise self._fault
            data = self._stream.read(READ_BYTES, self._until)
            if data:
                self._feed(data)
            else:
                self._finish(received)

    def _read_head(self, data: bytes, head: bytes) -> None:
        """Parse what came; `head` is all of it, for a length that is said twice."""
        if self._fault is None:
            try:
                self._feed(data)
            except httpcore.RemoteProtocolError as fault:
                if not _LENGTH.search(head):
                    raise
                self._fault = fault  # until the head is whole
        if self._fault is None or self.status or not _BLANK_LINE.search(head):
            return
        told = _with_one_length(head)
        if told == head:
            raise self._fault
        self._begin()
        self._start_parser()
        self._feed(told)

    def close(self) -> None:
        """Hang up."""
        self._keeps = False
        self._stream.close()

    def _feed(self, data: bytes) -> None:
        try:
            self._parser.feed_data(data)
        except (httptools.HttpParserError, httptools.HttpParserUpgrade) as error:
            self._keeps = False
            fault = httpcore.RemoteProtocolError(f"not a usable HTTP answer: {error}")
            if not self.status:
                raise fault from error
            self._fault = fault  # of the body, whose beginning comes first

    def _finish(self, received: int) -> None:
        """Take the end of the connection for the end of the body, where it may be."""
        announced = _header(self.fields, b"content-length")
        coding = _header(self.fields, b"transfer-encoding")
        if announced is None and coding is None:
            self._is_over = True
            return
        expected = ""
        if announced is not None and coding is None:
            expected = f", expected {announced.decode('latin-1')}"
        message = (
            "peer closed connection without sending complete message body "
            f"(received {received} bytes{expected})"
        )
        raise httpcore.RemoteProtocolError(message)

    # What the parser calls; nothing here may raise.

    def on_message_begin(self) -> None:
        """Trust no connection on which an answer stands behind the answer."""
        self._keeps = False

    def on_header(self, name: bytes, value: bytes) -> None:
        """Keep a header; what stands behind a body counts for nothing."""
        if not self.status:
            self.fields.append((name, value.strip()))

    def on_headers_complete(self) -> None:
        """Take the status, unless the answer proper is yet to come."""
        status = self._parser.get_status_code()
        if status >= FIRST_FINAL:
            self.status = self.status or status
        else:
            self.fields.clear()

    def on_body(self, body: bytes) -> None:
        """Keep a piece of the body."""
        if not self._is_over:
            self._pieces.append(body)

    def on_message_complete(self) -> None:
        """Note that nothing more belongs to this answer."""
        if self.status and not self._is_over:
            self._is_over = True
            self._keeps = self._parser.should_keep_alive()
            self._idle_since = time.monotonic()


def _header(fields: Fields, name: bytes) -> bytes | None:
    return next((value for key, value in fields if key.lower() == name), None)


def _with_one_length(head: bytes) -> bytes:
    """Say a length once that is said several times, and alike (RFC 9110 8.6)."""
    blank = _BLANK_LINE.search(head)
    end = blank.start() + 1 if blank else len(head)
    said = b",".join(_LENGTH.findall(head, 0, end))
    lengths = {length.strip() for length in said.split(b",")}
    if len(lengths) != 1:
        return head
    once = b"Content-Length: " + lengths.pop() + b"\r\n"
    return _LENGTH.sub(b"", head[:end]) + once + head[end:]
