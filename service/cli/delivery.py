"""`wireroom delivery`: the delivery log."""

from __future__ import annotations

import base64
import json
from contextlib import suppress
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any

import click

from db import deliveries, subscriptions
from db.changes import notify
from db.deliveries import STATES, Attempt, Delivery, Sent
from db.engine import reading, transaction
from service.cli.opening import opened
from service.cli.output import ago, json_option, print_json, print_rows, visible

COLUMNS = (
    "id",
    "state",
    "type",
    "subscription",
    "url",
    "attempts",
    "last_answer",
    "created_at",
    "due_at",
)


@click.group()
def delivery() -> None:
    """See what was sent to whom, what they answered, and send it again.

    \b
        wireroom delivery list --state failed
        wireroom delivery show 17
        wireroom delivery resend 17
    """


@delivery.command("list")
@click.option("--state", type=click.Choice(STATES), help="Only those in this state.")
@click.option("--subscription", "key", help="Only those of this subscription.")
@click.option("--limit", default=50, show_default=True, type=click.IntRange(1, 10_000))
@click.option("--before", type=int, help="Go on from this id.")
@json_option
def list_(
    *,
    state: str | None,
    key: str | None,
    limit: int,
    before: int | None,
    as_json: bool,
) -> None:
    """List deliveries, the newest first.

    \b
        wireroom delivery list --state waiting --subscription 1
        wireroom delivery list --state failed --json
    """
    with opened() as services, reading(services.engine) as session:
        who = subscriptions.get_subscription(session, key).id if key else None
        found = deliveries.list_deliveries(
            session, state=state, subscription_id=who, before=before, limit=limit
        )
    print_rows(
        [_row(each) for each in found],
        COLUMNS,
        as_json=as_json,
        empty="No deliveries.",
        now=datetime.now(UTC),
    )


@delivery.command()
@click.argument("key", metavar="ID")
@json_option
def show(*, key: str, as_json: bool) -> None:
    """Show one delivery, by its number or webhook-id: each request and its answer.

    \b
        wireroom delivery show 17
        wireroom delivery show msg_5f2b… --json
    """
    with opened() as services, reading(services.engine) as session:
        sent = deliveries.get_delivery(session, key)
    if as_json:
        print_json(_document(sent))
        return
    found = sent.delivery
    click.secho(f"{found.message_id}  {found.type}  {found.state}", bold=True)
    click.echo(f"to {found.url}, subscription {found.subscription_id}")
    if found.due_at:
        click.echo(f"due {ago(found.due_at)}")
    for attempt in sent.attempts:
        _print_attempt(attempt)
    click.secho("\nBody", bold=True)
    click.echo(_text(sent.body))


def _print_attempt(attempt: Attempt) -> None:
    answer = visible(attempt.error or f"HTTP {attempt.status}")
    click.secho(
        f"\nAttempt {attempt.number}  {attempt.started_at:%Y-%m-%d %H:%M:%S} UTC"
        f"  {answer}  {attempt.took_ms:.0f} ms",
        bold=True,
    )
    for name, value in attempt.request_headers.items():
        click.echo(f"  > {name}: {value}")
    for name, value in (attempt.response_headers or {}).items():
        click.echo(visible(f"  < {name}: {value}"))
    if attempt.response_body:
        click.echo(f"  < {_text(attempt.response_body)[:2000]}")


@delivery.command()
@click.argument("key", metavar="ID")
def resend(*, key: str) -> None:
    """Send one again, with its id and its bytes, whatever became of it.

    \b
        wireroom delivery resend 17
    """
    with opened() as services, transaction(services.engine) as session:
        found = deliveries.get_delivery(session, key).delivery
        is_queued = deliveries.resend(session, key, now=services.clock())
        notify(session)
    if not is_queued:
        message = (
            f"{found.message_id} is under way to {found.url} just now, so it was left "
            f"as it is; see what comes of it:  wireroom delivery show {found.id}"
        )
        raise click.ClickException(message)
    click.echo(f"{found.message_id} is queued again for {found.url}.")


def _row(found: Delivery) -> dict[str, Any]:
    answer = found.last_error or (
        f"HTTP {found.last_status}" if found.last_status else None
    )
    return {
        "id": found.id,
        "message_id": found.message_id,
        "state": found.state,
        "type": found.type,
        "origin": found.origin,
        "event": found.event_seq or None,
        "subscription": found.subscription_id,
        "url": found.url,
        "attempts": found.attempt_count,
        "last_status": found.last_status,
        "last_error": found.last_error,
        "last_answer": answer,
        "created_at": found.created_at,
        "due_at": found.due_at,
        "finished_at": found.finished_at,
    }


def _document(sent: Sent) -> dict[str, Any]:
    return _row(sent.delivery) | {
        "content_type": sent.content_type,
        "body": sent.body.decode(errors="replace"),
        "log": [
            asdict(attempt) | {"response_body": _body(attempt.response_body)}
            for attempt in sent.attempts
        ],
    }


def _body(body: bytes | None) -> str | None:
    """Give bytes as text where they are text, as a data: URL where they are not."""
    if body is None:
        return None
    try:
        return body.decode()
    except UnicodeDecodeError:
        return "data:;base64," + base64.b64encode(body).decode()


def _text(body: bytes) -> str:
    """Give a body as people read it, JSON on several lines."""
    text = body.decode(errors="replace")
    with suppress(ValueError):
        text = json.dumps(json.loads(text), ensure_ascii=False, indent=2)
    return visible(text)
