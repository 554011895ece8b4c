"""What other workers have under way of an endpoint's, whose concurrency is one for all.

Two workers that claim at one moment do not see each other's leases: on PostgreSQL a
lock that nobody waits for gives an endpoint to one of them, SQLite has one writer.

Its statements are ready ones (db.ready). Nothing here commits.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import (
    BigInteger,
    Integer,
    Select,
    bindparam,
    cast,
    func,
    select,
)
from sqlalchemy.dialects.postgresql import ARRAY

from db.engine import Session
from db.models import DeliveryRow, HeartbeatRow, SubscriptionRow
from db.ready import among_ids, is_sqlite

# Any number of ours: it tells these advisory locks from others of two numbers.
LOCKS = 731_948

_TIME = DeliveryRow.created_at.type


def is_alone(session: Session, owner: str, *, since: datetime) -> bool:
    """Tell whether no other worker has said since then that it lives."""
    values = {"owner": owner, "since": since}
    return session.connection().execute(_OTHERS.limit(1), values).first() is None


def lock(session: Session, endpoints: Collection[int]) -> set[int]:
    """Give those of these endpoints that nobody else claims for, until the commit."""
    if is_sqlite(session):
        return set(endpoints)
    values = {"ids": list(endpoints)}
    return set(session.connection().execute(_LOCK, values).scalars())


def count_elsewhere(
    session: Session,
    endpoints: Collection[int],
    owner: str,
    *,
    among: int,
    since: datetime,
    now: datetime,
) -> dict[int, int]:
    """Count what others than `owner` have leased of each, those that live since then.

    Claims take the longest due, so it is looked for `among` so many of these.
    """
    statement = _LEASED[is_sqlite(session)]
    values = {
        "ids": list(endpoints),
        "owner": owner,
        "among": among,
        "since": since,
        "now": now,
    }
    rows = session.connection().execute(statement, values).all()
    return {endpoint: count for endpoint, count in rows if count}


_OTHERS = select(HeartbeatRow.name).where(
    HeartbeatRow.kind == "worker",
    HeartbeatRow.beat_at > bindparam("since", type_=_TIME),
    HeartbeatRow.name != bindparam("owner"),
)


def _lock() -> Select[int]:
    given = func.unnest(bindparam("ids", type_=ARRAY(BigInteger))).column_valued("id")
    mine = func.pg_try_advisory_xact_lock(LOCKS, cast(given, Integer))
    return select(given).where(mine)


def _leased(*, sqlite: bool) -> Select[int, int]:
    now = bindparam("now", type_=_TIME)
    longest_due = (
        select(DeliveryRow.lease_owner, DeliveryRow.lease_until)
        .where(
            DeliveryRow.subscription_id == SubscriptionRow.id, DeliveryRow.due_at <= now
        )
        .order_by(DeliveryRow.due_at, DeliveryRow.id)
        .limit(bindparam("among"))
        .correlate(SubscriptionRow)
        .subquery()
    )
    count = (
        select(func.count())
        .select_from(longest_due)
        .where(longest_due.c.lease_until > now, longest_due.c.lease_owner.in_(_OTHERS))
        .scalar_subquery()
    )
    return select(SubscriptionRow.id, count).where(
        among_ids(SubscriptionRow.id, sqlite=sqlite)
    )


_LOCK = _lock()
_LEASED = {sqlite: _leased(sqlite=sqlite) for sqlite in (True, False)}
