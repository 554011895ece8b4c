"""What the commands on subscriptions share: what they print of one, and wrong use.

A secret that was stored is never printed.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

import click

from db import outbox
from db.engine import Session
from db.statistics import get_statistics
from db.subscriptions import Subscription
from scrapers.fetch.hosts import literal
from service.cli.output import ago
from service.delivery.headers import MASK
from service.delivery.rate import Rate
from service.services import Services
from service.webhooks.subscribing import SubscribeError

# What waits is counted so far; nobody needs it more exactly.
MOST_WAITING = 10_000
DAY = timedelta(days=1)
# Stands for what only the worker will resolve.
PUBLIC = "1.1.1.1"


@contextmanager
def wrong_use() -> Iterator[None]:
    """Turn what cannot be asked for into wrong use, exit code 2."""
    try:
        yield
    except SubscribeError as error:
        raise click.UsageError(str(error)) from error


def warn_of_address(services: Services, url: str) -> None:
    """Say at once what the worker would say at every attempt."""
    address = literal(urlsplit(url).hostname or "")
    try:
        services.guard.check(str(address or PUBLIC))
    except ValueError as error:
        click.echo(f"Note: unless the worker allows it, {error}", err=True)


def row_of(session: Session, found: Subscription) -> dict[str, Any]:
    """Give a subscription as commands show it; never a secret."""
    waiting = outbox.count_waiting(session, found.id, limit=MOST_WAITING)
    return {
        "id": found.id,
        "uid": str(found.uid),
        "url": found.url,
        "description": found.description,
        "state": found.state,
        "state_reason": found.state_reason,
        "filter": found.filter.to_dict(),
        "event_types": list(found.event_types),
        "signatures": list(found.signatures),
        # A reader at the hub need not have given a secret.
        "public_key": found.secrets[0].public_key if found.secrets else None,
        "format": found.format,
        "content": found.content,
        "backfill": found.wants_history,
        "concurrency": found.concurrency,
        "rate": str(Rate(count=found.rate[0], seconds=found.rate[1]))
        if found.rate
        else None,
        "headers": dict.fromkeys(found.headers, MASK),
        "waiting": waiting,
        "created_at": found.created_at,
        "failing_since": found.failing_since,
        "last_success_at": found.last_success_at,
        "unanswered": found.unanswered,
        "open_until": found.open_until,
        "secrets_until": [each.expires_at for each in found.secrets],
    }


def state_line(row: dict[str, Any], now: datetime) -> str:
    """Say the state in a few words, with what the breaker does to an active one."""
    state, until = str(row["state"]), row["open_until"]
    if state != "active" or until is None:
        return state
    if until <= now:
        return "active, nobody answers: trying"
    return f"active, nobody answers: tries at {until:%H:%M:%S} UTC"


def statistics_of(
    session: Session, found: Subscription, now: datetime
) -> dict[str, Any]:
    """Give how its deliveries of the last day went, as commands show it."""
    told = asdict(get_statistics(session, found.id, since=now - DAY))
    rate = told["success_rate"]
    told["success_rate"] = None if rate is None else round(rate, 4)
    return told


def filter_line(values: dict[str, list[str]]) -> str:
    """Say a filter in a line."""
    parts = [f"{name}: {', '.join(value)}" for name, value in values.items()]
    return "; ".join(parts) or "everything"


def plain_value(value: object) -> str:
    """Say any value of a subscription in a line."""
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%d %H:%M:%S} UTC ({ago(value)})"
    if isinstance(value, list):
        return ", ".join(plain_value(each) for each in value) or "–"
    if isinstance(value, dict):
        words = (
            f"{name.replace('_', ' ')} {plain_value(each)}"
            for name, each in value.items()
        )
        return ", ".join(words) or "–"
    return "–" if value in (None, "") else str(value)


def say_keys(found: Subscription, secret: str | None) -> None:
    """Say what the receiver verifies with."""
    if secret:
        click.echo(f"Its secret, shown this once:  {secret}")
    if public := found.secrets[0].public_key:
        click.echo(f"Its public key:  {public}")
