"""`wireroom listen`: a receiver on this machine that verifies and prints.

It is what a subscriber would write: Standard Webhooks' own library verifies, and
whatever does not verify is shown as such and answered 401.
"""

from __future__ import annotations

import json
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Lock, Thread
from typing import Any

import click
from rich.console import Console
from rich.text import Text

from db import subscriptions
from db.changes import notify
from db.engine import transaction
from db.errors import NotFound
from service.cli.choosing import EVENT
from service.cli.opening import opened
from service.cli.output import console, visible
from service.cli.subscribed import wrong_use
from service.delivery.keys import SecretError, check_secret, load_public_key
from service.delivery.signing import Verifier
from service.webhooks import subscribing
from service.webhooks.subscribing import Request

# Larger than any payload; a sender of more is not ours.
MOST_BYTES = 50 * 2**20
COLOURS = {
    "article.published": "green",
    "article.updated": "cyan",
    "article.withdrawn": "red",
    "article.restored": "green",
    "source.failing": "red",
    "source.recovered": "green",
    "subscription.disabled": "red",
}


@click.command()
@click.option(
    "--port", default=0, type=click.IntRange(0, 65535), help="A free one when left out."
)
@click.option("--secret", help="Of a subscription made before; its sender signs.")
@click.option("--public-key", help="The same for one that signs with v1a: whpk_….")
@click.option(
    "--signature",
    "signatures",
    multiple=True,
    help="Subscribe with this one: v1, v1a, hub; all that come are verified.",
)
@EVENT
@click.option(
    "--subscribe/--no-subscribe",
    default=None,
    help="Subscribe this receiver while it runs; the default without --secret.",
)
@click.option("--backfill", is_flag=True, help="Ask for what is stored, too.")
@click.option("--count", type=click.IntRange(1), help="End after so many messages.")
@click.option("--json", "as_json", is_flag=True, help="Print each message as a line.")
def listen(
    *,
    port: int,
    secret: str | None,
    public_key: str | None,
    signatures: tuple[str, ...],
    event_types: tuple[str, ...],
    subscribe: bool | None,
    backfill: bool,
    count: int | None,
    as_json: bool,
) -> None:
    """Watch deliveries arrive: a receiver that verifies signatures and prints.

    On its own it subscribes itself and unsubscribes at its end, Ctrl-C. The worker must
    be allowed to send to this machine: WIREROOM_ALLOW_NETS=127.0.0.0/8, as `make run`
    has it.

    \b
        wireroom listen
        wireroom listen --backfill --count 10
        wireroom listen --signature v1a --signature hub
    How sources are, which is told only to who asks for it:
        wireroom listen --event source.failing --event source.recovered
    As the receiver of a subscription of your own:
        wireroom listen --port 9000 --secret whsec_…
    """
    printer = Printer(console(), as_json=as_json)
    if (secret or public_key) and not subscribe:
        Receiver(port, _verifier(secret, public_key), printer, count).run()
        return
    request = Request(
        url="",
        keys=(secret,) if secret else (),
        signatures=signatures,
        description="wireroom listen",
        event_types=event_types,
        backfill=backfill,
    )
    with wrong_use(), _subscribed(port, request, printer, count) as receiver:
        receiver.run()


def _verifier(secret: str | None, public_key: str | None) -> Verifier:
    try:
        if public_key:
            load_public_key(public_key)
        shared = check_secret(secret) if secret else None
    except SecretError as error:
        raise click.UsageError(str(error)) from error
    return Verifier(secret=shared, public=public_key)


@contextmanager
def _subscribed(
    port: int, request: Request, printer: Printer, count: int | None
) -> Iterator[Receiver]:
    """Yield a receiver that is subscribed as long as it runs."""
    with opened() as services:
        receiver = Receiver(port, Verifier(), printer, count)
        asked = replace(request, url=receiver.url)
        with transaction(services.engine) as session:
            made, fresh = subscribing.subscribe(
                session, services.cipher, asked, now=services.clock()
            )
            notify(session)
        receiver.verifier = Verifier(secret=fresh, public=made.secrets[0].public_key)
        try:
            yield receiver
        finally:
            # NotFound: somebody was quicker.
            with suppress(NotFound), transaction(services.engine) as session:
                subscriptions.remove_subscription(session, str(made.id))


class Printer:
    """Prints what arrives, for people or as lines of JSON."""

    def __init__(self, out: Console, *, as_json: bool) -> None:
        self._out = out
        self._as_json = as_json

    def say(self, text: str) -> None:
        """Print a remark that is no message."""
        click.echo(text, err=True)

    def message(self, headers: dict[str, str], body: bytes, *, verified: bool) -> None:
        """Print one message."""
        document = _document(body)
        if self._as_json:
            line = {
                "id": headers.get("webhook-id"),
                "verified": verified,
                "message": document,
            }
            click.echo(json.dumps(line, ensure_ascii=False))
            return
        self._out.print(_line(document, headers, verified=verified))


def _document(body: bytes) -> dict[str, Any]:
    try:
        document = json.loads(body)
    except ValueError:
        document = None
    return document if isinstance(document, dict) else {"type": "(no JSON object)"}


def _line(document: dict[str, Any], headers: dict[str, str], *, verified: bool) -> Text:
    kind = str(document.get("type"))
    data = document.get("data")
    data = data if isinstance(data, dict) else {}
    source = data.get("source")
    name = source.get("name") if isinstance(source, dict) else None
    line = Text()
    line.append(f"{datetime.now(UTC).astimezone():%H:%M:%S} ", style="dim")
    line.append(f"{visible(kind):18} ", style=COLOURS.get(kind, "yellow"))
    line.append(visible(str(data.get("title") or data.get("reason") or "")))
    if name:
        line.append(f"  {visible(str(name))}", style="dim")
    if data.get("version"):
        line.append(f"  v{visible(str(data['version']))}", style="dim")
    if not verified:
        line.append("  the signature does not verify", style="bold red")
    line.append(f"\n         {visible(str(data.get('url') or ''))}", style="blue")
    line.append(f"  {visible(headers.get('webhook-id', 'no webhook-id'))}", style="dim")
    return line


class Receiver:
    """The server: verifies each message, answers 204 or 401, and prints it."""

    def __init__(
        self, port: int, verifier: Verifier, printer: Printer, count: int | None
    ) -> None:
        self.verifier = verifier
        self._printer = printer
        self._left = count
        self._turn = Lock()
        try:
            self._server = ThreadingHTTPServer(("127.0.0.1", port), _handler(self.take))
        except OSError as error:
            message = f"port {port} of this machine is not free: {error.strerror}"
            raise click.ClickException(message) from error
        self._server.daemon_threads = True

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self._server.server_address[1]}/"

    def run(self) -> None:
        """Listen until enough has come, Ctrl-C, or a polite kill."""
        self._printer.say(f"Listening on {self.url} (Ctrl-C ends)")
        signal.signal(signal.SIGTERM, signal.default_int_handler)
        try:
            self._server.serve_forever(poll_interval=0.1)
        except KeyboardInterrupt:
            self._printer.say("Ended.")
        finally:
            self._server.server_close()

    def take(self, headers: dict[str, str], body: bytes) -> int:
        """Verify and print one message; give the status to answer.

        What comes after the last one wanted is not for us: 503.
        """
        verified = self.verifier.accepts(headers, body)
        with self._turn:  # each request has a thread of its own
            if self._left == 0:
                return 503
            self._printer.message(headers, body, verified=verified)
            if self._left is not None and verified:
                self._left -= 1
                if self._left == 0:
                    Thread(target=self._server.shutdown, daemon=True).start()
        return 204 if verified else 401


def _handler(
    take: Callable[[dict[str, str], bytes], int],
) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        """Hands each POST to `take` and answers what it says."""

        protocol_version = "HTTP/1.1"
        timeout = 60  # an idle connection's

        def do_POST(self) -> None:
            size = self.headers.get("Content-Length", "")
            if not size.isdigit() or int(size) > MOST_BYTES:
                self.close_connection = True
                self._answer(411 if not size.isdigit() else 413)
                return
            headers = {name.lower(): value for name, value in self.headers.items()}
            self._answer(take(headers, self.rfile.read(int(size))))

        def _answer(self, status: int) -> None:
            self.send_response(status)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *args: object) -> None:
            """Say nothing: the messages are printed."""

    return Handler
