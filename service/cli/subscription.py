"""`wireroom subscription`: who is sent what, and how it goes."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import click

from db import fanout, subscriptions
from db.changes import notify
from db.engine import reading, transaction
from service.cli.choosing import Chosen, choices
from service.cli.editing import edit
from service.cli.opening import opened
from service.cli.output import json_option, print_json, print_rows
from service.cli.subscribed import (
    filter_line,
    plain_value,
    row_of,
    say_keys,
    state_line,
    statistics_of,
    warn_of_address,
    wrong_use,
)
from service.cli.times import Moment, Span
from service.webhooks import subscribing
from service.webhooks.subscribing import OVERLAP

COLUMNS = (
    "id",
    "url",
    "state",
    "filter",
    "waiting",
    "failing_since",
    "last_success_at",
)


@click.group()
def subscription() -> None:
    """Send articles to webhooks: Standard Webhooks, signed, retried, logged.

    \b
    Everything, to one address; the secret is shown once:
        wireroom subscription add https://example.org/hook
    See deliveries arrive without writing a receiver:
        wireroom listen
    """


@subscription.command("list")
@json_option
def list_(*, as_json: bool) -> None:
    """List the subscriptions with their state and what waits for them.

    \b
        wireroom subscription list
        wireroom subscription list --json | jq '.[] | select(.state == "disabled")'
    """
    now = datetime.now(UTC)
    with opened() as services, reading(services.engine) as session:
        found = subscriptions.list_subscriptions(session)
        rows = [row_of(session, each) for each in found]
    if not as_json:
        rows = [
            row | {"filter": filter_line(row["filter"]), "state": state_line(row, now)}
            for row in rows
        ]
    print_rows(
        rows,
        COLUMNS,
        as_json=as_json,
        empty="No subscriptions yet: wireroom subscription add URL",
        now=now,
    )


@subscription.command()
@click.argument("url")
@choices
@click.option(
    "--backfill",
    is_flag=True,
    help="Send what is stored, too, and history that is found later.",
)
@click.option("--paused", is_flag=True, help="Queue, but send nothing until resumed.")
@json_option
def add(
    *,
    url: str,
    chosen: Chosen,
    backfill: bool,
    paused: bool,
    as_json: bool,
) -> None:
    """Subscribe URL to articles as they come, change and go.

    Options of one kind widen the choice, options of different kinds narrow it. The
    secret is made for you and shown once; the receiver verifies with it.

    \b
        wireroom subscription add https://example.org/hook
        wireroom subscription add https://example.org/hook --source sample \\
            --category News --lang en --event article.published
        wireroom subscription add https://example.org/hook --signature v1a
        wireroom subscription add https://example.org/hook --backfill --paused
    """
    with opened() as services:
        with wrong_use(), transaction(services.engine) as session:
            request = chosen.request(session, url, backfill=backfill, is_paused=paused)
            made, fresh = subscribing.subscribe(
                session, services.cipher, request, now=services.clock()
            )
            row = row_of(session, made)
            notify(session)
        warn_of_address(services, made.url)
    if as_json:
        print_json(row | {"secret": fresh})
        return
    click.echo(f"Subscription {made.id} sends to {made.url}.")
    say_keys(made, fresh)
    click.echo(f"Say hello to it:  wireroom subscription ping {made.id}")


@subscription.command()
@click.argument("key", metavar="ID")
@json_option
def show(*, key: str, as_json: bool) -> None:
    """Show all there is to know of one subscription, but not its secret.

    \b
        wireroom subscription show 1
    """
    with opened() as services, reading(services.engine) as session:
        found = subscriptions.get_subscription(session, key)
        row = row_of(session, found)
        row["last_day"] = statistics_of(session, found, services.clock())
        row["open_tasks"] = [
            {"kind": task.kind, "sent_so_far": task.made, "since": task.created_at}
            for task in fanout.list_tasks(session, found.id)
        ]
    if as_json:
        print_json(row)
        return
    row["state"] = state_line(row, datetime.now(UTC))
    row["filter"] = filter_line(row["filter"])
    for name, value in row.items():
        click.echo(f"{name.replace('_', ' '):18}{plain_value(value)}")


@subscription.command()
@click.argument("key", metavar="ID")
@click.option("--reason", help="A note on why.")
def pause(*, key: str, reason: str | None) -> None:
    """Stop sending; what happens meanwhile waits in its queue.

    \b
        wireroom subscription pause 1 --reason "they move house"
    """
    with opened() as services, transaction(services.engine) as session:
        found = subscriptions.pause(session, key, reason=reason)
    click.echo(f"Subscription {found.id} is paused; its queue is kept.")


@subscription.command()
@click.argument("key", metavar="ID")
def resume(*, key: str) -> None:
    """Send again: what is queued, and what comes.

    One that was disabled goes on from now; `replay` brings what it missed.

    \b
        wireroom subscription resume 1
    """
    with opened() as services, transaction(services.engine) as session:
        before = subscriptions.get_subscription(session, key)
        found = subscriptions.resume(session, key)
        notify(session)
    click.echo(f"Subscription {found.id} is active.")
    if before.state == "disabled":
        since = before.last_success_at or before.created_at
        click.echo(
            "What happened while it was disabled was not queued:  wireroom "
            f"subscription replay {found.id} --since {since:%Y-%m-%dT%H:%M}"
        )


@subscription.command()
@click.argument("key", metavar="ID")
@json_option
def ping(*, key: str, as_json: bool) -> None:
    """Send a message of type `ping`, to see that a receiver hears and verifies.

    \b
        wireroom subscription ping 1
        wireroom subscription ping 1 --json | jq -r .message_id
    """
    with opened() as services, wrong_use(), transaction(services.engine) as session:
        found = subscriptions.get_subscription(session, key)
        message_id = subscribing.ping(session, key, now=services.clock())
        notify(session)
    if as_json:
        row = {"id": found.id, "state": found.state, "message_id": message_id}
        print_json(row)
        return
    click.echo(f"Queued {message_id}.")
    if found.state != "active":
        click.echo(f"The subscription is {found.state}: it goes out when resumed.")
    click.echo(f"See what came of it:  wireroom delivery show {message_id}")


@subscription.command()
@click.argument("key", metavar="ID")
@click.option(
    "--secret",
    "keys",
    multiple=True,
    help="whsec_… or whsk_…, if it is to be a certain one.",
)
@click.option(
    "--overlap",
    default=f"{OVERLAP // timedelta(hours=1)}h",
    type=Span(),
    show_default=True,
    help="How long the old secret signs too: 30m, 24h, 0.",
)
@json_option
def rotate(
    *, key: str, keys: tuple[str, ...], overlap: timedelta, as_json: bool
) -> None:
    """Give a subscription new keys; old and new both sign for a while.

    \b
        wireroom subscription rotate 1
        wireroom subscription rotate 1 --overlap 0      (it has leaked)
    """
    with opened() as services, wrong_use(), transaction(services.engine) as session:
        found, fresh = subscribing.rotate(
            session,
            services.cipher,
            key,
            keys=keys,
            overlap=overlap,
            now=services.clock(),
        )
    if as_json:
        public = found.secrets[0].public_key
        print_json({"id": found.id, "secret": fresh, "public_key": public})
        return
    click.echo(f"Subscription {found.id} signs anew.")
    say_keys(found, fresh)
    until = found.secrets[1].expires_at
    click.echo(f"What it had before signs too until {until:%Y-%m-%d %H:%M} UTC.")


@subscription.command()
@click.argument("key", metavar="ID")
@click.option("--since", required=True, type=Moment(), help="A time, or how long ago.")
@click.option("--until", default="now", show_default=True, type=Moment())
def replay(*, key: str, since: datetime, until: datetime) -> None:
    """Send again what happened in a range of time, under the same ids.

    A receiver that keeps the ids it has seen takes only what it missed. Times are UTC.

    \b
        wireroom subscription replay 1 --since 2h
        wireroom subscription replay 1 --since 2026-03-01 --until 2026-03-02T06:00
    """
    with opened() as services, wrong_use(), transaction(services.engine) as session:
        found = subscribing.replay(
            session, key, since=since, until=until, now=services.clock()
        )
        notify(session)
    if found.state == "active":
        click.echo(f"Subscription {found.id} is being sent it again.")
    else:
        click.echo(f"The subscription is {found.state}: it goes out when resumed.")
    click.echo("See how it goes:  wireroom delivery list")


@subscription.command()
@click.argument("key", metavar="ID")
@click.confirmation_option(
    prompt="Its queue and its log go with it. Remove it?", help="Do not ask."
)
def remove(*, key: str) -> None:
    """Remove a subscription with its queue and its log.

    \b
        wireroom subscription remove 1
        wireroom subscription remove 1 --yes
    """
    with opened() as services, transaction(services.engine) as session:
        subscriptions.remove_subscription(session, key)
    click.echo(f"Subscription {key} is removed.")


subscription.add_command(edit)
