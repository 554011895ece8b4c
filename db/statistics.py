"""How a subscription's deliveries went lately, read from its newest rows.

However many there are, at most `LOOKED_AT` are looked at, each by an index, so that the
answer takes milliseconds beside a million others.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Subquery, func, select

from db.engine import Session
from db.models import AttemptRow, DeliveryRow

# Enough for percentiles that stand still, and some tens of milliseconds.
LOOKED_AT = 5000


@dataclass(frozen=True, kw_only=True, slots=True)
class Statistics:
    """What became of the newest deliveries queued since `since`.

    `success_rate` is of those that are over. The milliseconds are how long the receiver
    took for the attempts that succeeded, at the median and above; None without any.
    """

    since: datetime
    delivered: int
    failed: int
    waiting: int
    attempts: int
    success_rate: float | None
    p50_ms: float | None
    p95_ms: float | None
    p99_ms: float | None


def get_statistics(
    session: Session, subscription_id: int, *, since: datetime, limit: int = LOOKED_AT
) -> Statistics:
    """Count the newest deliveries of a subscription, those since `since`."""
    newest = (
        select(DeliveryRow.id, DeliveryRow.state, DeliveryRow.created_at)
        .where(DeliveryRow.subscription_id == subscription_id)
        .order_by(DeliveryRow.id.desc())
        .limit(limit)
        .subquery()
    )
    counting = (
        select(newest.c.state, func.count())
        .where(newest.c.created_at >= since)
        .group_by(newest.c.state)
    )
    counts: dict[str, int] = dict(iter(session.execute(counting)))
    attempts, took = _attempts(session, newest, since)
    over = counts.get("delivered", 0) + counts.get("failed", 0)
    return Statistics(
        since=since,
        delivered=counts.get("delivered", 0),
        failed=counts.get("failed", 0),
        waiting=counts.get("waiting", 0),
        attempts=attempts,
        success_rate=counts.get("delivered", 0) / over if over else None,
        p50_ms=_percentile(took, 50),
        p95_ms=_percentile(took, 95),
        p99_ms=_percentile(took, 99),
    )


def _attempts(
    session: Session, newest: Subquery, since: datetime
) -> tuple[int, list[float]]:
    """Give how many attempts there were, and what those that succeeded took, sorted."""
    rows = session.execute(
        select(AttemptRow.status, AttemptRow.took_ms)
        .join(newest, newest.c.id == AttemptRow.delivery_id)
        .where(newest.c.created_at >= since)
    ).all()
    took = sorted(
        ms for status, ms in rows if status is not None and status // 100 == 2
    )
    return len(rows), took


def _percentile(values: list[float], at: int) -> float | None:
    """Give the nearest-rank percentile of sorted values."""
    return values[max(0, -(-len(values) * at // 100) - 1)] if values else None
