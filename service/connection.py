"""One connection of a reader: known feeds are answered where their request is parsed.

uvicorn's protocol, which parses with llhttp, and a short cut: what the front knows is
written at once, without a task, a scope or a thread. Everything else goes the long way,
to the gateway. Of limits uvicorn has too few: how long a head may take, how large it
may be, and how many connections there may be is said here.
"""

from __future__ import annotations

import asyncio
from http import HTTPStatus
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote_to_bytes

from uvicorn.config import Config
from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol
from uvicorn.server import ServerState

if TYPE_CHECKING:
    from service.feeds.document import Answer
    from service.front import Front

# Longer than the minute that proxies keep theirs.
IDLE_SECONDS = 65
# A head comes in one piece, or nearly: a sender this slow holds a connection, no more.
HEAD_SECONDS = 10.0
# A browser's head has a tenth of it; hyper and nginx allow about as much.
MAX_HEAD_BYTES = 64 * 1024
MAX_HEADERS = 100
# A connection takes some 10 KiB, and a file descriptor.
MAX_CONNECTIONS = 4096

# What the front wants to know of a request, by the names WSGI has for it.
_OF_FRONT = {
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
_CLOSE = b"connection: close\r\n\r\n"


class Connection(HttpToolsProtocol):
    """A connection that answers known feeds at once.

    `config.app` is a Gateway. `_is_done` says that the request at hand is answered, or
    refused: what is left of it means nothing.
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
        self._is_done = False
        self._active_at = self.loop.time()
        self._head_since: float | None = None
        self._head_bytes = 0
        self._watch: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override] # as uvicorn
        """Take a connection, unless there are too many."""
        super().connection_made(transport)
        if len(self.connections) > self.max_connections:
            text = "Too many connections are open: try again soon."
            self._refuse(HTTPStatus.SERVICE_UNAVAILABLE, text)
        else:
            self._watch = self.loop.call_later(self.head_seconds, self._look)

    def connection_lost(self, exc: Exception | None) -> None:
        """Forget the connection."""
        if self._watch is not None:
            self._watch.cancel()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Parse what came; a head that does not end is refused."""
        self._active_at = self.loop.time()
        super().data_received(data)
        if self._head_since is not None:
            self._head_bytes += len(data)
            if self._head_bytes > MAX_HEAD_BYTES:
                text = f"The head of a request may have {MAX_HEAD_BYTES} bytes at most."
                self._refuse(HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE, text)

    def on_message_begin(self) -> None:
        """Begin with a request; what only the long way needs is made there."""
        self.url = b""
        self.headers = []
        self.expect_100_continue = False
        self._is_done = False
        self._head_since = self._active_at
        self._head_bytes = 0

    def on_headers_complete(self) -> None:
        """Answer by the short cut, or go the long way."""
        self._head_since = None
        if self.transport.is_closing():
            self._is_done = True
        elif len(self.headers) > MAX_HEADERS:
            text = f"A request may have {MAX_HEADERS} headers at most."
            self._refuse(HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE, text)
        elif (answer := self._known()) is not None:
            self._write(answer)
        else:
            url, headers, expects = self.url, self.headers, self.expect_100_continue
            super().on_message_begin()
            self.url, self.expect_100_continue = url, expects
            self.headers += headers
            super().on_headers_complete()

    def on_body(self, body: bytes) -> None:
        """Keep a part of the body for who reads it."""
        if not self._is_done:
            super().on_body(body)

    def on_message_complete(self) -> None:
        """Let who reads the body know that this is its end."""
        if not self._is_done:
            super().on_message_complete()

    def _known(self) -> Answer | None:
        """Give the answer to a question that the front knows, if it is the next one.

        Not while an earlier one waits for its answer, nor while the reader has not
        taken the last: who does not read is not written to without end.
        """
        method = _METHODS.get(self.parser.get_method())
        waits = self.cycle is not None and not self.cycle.response_complete
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
                environ[key] = value.decode("latin-1")
            elif name in _MORE:
                return None
        return self._front.answer(environ)

    def _write(self, answer: Answer) -> None:
        self._is_done = True
        parts = [answer.head]
        for name, value in self.server_state.default_headers:
            parts += (name, b": ", value, b"\r\n")
        parser = self.parser
        stays = parser.should_keep_alive() and parser.get_http_version() != "1.0"
        parts += (b"\r\n" if stays else _CLOSE, answer.body)
        self.transport.write(b"".join(parts))
        self.server_state.total_requests += 1
        if not stays:
            self.transport.close()

    def _refuse(self, status: HTTPStatus, text: str) -> None:
        """Answer in few words and end the connection."""
        self._is_done, self._head_since = True, None
        body = f"{status.value} {status.phrase}\n{text}\n".encode()
        fields = (
            b"content-type: text/plain; charset=utf-8\r\n",
            f"content-length: {len(body)}\r\n".encode(),
        )
        self.transport.write(b"".join((STATUS_LINE[status], *fields, _CLOSE, body)))
        self.transport.close()

    def _look(self) -> None:
        """See now and then whether the other side is slow, or gone."""
        if self.transport.is_closing():
            return
        now = self.loop.time()
        waits = self.cycle is not None and not self.cycle.response_complete
        if self._head_since is not None and now - self._head_since >= self.head_seconds:
            text = f"The head did not arrive within {self.head_seconds:g} seconds."
            self._refuse(HTTPStatus.REQUEST_TIMEOUT, text)
        elif not waits and now - self._active_at >= self.idle_seconds:
            self.transport.close()
        else:
            self._watch = self.loop.call_later(self.head_seconds, self._look)
