"""What the delivery engine takes from the outbox.

A delivery is leased by writing the worker's name and the end of the lease into it: if
the worker dies, it is to be had again after that. Claims take a few rows of each
endpoint, found by skipping from endpoint to endpoint through the index of what waits;
so a receiver with a hundred thousand rows waiting costs what one with ten does.

Its statements are ready ones (db.ready). Nothing here commits.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Row,
    Select,
    Text,
    Update,
    and_,
    bindparam,
    case,
    cast,
    func,
    or_,
    select,
    true,
    update,
)
from sqlalchemy.orm import aliased

from db.bodies import Bodies
from db.engine import Session
from db.models import DeliveryRow, PayloadRow, SubscriptionRow
from db.outbox import Payload
from db.ready import among_ids, is_sqlite


@dataclass(frozen=True, kw_only=True, slots=True)
class Turn:
    """An endpoint that something is due for.

    `is_proven` tells that it took what it was sent last, `unanswered` how many attempts
    in a row nobody answered. With `is_probe` its breaker is half open: one delivery may
    go, to whoever takes the probe (db.breakers). With `is_limited` its rate may allow
    fewer than are due (db.rates). `secrets`, `signatures` and `headers` are JSON as the
    row has it, which `db.subscriptions` reads: it is read where it is new.
    """

    id: int
    url: str
    secrets: str
    signatures: str
    concurrency: int
    is_proven: bool
    unanswered: int = 0
    is_probe: bool = False
    is_limited: bool = False
    headers: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Claimed:
    """A delivery leased to the caller, with what to send, shared by all that send it.

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
    payload: Payload


# Of so many that are longest due a probe is chosen: a few milliseconds' work.
LOOKED_AT_FOR_PROBE = 1000

_TIME = DeliveryRow.created_at.type
_NOW = bindparam("now", type_=_TIME)


def list_due(session: Session, *, now: datetime, limit: int) -> list[Turn]:
    """List active endpoints with something due, the longest waiting first."""
    rows = session.connection().execute(_DUE, {"now": now, "limit": limit}).all()
    return [
        Turn(
            id=endpoint,
            url=url,
            secrets=secrets,
            signatures=signatures,
            concurrency=concurrency,
            is_proven=bool(is_proven),
            unanswered=unanswered,
            is_probe=bool(is_probe),
            is_limited=bool(is_limited),
            headers=headers,
        )
        for (
            endpoint,
            url,
            secrets,
            signatures,
            concurrency,
            is_proven,
            unanswered,
            is_probe,
            is_limited,
            headers,
        ) in rows
    ]


def _is_free(row: type[DeliveryRow]) -> ColumnElement[bool]:
    return or_(row.lease_until.is_(None), row.lease_until <= _NOW)


def _due() -> Select[int, str, str, str, int, bool, int, bool, bool, str]:
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
        .where(
            DeliveryRow.subscription_id == waiting.c.id, waits, _is_free(DeliveryRow)
        )
        .correlate(waiting)
        .scalar_subquery()
    )
    # Apart, so that no planner looks for the same time twice.
    due = (
        select(waiting.c.id, due_at.label("at")).cte("due").prefix_with("MATERIALIZED")
    )
    row = SubscriptionRow
    is_proven = and_(row.last_success_at.is_not(None), row.failing_since.is_(None))
    return (
        select(
            row.id,
            row.url,
            cast(row.secrets, Text),
            cast(row.signatures, Text),
            row.concurrency,
            is_proven,
            row.unanswered,
            row.open_until.is_not(None),
            row.rate_count.is_not(None),
            cast(row.headers, Text),
        )
        .join(due, due.c.id == row.id)
        .where(
            row.state == "active",
            or_(row.open_until.is_(None), row.open_until <= _NOW),
            or_(row.rest_until.is_(None), row.rest_until <= _NOW),
            due.c.at <= _NOW,
        )
        .order_by(due.c.at)
        .limit(bindparam("limit"))
    )


_DUE = _due()


def claim(
    session: Session,
    takes: Mapping[int, int],
    *,
    owner: str,
    now: datetime,
    until: datetime,
    bodies: Bodies,
    probes: Collection[int] = (),
) -> list[Claimed]:
    """Lease the longest due deliveries: for each endpoint as many as `takes` says.

    Those of `takes` that are among `probes` get one, preferably one tried before: what
    was never sent may be the very thing that a receiver hangs on.
    """
    connection = session.connection()
    sqlite = is_sqlite(session)
    rows: list[Row[Any]] = []
    # The limit cannot be a column (SQLite), so one statement for each number wanted;
    # they are small numbers, hence few.
    ordinary = {key: count for key, count in takes.items() if key not in probes}
    for count in sorted(set(ordinary.values())):
        endpoints = [each for each, wanted in ordinary.items() if wanted == count]
        values = {"ids": endpoints, "count": count, "now": now}
        rows += connection.execute(_CLAIM[sqlite], values)
    if probing := [key for key in takes if key in probes]:
        values = {"ids": probing, "count": 1, "now": now}
        rows += connection.execute(_PROBE[sqlite], values)
    if not rows:
        return []
    leased = {"ids": [row.id for row in rows], "until": until, "owner": owner}
    connection.execute(_LEASE[sqlite], leased)
    payloads = bodies.read(session, {row.digest: row.payload_id for row in rows})
    return [_claimed(row, payloads[row.digest]) for row in rows]


Chosen = tuple[type[DeliveryRow], Select[DeliveryRow]]


def _tried() -> Chosen:
    """Give, as `_longest_due` does, of the longest due those most often tried."""
    first, due = _longest_due()
    inner = aliased(DeliveryRow)
    among = due.with_only_columns(first.id).limit(LOOKED_AT_FOR_PROBE)
    statement = (
        select(inner)
        .where(inner.id.in_(among))
        .order_by(inner.step.desc(), inner.due_at, inner.id)
        .limit(bindparam("count"))
        .correlate(SubscriptionRow)
    )
    return inner, statement


def _longest_due() -> Chosen:
    """Give, for one endpoint of an outer statement, its deliveries longest due."""
    inner = aliased(DeliveryRow)
    statement = (
        select(inner)
        .where(
            inner.subscription_id == SubscriptionRow.id,
            inner.due_at <= _NOW,
            _is_free(inner),
        )
        .order_by(inner.due_at, inner.id)
        .limit(bindparam("count"))
        .correlate(SubscriptionRow)
    )
    return inner, statement


def _columns(row: Any) -> tuple[Any, ...]:  # noqa: ANN401 - an entity or a lateral
    return (
        row.id,
        row.subscription_id,
        row.message_id,
        row.origin,
        row.attempt_count,
        row.step,
        row.lease_owner,
        row.payload_id,
        PayloadRow.digest,
    )


def _claim_sqlite(which: Callable[[], Chosen]) -> Select[Any]:
    inner, chosen = which()
    return (
        select(*_columns(DeliveryRow))
        .select_from(SubscriptionRow)
        .join(DeliveryRow, DeliveryRow.id.in_(chosen.with_only_columns(inner.id)))
        .join(PayloadRow, PayloadRow.id == DeliveryRow.payload_id)
        .where(among_ids(SubscriptionRow.id, sqlite=True))
    )


def _claim_postgresql(which: Callable[[], Chosen]) -> Select[Any]:
    _, chosen = which()
    row = chosen.with_for_update(skip_locked=True).lateral()
    return (
        select(*_columns(row.c))
        .select_from(SubscriptionRow)
        .join(row, true())
        .join(PayloadRow, PayloadRow.id == row.c.payload_id)
        .where(among_ids(SubscriptionRow.id, sqlite=False))
    )


_CLAIM = {True: _claim_sqlite(_longest_due), False: _claim_postgresql(_longest_due)}
_PROBE = {True: _claim_sqlite(_tried), False: _claim_postgresql(_tried)}


def _lease(*, sqlite: bool) -> Update:
    return (
        update(DeliveryRow)
        .where(among_ids(DeliveryRow.id, sqlite=sqlite))
        .values(
            lease_until=bindparam("until", type_=_TIME),
            lease_owner=bindparam("owner"),
            # An attempt nobody told the end of keeps its number.
            attempt_count=DeliveryRow.attempt_count
            + case((DeliveryRow.lease_owner.is_not(None), 1), else_=0),
        )
    )


_LEASE = {sqlite: _lease(sqlite=sqlite) for sqlite in (True, False)}


def _claimed(row: Row[Any], payload: Payload) -> Claimed:
    return Claimed(
        id=row.id,
        subscription_id=row.subscription_id,
        message_id=row.message_id,
        origin=row.origin,
        number=row.attempt_count + (2 if row.lease_owner else 1),
        step=row.step,
        was_leased=row.lease_owner is not None,
        payload=payload,
    )
