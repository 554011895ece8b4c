"""What a reader's connection is answered, over real sockets, by a server's loop."""

import asyncio
import io
import socket
import threading
import time
from contextlib import ExitStack, closing, contextmanager, suppress
from http.client import HTTPConnection, HTTPResponse
from itertools import product
from types import SimpleNamespace

import pytest

from db.feeds import News
from db.stream import Mark
from service.connection import MAX_FRAMING_BYTES, Connection
from service.feeds.cache import DocumentCache, Made
from service.feeds.document import make_document
from service.front import Front
from service.gateway import MAX_BODY_BYTES, Gateway
from service.heads import MAX_HEAD_BYTES, MAX_HEADERS
from service.web import server_of
from tests.service.feeds.conftest import FakeSeconds
from tests.waiting import until

FEED = "/feeds/ä.atom".encode().decode("latin-1")  # as WSGI has it
ASKED = "/feeds/%C3%A4.atom"
TEXT = "a feed " * 10_000  # written by itself, see OWN_WRITE_BYTES
SECONDS = 20


class Hasty(Connection):
    """A connection with little patience."""

    head_seconds = 0.2
    idle_seconds = 0.3
    max_connections = 8


class Flask:
    """The WSGI application behind the front: says what it was asked, and slowly."""

    def __init__(self):
        self.environs = []
        self.bodies = []
        self.go = threading.Event()

    def __call__(self, environ, start_response):
        self.environs.append(environ)
        body = environ["wsgi.input"].read()
        self.bodies.append(body)
        if environ["PATH_INFO"] == "/slow":
            self.go.wait(SECONDS)
        asked = f"{environ['REQUEST_METHOD']} {environ['PATH_INFO']} {len(body)}"
        said = asked.encode("latin-1")
        start_response("200 OK", [("Content-Length", str(len(said)))])
        return [said]


class Served:
    """A server with one known feed and an application that counts."""

    def __init__(self, connection, **given):
        self.flask = Flask()
        clock = FakeSeconds(5_000.0)
        nothing = News(mark=Mark(number=1, catalogue=0), source_ids=frozenset())
        cache = DocumentCache(lambda _: nothing, monotonic=clock, now=clock)
        document = make_document(
            TEXT,
            seq=1,
            changed=1,
            headers={"Content-Type": "x/y"},
            previous=None,
            now=5_000,
        )
        cache.get(FEED, lambda _: Made(document=document))
        document.answers("identity")
        self.gateway = Gateway(Front(self.flask, cache), threads=2, **given)
        self.tag = dict(document.answers("identity").whole.headers)["ETag"]
        self.server = server_of(self.gateway, "127.0.0.1", 0, connection)

    @property
    def port(self):
        return self.server.servers[0].sockets[0].getsockname()[1]

    def ask(self, path=ASKED, method="GET", body=None, **headers):
        connection = HTTPConnection("127.0.0.1", self.port, timeout=SECONDS)
        with closing(connection):
            given = {name.replace("_", "-"): value for name, value in headers.items()}
            connection.request(method, path, body=body, headers=given)
            with connection.getresponse() as answer:
                return answer.status, dict(answer.headers), answer.read()

    def open(self):
        return closing(socket.create_connection(("127.0.0.1", self.port), SECONDS))


@contextmanager
def serving(connection=Connection, **given):
    served = Served(connection, **given)
    thread = threading.Thread(target=asyncio.run, args=(served.server.serve(),))
    thread.start()
    until(lambda: served.server.started)
    try:
        yield served
    finally:
        served.flask.go.set()
        served.server.should_exit = True
        thread.join()


@pytest.fixture
def served():
    with serving() as found:
        yield found


class Kept(io.BufferedReader):
    """What was read ahead of one answer is the next one's: none closes it."""

    def close(self):
        pass


def answers(reader, methods):
    """Read the answers to requests by these methods, one after the other."""
    with reader.makefile("rb", buffering=0) as raw:
        kept = SimpleNamespace(makefile=lambda _mode: file)
        file = Kept(raw)
        for method in methods:
            answer = HTTPResponse(kept, method=method)
            answer.begin()
            yield answer.status, answer.read()


def request(path=ASKED, *lines, method="GET"):
    return "\r\n".join(
        (f"{method} {path} HTTP/1.1", "Host: x", *lines, "", "")
    ).encode()


def everything(reader):
    found = b""
    while chunk := reader.recv(65_536):
        found += chunk
    return found


def test_what_is_known_enters_no_thread(served):
    status, headers, body = served.ask()
    assert (status, body) == (200, TEXT.encode())
    assert headers["ETag"] == served.tag
    assert headers["date"].endswith("GMT")
    assert served.ask(If_None_Match=served.tag)[::2] == (304, b"")
    assert served.ask(method="HEAD")[::2] == (200, b"")
    assert not served.flask.environs


@pytest.mark.parametrize(
    ("method", "headers"),
    [
        ("POST", {}),
        ("DELETE", {}),
        ("GET", {"Sec-Fetch-Dest": "document"}),
        ("GET", {"A-IM": "feed"}),
    ],
)
def test_what_is_more_than_a_question_goes_on(served, method, headers):
    said = f"{method} {FEED} 0".encode("latin-1")
    assert served.ask(method=method, **headers)[2] == said


def test_a_connection_serves_many(served):
    with served.open() as reader:
        for _ in range(3):
            for path, said in ((ASKED, TEXT), ("/other", "GET /other 0")):
                reader.sendall(request(path))
                assert next(answers(reader, ["GET"])) == (200, said.encode())


def test_answers_come_in_the_order_of_the_questions(served):
    with served.open() as reader:
        reader.sendall(request("/slow") + request() + request("/last"))
        until(lambda: served.flask.environs)
        served.flask.go.set()
        text = b""
        while not text.endswith(b"/last 0"):
            text += reader.recv(65_536)
    assert text.index(b"GET /slow 0") < text.index(b"a feed") < text.index(b"GET /last")


@pytest.mark.parametrize("line", ["Connection: close", None])
def test_a_connection_ends_when_the_reader_wants_it(served, line):
    asked = request(ASKED, line) if line else f"GET {ASKED} HTTP/1.0\r\n\r\n".encode()
    with served.open() as reader:
        reader.sendall(asked)
        said = everything(reader)
    assert b"connection: close" in said
    assert said.endswith(TEXT.encode())


def test_a_head_may_come_in_pieces(served):
    with served.open() as reader:
        for byte in request():
            reader.sendall(bytes([byte]))
        assert next(answers(reader, ["GET"])) == (200, TEXT.encode())


def test_who_does_not_read_is_not_written_to_without_end(served):
    with served.open() as reader:
        reader.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        reader.settimeout(1)
        with pytest.raises(TimeoutError):
            for _ in range(1_000):
                reader.sendall(request() * 100)
        (connection,) = served.server.server_state.connections
        waiting = connection.transport.get_write_buffer_size()
        assert waiting < 3 * len(TEXT)
        assert len(connection.pipeline) < 10_000


@pytest.mark.parametrize("chunked", [False, True])
def test_bodies_arrive_whole(served, chunked):
    text = b"x" * 300_000
    body = iter([text[:7], text[7:]]) if chunked else text
    assert served.ask("/", "POST", body)[2] == b"POST / 300000"
    assert served.flask.bodies == [text]


def test_a_sender_is_told_to_go_on(served):
    with served.open() as sender:
        sender.sendall(
            request("/", "Expect: 100-continue", "Content-Length: 3", method="POST")
        )
        assert sender.recv(100).startswith(b"HTTP/1.1 100")
        sender.sendall(b"abc")
        assert next(answers(sender, ["POST"])) == (200, b"POST / 3")


def test_who_asks_for_what_is_held_waits_for_nobody_else(served):
    with ExitStack() as stack:
        for _ in range(4):  # twice as many as there are threads
            stack.enter_context(served.open()).sendall(request("/slow"))
        until(lambda: len(served.flask.environs) == 2)

        status, headers, _ = served.ask(Accept_Encoding="gzip")  # not packed so far

    assert (status, headers["content-encoding"]) == (200, "gzip")


def test_slow_senders_hold_no_thread(served):
    with served.open() as one, served.open() as two, served.open() as three:
        for sender in (one, two, three):
            sender.sendall(request("/", "Content-Length: 9", method="POST") + b"slow")
        assert served.ask("/other")[2] == b"GET /other 0"


def test_half_a_body_is_no_request(served):
    with served.open() as sender:
        sender.sendall(request("/", "Content-Length: 9", method="POST") + b"half")
    assert served.ask("/other")[0] == 200
    assert served.flask.bodies == [b""]


def test_a_body_may_not_be_endless(served):
    with served.open() as sender:
        length = f"Content-Length: {9 * MAX_BODY_BYTES}"
        sender.sendall(request("/", length, method="POST"))
        with pytest.raises(OSError, match=r"reset|pipe"):
            for _ in range(8):
                sender.sendall(bytes(MAX_BODY_BYTES))
    assert not served.flask.bodies


def test_a_body_may_not_take_for_ever():
    with serving(body_seconds=0.1) as served, served.open() as sender:
        sender.sendall(request("/", "Content-Length: 9", method="POST") + b"half")
        said = everything(sender)
    assert said.startswith(b"HTTP/1.1 408 ")
    assert b"did not arrive within 0.1 seconds: send it again." in said
    assert not served.flask.bodies


def test_a_head_may_not_take_for_ever():
    with serving(Hasty) as served, served.open() as reader:
        reader.sendall(b"GET / HTTP/1.1\r\nHost:")
        assert everything(reader).startswith(b"HTTP/1.1 408 ")


def test_idle_connections_are_closed():
    with serving(Hasty) as served, served.open() as reader:
        assert everything(reader) == b""
        with served.open() as other:
            other.sendall(request())
            assert everything(other).startswith(b"HTTP/1.1 200 ")


@pytest.mark.parametrize(
    "lines",
    [
        [f"X-Long: {'x' * 2 * MAX_HEAD_BYTES}"],
        [f"X-{number}: x" for number in range(MAX_HEADERS + 1)],
    ],
)
def test_a_head_may_not_be_endless(served, lines):
    with served.open() as reader:
        reader.sendall(request("/", *lines)[:-1])
        with suppress(OSError):  # it does not wait for the end
            reader.sendall(b"\n")
        assert everything(reader).startswith(b"HTTP/1.1 431 ")
    assert not served.flask.environs


def test_idle_connections_give_way_to_new_ones():
    with serving(Hasty) as served, ExitStack() as stack:
        many = [stack.enter_context(served.open()) for _ in range(8)]
        until(lambda: len(served.server.server_state.connections) == 8)
        assert served.ask()[0] == 200
        assert everything(many[0]) == b""


def test_who_finds_all_connections_busy_is_told():
    with serving(Hasty) as served, ExitStack() as stack:
        for _ in range(8):
            stack.enter_context(served.open()).sendall(request("/slow"))
        until(lambda: len(served.server.server_state.tasks) == 8)
        with served.open() as last:
            assert everything(last).startswith(b"HTTP/1.1 503 ")


@pytest.mark.parametrize(
    "nonsense",
    [b"\x16\x03\x01\x02\x00", b"GET\r\n\r\n", b"GET / HTTP/9.9\r\n\r\n", b"\r\n" * 9],
)
def test_nonsense_is_refused(served, nonsense):
    with served.open() as reader:
        reader.sendall(nonsense)
        reader.shutdown(socket.SHUT_WR)
        assert everything(reader)[:12] in (b"HTTP/1.1 400", b"")
    assert served.ask()[0] == 200


@pytest.mark.parametrize("method", ["BREW", "VERSION-HISTORY"])
def test_a_method_nobody_knows_is_not_implemented(served, method):
    with served.open() as reader:
        reader.sendall(request("/", method=method))
        said = everything(reader)
    assert said.startswith(b"HTTP/1.1 501 ")
    assert f"The method {method} is none".encode() in said


def test_the_loop_answers_as_a_thread_does(served):
    tags = ("", served.tag, f"W/{served.tag}", '"other"', "*")
    dates = ("", "Thu, 01 Jan 1970 01:23:20 GMT", "Thu, 01 Jan 1970 01:23:19 GMT")
    asked = product(("GET", "HEAD"), tags, dates, ("", "identity", "x"))
    with served.open() as reader:
        for method, tag, date, coding in asked:
            given = {
                "If-None-Match": tag,
                "If-Modified-Since": date,
                "Accept-Encoding": coding,
            }
            lines = [f"{name}: {value}" for name, value in given.items() if value]
            statuses = []
            for more in ((), ("Content-Length: 0",)):  # which makes it a thread's
                reader.sendall(request(ASKED, *lines, *more, method=method))
                statuses.extend(answers(reader, [method]))
            assert statuses[0] == statuses[1]


@pytest.mark.parametrize(
    "headers",
    [
        {"Connection": "Upgrade, HTTP2-Settings", "Upgrade": "h2c"},
        {"Content-Length": "0"},
        {"Accept-Encoding": "gzip"},  # which nobody asked for yet
    ],
)
def test_what_the_loop_leaves_a_thread_answers(served, headers):
    assert served.ask(**headers)[0] == 200
    assert not served.flask.environs


def test_the_environment_is_wsgis(served):
    with served.open() as reader:
        reader.sendall(
            request(
                "/a%20b?c=%20d",
                "Cookie: a=1",
                "Cookie: b=2",
                "Accept: x",
                "Accept: y",
                "X_Forwarded_For: 1.2.3.4",
                "Content-Type: text/x",
                method="POST",
            )
        )
        next(answers(reader, ["POST"]))
    (environ,) = served.flask.environs
    asked = ("PATH_INFO", "QUERY_STRING", "HTTP_COOKIE", "HTTP_ACCEPT", "CONTENT_TYPE")
    wanted = ["/a b", "c=%20d", "a=1; b=2", "x,y", "text/x"]
    assert [environ[key] for key in asked] == wanted
    assert environ["REMOTE_ADDR"] == "127.0.0.1"
    assert "HTTP_X_FORWARDED_FOR" not in environ


@pytest.mark.parametrize("path", [ASKED, "/other"])
def test_who_has_no_more_to_ask_is_answered(served, path):
    with served.open() as reader:
        reader.sendall(request(path) * 3)
        reader.shutdown(socket.SHUT_WR)
        assert everything(reader).count(b"HTTP/1.1 200 ") == 3


@pytest.mark.parametrize(
    "bad",
    [
        b"NONSENSE\r\n\r\n",
        request("/", f"X-Long: {'x' * 2 * MAX_HEAD_BYTES}"),
        request("/", "Transfer-Encoding: chunked", method="POST") + b"zz\r\n",
        request("/", "Content-Length: 9", method="POST") + b"half",
    ],
)
def test_what_came_before_nonsense_is_answered_first(served, bad):
    with served.open() as reader:
        reader.sendall(request("/slow") + request("/other") + bad)
        until(lambda: served.flask.environs)
        reader.shutdown(socket.SHUT_WR)
        served.flask.go.set()
        said = everything(reader)
    assert said.count(b"HTTP/1.1 ") == said.count(b"HTTP/1.1 200 ") == 2
    assert said.index(b"/slow 0") < said.index(b"/other 0")


def test_many_questions_ahead_are_all_answered(served):
    questions = request("/slow") + (request("/x") + request()) * 200
    with served.open() as reader:
        thread = threading.Thread(target=reader.sendall, args=(questions,))
        thread.start()
        until(lambda: served.flask.environs)
        (connection,) = served.server.server_state.connections
        assert len(connection.pipeline) < 200
        served.flask.go.set()
        thread.join()
        reader.shutdown(socket.SHUT_WR)
        said = everything(reader)
    assert said.count(b"GET /x 0") == said.count(TEXT.encode()) == 200


def test_an_offer_of_another_protocol_is_left_unheard(served):
    offer = ("Connection: Upgrade", "Upgrade: h2c")
    with served.open() as reader:
        reader.sendall(request(ASKED, *offer) + request("/other", *offer) + request())
        found = [body for _, body in answers(reader, ["GET"] * 3)]
    assert found == [TEXT.encode(), b"GET /other 0", TEXT.encode()]


def test_the_body_beside_an_offer_is_no_other_request(served):
    hidden = request("/hidden")
    lines = ("Connection: Upgrade", "Upgrade: h2c", f"Content-Length: {len(hidden)}")
    with served.open() as reader:
        reader.sendall(request("/", *lines, method="POST"))
        time.sleep(0.05)  # the body comes by itself
        reader.sendall(hidden + request("/last"))
        assert len([*answers(reader, ["POST", "GET"])]) == 2
    assert [each["PATH_INFO"] for each in served.flask.environs] == ["/", "/last"]


def test_what_stands_after_a_body_is_no_header(served):
    with served.open() as reader:
        reader.sendall(request("/", "Transfer-Encoding: chunked", method="POST"))
        reader.sendall(b"1\r\nx\r\n0\r\nX-Forwarded-For: 1.2.3.4\r\n\r\n")
        assert next(answers(reader, ["POST"])) == (200, b"POST / 1")
    assert "HTTP_X_FORWARDED_FOR" not in served.flask.environs[0]


def test_what_frames_a_body_may_not_be_endless(served):
    with served.open() as reader:
        reader.sendall(request("/", "Transfer-Encoding: chunked", method="POST"))
        with suppress(OSError):
            reader.sendall(b"0\r\nX: " + bytes(b"x" * 2 * MAX_FRAMING_BYTES))
        assert everything(reader).startswith(b"HTTP/1.1 400 ")
    assert not served.flask.environs


@pytest.mark.parametrize("lines", ["", "Host: x\r\nHost: y\r\n"])
@pytest.mark.parametrize("path", [ASKED, "/other"])
def test_a_request_names_one_host(served, path, lines):
    with served.open() as reader:
        reader.sendall(f"GET {path} HTTP/1.1\r\n{lines}\r\n".encode())
        assert everything(reader).startswith(b"HTTP/1.1 400 ")


def test_a_header_that_came_twice_is_one(served):
    with served.open() as reader:
        tags = (f"If-None-Match: {served.tag}", 'If-None-Match: "other"')
        reader.sendall(request(ASKED, *tags))
        assert next(answers(reader, ["GET"]))[0] == 304


def test_a_large_part_of_a_chunk_is_no_large_head(served):
    with served.open() as reader:
        body = b"x" * 2 * MAX_HEAD_BYTES
        length = f"Content-Length: {len(body)}"
        reader.sendall(request("/", length, method="POST") + body + request()[:-1])
        assert next(answers(reader, ["POST"]))[0] == 200
        reader.sendall(b"\n")
        assert next(answers(reader, ["GET"])) == (200, TEXT.encode())


def test_who_takes_nothing_is_not_waited_for():
    with serving(Hasty) as served, served.open() as reader:
        reader.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        reader.settimeout(1)
        with suppress(TimeoutError):
            for _ in range(1_000):
                reader.sendall(request() * 100)
        until(lambda: not served.server.server_state.connections)


def test_who_waits_for_something_is_answered_when_the_server_ends():
    with serving() as served:
        served.gateway.at_end = served.flask.go.set
        with served.open() as reader:
            reader.sendall(request("/slow"))
            until(lambda: served.flask.environs)
            served.server.should_exit = True
            assert everything(reader).endswith(b"GET /slow 0")


def test_what_takes_longer_than_the_end_may_is_told_to_come_again(caplog):
    with serving() as served, served.open() as reader:
        served.server.config.timeout_graceful_shutdown = 0
        reader.sendall(request("/slow"))
        until(lambda: served.flask.environs)
        served.server.should_exit = True
        said = everything(reader)
    assert said.startswith(b"HTTP/1.1 503 ")
    assert b"restarting: try again soon" in said
    assert "Traceback" not in caplog.text


def test_a_server_that_ends_answers_what_was_asked(served):
    with served.open() as idle, served.open() as asks:
        asks.sendall(request("/slow"))
        until(lambda: served.flask.environs)
        for connection in list(served.server.server_state.connections):
            connection.loop.call_soon_threadsafe(connection.shutdown)
        idle.sendall(request())
        said = everything(idle)
        assert b"connection: close" in said
        assert said.endswith(TEXT.encode())
        served.flask.go.set()
        assert everything(asks).endswith(b"GET /slow 0")
