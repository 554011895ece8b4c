"""Who wants what sent where, and how it has been going.

Secrets come and go encrypted; nothing here can read them. Nothing here commits.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, delete, func, select, true, update
from uuid_utils.compat import uuid7

from db import events
from db.engine import Session
from db.errors import NotFound
from db.filters import Filter
from db.keys import number_of
from db.models import AttemptRow, DeliveryRow, FanoutRow, SubscriptionRow


@dataclass(frozen=True, kw_only=True, slots=True)
class Secret:
    """The encrypted keys of one time, and when they stop signing (None: current).

    `public_key` is the one that receivers verify `v1a` with.
    """

    token: str
    expires_at: datetime | None = None
    public_key: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class NewSubscription:
    """What it takes to subscribe. `event_types` empty: those of articles.

    `rate` is a count and seconds; the values of `headers` are encrypted.
    """

    url: str
    secret: str
    public_key: str | None = None
    signatures: tuple[str, ...] = ("v1",)
    description: str | None = None
    filter: Filter = field(default_factory=Filter)
    event_types: tuple[str, ...] = ()
    format: str = "standard"
    content: str = "full"
    wants_history: bool = False
    is_paused: bool = False
    concurrency: int = 4
    rate: tuple[int, int] | None = None
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True, slots=True)
class Subscription:
    """One subscription as its row has it; `secrets` are the newest first.

    `rate` is a count and seconds, `headers` are names with their encrypted values;
    `unanswered` and `open_until` are its breaker's (db.breakers).
    """

    id: int
    uid: UUID
    kind: str
    url: str
    description: str | None
    secrets: tuple[Secret, ...]
    signatures: tuple[str, ...]
    filter: Filter
    event_types: tuple[str, ...]
    format: str
    content: str
    state: str
    state_reason: str | None
    wants_history: bool
    concurrency: int
    rate: tuple[int, int] | None
    headers: dict[str, str]
    cursor: int
    created_at: datetime
    failing_since: datetime | None
    last_success_at: datetime | None
    unanswered: int
    open_until: datetime | None


def add_subscription(
    session: Session, new: NewSubscription, *, now: datetime
) -> Subscription:
    """Add a subscription that gets what happens from now on."""
    row = SubscriptionRow(
        uid=uuid7(),
        url=new.url,
        description=new.description,
        secrets=[plain_secret(Secret(token=new.secret, public_key=new.public_key))],
        signatures=list(new.signatures),
        filter=new.filter.to_dict(),
        event_types=list(new.event_types),
        format=new.format,
        content=new.content,
        state="paused" if new.is_paused else "active",
        wants_history=new.wants_history,
        concurrency=new.concurrency,
        headers=dict(new.headers) or None,
        rate_count=new.rate[0] if new.rate else None,
        rate_seconds=new.rate[1] if new.rate else None,
        cursor=events.last_seq(session),
        created_at=now,
    )
    session.add(row)
    session.flush()
    return from_row(row)


def list_subscriptions(session: Session) -> list[Subscription]:
    """List all of them, the oldest first."""
    chosen = select(SubscriptionRow).order_by(SubscriptionRow.id)
    return [from_row(row) for row in session.scalars(chosen)]


def recent_tokens(session: Session, *, limit: int) -> list[str]:
    """List the current encrypted keys of webhooks, those of the newest first."""
    chosen = (
        select(SubscriptionRow.secrets)
        .where(SubscriptionRow.kind == WEBHOOK)
        .order_by(SubscriptionRow.id.desc())
        .limit(limit)
    )
    return [_secret(found[0]).token for found in session.scalars(chosen) if found]


def get_subscription(session: Session, key: str) -> Subscription:
    """Give one by its number or its uid, or NotFound."""
    return from_row(get_row(session, key))


def remove_subscription(session: Session, key: str) -> None:
    """Remove one with its queue and its log."""
    row = get_row(session, key)
    # Tasks, deliveries, subscription: the order in which the jobs lock them.
    session.execute(delete(FanoutRow).where(FanoutRow.subscription_id == row.id))
    mine = select(DeliveryRow.id).where(DeliveryRow.subscription_id == row.id)
    session.execute(delete(AttemptRow).where(AttemptRow.delivery_id.in_(mine)))
    session.execute(delete(DeliveryRow).where(DeliveryRow.subscription_id == row.id))
    session.execute(delete(SubscriptionRow).where(SubscriptionRow.id == row.id))


def pause(session: Session, key: str, *, reason: str | None = None) -> Subscription:
    """Stop sending; what happens meanwhile queues up."""
    row = get_row(session, key)
    row.state, row.state_reason = "paused", reason
    session.flush()
    return from_row(row)


def resume(session: Session, key: str) -> Subscription:
    """Send again what is queued and what comes.

    One that had been disabled goes on from now: what happened in between was not
    queued, and a replay brings it.
    """
    row = get_row(session, key)
    if row.state == "disabled" and row.kind == WEBHOOK:
        row.cursor = events.last_seq(session)
    row.state, row.state_reason, row.failing_since = "active", None, None
    row.unanswered, row.open_until = 0, None
    session.flush()
    return from_row(row)


def rotate(
    session: Session,
    key: str,
    *,
    secret: str,
    public_key: str | None = None,
    overlap_until: datetime,
) -> Subscription:
    """Sign with a new secret; those before it sign until `overlap_until` at most."""
    row = get_row(session, key)
    kept = [_secret(found) for found in row.secrets]
    row.secrets = [
        plain_secret(Secret(token=secret, public_key=public_key)),
        *(
            plain_secret(replace(s, expires_at=_sooner(s.expires_at, overlap_until)))
            for s in kept
        ),
    ]
    session.flush()
    return from_row(row)


def _sooner(one: datetime | None, other: datetime) -> datetime:
    return other if one is None else min(one, other)


def has_behind(session: Session, *, head: int) -> bool:
    """Tell whether any subscription has not been shown all events up to `head`."""
    behind = select(SubscriptionRow.id).where(*_behind(head)).limit(1)
    return session.scalar(behind) is not None


def claim_behind(session: Session, *, head: int, limit: int) -> list[Subscription]:
    """Lock subscriptions that have not been shown all events up to `head`.

    The furthest behind come first. Their rows are held until the caller commits, and
    another worker passes over them: that is the lease of the fan-out.
    """
    chosen = (
        select(SubscriptionRow)
        .where(*_behind(head))
        .order_by(SubscriptionRow.cursor, SubscriptionRow.id)
        .limit(limit)
        .with_for_update(skip_locked=True, key_share=True)
    )
    return [from_row(row) for row in session.scalars(chosen)]


def move_cursors(session: Session, ids: Iterable[int], *, to: int) -> None:
    """Remember that these have been shown all events up to `to`."""
    session.execute(
        update(SubscriptionRow)
        .where(SubscriptionRow.id.in_(list(ids)), SubscriptionRow.cursor < to)
        .values(cursor=to)
        .execution_options(synchronize_session=False)
    )


def record_success(session: Session, ids: Iterable[int], *, now: datetime) -> None:
    """Note that these took a delivery."""
    _update(session, ids, true(), failing_since=None, last_success_at=now)


def record_failure(session: Session, ids: Iterable[int], *, now: datetime) -> None:
    """Note that these failed; the first failure since a success is what counts."""
    _update(session, ids, SubscriptionRow.failing_since.is_(None), failing_since=now)


def list_failing(
    session: Session, ids: Iterable[int], *, since: datetime
) -> list[Subscription]:
    """List those of `ids` that are active and have only failed since then or longer."""
    chosen = select(SubscriptionRow).where(
        SubscriptionRow.id.in_(list(ids)),
        SubscriptionRow.state == "active",
        SubscriptionRow.failing_since <= since,
    )
    return [from_row(row) for row in session.scalars(chosen)]


def disable(session: Session, ids: Iterable[int], *, reason: str) -> list[Subscription]:
    """Stop sending to these and queueing for them until they are resumed by hand.

    Gives those that were not disabled before.
    """
    row = SubscriptionRow
    found = _update(
        session, ids, row.state != "disabled", state="disabled", state_reason=reason
    )
    chosen = select(row).where(row.id.in_(found)).order_by(row.id)
    fresh = chosen.execution_options(populate_existing=True)
    return [from_row(each) for each in session.scalars(fresh)]


def count_disabled(session: Session) -> int:
    """Count the webhooks to which nothing is sent until somebody resumes them."""
    row = SubscriptionRow
    disabled = select(func.count()).where(row.kind == WEBHOOK, row.state == "disabled")
    return session.scalar(disabled) or 0


def _update(
    session: Session,
    ids: Iterable[int],
    which: ColumnElement[bool],
    **values: object,
) -> Sequence[int]:
    """Update the rows for which `which` holds, locked in one order by every worker.

    Gives their ids.
    """
    chosen = (
        select(SubscriptionRow.id)
        .where(SubscriptionRow.id.in_(sorted(ids)), which)
        .order_by(SubscriptionRow.id)
        .with_for_update(key_share=True)
    )
    found = session.scalars(chosen).all()
    if found:
        session.execute(
            update(SubscriptionRow)
            .where(SubscriptionRow.id.in_(found))
            .values(**values)
            .execution_options(synchronize_session=False)
        )
    return found


def _behind(head: int) -> tuple[ColumnElement[bool], ...]:
    row = SubscriptionRow
    return (row.kind == WEBHOOK, row.cursor < head, row.state != "disabled")


def get_row(session: Session, key: str) -> SubscriptionRow:
    """Give the row of one by its number or its uid, or NotFound; for db alone."""
    chosen = select(SubscriptionRow)
    if (number := number_of(key)) is not None:
        chosen = chosen.where(SubscriptionRow.id == number)
    else:
        try:
            chosen = chosen.where(SubscriptionRow.uid == UUID(key))
        except ValueError:
            raise NotFound("subscription", key, REMEDY) from None
    row = session.scalar(chosen)
    if row is None:
        raise NotFound("subscription", key, REMEDY)
    return row


# What follows the events; feeds are pushed to the other kind by db.hub.
WEBHOOK = "webhook"
REMEDY = "`wireroom subscription list` shows them"


def _secret(found: dict[str, Any]) -> Secret:
    until = found.get("expires_at")
    return Secret(
        token=found["token"],
        expires_at=datetime.fromisoformat(until) if until else None,
        public_key=found.get("public_key"),
    )


def plain_secret(secret: Secret) -> dict[str, Any]:
    """Give a secret as a row holds it."""
    until = secret.expires_at
    return {
        "token": secret.token,
        "expires_at": until.isoformat() if until else None,
        "public_key": secret.public_key,
    }


def secrets_of(text: str) -> tuple[Secret, ...]:
    """Read the secrets from the JSON that a row holds."""
    return tuple(_secret(each) for each in json.loads(text))


def headers_of(text: str | None) -> dict[str, str]:
    """Read encrypted headers from the JSON that a row holds."""
    return dict(json.loads(text) or {}) if text else {}


def signatures_of(text: str) -> tuple[str, ...]:
    """Read the names of signatures from the JSON that a row holds."""
    return tuple(json.loads(text))


def from_row(row: SubscriptionRow) -> Subscription:
    """Give a row as a value; for db alone."""
    return Subscription(
        id=row.id,
        uid=row.uid,
        kind=row.kind,
        url=row.url,
        description=row.description,
        secrets=tuple(_secret(each) for each in row.secrets),
        signatures=tuple(row.signatures),
        filter=Filter.from_dict(row.filter),
        event_types=tuple(row.event_types),
        format=row.format,
        content=row.content,
        state=row.state,
        state_reason=row.state_reason,
        wants_history=row.wants_history,
        concurrency=row.concurrency,
        rate=(row.rate_count, row.rate_seconds or 1) if row.rate_count else None,
        headers=dict(row.headers or {}),
        cursor=row.cursor,
        created_at=row.created_at,
        failing_since=row.failing_since,
        last_success_at=row.last_success_at,
        unanswered=row.unanswered,
        open_until=row.open_until,
    )
