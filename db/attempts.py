"""What the delivery engine writes back: the log, and what becomes of each delivery.

As in db.claims the statements are made once and go to the connection itself. Nothing
here commits.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, insert, select, update

from db.engine import Session
from db.models import AttemptRow, DeliveryRow


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


_TIME = DeliveryRow.created_at.type
_IDS = DeliveryRow.id.in_(bindparam("ids", expanding=True))
_ONE_MORE = {
    "lease_owner": None,
    "attempt_count": DeliveryRow.attempt_count + 1,
}
_HELD = (
    select(DeliveryRow.id)
    .where(_IDS, DeliveryRow.lease_owner == bindparam("owner"))
    .order_by(DeliveryRow.id)
    .with_for_update()
)
_LINE = insert(AttemptRow)
_LINES = _LINE.returning(AttemptRow.id)
_END = (
    update(DeliveryRow)
    .where(_IDS)
    .values(
        **_ONE_MORE,
        step=DeliveryRow.step + 1,
        state=bindparam("ends_as"),
        due_at=None,
        finished_at=bindparam("now", type_=_TIME),
    )
)
_RETRY = (
    update(DeliveryRow)
    .where(DeliveryRow.id == bindparam("key"))
    .values(
        **_ONE_MORE,
        step=DeliveryRow.step + 1,
        due_at=bindparam("later", type_=_TIME),
    )
)
_RELEASE = (
    update(DeliveryRow)
    .where(_IDS)
    .values(**_ONE_MORE, due_at=bindparam("now", type_=_TIME))
)


def lock_held(session: Session, ids: Iterable[int], *, owner: str) -> set[int]:
    """Lock those of these deliveries that the owner still holds, and give their ids.

    Others have been removed, or taken by another worker after the lease ran out.
    """
    values = {"ids": list(ids), "owner": owner}
    return set(session.connection().execute(_HELD, values).scalars())


def record_attempts(session: Session, attempts: Sequence[AttemptRecord]) -> None:
    """Write lines of the log."""
    if attempts:
        connection = session.connection()
        # psycopg sends many rows as many statements; with RETURNING they are one.
        line = _LINE if connection.dialect.name == "sqlite" else _LINES
        connection.execute(line, [_line(attempt) for attempt in attempts])


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
    session: Session, ids: Sequence[int], *, state: str, now: datetime
) -> None:
    """Mark deliveries, after one more attempt, as "delivered" or "failed" for good."""
    if ids:
        values = {"ids": ids, "ends_as": state, "now": now}
        session.connection().execute(_END, values)


def record_retries(session: Session, due: Mapping[int, datetime]) -> None:
    """Put deliveries back, after one more attempt, until they are due again."""
    if due:
        values = [{"key": key, "later": later} for key, later in due.items()]
        session.connection().execute(_RETRY, values)


def release(session: Session, ids: Sequence[int], *, now: datetime) -> None:
    """Give deliveries back, due at once: their attempt was cut off and does not count.

    It keeps its number in the log, and the delivery its place in the schedule.
    """
    if ids:
        session.connection().execute(_RELEASE, {"ids": ids, "now": now})
