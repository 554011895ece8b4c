"""Let Flask answer in threads what the event loop does not answer by itself.

An ASGI application (asgi.readthedocs.io, HTTP 2.3) around a WSGI one (PEP 3333). The
loop reads bodies, so that no thread waits for a sender; whatever waits for the database
runs in the pool, of which no thread can hold up the loop.
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from http import HTTPStatus
from io import BytesIO
from typing import TYPE_CHECKING
from urllib.parse import unquote_to_bytes

from service.front import Front

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment
    from uvicorn._types import ASGIReceiveCallable, ASGISendCallable, HTTPScope

# The most that any address takes is a hub's push of 10 MiB (service.websub.callback).
# Each has its own limit.
MAX_BODY_BYTES = 10 * 2**20
# Of all bodies that are being read or answered: what a web process has to spare.
MAX_BODIES_BYTES = 32 * 2**20
# A sender of ten megabytes over a slow line is done by then, or will never be.
BODY_SECONDS = 30.0
RETRY_SECONDS = 5
# Readers of what is held have threads of their own, however many ask for something
# else: it is packed, or made anew after a change, in some milliseconds.
THREADS_FOR_HELD = 4

# Requests by these methods mean the same with a body as without.
_WITHOUT_BODY = frozenset(("GET", "HEAD", "OPTIONS"))
# Headers that have a name of their own in WSGI.
_CGI = {"content-type": "CONTENT_TYPE", "content-length": "CONTENT_LENGTH"}

Headers = list[tuple[str, str]]


@dataclass(kw_only=True, slots=True)
class Reply:
    """What a thread answers, or is answered in place of one."""

    code: int = HTTPStatus.INTERNAL_SERVER_ERROR
    headers: Headers = field(default_factory=list)
    parts: list[bytes] = field(default_factory=list)

    def start(
        self, status: str, headers: Headers, _error: object = None, /
    ) -> Callable[[bytes], object]:
        """Take status and headers as WSGI's `start_response` does."""
        self.code, self.headers = int(status[:3]), headers
        return self.parts.append


def do_nothing() -> None:
    """Have nothing to end."""


class Gateway:
    """An ASGI application that asks a front, and Flask behind it, in `threads` threads.

    `front` is for whoever can answer without them. A body may take `body_seconds`.
    `at_end` is called when the server ends, for those whose answers wait for something.
    """

    def __init__(
        self,
        front: Front,
        *,
        threads: int,
        body_seconds: float = BODY_SECONDS,
        at_end: Callable[[], None] = do_nothing,
    ) -> None:
        self.front = front
        self.at_end = at_end
        self._body_seconds = body_seconds
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix="request")
        self._held = ThreadPoolExecutor(THREADS_FOR_HELD, thread_name_prefix="held")
        self._bodies = 0

    async def __call__(
        self, scope: HTTPScope, receive: ASGIReceiveCallable, send: ASGISendCallable
    ) -> None:
        """Read the body, let a thread answer, and send what it says."""
        body = bytearray()
        try:
            reply = await self._read(body, scope, receive)
            if reply is None:
                environ = environment(scope, bytes(body))
                pool = self._held if self.front.holds(environ) else self._pool
                loop = asyncio.get_running_loop()
                reply = await loop.run_in_executor(pool, self._ask, environ)
        except asyncio.CancelledError:  # the server ends, and its patience did
            reply = _ending()
        finally:
            self._bodies -= len(body)
        headers = [
            (name.encode("latin-1"), value.encode("latin-1"))
            for name, value in reply.headers
        ]
        await send(
            {"type": "http.response.start", "status": reply.code, "headers": headers}
        )
        whole = b"".join(reply.parts)
        await send({"type": "http.response.body", "body": whole, "more_body": False})

    async def _read(
        self, body: bytearray, scope: HTTPScope, receive: ASGIReceiveCallable
    ) -> Reply | None:
        """Read a body whole, or give the answer to one that cannot be taken."""
        is_whole = scope["method"] in _WITHOUT_BODY
        try:
            async with asyncio.timeout(self._body_seconds):
                while not is_whole:
                    message = await receive()
                    if message["type"] != "http.request":
                        return (
                            Reply()
                        )  # nobody is there to hear it, and nothing is done
                    chunk = message["body"]
                    body += chunk
                    self._bodies += len(chunk)
                    if len(body) > MAX_BODY_BYTES:
                        return _too_large()
                    if self._bodies > MAX_BODIES_BYTES:
                        return _too_many()
                    is_whole = not message["more_body"]
        except TimeoutError:
            return _too_slow(self._body_seconds)
        return None

    def _ask(self, environ: WSGIEnvironment) -> Reply:
        """Let the front and Flask answer, in a thread."""
        reply = Reply()
        parts = self.front(environ, reply.start)
        try:
            reply.parts.extend(parts)
        finally:
            if (close := getattr(parts, "close", None)) is not None:
                close()
        return reply


def environment(scope: HTTPScope, body: bytes) -> WSGIEnvironment:
    """Write a request as WSGI has it (PEP 3333).

    A header that came twice is one, as RFC 9110 section 5.3 has it. Names with an
    underscore are left out: they would pass for others, which proxies vouch for.
    """
    host, port = scope["server"] or ("", None)
    client, client_port = scope["client"] or ("", 0)
    environ: WSGIEnvironment = {
        "REQUEST_METHOD": scope["method"],
        "SCRIPT_NAME": "",
        # WSGI has the bytes of a path, written as Latin-1.
        "PATH_INFO": unquote_to_bytes(scope["raw_path"]).decode("latin-1"),
        "QUERY_STRING": scope["query_string"].decode("latin-1"),
        "SERVER_NAME": host,
        "SERVER_PORT": str(port or ""),
        "SERVER_PROTOCOL": f"HTTP/{scope['http_version']}",
        "REMOTE_ADDR": client,
        "REMOTE_PORT": str(client_port),
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": scope["scheme"],
        "wsgi.input": BytesIO(body),
        "wsgi.input_terminated": True,  # werkzeug's: it ends where the body ends
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
    }
    for raw_name, raw_value in scope["headers"]:
        name, value = raw_name.decode("latin-1"), raw_value.decode("latin-1")
        if "_" not in name:
            key = _CGI.get(name) or "HTTP_" + name.upper().replace("-", "_")
            between = "; " if name == "cookie" else ","
            given = environ.get(key)
            environ[key] = value if given is None else f"{given}{between}{value}"
    return environ


def _too_large() -> Reply:
    most = MAX_BODY_BYTES // 2**20
    text = f"The body of a request may have {most} MiB at most: send less."
    return _refusal(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, text)


def _too_many() -> Reply:
    text = "Too many large requests are being read: try again soon."
    reply = _refusal(HTTPStatus.SERVICE_UNAVAILABLE, text)
    reply.headers.append(("Retry-After", str(RETRY_SECONDS)))
    return reply


def _ending() -> Reply:
    text = "The service is restarting: try again soon."
    reply = _refusal(HTTPStatus.SERVICE_UNAVAILABLE, text)
    reply.headers.append(("Retry-After", str(RETRY_SECONDS)))
    return reply


def _too_slow(seconds: float) -> Reply:
    text = f"The body did not arrive within {seconds:g} seconds: send it again."
    return _refusal(HTTPStatus.REQUEST_TIMEOUT, text)


def _refusal(status: HTTPStatus, text: str) -> Reply:
    body = f"{status.value} {status.phrase}\n{text}\n".encode()
    headers = [
        ("Content-Type", "text/plain; charset=utf-8"),
        ("Content-Length", str(len(body))),
        ("Cache-Control", "no-store"),
        ("Connection", "close"),  # what is left of the body is not read
    ]
    return Reply(code=status, headers=headers, parts=[body])
