import asyncio
import socketserver
from contextlib import contextmanager
from datetime import timedelta
from threading import Thread

import pytest

from tests.factories_events import sender
from tests.service.delivery.test_attempt import message

OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}"


class Server(socketserver.ThreadingTCPServer):
    """Answers each request with the next of some bytes; the last of all repeats.

    `connections` counts how many were opened. After `b""` it hangs up. `speakers` are
    where bytes are written to each connection.
    """

    daemon_threads = True
    block_on_close = False

    def __init__(self, answers):
        self.answers = list(answers)
        self.connections = 0
        self.requests = []
        self.speakers = []
        super().__init__(("127.0.0.1", 0), Handler)

    @property
    def url(self):
        return f"http://127.0.0.1:{self.server_address[1]}/a?b=c"


class Handler(socketserver.StreamRequestHandler):
    def handle(self):
        self.server.connections += 1
        self.server.speakers.append(self.wfile)
        while lines := self._head():
            length = next(x for x in lines if x.lower().startswith(b"content-length"))
            body = self.rfile.read(int(length.split(b":")[1]))
            self.server.requests.append((lines, body))
            at = min(len(self.server.requests), len(self.server.answers)) - 1
            if not self.server.answers[at]:
                return
            self.wfile.write(self.server.answers[at])
            if b"Connection: close" in self.server.answers[at]:
                return

    def _head(self):
        lines = []
        while line := self.rfile.readline().strip():
            lines.append(line)
        return lines


@contextmanager
def answering(*answers):
    with Server(answers) as server:
        Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        yield server
        server.shutdown()


def outcomes(server, count=1, pause=0.0):
    async def attempts():
        found = []
        async with sender(timeout=timedelta(seconds=5)) as sending:
            for _ in range(count):
                found.append(await sending.send(message(server.url)))
                await asyncio.sleep(pause)
        return found

    return asyncio.run(attempts())


def test_a_request_is_what_the_standard_says():
    with answering(OK) as server:
        outcomes(server)

    ((lines, body),) = server.requests
    assert lines[0] == b"POST /a?b=c HTTP/1.1"
    assert lines[1] == b"Host: 127.0.0.1:%d" % server.server_address[1]
    assert b"Content-Length: 15" in lines
    assert body == b'{"type":"ping"}'


def test_a_header_of_ones_own_takes_the_place_of_ours():
    async def attempt(url):
        async with sender() as sending:
            await sending.send(message(url, headers={"accept": "text/x"}))

    with answering(OK) as server:
        asyncio.run(attempt(server.url))

    ((lines, _),) = server.requests
    accepted = [each for each in lines if each.lower().startswith(b"accept:")]
    assert accepted == [b"accept: text/x"]


def test_a_connection_is_used_again():
    with answering(OK) as server:
        found = outcomes(server, count=5)

    assert [each.status for each in found] == [200] * 5
    assert server.connections == 1


LARGE = b"0123456789abcdef" * 400_000


def test_a_large_body_arrives_whole_and_its_connection_is_used_again():
    async def attempts(url):
        async with sender() as sending:
            return [await sending.send(message(url, body=LARGE)) for _ in range(2)]

    with answering(OK) as server:
        found = asyncio.run(attempts(server.url))

    assert [each.status for each in found] == [200, 200]
    assert [body == LARGE for _, body in server.requests] == [True, True]
    assert server.connections == 1


def test_an_answer_to_a_large_body_that_nobody_read_ends_the_connection():
    async def refuse(reader, writer):
        opened.append(writer)
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 413 Too Large\r\nContent-Length: 0\r\n\r\n")

    async def attempts():
        server = await asyncio.start_server(refuse, "127.0.0.1", 0)
        url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/"
        async with server, sender() as sending:
            found = [await sending.send(message(url, body=LARGE)) for _ in range(2)]
            for each in opened:
                each.transport.abort()
            await asyncio.sleep(0)
        return found

    opened = []

    assert [each.status for each in asyncio.run(attempts())] == [413, 413]
    assert len(opened) == 2


def test_a_connection_that_ends_as_it_is_used_again_costs_no_attempt():
    with answering(OK, b"", OK) as server:
        found = outcomes(server, count=2)

    assert [each.status for each in found] == [200, 200]
    assert server.connections == 2


@pytest.mark.parametrize(
    ("answers", "requests"),
    [((OK, b"", b""), 3), ((OK, b"HTTP/ Connection: close", OK), 2)],
)
def test_it_is_tried_once_more_and_only_where_nothing_came(answers, requests):
    with answering(*answers) as server:
        _, found = outcomes(server, count=2)

    assert found.status is None
    assert len(server.requests) == requests


def test_another_address_of_the_same_server_has_a_connection_of_its_own():
    async def attempts(*urls):
        async with sender() as sending:
            return [await sending.send(message(url)) for url in urls]

    with answering(OK) as server:
        asyncio.run(attempts(server.url, server.url + "&e", server.url))

    assert server.connections == 2


@pytest.mark.parametrize(
    "answer",
    [
        b"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\n{}",
        b"HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\n{}",
        b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n{}",
        OK + OK,
        OK + b"what is this",
        b"HTTP/1.1 204 No\r\nContent-Length: 2\r\n\r\n",
        b"HTTP/1.1 204 No\r\nTransfer-Encoding: chunked\r\n\r\n",
        b"HTTP/1.1 304 No\r\nContent-Length: 2\r\n\r\n{}",
        b"HTTP/1.1 101 Switching\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n",
    ],
)
def test_after_some_answers_a_connection_is_not_used_again(answer):
    with answering(answer) as server:
        found = outcomes(server, count=2)

    assert {each.status for each in found} == {int(answer[9:12])}
    assert server.connections == 2


@pytest.mark.parametrize(
    ("answer", "body"),
    [
        (b"HTTP/1.1 100 Continue\r\nX-A: 1\r\n\r\n" + OK, b"{}"),
        (b"HTTP/1.1 103 Early Hints\r\nLink: <a>\r\n\r\n" + OK, b"{}"),
        (b"HTTP/1.1 204 No Content\r\n\r\n", b""),
        (b"HTTP/1.1 204 No Content\r\nContent-Length: 0\r\n\r\n", b""),
        (
            b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
            b"3\r\nabc\r\n1;x=y\r\nd\r\n0\r\nX-Trailer: 1\r\n\r\n",
            b"abcd",
        ),
        (b"HTTP/1.1 200 OK\nContent-Length: 2\n\n{}", b"{}"),
    ],
)
def test_answers_are_read_in_every_shape(answer, body):
    with answering(answer) as server:
        found = outcomes(server, count=2)

    assert [each.response_body for each in found] == [body, body]
    assert "x-a" not in found[0].response_headers
    assert "x-trailer" not in found[0].response_headers
    assert server.connections == 1


@pytest.mark.parametrize(
    "answer",
    [
        b"HTTP/1.1 100 Continue\r\n\r\n" * 4000,
        b"HTTP/1.1 200 OK\r\n" + b"X-A: b\r\n" * 20_000,
        b"HTTP/1.1 200 OK\r\nX-A: " + b"b" * 100_000,
        b"HTTP/1.1 " + b"2" * 100_000,
        b"HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab",
    ],
)
def test_what_never_becomes_an_answer_is_none(answer):
    with answering(answer) as server:
        (found,) = outcomes(server)

    assert found.status is None
    assert found.error.startswith("not a usable HTTP answer")
    assert found.was_closed


def test_of_a_body_cut_off_the_status_counts():
    cut = b"HTTP/1.1 500 No\r\nConnection: close\r\nContent-Length: 99\r\n\r\nabc"

    with answering(cut) as server:
        (found,) = outcomes(server)

    assert (found.status, found.error, found.response_body) == (500, None, b"abc")


def test_endless_chunks_of_next_to_nothing_are_hung_up_on():
    drip = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"

    with answering(drip + b"1;" + b"x" * 90_000 + b"\r\na\r\n") as server:
        (found,) = outcomes(server)

    assert found.succeeded


def test_what_comes_unasked_ends_the_connection():
    with answering(OK + b"HTTP/1.1 ", OK) as server:
        first, second = outcomes(server, count=2, pause=0.05)

    assert first.succeeded
    assert second.succeeded
    assert server.connections == 2


def test_what_came_late_and_nobody_read_yet_is_no_answer_to_the_next_request():
    async def attempts(server):
        async with sender() as sending:
            first = await sending.send(message(server.url))
            server.speakers[0].write(b"HTTP/1.1 410 Gone\r\nContent-Length: 0\r\n\r\n")
            return first, await sending.send(message(server.url))

    with answering(OK) as server:
        first, second = asyncio.run(attempts(server))

    assert [first.status, second.status] == [200, 200]
    assert [len(server.requests), server.connections] == [2, 2]


def test_a_reason_is_one_line():
    with answering(b"") as server:
        (found,) = outcomes(server)

    assert found.error == "the connection was closed without an answer"
    assert found.was_closed
