"""What the front knows is answered at once, what it does not by threads of a pool."""

from __future__ import annotations

from queue import SimpleQueue
from threading import Event, current_thread

import pytest

from service.feeds.document import Answer
from service.handover import Handover, can_hand_over

KNOWN = Answer("200 OK", (("ETag", '"1"'),), b"<feed/>")
SECONDS = 10.0


class Replies:
    """A granian protocol that keeps what it is told to send, and from which thread."""

    def __init__(self):
        self.sent = SimpleQueue()

    def response_bytes(self, status, headers, body):
        self.sent.put((status, tuple(headers), body, current_thread().name))

    def next(self):
        return self.sent.get(timeout=SECONDS)


class FakeFront:
    """A front that knows one address."""

    def answer(self, environ):
        return KNOWN if environ["PATH_INFO"] == "/known" else None


@pytest.fixture
def replies():
    return Replies()


def handover(run, threads=1):
    return Handover(FakeFront(), run, threads=threads)


def test_granian_still_has_the_name_this_hangs_on():
    assert can_hand_over()


def test_a_known_document_is_answered_on_the_calling_thread(replies):
    handover(None)(replies, {"PATH_INFO": "/known"})

    assert replies.next() == (200, *(KNOWN.headers, KNOWN.body), current_thread().name)


def test_everything_else_is_the_application_s_in_a_thread_of_the_pool(replies):
    def run(reply, environ):
        reply.response_bytes(200, (), environ["PATH_INFO"].encode())

    handover(run)(replies, {"PATH_INFO": "/other"})

    _, _, body, thread = replies.next()
    assert body == b"/other"
    assert thread.startswith("web")


def test_readers_of_feeds_do_not_wait_for_a_busy_application(replies):
    ends = Event()

    def run(reply, _environ):
        ends.wait(SECONDS)
        reply.response_bytes(200, (), b"late")

    serve = handover(run)
    for path in ("/slow", "/slow", "/known"):
        serve(replies, {"PATH_INFO": path})
    assert replies.next()[2] == KNOWN.body

    ends.set()
    assert [replies.next()[2] for _ in range(2)] == [b"late", b"late"]


def test_an_application_that_breaks_is_answered_for(replies):
    def run(_reply, _environ):
        raise OSError

    handover(run)(replies, {"PATH_INFO": "/other"})

    assert replies.next()[:3] == (500, (), b"")
