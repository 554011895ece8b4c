import asyncio
import socket
import ssl
import threading
import time
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_network
from threading import Thread
from urllib.parse import urlsplit

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from scrapers.fetch.guard import AddressGuard
from service.delivery.connections import Connections, Place
from service.delivery.messages import Message
from service.delivery.signing import StandardSigner
from service.delivery.wire import NoAnswer
from tests.factories_events import sender
from tests.fakes_subscriber import SECRET, FakeSubscriber


def message(url, **values):
    given = {
        "delivery_id": 1,
        "endpoint": 1,
        "url": url,
        "message_id": "msg_1",
        "content_type": "application/json",
        "body": b'{"type":"ping"}',
        "signer": StandardSigner([SECRET]),
    }
    return Message(**given | values)


def send(url, count=1, **how):
    async def attempts():
        async with sender(**how) as sending:
            return [await sending.send(message(url)) for _ in range(count)]

    return asyncio.run(attempts())[-1]


def test_an_attempt_says_what_went_and_what_came_back():
    with FakeSubscriber(201) as subscriber:
        outcome = send(subscriber.url)

    assert (outcome.status, outcome.error, outcome.succeeded) == (201, None, True)
    assert outcome.response_body == b"{}"
    assert outcome.response_headers["content-length"] == "2"
    assert outcome.request_headers["User-Agent"] == "Wireroom-Test/1"
    assert subscriber.arrived[0].headers["user-agent"] == "Wireroom-Test/1"
    assert subscriber.arrived[0].headers["content-type"] == "application/json"
    assert not subscriber.forged


def test_a_redirect_is_not_followed():
    with FakeSubscriber() as elsewhere, FakeSubscriber(f"moved:{elsewhere.url}") as it:
        outcome = send(it.url)

    assert (outcome.status, outcome.succeeded) == (301, False)
    assert not elsewhere.arrived


def test_a_receiver_that_hangs_is_given_up_in_time():
    with FakeSubscriber("hang") as subscriber:
        outcome = send(subscriber.url, timeout=timedelta(seconds=0.2))

    assert outcome.status is None
    assert outcome.error == "no answer within 0.2 s"
    assert outcome.took_ms < 1000


def test_a_receiver_that_hangs_up_is_an_outcome():
    with FakeSubscriber("reset") as subscriber:
        outcome = send(subscriber.url)

    assert (outcome.status, outcome.succeeded) == (None, False)
    assert outcome.error == "the connection was closed without an answer"


def test_once_the_status_has_come_a_dripping_body_changes_nothing():
    with FakeSubscriber("slow") as subscriber:
        outcome = send(subscriber.url, timeout=timedelta(seconds=0.3))

    assert (outcome.status, outcome.succeeded) == (200, True)
    assert outcome.response_body == b"slow"


def test_of_fifty_megabytes_sixteen_kilobytes_are_read():
    began = time.monotonic()

    with FakeSubscriber("big:50") as subscriber:
        outcome = send(subscriber.url)

    assert outcome.succeeded
    assert outcome.response_body == b"." * 16384
    assert time.monotonic() - began < 2


def test_what_is_no_http_is_an_outcome():
    with FakeSubscriber("garbage") as subscriber:
        outcome = send(subscriber.url)

    assert outcome.status is None
    assert outcome.error.startswith("not a usable HTTP answer")


def test_headers_that_are_no_text_become_text_any_database_takes():
    with FakeSubscriber("odd") as subscriber:
        outcome = send(subscriber.url)

    assert outcome.succeeded
    assert outcome.response_headers["x-odd"].encode()
    assert outcome.response_body == b"\x00\xff\x00\xff"


def test_what_a_receiver_repeats_of_ones_own_headers_is_masked():
    secrets = {"Authorization": "Bearer sesame-1234", "X-Short": "1"}

    async def attempt(url):
        async with sender() as sending:
            return await sending.send(message(url, headers=secrets))

    with FakeSubscriber("echo") as subscriber:
        outcome = asyncio.run(attempt(subscriber.url))

    shown = f"{outcome.response_headers} {outcome.response_body.decode()}"
    assert subscriber.arrived[0].headers["authorization"] == "Bearer sesame-1234"
    assert "x-echo" in outcome.response_headers
    assert "Authorization: …" in shown
    assert "sesame" not in shown


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "[::1]", "[::ffff:127.0.0.1]", "169.254.169.254", "10.0.0.1"]
)
def test_a_literal_address_that_is_not_public_is_refused(host):
    outcome = send(f"http://{host}:9/", allowed=())

    assert outcome.status is None
    assert "is not public" in outcome.error
    assert "WIREROOM_ALLOW_NETS" in outcome.error


@pytest.mark.parametrize("host", ["2130706433", "127.1", "0x7f.0.0.1", "0177.0.0.1"])
def test_no_spelling_of_a_private_address_gets_through(host):
    outcome = send(f"http://{host}:9/", allowed=())

    assert outcome.status is None
    assert "not public" in outcome.error or "not a usable URL" in outcome.error


def test_a_name_that_leads_to_a_private_address_is_refused():
    outcome = send(
        "http://rebound.example/", allowed=(), resolve=lambda host, port: ["10.1.2.3"]
    )

    assert "10.1.2.3 is not public" in outcome.error


def test_the_checked_address_is_the_one_connected_to():
    asked = []

    def resolve(host, port):
        asked.append(host)
        return ["127.0.0.1"]

    with FakeSubscriber() as subscriber:
        url = subscriber.url.replace("127.0.0.1", "subscriber.example")
        outcome = send(url, resolve=resolve)

    assert outcome.succeeded
    assert asked == ["subscriber.example"]
    assert subscriber.arrived[0].headers["host"].startswith("subscriber.example")


def test_a_name_that_does_not_resolve_is_an_outcome():
    def resolve(host, port):
        raise OSError("nowhere.example does not resolve")

    outcome = send("http://nowhere.example/", resolve=resolve)

    assert "nowhere.example does not resolve" in outcome.error


def test_names_whose_servers_hang_hold_up_nobody_else():
    let_go = threading.Event()

    def resolve(host, port):
        if host != "alive.example":
            let_go.wait(10)
        return ["127.0.0.1"]

    async def attempts(port):
        dead = [f"http://dead{n % 40}.example:{port}/" for n in range(80)]
        async with sender(timeout=timedelta(seconds=5), resolve=resolve) as sending:
            hanging = [asyncio.create_task(sending.send(message(d))) for d in dead]
            await asyncio.sleep(0)
            hosts = ("alive.example", "127.0.0.1")
            urls = [f"http://{host}:{port}/" for host in hosts]
            found = [await sending.send(message(url)) for url in urls]
            let_go.set()
            await asyncio.gather(*hanging)
        return found

    with FakeSubscriber(200) as subscriber:
        found = asyncio.run(attempts(urlsplit(subscriber.url).port))

    assert [each.status for each in found] == [200, 200]


def test_a_name_that_took_long_waits_among_its_like():
    asked = []

    def resolve(host, port):
        asked.append(threading.current_thread().name.rpartition("_")[0])
        time.sleep(0.03)
        return ["127.0.0.1"]

    async def lookups():
        guard = AddressGuard([ip_network("127.0.0.0/8")], resolve)
        connections = Connections(guard, slow_seconds=0.01)
        place = Place("http", "slow.example", 1)
        for _ in range(2):
            with suppress(NoAnswer):
                await connections.open(place)
        await connections.close()

    asyncio.run(lookups())

    assert asked == ["resolve", "resolve-slow"]


def test_nobody_listening_is_an_outcome():
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]

    outcome = send(f"http://127.0.0.1:{port}/")

    assert outcome.status is None
    assert outcome.error


@pytest.mark.parametrize("url", ["ftp://example.org/", "http:///path", "no url", ""])
def test_what_is_no_url_is_an_outcome(url):
    outcome = send(url)

    assert outcome.status is None
    assert outcome.error


def test_tls_that_does_not_verify_is_an_outcome(tmp_path):
    with tls_server(tmp_path) as port:
        outcome = send(f"https://localhost:{port}/", resolve=lambda h, p: ["127.0.0.1"])

    assert outcome.status is None
    assert "certificate" in outcome.error


class Quiet(ThreadingHTTPServer):
    def handle_error(self, request, client_address):
        pass


@contextmanager
def tls_server(folder):
    """A TLS server whose certificate nobody vouches for."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*_certificate(folder))
    with Quiet(("127.0.0.1", 0), BaseHTTPRequestHandler) as server:
        server.socket = context.wrap_socket(server.socket, server_side=True)
        Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        yield server.server_address[1]
        server.shutdown()


def _certificate(folder):
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .sign(key, hashes.SHA256())
    )
    pem = serialization.Encoding.PEM
    (folder / "cert.pem").write_bytes(made.public_bytes(pem))
    plain = serialization.NoEncryption()
    pkcs8 = serialization.PrivateFormat.PKCS8
    (folder / "key.pem").write_bytes(key.private_bytes(pem, pkcs8, plain))
    return folder / "cert.pem", folder / "key.pem"


@pytest.mark.parametrize(
    ("plan", "was_reached"),
    [(500, True), ("reset", True), ("garbage", True), ("hang", False)],
)
def test_silence_is_told_from_a_connection_that_was_taken(plan, was_reached):
    with FakeSubscriber(plan) as subscriber:
        outcome = send(subscriber.url, timeout=timedelta(milliseconds=300))

    assert outcome.was_reached is was_reached


def test_where_nobody_listens_nobody_was_reached():
    with FakeSubscriber() as gone:
        url = gone.url

    assert not send(url).was_reached
