"""A subscriber as a stranger would write one: a real server on loopback.

It verifies signatures by the specification's text, with no library of ours or of the
sender's, and answers each message's n-th attempt by a plan.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import threading
import time
from collections import defaultdict
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from email.utils import formatdate
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

SECRET = "whsec_" + base64.b64encode(b"a secret of twenty-four.").decode()


@dataclass(frozen=True, kw_only=True)
class Arrived:
    """One request as it came in."""

    path: str
    headers: dict[str, str]
    body: bytes
    at: float

    @property
    def id(self) -> str:
        return self.headers["webhook-id"]

    @property
    def document(self) -> Any:
        return json.loads(self.body)


class FakeSubscriber:
    """Answers by `plan`: a list of steps, the n-th for a message's n-th attempt.

    A step is a status, or the name of a method of `_Plans`; the last one repeats.
    """

    def __init__(self, *plan: int | str, secrets: tuple[str, ...] = (SECRET,)) -> None:
        self.plan = plan or (200,)
        self.secrets = secrets
        self.arrived: list[Arrived] = []
        self.forged: list[Arrived] = []
        self.let_go = threading.Event()
        self._times: dict[str, int] = defaultdict(int)
        self._changed = threading.Condition()
        self._server = _Server(("127.0.0.1", 0), _handler(self))
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,))

    def __enter__(self) -> FakeSubscriber:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.let_go.set()
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_address[1]}/hook"

    @property
    def ids(self) -> list[str]:
        return [each.id for each in self.arrived]

    @property
    def types(self) -> list[str]:
        return [each.document["type"] for each in self.arrived]

    def wait_for(self, count: int, *, seconds: float = 10) -> list[Arrived]:
        """Wait until so many requests have come; give all that have."""
        with self._changed:
            enough = self._changed.wait_for(
                lambda: len(self.arrived) >= count, timeout=seconds
            )
        assert enough, f"{len(self.arrived)} requests of {count} within {seconds} s"
        return list(self.arrived)

    def take(self, request: Arrived) -> int | str:
        with self._changed:
            self.arrived.append(request)
            if not any(is_signed(request, secret) for secret in self.secrets):
                self.forged.append(request)
            number = self._times[request.id]
            self._times[request.id] += 1
            self._changed.notify_all()
        return self.plan[min(number, len(self.plan) - 1)]


def is_signed(request: Arrived, secret: str) -> bool:
    """Verify as the specification says: HMAC-SHA256 of id.timestamp.body, in base64."""
    sent_at = request.headers["webhook-timestamp"]
    if abs(time.time() - int(sent_at)) > 300:
        return False
    key = base64.b64decode(secret.removeprefix("whsec_"))
    text = f"{request.id}.{sent_at}.".encode() + request.body
    want = base64.b64encode(hmac.new(key, text, hashlib.sha256).digest()).decode()
    signatures = request.headers["webhook-signature"].split(" ")
    return any(hmac.compare_digest(given, f"v1,{want}") for given in signatures)


class _Server(ThreadingHTTPServer):
    request_queue_size = 256
    daemon_threads = True
    block_on_close = False

    def handle_error(self, request: object, client_address: object) -> None:
        """A sender that hangs up is part of the game."""


def _handler(subscriber: FakeSubscriber) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True

        def log_message(self, *args: object) -> None:
            pass

        def do_POST(self) -> None:
            size = int(self.headers.get("Content-Length") or 0)
            headers = {name.lower(): value for name, value in self.headers.items()}
            request = Arrived(
                path=self.path,
                headers=headers,
                body=self.rfile.read(size),
                at=time.time(),
            )
            step = subscriber.take(request)
            with suppress(BrokenPipeError, ConnectionResetError):
                if isinstance(step, int):
                    _answer(self, step)
                else:
                    _PLANS[step.partition(":")[0]](self, step.partition(":")[2])

        def hang(self) -> None:
            subscriber.let_go.wait(30)
            self.close_connection = True

    return Handler


def _answer(handler: Any, status: int, body: bytes = b"{}", **headers: str) -> None:
    handler.send_response(status)
    for name, value in headers.items():
        handler.send_header(name.replace("_", "-"), value)
    handler.send_header("Content-Length", str(len(body)))
    handler.end_headers()
    handler.wfile.write(body)


def _hang(handler: Any, _: str) -> None:
    handler.hang()


def _reset(handler: Any, _: str) -> None:
    handler.close_connection = True


def _slow(handler: Any, seconds: str) -> None:
    """The status at once, then a byte now and then."""
    handler.send_response(200)
    handler.send_header("Content-Length", "1000")
    handler.end_headers()
    handler.wfile.write(b"slow")
    handler.wfile.flush()
    handler.hang()


def _big(handler: Any, megabytes: str) -> None:
    handler.send_response(200)
    handler.send_header("Content-Length", str(int(megabytes) * 1_000_000))
    handler.end_headers()
    for _ in range(int(megabytes)):
        handler.wfile.write(b"." * 1_000_000)


def _moved(handler: Any, location: str) -> None:
    _answer(handler, 301, Location=location)


def _later(handler: Any, seconds: str) -> None:
    _answer(handler, 429, Retry_After=seconds)


def _later_by_date(handler: Any, seconds: str) -> None:
    until = formatdate(int(time.time() + float(seconds)), usegmt=True)
    _answer(handler, 503, Retry_After=until)


def _garbage(handler: Any, _: str) -> None:
    handler.wfile.write(b"\x00\xff no HTTP at all\r\n\r\n")
    handler.close_connection = True


def _odd(handler: Any, _: str) -> None:
    """Bytes in headers and body that are no text anywhere."""
    handler.wfile.write(
        b"HTTP/1.1 200 OK\r\nX-Odd: \xff\xfe caf\xe9\r\nContent-Length: 4\r\n\r\n"
        b"\x00\xff\x00\xff"
    )


def _echo(handler: Any, _: str) -> None:
    """Repeat the request's headers, as receivers do while they are being written."""
    lines = [f"{name}: {value}" for name, value in handler.headers.items()]
    _answer(handler, 200, "\n".join(lines).encode(), X_Echo="; ".join(lines))


_PLANS: dict[str, Callable[[Any, str], None]] = {
    "hang": _hang,
    "reset": _reset,
    "slow": _slow,
    "big": _big,
    "moved": _moved,
    "later": _later,
    "later-by-date": _later_by_date,
    "garbage": _garbage,
    "odd": _odd,
    "echo": _echo,
}
