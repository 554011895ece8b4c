"""Between granian and the application: the front on one thread, Flask on others.

Several threads that each answer in some microseconds fight for the interpreter lock:
with eight the slowest hundredth takes three times as long as with one. So granian calls
us on a single thread, which answers what the front knows and never waits; every other
request goes to a pool, whose threads answer through the same protocol object.

granian has no public way to answer later. This takes one private name of it, the
function that wraps a WSGI application; where it is missing, `can_hand_over` says so and
granian's own threads call the front as any WSGI application (decision 2).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any, Protocol
from wsgiref.types import WSGIApplication

import structlog
from granian.server import mp

if TYPE_CHECKING:
    from service.feeds.document import Headers
    from service.front import Front  # the process above never imports the database

# The name in `granian.server.mp` by which its worker wraps a WSGI application.
_NAME = "_wsgi_call_wrap"

log = structlog.get_logger(__name__)


class Reply(Protocol):
    """What granian gives to answer with, once, from any thread."""

    def response_bytes(self, status: int, headers: Headers, body: bytes) -> None:
        """Send an answer whole."""


Environ = Mapping[str, Any]
Runner = Callable[[Reply, Environ], object]
Wrap = Callable[..., Runner]


def can_hand_over() -> bool:
    """Say whether this granian has the name."""
    return callable(getattr(mp, _NAME, None))


def hand_over(front: Front, *, threads: int) -> WSGIApplication:
    """Give what granian's loader is to give, in the process that serves.

    Where it cannot be done that is the front itself.
    """
    if not can_hand_over():
        return front
    wrap: Wrap = getattr(mp, _NAME)

    def wrap_both(application: WSGIApplication, *options: object) -> Runner:
        run = wrap(application, *options)
        return Handover(front, run, threads=threads) if application is front else run

    setattr(mp, _NAME, wrap_both)
    return front


class Handover:
    """Answers from what the front holds, or lets a thread of the pool run it all."""

    def __init__(self, front: Front, run: Runner, *, threads: int) -> None:
        self._answer = front.answer
        self._run = run
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix="web")

    def __call__(self, reply: Reply, environ: Environ) -> None:
        """Take a request; `environ` lacks only what is the same for all of them."""
        answer = self._answer(environ)
        if answer is None:
            self._pool.submit(self._run_whole, reply, environ)
        else:
            reply.response_bytes(answer.code, answer.headers, answer.body)

    def _run_whole(self, reply: Reply, environ: Environ) -> None:
        try:
            self._run(reply, environ)
        except BaseException:
            # Flask answers for what fails in a view: this is the server's side of it.
            log.exception("request failed", path=environ.get("PATH_INFO"))
            reply.response_bytes(500, (), b"")
