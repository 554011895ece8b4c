"""Answers in every shape that servers send, and what they leave of a connection."""

from __future__ import annotations

import time
from itertools import pairwise

import httpcore
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scrapers.fetch.wire import MAX_HEAD_BYTES, Connection, TooMuchSent

OK = b"HTTP/1.1 200 OK\r\n"
CHUNKED = OK + b"Transfer-Encoding: chunked\r\n"
LENGTH = OK + b"Content-Length: 5\r\n"
CHUNKS = b"2;x=y\r\nHe\r\n3\r\nllo\r\n0\r\n\r\n"


class Silent(httpcore.MockStream):
    """What is given, then the end; nothing is there to be read unasked."""

    def get_extra_info(self, info):
        return False


def asked(*pieces, stream=Silent):
    """A connection over which these pieces came, and the body they made."""
    connection = Connection(stream([*pieces, b""]))
    connection.ask(b"GET / HTTP/1.1\r\n\r\n", until=time.monotonic() + 5)
    return connection, b"".join(connection.body())


@pytest.mark.parametrize(
    ("answer", "is_fit"),
    [
        (LENGTH + b"\r\nHello", True),
        (LENGTH + b"Connection: close\r\n\r\nHello", False),
        (LENGTH + b"\r\nHello and more", False),
        (LENGTH + b"\r\nHello" + LENGTH + b"\r\nHello", False),
        (LENGTH + b"Connection: close\r\n\r\nHello and more", False),
        (LENGTH + b"Content-Length: 5\r\n\r\nHello", True),
        (LENGTH.replace(b"5", b"5, 5") + b"\r\nHello", True),
        (LENGTH.replace(b"\r", b"") + b"\nHello", True),
        (LENGTH.replace(b" OK", b"") + b"\r\nHello", True),
        (LENGTH.replace(b"1.1", b"1.0") + b"\r\nHello", False),
        (CHUNKED + b"\r\n" + CHUNKS, True),
        (CHUNKED + b"Content-Length: 99\r\n\r\n" + CHUNKS, True),
        (CHUNKED + b"\r\n" + CHUNKS[:-2] + b"Trailer: x\r\n\r\n", True),
        (OK + b"\r\nHello", False),
        (OK + b"Upgrade: h2\r\nConnection: Upgrade\r\n\r\nHello", False),
        (b"HTTP/1.1 103 Hint\r\nLink: </a>\r\n\r\n" + LENGTH + b"\r\nHello", True),
    ],
)
def test_a_body_ends_where_its_framing_says(answer, is_fit):
    connection, body = asked(answer)

    assert (connection.status, body) == (200, b"Hello")
    assert connection.is_fit == is_fit


@given(st.lists(st.integers(0, 200), max_size=8))
def test_the_pieces_an_answer_comes_in_change_nothing(cuts):
    answer = b"HTTP/1.1 100 Go on\r\n\r\n" + CHUNKED + b"X:  a \r\n\r\n" + CHUNKS
    places = [0, *sorted(cut % len(answer) for cut in cuts), len(answer)]
    pieces = [answer[a:b] for a, b in pairwise(places)]

    connection, body = asked(*filter(None, pieces))

    assert body == b"Hello"
    assert connection.fields == [(b"Transfer-Encoding", b"chunked"), (b"X", b"a")]
    assert connection.is_fit


def test_a_length_said_twice_counts_once_however_its_head_is_cut():
    answer = LENGTH + b"X: a\r\ncontent-length:5\r\n\r\nHello"
    for cut in range(1, len(answer)):
        connection, body = asked(answer[:cut], answer[cut:])

        assert (body, connection.is_fit) == (b"Hello", True)
        assert len(connection.fields) == 2


@pytest.mark.parametrize("status", [b"204 None", b"304 Same"])
def test_what_has_no_body_has_none_whatever_its_headers_say(status):
    connection, body = asked(LENGTH.replace(b"200 OK", status) + b"\r\n")

    assert body == b""
    assert connection.is_fit


@pytest.mark.parametrize(
    "answer",
    [
        b"SSH-2.0-OpenSSH\r\n\r\n",
        b"HTTP/1.1 101 Switching\r\nUpgrade: x\r\nConnection: Upgrade\r\n\r\nabc",
        b"",
        OK,
        LENGTH + b"\r\nHell",
        CHUNKED + b"\r\n5\r\nHello\r\n",
        CHUNKED + b"\r\n5\r\nHello\r\nzz\r\n",
        LENGTH + b"Content-Length: 6\r\n\r\nHello",
        LENGTH + b"Content-Length: 5\r\nContent-Len",
        LENGTH + b"Content-Length: 5\r\nX Y: z\r\n\r\nHello",
        OK + b"Transfer-Encoding: gzip, chunked\r\n\r\n" + CHUNKS,
    ],
)
def test_what_is_no_answer_or_breaks_off_is_an_error(answer):
    with pytest.raises(httpcore.RemoteProtocolError):
        asked(answer)


def test_a_head_without_end_is_given_up():
    with pytest.raises(TooMuchSent):
        asked(OK, *[b"X: " + b"a" * 1000 + b"\r\n"] * (MAX_HEAD_BYTES // 1000 + 1))


def test_what_can_be_read_before_anything_is_asked_ends_a_connection():
    class Talkative(httpcore.MockStream):
        def get_extra_info(self, info):
            return True

    assert asked(LENGTH + b"\r\nHello")[0].is_alive()
    assert not asked(LENGTH + b"\r\nHello", stream=Talkative)[0].is_alive()
