"""What the delivery engine writes back: the log, and what becomes of each delivery.

Its statements are ready ones (db.ready). Nothing here commits.
"""

from __future__ import annotations

import json
from base64 import b64encode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from json.encoder import encode_basestring_ascii as quoted

from sqlalchemy import (
    Insert,
    Select,
    Text,
    Update,
    bindparam,
    cast,
    column,
    func,
    insert,
    select,
    update,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.sql.dml import ReturningUpdate

from db.engine import Session
from db.models import AttemptRow, DeliveryRow
from db.ready import among_ids, is_sqlite


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


_BOTH = (True, False)
_TIME = DeliveryRow.created_at.type
_ONE_MORE = {
    "lease_owner": None,
    "lease_until": None,
    "attempt_count": DeliveryRow.attempt_count + 1,
}


def _held(*, sqlite: bool) -> Select[int]:
    return (
        select(DeliveryRow.id)
        .where(
            among_ids(DeliveryRow.id, sqlite=sqlite),
            DeliveryRow.lease_owner == bindparam("owner"),
        )
        .order_by(DeliveryRow.id)
        .with_for_update()
    )


def _end(*, sqlite: bool) -> ReturningUpdate[int]:
    return (
        update(DeliveryRow)
        .where(
            among_ids(DeliveryRow.id, sqlite=sqlite),
            DeliveryRow.lease_owner == bindparam("owner"),
        )
        .values(
            **_ONE_MORE,
            step=DeliveryRow.step + 1,
            state=bindparam("ends_as"),
            due_at=None,
            finished_at=bindparam("now", type_=_TIME),
        )
        .returning(DeliveryRow.id)
    )


def _release(*, sqlite: bool) -> Update:
    return (
        update(DeliveryRow)
        .where(among_ids(DeliveryRow.id, sqlite=sqlite))
        .values(**_ONE_MORE, due_at=bindparam("now", type_=_TIME))
    )


def _lines_from_json() -> Insert:
    """Insert many rows from one parameter: psycopg would send each on its own."""
    kept = [each for each in AttemptRow.__table__.columns if each.name != "id"]
    # JSON has no bytes: the body comes as base64.
    typed = [
        column(each.name, Text if each.name == "response_body" else each.type)
        for each in kept
    ]
    lines = cast(bindparam("lines", type_=Text), JSONB)
    rows = func.jsonb_to_recordset(lines).table_valued(*typed)
    found = rows.render_derived(with_types=True)
    values = [
        func.decode(each, "base64") if each.name == "response_body" else each
        for each in found.c
    ]
    return insert(AttemptRow).from_select([each.name for each in kept], select(*values))


_HELD = {sqlite: _held(sqlite=sqlite) for sqlite in _BOTH}
_END = {sqlite: _end(sqlite=sqlite) for sqlite in _BOTH}
_RELEASE = {sqlite: _release(sqlite=sqlite) for sqlite in _BOTH}
_RETRY = (
    update(DeliveryRow)
    .where(DeliveryRow.id == bindparam("key"))
    .values(
        **_ONE_MORE,
        step=DeliveryRow.step + 1,
        due_at=bindparam("later", type_=_TIME),
    )
)
_KEPT = [each.name for each in AttemptRow.__table__.columns if each.name != "id"]
_LINE = f"INSERT INTO attempt ({', '.join(_KEPT)}) VALUES ({', '.join('?' * 9)})"  # noqa: S608 - names of ours
# As SQLAlchemy keeps times in SQLite.
_STORED_TIME = "%Y-%m-%d %H:%M:%S.%f"
_LINES = _lines_from_json()


def lock_held(session: Session, ids: Sequence[int], *, owner: str) -> set[int]:
    """Lock those of these deliveries that the owner still holds, and give their ids.

    Others have been removed, or taken by another worker after the lease ran out.
    """
    if not ids:
        return set()
    statement = _HELD[is_sqlite(session)]
    values = {"ids": ids, "owner": owner}
    return set(session.connection().execute(statement, values).scalars().all())


def record_attempts(session: Session, attempts: Sequence[AttemptRecord]) -> None:
    """Write lines of the log."""
    if not attempts:
        return
    if is_sqlite(session):
        rows = [_row(attempt) for attempt in attempts]
        session.connection().exec_driver_sql(_LINE, rows)
    else:
        text = json.dumps([_plain(attempt) for attempt in attempts])
        session.connection().execute(_LINES, {"lines": text})


def _row(attempt: AttemptRecord) -> tuple[object, ...]:
    """Give a line as SQLite's driver takes it: SQLAlchemy needs longer than SQLite."""
    found = attempt.response_headers
    return (
        attempt.delivery_id,
        attempt.number,
        attempt.started_at.astimezone(UTC).strftime(_STORED_TIME),
        attempt.took_ms,
        attempt.status,
        attempt.error,
        _object(attempt.request_headers),
        "null" if found is None else _object(found),
        attempt.response_body,
    )


def _object(headers: Mapping[str, str]) -> str:
    """Write texts by name as JSON; `json.dumps` makes an encoder each time."""
    pairs = [f"{quoted(name)}: {quoted(value)}" for name, value in headers.items()]
    return f"{{{', '.join(pairs)}}}"


def _plain(attempt: AttemptRecord) -> dict[str, object]:
    found, body = attempt.response_headers, attempt.response_body
    return {
        "delivery_id": attempt.delivery_id,
        "number": attempt.number,
        "started_at": attempt.started_at.isoformat(),
        "took_ms": attempt.took_ms,
        "status": attempt.status,
        "error": attempt.error,
        "request_headers": dict(attempt.request_headers),
        "response_headers": None if found is None else dict(found),
        "response_body": None if body is None else b64encode(body).decode(),
    }


def record_end(
    session: Session, ids: Sequence[int], *, state: str, owner: str, now: datetime
) -> set[int]:
    """Mark deliveries, after one more attempt, as "delivered" or "failed" for good.

    Gives the ids of those that the owner still held; the others are left alone.
    """
    if not ids:
        return set()
    statement = _END[is_sqlite(session)]
    values = {"ids": ids, "ends_as": state, "owner": owner, "now": now}
    return set(session.connection().execute(statement, values).scalars().all())


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
        values = {"ids": ids, "now": now}
        session.connection().execute(_RELEASE[is_sqlite(session)], values)
