"""What the delivery engine takes from the outbox, and what it writes back.

A delivery is leased by moving its `due_at` to the end of the lease and writing the
worker's name: if the worker dies it is simply due again. Claims take a few rows of each
endpoint, found by skipping from endpoint to endpoint through the index of what waits;
so a receiver with a hundred thousand rows waiting costs what one with ten does.
Nothing here commits.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    Row,
    Select,
    bindparam,
    case,
    func,
    insert,
    or_,
    select,
    true,
    update,
)
from sqlalchemy.orm import aliased

from db.engine import Session
from db.models import AttemptRow, DeliveryRow, PayloadRow, SubscriptionRow
from db.subscriptions import Secret, secrets_of


@dataclass(frozen=True, kw_only=True, slots=True)
class Endpoint:
    """A subscription that something is due for, and how long it has been due."""

    id: int
    url: str
    secrets: tuple[Secret, ...]
    concurrency: int
    is_proven: bool
    due_at: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class Claimed:
    """A delivery leased to the caller, with the bytes to send.

    `number` is that of the attempt to come, `step` its place in the schedule, from 0.
    `was_leased` tells that a worker took it before and never said what came of it: that
    was attempt `number` - 1.
    """

    id: int
    subscription_id: int
    message_id: str
    origin: str
    number: int
    step: int
    was_leased: bool
    content_type: str
    body: bytes


@dataclass(frozen=True, kw_only=True, slots=True)
class AttemptRecord:
    """A line of the delivery log."""

    delivery_id: int
    number: int
    started_at: datetime
    took_ms: float
    status: int | None = None
    error: str | None = None
    request_headers: Mapping[str, str]
    response_headers: Mapping[str, str] | None = None
    response_body: bytes | None = None


def list_due(session: Session, *, now: datetime) -> list[Endpoint]:
    """List the active endpoints with something due, the longest waiting first."""
    return [
        Endpoint(
            id=row.id,
            url=row.url,
            secrets=secrets_of(row.secrets),
            concurrency=row.concurrency,
            is_proven=row.last_success_at is not None and row.failing_since is None,
            due_at=row.first_due_at,
        )
        for row in session.execute(_DUE, {"now": now})
    ]


def _due() -> Select[Any]:
    """Skip through the index of what waits, a step an endpoint: a loose index scan."""
    waits = DeliveryRow.due_at.is_not(None)
    first = select(func.min(DeliveryRow.subscription_id).label("id")).where(waits)
    found = first.cte("waiting", recursive=True)
    next_id = (
        select(func.min(DeliveryRow.subscription_id))
        .where(waits, DeliveryRow.subscription_id > found.c.id)
        .scalar_subquery()
    )
    waiting = found.union_all(select(next_id).where(found.c.id.is_not(None)))
    due_at = (
        select(func.min(DeliveryRow.due_at))
        .where(DeliveryRow.subscription_id == SubscriptionRow.id, waits)
        .correlate(SubscriptionRow)
        .scalar_subquery()
    )
    row = SubscriptionRow
    columns = (row.id, row.url, row.secrets, row.concurrency, row.last_success_at)
    now = bindparam("now", type_=row.created_at.type)
    return (
        select(*columns, row.failing_since, due_at.label("first_due_at"))
        .join(waiting, waiting.c.id == row.id)
        .where(
            row.state == "active",
            or_(row.open_until.is_(None), row.open_until <= now),
            due_at <= now,
        )
        .order_by("first_due_at")
    )


_DUE = _due()


def claim(
    session: Session,
    takes: Mapping[int, int],
    *,
    owner: str,
    now: datetime,
    until: datetime,
) -> list[Claimed]:
    """Lease the longest due deliveries: for each endpoint as many as `takes` says."""
    claimed: list[Claimed] = []
    # The limit cannot be a column (SQLite), so one statement for each number wanted;
    # they are small numbers, hence few.
    for count in sorted(set(takes.values())):
        endpoints = [each for each, wanted in takes.items() if wanted == count]
        values = {"endpoints": endpoints, "count": count, "now": now}
        rows = session.execute(_claiming(session), values)
        claimed += [_claimed(row) for row in rows]
    if claimed:
        session.execute(
            update(DeliveryRow)
            .where(DeliveryRow.id.in_([each.id for each in claimed]))
            .values(
                due_at=until,
                lease_owner=owner,
                attempt_count=DeliveryRow.attempt_count
                + case((DeliveryRow.lease_owner.is_not(None), 1), else_=0),
            )
            .execution_options(synchronize_session=False)
        )
    return claimed


def _claiming(session: Session) -> Select[Any]:
    is_sqlite = session.get_bind().dialect.name == "sqlite"
    return _CLAIM_SQLITE if is_sqlite else _CLAIM_POSTGRESQL


def _chosen() -> tuple[Any, Select[Any]]:
    """Give, for one endpoint of an outer statement, its deliveries longest due."""
    inner = aliased(DeliveryRow)
    now = bindparam("now", type_=inner.due_at.type)
    statement = (
        select(inner)
        .where(inner.subscription_id == SubscriptionRow.id, inner.due_at <= now)
        .order_by(inner.due_at, inner.id)
        .limit(bindparam("count"))
        .correlate(SubscriptionRow)
    )
    return inner, statement


_ENDPOINTS = SubscriptionRow.id.in_(bindparam("endpoints", expanding=True))


def _columns(row: Any) -> tuple[Any, ...]:  # noqa: ANN401 - an entity or its lateral
    return (
        row.id,
        row.subscription_id,
        row.message_id,
        row.origin,
        row.attempt_count,
        row.step,
        row.lease_owner,
        PayloadRow.content_type,
        PayloadRow.body,
    )


def _claim_sqlite() -> Select[Any]:
    inner, chosen = _chosen()
    return (
        select(*_columns(DeliveryRow))
        .select_from(SubscriptionRow)
        .join(DeliveryRow, DeliveryRow.id.in_(chosen.with_only_columns(inner.id)))
        .join(PayloadRow, PayloadRow.id == DeliveryRow.payload_id)
        .where(_ENDPOINTS)
    )


def _claim_postgresql() -> Select[Any]:
    _, chosen = _chosen()
    row = chosen.with_for_update(skip_locked=True).lateral()
    return (
        select(*_columns(row.c))
        .select_from(SubscriptionRow)
        .join(row, true())
        .join(PayloadRow, PayloadRow.id == row.c.payload_id)
        .where(_ENDPOINTS)
    )


_CLAIM_SQLITE = _claim_sqlite()
_CLAIM_POSTGRESQL = _claim_postgresql()


def _claimed(row: Row[Any]) -> Claimed:
    return Claimed(
        id=row.id,
        subscription_id=row.subscription_id,
        message_id=row.message_id,
        origin=row.origin,
        number=row.attempt_count + (2 if row.lease_owner else 1),
        step=row.step,
        was_leased=row.lease_owner is not None,
        content_type=row.content_type,
        body=row.body,
    )


def lock_held(session: Session, ids: Iterable[int], *, owner: str) -> set[int]:
    """Lock those of these deliveries that the owner still holds, and give their ids.

    Others have been removed, or taken by another worker after the lease ran out.
    """
    held = (
        select(DeliveryRow.id)
        .where(DeliveryRow.id.in_(list(ids)), DeliveryRow.lease_owner == owner)
        .order_by(DeliveryRow.id)
        .with_for_update()
    )
    return set(session.scalars(held))


def record_attempts(session: Session, attempts: Sequence[AttemptRecord]) -> None:
    """Write lines of the log."""
    if attempts:
        session.execute(insert(AttemptRow), [_line(attempt) for attempt in attempts])


def _line(attempt: AttemptRecord) -> dict[str, Any]:
    found = attempt.response_headers
    return {
        "delivery_id": attempt.delivery_id,
        "number": attempt.number,
        "started_at": attempt.started_at,
        "took_ms": attempt.took_ms,
        "status": attempt.status,
        "error": attempt.error,
        "request_headers": dict(attempt.request_headers),
        "response_headers": None if found is None else dict(found),
        "response_body": attempt.response_body,
    }


def record_end(
    session: Session, ids: Iterable[int], *, state: str, now: datetime
) -> None:
    """Mark deliveries, after one more attempt, as "delivered" or "failed" for good."""
    row = DeliveryRow
    session.execute(
        update(row)
        .where(row.id.in_(list(ids)))
        .values(
            state=state,
            due_at=None,
            lease_owner=None,
            finished_at=now,
            attempt_count=row.attempt_count + 1,
            step=row.step + 1,
        )
        .execution_options(synchronize_session=False)
    )


def record_retry(session: Session, delivery_id: int, *, due_at: datetime) -> None:
    """Put a delivery back, after one more attempt, until it is due again."""
    row = DeliveryRow
    session.execute(
        update(row)
        .where(row.id == delivery_id)
        .values(
            due_at=due_at,
            lease_owner=None,
            attempt_count=row.attempt_count + 1,
            step=row.step + 1,
        )
        .execution_options(synchronize_session=False)
    )


def release(session: Session, ids: Iterable[int], *, now: datetime) -> None:
    """Give deliveries back, due at once: their attempt was cut off and does not count.

    It keeps its number in the log, and the delivery its place in the schedule.
    """
    row = DeliveryRow
    session.execute(
        update(row)
        .where(row.id.in_(list(ids)))
        .values(due_at=now, lease_owner=None, attempt_count=row.attempt_count + 1)
        .execution_options(synchronize_session=False)
    )
