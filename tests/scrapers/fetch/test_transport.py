"""Over real sockets: what hostile servers do, and whom the client connects to."""

from __future__ import annotations

import gzip
import time
from dataclasses import replace
from datetime import timedelta
from ipaddress import ip_network

import httpcore
import pytest

from scrapers.errors import Forbidden, TooBig, Unreachable
from scrapers.fetch.client import FetchLimits, build_client, user_agent
from scrapers.fetch.fetcher import Fetcher
from scrapers.fetch.guard import AddressGuard, UnknownHost
from scrapers.fetch.hosts import host_name
from scrapers.fetch.transport import GuardedStream
from scrapers.items import Gone, HostState, Page
from tests.fakes import NOW, USER_AGENT, FakeClock
from tests.fakes_server import (
    drips,
    hangs,
    hostile,
    pours,
    says,
    self_signed,
    sends,
    sends_and_closes,
    sends_and_resets,
)

LIMITS = FetchLimits(timeout=timedelta(seconds=0.3), max_bytes=200_000)
HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n"
CHUNKED = HEAD + b"Transfer-Encoding: chunked\r\n\r\n"
HINT = b"HTTP/1.1 103 Hint\r\nX: " + b"a" * 2000 + b"\r\n\r\n"
LOOPBACK = AddressGuard([ip_network("127.0.0.0/8")])


def visit(url, *, guard=LOOPBACK, limits=LIMITS, network=None):
    client = build_client(guard, limits, network=network)
    state = HostState(
        name=host_name(url), robots_text="", robots_expires_at=NOW + timedelta(hours=1)
    )
    clock = FakeClock()
    return client, Fetcher(
        client,
        state,
        pause=timedelta(0),
        user_agent=USER_AGENT,
        limits=limits,
        clock=clock,
        sleep=clock.sleep,
    )


def fetch(url, **rest):
    client, fetcher = visit(url, **rest)
    with client:
        return fetcher.get(url)


def test_a_page_comes_over_the_wire():
    with hostile(says(b"Hello")) as server:
        page = fetch(server.url)

    assert page.body == b"Hello"
    assert USER_AGENT.encode() in server.requests[0]


@pytest.mark.parametrize(
    ("script", "error", "reason"),
    [
        (hangs, Unreachable, r"no answer within 0\.3 s"),
        (drips(b"HTTP/1.1 200 OK\r\nX: ", b"a"), Unreachable, r"no answer within"),
        (drips(b"", b"HTTP/1.1 103 Hint\r\n\r\n"), Unreachable, r"no answer within"),
        (drips(HEAD + b"\r\n", b"a"), TooBig, r"not finished within 0\.3 s"),
        (drips(CHUNKED, b"1\r\na\r\n"), TooBig, r"not finished within"),
        (drips(CHUNKED, b"1;" + b"x" * 9), TooBig, r"not finished within"),
        (pours(HEAD + b"\r\n", b"aaaaaaaa"), TooBig, r"more than 200000 bytes"),
        (pours(HEAD + b"X: ", b"aaaaaaaa"), TooBig, r"too many headers"),
        (pours(HEAD, b"X: a\r\n"), TooBig, r"too many headers"),
        (pours(b"", HINT), TooBig, r"too many headers"),
        (says(b"a", "X: " + "a" * 70_000), TooBig, r"too many headers"),
        (pours(CHUNKED, b"1;" + b"x" * 2000 + b"\r\na\r\n"), TooBig, r"bytes sent"),
        (sends_and_closes(), Unreachable, r"no answer: Server disconnected"),
        (sends_and_resets(), Unreachable, r"no answer: Connection reset by peer"),
        (sends_and_closes(HEAD), Unreachable, r"no answer"),
        (sends_and_closes(b"SSH-2.0-x\r\n\r\n"), Unreachable, r"no answer"),
        (
            sends_and_closes(HEAD + b"Content-Length: 9\r\n\r\nabc"),
            Unreachable,
            r"cut short: .*\(received 3 bytes, expected 9\)",
        ),
        (sends_and_closes(CHUNKED + b"3\r\nabc\r\n"), Unreachable, r"cut short"),
        (sends_and_resets(CHUNKED + b"3\r\nabc\r\n"), Unreachable, r"cut short"),
        (sends_and_closes(CHUNKED + b"zz\r\nabc\r\n"), Unreachable, r"cut short"),
        (
            says(gzip.compress(bytes(10**8)), "Content-Encoding: gzip"),
            TooBig,
            r"more than 200000 bytes",
        ),
        (says(b"plain", "Content-Encoding: gzip"), Unreachable, r"coding is broken"),
    ],
)
def test_a_hostile_answer_is_a_named_error_in_time(script, error, reason):
    start = time.monotonic()

    with hostile(script) as server, pytest.raises(error, match=reason):
        fetch(server.url)

    assert time.monotonic() - start < 2


def test_one_connection_serves_a_visit():
    scripts = says(b"a"), says(b"", status="404 None"), says(b"c")
    with hostile(*scripts) as server:
        client, fetcher = visit(server.url)
        with client:
            answers = [fetcher.get(server.url + str(n)) for n in range(3)]

    assert [type(answer) for answer in answers] == [Page, Gone, Page]
    assert server.connections == 1


def test_a_connection_the_server_closed_is_opened_anew():
    with hostile(says(b"a"), sends_and_closes(), says(b"c")) as server:
        client, fetcher = visit(server.url)
        with client:
            fetcher.get(server.url)
            page = fetcher.get(server.url + "b")

    assert page.body == b"c"
    assert server.connections == 2


def test_a_request_is_repeated_once_only():
    with hostile(says(b"a"), sends_and_closes()) as server:
        client, fetcher = visit(server.url)
        with client:
            fetcher.get(server.url)
            with pytest.raises(Unreachable):
                fetcher.get(server.url + "b")

    assert len(server.requests) == 3


def test_a_long_answer_nobody_wants_is_left():
    with hostile(pours(b"HTTP/1.1 404 None\r\n\r\n", b"aaaa"), says(b"b")) as server:
        client, fetcher = visit(server.url)
        with client:
            assert fetcher.get(server.url) == Gone(url=server.url, status=404)
            assert fetcher.get(server.url + "b").body == b"b"

    assert server.connections == 2


def test_what_breaks_off_is_gone_all_the_same():
    cut = sends_and_closes(b"HTTP/1.1 410 Gone\r\nContent-Length: 9\r\n\r\nabc")
    with hostile(cut) as server:
        assert fetch(server.url) == Gone(url=server.url, status=410)


def test_cookies_are_not_kept():
    with hostile(says(b"a", "Set-Cookie: id=1"), says(b"b")) as server:
        client, fetcher = visit(server.url)
        with client:
            fetcher.get(server.url)
            fetcher.get(server.url + "b")

    assert b"id=1" not in server.requests[1]


def test_a_proxy_of_the_environment_is_not_asked(monkeypatch):
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")
    monkeypatch.setenv("ALL_PROXY", "http://127.0.0.1:1")

    with hostile(says(b"a")) as server:
        assert fetch(server.url).body == b"a"


def test_a_refused_connection_says_so():
    with hostile(hangs) as server:
        url = server.url

    with pytest.raises(Unreachable, match="no connection: Connection refused"):
        fetch(url)


def test_a_server_without_tls_says_so():
    with hostile(sends(b"nonsense")) as server:
        url = server.url.replace("http:", "https:")
        with pytest.raises(Unreachable, match="no connection: TLS: "):
            fetch(url)


def test_a_certificate_nobody_vouches_for_is_refused(certificate):
    with (
        hostile(says(b"secret"), tls=certificate) as server,
        pytest.raises(Unreachable, match="TLS certificate: self-signed"),
    ):
        fetch(server.url)

    assert server.requests == []


def test_a_certificate_the_operator_trusts_is_accepted(certificate, monkeypatch):
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))

    with hostile(says(b"Hello"), tls=certificate) as server:
        assert fetch(server.url).body == b"Hello"


@pytest.fixture
def certificate(tmp_path):
    """A file with a new key and the certificate it signed for 127.0.0.1."""
    return self_signed(tmp_path / "server.pem")


def test_no_byte_is_read_when_the_time_is_over():
    stream = GuardedStream(httpcore.MockStream([b"late"]), max_received=100)

    with pytest.raises(httpcore.ReadTimeout):
        stream.read(10, time.monotonic() - 1)


def test_nothing_is_read_without_a_deadline():
    stream = GuardedStream(httpcore.MockStream([b"late"]), max_received=100)

    with pytest.raises(ValueError, match="deadline"):
        stream.read(10)


# Whom the client connects to. These connect nowhere.


class FakeNetwork(httpcore.NetworkBackend):
    """Remembers whom it was asked to connect to; some addresses are dead."""

    def __init__(self, *dead):
        self.dead = dead
        self.asked = []

    def connect_tcp(
        self, host, port, timeout=None, local_address=None, socket_options=None
    ):
        self.asked.append((host, port))
        if host in self.dead:
            raise httpcore.ConnectTimeout
        return httpcore.MockStream(
            [b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nHello"]
        )


def guard(*answers):
    return AddressGuard(resolve=lambda host, port: answers)


def test_the_client_connects_to_the_address_that_was_checked():
    network = FakeNetwork()

    page = fetch("http://example.org/", guard=guard("93.184.216.34"), network=network)

    assert page.body == b"Hello"
    assert network.asked == [("93.184.216.34", 80)]


def test_a_dead_address_leaves_time_for_the_next():
    network = FakeNetwork("2606:4700::1111")
    both = guard("2606:4700::1111", "93.184.216.34")

    fetch("http://example.org:8080/", guard=both, network=network)

    assert network.asked == [("2606:4700::1111", 8080), ("93.184.216.34", 8080)]


@pytest.mark.parametrize(
    "url",
    [
        "http://private.example/",
        "http://127.0.0.1/",
        "http://2130706433/",
        "http://127.1/",
        "http://0x7f.1/",
        "http://[::1]/",
        "http://[::ffff:127.0.0.1]/",
        "http://[64:ff9b::7f00:1]/",
        "http://[2002:7f00:1::]/",
        "http://169.254.169.254/latest/meta-data/",
    ],
)
def test_no_spelling_of_a_private_address_is_connected_to(url):
    network = FakeNetwork()

    with pytest.raises(Forbidden, match="is not public"):
        fetch(url, guard=guard("93.184.216.34", "10.0.0.1"), network=network)

    assert network.asked == []


def test_a_name_that_does_not_resolve_says_so():
    def resolve(host, port):
        raise UnknownHost(host)

    with pytest.raises(Unreachable, match="the host name does not resolve"):
        fetch("http://example.org/", guard=AddressGuard(resolve=resolve))


def test_a_dead_name_server_ends_in_time():
    def resolve(host, port):
        time.sleep(1)
        return ("93.184.216.34",)

    limits = replace(LIMITS, timeout=timedelta(seconds=0.1))
    start = time.monotonic()
    with pytest.raises(Unreachable, match=r"no connection within 0\.1 s"):
        fetch("http://example.org/", guard=AddressGuard(resolve=resolve), limits=limits)

    assert time.monotonic() - start < 0.8


def test_the_user_agent_names_the_contact():
    assert user_agent("https://example.org/about") == (
        "Wireroom (+https://example.org/about)"
    )
    assert user_agent("") == "Wireroom"


@pytest.mark.parametrize("contact", ["https://é.example", "https://a\r\nX: b", "(x)"])
def test_a_contact_no_header_carries_is_refused(contact):
    with pytest.raises(ValueError, match="does not fit"):
        user_agent(contact)
