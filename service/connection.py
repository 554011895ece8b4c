"""One connection of a reader: known feeds are answered where their request is parsed.

uvicorn's protocol, which parses with llhttp, and a short cut: what the front knows is
written at once, without a task, a scope or a thread. Everything else goes the long way,
to the gateway. Of limits uvicorn has too few: how long a head may take, how long who
does not read is waited for, and how many connections there may be is said here; what a
head may say in `service.heads`.
"""

from __future__ import annotations

import asyncio
from heapq import nsmallest
from http import HTTPStatus
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote_to_bytes

import httptools
from uvicorn.config import Config
from uvicorn.protocols.http.httptools_impl import (
    HttpToolsProtocol,
    RequestResponseCycle,
)
from uvicorn.server import ServerState

from service.heads import (
    CLOSE,
    MAX_HEAD_BYTES,
    MAX_METHOD,
    fault_of,
    refusal,
    too_large,
    unread,
    without_upgrade,
)

if TYPE_CHECKING:
    from uvicorn._types import ASGI3Application

    from service.feeds.document import Answer
    from service.front import Front

# Longer than the minute that proxies keep theirs.
IDLE_SECONDS = 65
# A head comes in one piece, or nearly: a sender this slow holds a connection, no more.
HEAD_SECONDS = 10.0
# What stands between the pieces of a chunked body, and after it: 10 MiB in pieces of
# 100 bytes come to it.
MAX_FRAMING_BYTES = 2**20
# A connection takes some 10 KiB, and a file descriptor.
MAX_CONNECTIONS = 4096
# Of so many one gives way at a time: to look for the idlest takes milliseconds.
GIVING_WAY = 64
# What is parsed at once: of questions sent ahead no more are held as objects.
SLICE_BYTES = 4096
# From this size a body is written by itself, so that all readers share its bytes.
OWN_WRITE_BYTES = 64 * 1024
# Who is refused while it sends hears why only if it may go on for a while.
LINGER_SECONDS = 2.0
# When the server ends, what was sent before it said so arrives within this time.
LAST_SECONDS = 0.2

# What the front wants to know of a request, by the names WSGI has for it.
_OF_FRONT = {
    b"host": "HTTP_HOST",
    b"accept-encoding": "HTTP_ACCEPT_ENCODING",
    b"if-none-match": "HTTP_IF_NONE_MATCH",
    b"if-modified-since": "HTTP_IF_MODIFIED_SINCE",
    b"a-im": "HTTP_A_IM",
    b"sec-fetch-dest": "HTTP_SEC_FETCH_DEST",
    b"upgrade-insecure-requests": "HTTP_UPGRADE_INSECURE_REQUESTS",
}
# What makes a request more than a question.
_MORE = frozenset((b"content-length", b"transfer-encoding", b"upgrade", b"expect"))
_METHODS = {b"GET": "GET", b"HEAD": "HEAD"}
_NOTHING = memoryview(b"")


class Connection(HttpToolsProtocol):
    """A connection that answers known feeds at once.

    `config.app` is a Gateway. `_is_done` says that the request at hand is answered, or
    refused: what is left of it means nothing; `_is_whole` that it has come to its end;
    `_ends` that no other is taken, `_is_over` that none is sent, `_is_last` that the
    server ends. `_held` is what was received and is not parsed yet.
    """

    idle_seconds: float = IDLE_SECONDS
    head_seconds: float = HEAD_SECONDS
    max_connections: int = MAX_CONNECTIONS

    def __init__(
        self,
        config: Config,
        server_state: ServerState,
        app_state: dict[str, Any],
        _loop: asyncio.AbstractEventLoop | None = None,
    ) -> None:
        super().__init__(config, server_state, app_state, _loop)
        self._front: Front = config.app.front  # type: ignore[union-attr] # a Gateway
        self._is_done = self._ends = self._is_over = self._is_last = False
        self._is_whole = True
        self.active_at = self.loop.time()
        self._head_since: float | None = None
        self._is_new = False
        self._framing = 0
        self._held = _NOTHING
        self._unsent, self._unsent_since = 0, 0.0
        self._running: RequestResponseCycle | None = None
        self._watch: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override] # as uvicorn
        """Take a connection; where there are too many, idle ones give way."""
        super().connection_made(transport)
        if len(self.connections) > self.max_connections and not self._make_way():
            text = "Too many connections are open: try again soon."
            self._refuse(HTTPStatus.SERVICE_UNAVAILABLE, text)
            self.transport.close()
        else:
            self._watch = self.loop.call_later(self.head_seconds, self._look)

    def connection_lost(self, exc: Exception | None) -> None:
        """Forget the connection, and what was still to be asked."""
        if self._watch is not None:
            self._watch.cancel()
        self.pipeline.clear()
        self._abandon()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Parse what came, in slices while answers are waited for."""
        self.active_at = self.loop.time()
        if self._held or len(data) > SLICE_BYTES:
            self._held = memoryview(bytes(self._held) + data)
        else:
            self._feed(data)
        if self._held:
            self._feed_held()

    def eof_received(self) -> bool:  # type: ignore[override] # asyncio's, uvicorn gives nothing
        """Answer what was asked by a reader that has no more to ask."""
        self._is_over = True
        return self._end()

    def shutdown(self) -> None:
        """Answer what is asked already, and end."""
        self._is_last = True
        if self._waits():
            self.cycle.keep_alive = False
        else:
            self.loop.call_later(LAST_SECONDS, self._close_idle)

    def on_message_begin(self) -> None:
        """Begin with a request; what only the long way needs is made there."""
        self.url = b""
        self.headers = []
        self._is_done = self._is_whole = False
        self._is_new = True
        self._head_since = self.active_at

    def on_header(self, name: bytes, value: bytes) -> None:
        """Keep a header; what stands after a body is none (RFC 9110 section 6.5.1)."""
        if self._head_since is not None:
            self.headers.append((name.lower(), value))

    def on_headers_complete(self) -> None:
        """Answer by the short cut, or go the long way."""
        self._head_since = None
        if self._ends:
            self._is_done = True
        elif (answer := self._known()) is not None:
            self._write(answer)
        elif (fault := fault_of(*self._head())) is not None:
            self._refuse(*fault)
        elif self.parser.should_upgrade():
            self._is_done = True  # it comes again, without the offer
        else:
            self._is_new = True
            self._ask_gateway()

    def on_body(self, body: bytes) -> None:
        """Keep a part of the body for who reads it."""
        self._framing -= len(body)
        if not self._is_done:
            super().on_body(body)

    def on_message_complete(self) -> None:
        """Let who reads the body know that this is its end."""
        self._is_whole = True
        if not self._is_done:
            super().on_message_complete()

    def on_response_complete(self) -> None:
        """Go on with what was asked meanwhile."""
        self.server_state.total_requests += 1
        if self.transport.is_closing():
            return
        self.active_at = self.loop.time()
        if self.pipeline:
            self._start_asgi_task(*self.pipeline.pop())
        self._feed_held()
        if self._ends and not self._waits():
            self._linger()
        elif not self._ends and not self._held:
            self.flow.resume_reading()

    def _waits(self) -> bool:
        """Whether a request waits for its answer."""
        return self._running is not None and not self._running.response_complete

    def _feed_held(self) -> None:
        """Parse on, as far as no more than a slice of questions waits."""
        while self._held and not self.pipeline and not self._ends:
            data, self._held = self._held[:SLICE_BYTES], self._held[SLICE_BYTES:]
            self._feed(data)

    def _feed(self, data: bytes | memoryview) -> None:
        if self._ends:
            return
        try:
            self.parser.feed_data(data)
        except httptools.HttpParserUpgrade as upgrade:
            if not self._ends:
                head = without_upgrade(*self._head())
                rest = bytes(data[upgrade.args[0] :])
                self._held = memoryview(b"".join((head, rest, self._held)))
        except httptools.HttpParserError as error:
            is_method = isinstance(error, httptools.HttpParserInvalidMethodError)
            self._refuse(*unread(bytes(data[:MAX_METHOD]) if is_method else b""))
        if not self._is_whole:
            self._count(len(data))

    def _count(self, size: int) -> None:
        """Bound what is no body: heads, and what frames the pieces of bodies."""
        if self._is_new:  # what it began with may have been another's end
            self._is_new, self._framing = False, 0
            return
        self._framing += size
        if self._head_since is not None and self._framing > MAX_HEAD_BYTES:
            self._refuse(*too_large())
        elif self._framing > MAX_FRAMING_BYTES:
            text = "The body comes in too many pieces: send larger ones."
            self._refuse(HTTPStatus.BAD_REQUEST, text)

    def _known(self) -> Answer | None:
        """Give the answer to a question that the front knows, if it is the next one.

        Not while an earlier one waits for its answer, nor while the reader has not
        taken the last: who does not read is not written to without end.
        """
        method = _METHODS.get(self.parser.get_method())
        running = self._running
        waits = running is not None and not running.response_complete
        if method is None or waits or self.transport.get_write_buffer_size():
            return None
        path, _, query = self.url.partition(b"?")
        # WSGI has the bytes of a path, written as Latin-1.
        plain = unquote_to_bytes(path) if b"%" in path else path
        environ = {
            "REQUEST_METHOD": method,
            "PATH_INFO": plain.decode("latin-1"),
            "QUERY_STRING": query.decode("latin-1"),
        }
        for name, value in self.headers:
            key = _OF_FRONT.get(name)
            if key is not None:
                if key in environ:  # the gateway makes one of two
                    return None
                environ[key] = value.decode("latin-1")
            elif name in _MORE:
                return None
        return self._front.answer(environ) if "HTTP_HOST" in environ else None

    def _head(self) -> tuple[bytes, bytes, str, list[tuple[bytes, bytes]]]:
        version = self.parser.get_http_version()
        return self.parser.get_method(), self.url, version, self.headers

    def _ask_gateway(self) -> None:
        """Hand the request at hand to uvicorn's own way."""
        url, headers = self.url, self.headers
        super().on_message_begin()
        self.url = url
        self.headers += headers
        self.expect_100_continue = any(
            name == b"expect" and value.lower() == b"100-continue"
            for name, value in headers
        )
        super().on_headers_complete()
        if self._is_last:
            self.cycle.keep_alive = False

    def _write(self, answer: Answer) -> None:
        self._is_done = True
        parts = [answer.head]
        for name, value in self.server_state.default_headers:
            parts += (name, b": ", value, b"\r\n")
        parser = self.parser
        stays = parser.should_keep_alive() and parser.get_http_version() != "1.0"
        stays = stays and not self._is_last
        body = answer.body
        if len(body) < OWN_WRITE_BYTES:
            parts += (b"\r\n" if stays else CLOSE, body)
            self.transport.write(b"".join(parts))
        else:
            parts.append(b"\r\n" if stays else CLOSE)
            self.transport.writelines((b"".join(parts), body))
        self.server_state.total_requests += 1
        if not stays:
            self._ends = True
            self.transport.close()

    def _start_asgi_task(
        self, cycle: RequestResponseCycle, app: ASGI3Application
    ) -> None:
        self._running = cycle
        super()._start_asgi_task(cycle, app)

    def _end(self) -> bool:
        """Take no other request; tell whether the answer to one is still to come.

        One whose body is not whole is none.
        """
        self._ends, self._held = True, _NOTHING
        if not self._waits():
            return False
        if self.cycle.more_body:
            if self.cycle is self._running:
                return False
            self.pipeline.popleft()
        return True

    def _abandon(self) -> None:
        """Let the request that is worked on have nobody to answer."""
        if self._running is not None:
            self._running.disconnected = True
            self._running.message_event.set()
            self._running = None

    def _refuse(self, status: HTTPStatus, text: str) -> None:
        """Answer in few words, after all that was asked before, and end."""
        self._is_done, self._head_since = True, None
        if self._end():
            return
        self._abandon()
        fields = self.server_state.default_headers
        self.transport.write(refusal((status, text), fields))
        self._linger()

    def _linger(self) -> None:
        """Write no more, and hear no more than that the other side has ended too.

        To close while it sends would reset the connection, and with it the answer.
        """
        if self._is_over:
            self.transport.close()
        elif not self.transport.is_closing():
            self.transport.write_eof()
            self._look_in(LINGER_SECONDS)

    def _make_way(self) -> bool:
        """Close the connections that are idle longest; tell whether there are any."""
        others = (each for each in self.connections if each is not self)
        idle = [
            each for each in others if isinstance(each, Connection) and each.is_idle()
        ]
        number = max(1, self.max_connections // GIVING_WAY)
        for each in nsmallest(number, idle, key=lambda each: each.active_at):
            each.transport.close()
            self.connections.discard(each)
        return bool(idle)

    def is_idle(self) -> bool:
        """Whether nobody would miss anything that was asked."""
        unsent = self.transport.get_write_buffer_size()
        return not (self._waits() or unsent or self._head_since is not None)

    def _close_idle(self) -> None:
        if self.is_idle():
            self.transport.close()

    def _look(self) -> None:
        """See now and then whether the other side is slow, or gone."""
        now = self.loop.time()
        unsent = self.transport.get_write_buffer_size()
        if unsent != self._unsent:
            self._unsent, self._unsent_since = unsent, now
        since = self._head_since
        if since is not None and now - since >= self.head_seconds:
            text = f"The head did not arrive within {self.head_seconds:g} seconds."
            self._refuse(HTTPStatus.REQUEST_TIMEOUT, text)
        elif unsent and now - self._unsent_since >= self.idle_seconds:
            self.transport.abort()
        elif self._ends or now - self.active_at >= self.idle_seconds:
            self._close_idle()
        self._look_in(LINGER_SECONDS if self._ends else self.head_seconds)

    def _look_in(self, seconds: float) -> None:
        if self._watch is not None:
            self._watch.cancel()
        self._watch = self.loop.call_later(seconds, self._look)
