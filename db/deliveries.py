"""The delivery log, as people read it: what was sent, how it went, send it again.

Nothing here commits.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, select, update

from db import breakers
from db.engine import Session
from db.errors import NotFound
from db.keys import number_of
from db.models import AttemptRow, DeliveryRow, PayloadRow, SubscriptionRow
from db.outbox import is_free, queued

STATES = ("waiting", "delivered", "failed", "dropped")
REMEDY = "`wireroom delivery list` shows them"


@dataclass(frozen=True, kw_only=True, slots=True)
class Delivery:
    """One delivery; `last_status` and `last_error` are those of its last attempt."""

    id: int
    subscription_id: int
    url: str
    event_seq: int
    message_id: str
    type: str
    origin: str
    state: str
    attempt_count: int
    created_at: datetime
    due_at: datetime | None
    finished_at: datetime | None
    last_status: int | None = None
    last_error: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Attempt:
    """One line of the log, with what went and what came back (its first 16 KiB)."""

    number: int
    started_at: datetime
    took_ms: float
    status: int | None
    error: str | None
    request_headers: dict[str, Any]
    response_headers: dict[str, Any] | None
    response_body: bytes | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Sent:
    """A delivery with all of its log and the bytes it sends."""

    delivery: Delivery
    content_type: str
    body: bytes
    attempts: tuple[Attempt, ...]


def list_deliveries(
    session: Session,
    *,
    state: str | None = None,
    subscription_id: int | None = None,
    before: int | None = None,
    limit: int = 50,
) -> list[Delivery]:
    """List deliveries, the newest first; `before` is an id to go on from."""
    chosen = _deliveries().order_by(DeliveryRow.id.desc()).limit(limit)
    if state == "waiting":
        chosen = chosen.where(DeliveryRow.due_at.is_not(None))
    elif state is not None:
        chosen = chosen.where(DeliveryRow.state == state)
    if subscription_id is not None:
        chosen = chosen.where(DeliveryRow.subscription_id == subscription_id)
    if before is not None:
        chosen = chosen.where(DeliveryRow.id < before)
    return [_delivery(*row) for row in session.execute(chosen)]


def get_delivery(session: Session, key: str) -> Sent:
    """Give one by its number or its webhook-id, or NotFound."""
    row = session.execute(_deliveries().where(_is(key))).first()
    if row is None:
        raise NotFound("delivery", key, REMEDY)
    delivery = _delivery(*row)
    payload = session.scalars(
        select(PayloadRow)
        .join(DeliveryRow, DeliveryRow.payload_id == PayloadRow.id)
        .where(DeliveryRow.id == delivery.id)
    ).one()
    attempts = session.scalars(
        select(AttemptRow)
        .where(AttemptRow.delivery_id == delivery.id)
        .order_by(AttemptRow.number)
    )
    return Sent(
        delivery=delivery,
        content_type=payload.content_type,
        body=payload.body,
        attempts=tuple(_attempt(each) for each in attempts),
    )


def resend(session: Session, key: str, *, now: datetime) -> bool:
    """Queue one again, with its id and its bytes, at the start of the schedule.

    One that a worker has under way is left to it: then False is given. Should nobody
    answer at its endpoint lately, it is tried at once all the same.
    """
    found = get_delivery(session, key).delivery
    freed = session.scalars(
        update(DeliveryRow)
        .where(DeliveryRow.id == found.id, is_free(now))
        .values(**queued(now), origin="resend")
        .returning(DeliveryRow.id)
        .execution_options(synchronize_session=False)
    ).all()
    breakers.allow_probe(session, [found.subscription_id], now=now)
    session.expire_all()
    return bool(freed)


def _deliveries() -> Select[DeliveryRow, str, int | None, str | None]:
    last = (
        select(AttemptRow.id)
        .where(AttemptRow.delivery_id == DeliveryRow.id)
        .order_by(AttemptRow.id.desc())
        .limit(1)
        .correlate(DeliveryRow)
        .scalar_subquery()
    )
    return (
        select(DeliveryRow, SubscriptionRow.url, AttemptRow.status, AttemptRow.error)
        .join(SubscriptionRow, SubscriptionRow.id == DeliveryRow.subscription_id)
        .outerjoin(AttemptRow, AttemptRow.id == last)
    )


def _is(key: str) -> ColumnElement[bool]:
    if (number := number_of(key)) is not None:
        return DeliveryRow.id == number
    return DeliveryRow.message_id == key


def _delivery(
    row: DeliveryRow, url: str, status: int | None, error: str | None
) -> Delivery:
    return Delivery(
        id=row.id,
        subscription_id=row.subscription_id,
        url=url,
        event_seq=row.event_seq,
        message_id=row.message_id,
        type=row.type,
        origin=row.origin,
        state=row.state,
        attempt_count=row.attempt_count,
        created_at=row.created_at,
        due_at=row.due_at,
        finished_at=row.finished_at,
        last_status=status,
        last_error=error,
    )


def _attempt(row: AttemptRow) -> Attempt:
    return Attempt(
        number=row.number,
        started_at=row.started_at,
        took_ms=row.took_ms,
        status=row.status,
        error=row.error,
        request_headers=row.request_headers,
        response_headers=row.response_headers,
        response_body=row.response_body,
    )
