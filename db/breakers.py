"""The breakers of endpoints: what is kept of each, and who may send the one probe.

When a breaker opens and for how long is decided in `service.delivery.breaker`. A probe
is taken by moving `open_until` ahead: no other worker sees the endpoint until it is
over, and if the worker dies the next one may probe then. Nothing here commits.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta

from sqlalchemy import bindparam, select, update

from db.engine import Session
from db.models import SubscriptionRow

Kept = tuple[int, datetime | None]


def lock(session: Session, ids: Collection[int]) -> dict[int, Kept]:
    """Lock subscriptions, in one order, and give what is kept of their breakers.

    Each is the number unanswered and `open_until`. Whoever changes several of their
    rows locks all of them first, so that no two workers wait for each other.
    """
    row = SubscriptionRow
    chosen = (
        select(row.id, row.unanswered, row.open_until)
        .where(row.id.in_(sorted(ids)))
        .order_by(row.id)
        .with_for_update(key_share=True)
    )
    return {found: (count, until) for found, count, until in session.execute(chosen)}


def record(session: Session, kept: Mapping[int, Kept]) -> None:
    """Write breakers, of rows that the caller has locked."""
    if kept:
        session.connection().execute(
            update(SubscriptionRow)
            .where(SubscriptionRow.id == bindparam("key"))
            .values(unanswered=bindparam("count"), open_until=bindparam("until")),
            [
                {"key": key, "count": count, "until": until}
                for key, (count, until) in sorted(kept.items())
            ],
        )


def take_probes(
    session: Session, ids: Collection[int], *, now: datetime, until: datetime
) -> set[int]:
    """Take the probes of half-open endpoints; give those that nobody else took.

    They look open until `until`, when another worker may probe.
    """
    row = SubscriptionRow
    free = (
        select(row.id)
        .where(row.id.in_(sorted(ids)), row.open_until <= now)
        .order_by(row.id)
        .with_for_update(key_share=True, skip_locked=True)
    )
    taken = set(session.scalars(free))
    _open(session, taken, until=until)
    return taken


def allow_probe(session: Session, ids: Collection[int], *, now: datetime) -> None:
    """Let a probe go at once to those of these whose breaker is open."""
    row = SubscriptionRow
    held = select(row.id).where(
        row.id.in_(sorted(ids)), row.open_until.is_not(None), row.open_until > now
    )
    _open(session, set(session.scalars(held)), until=now)


def heal_clock(session: Session, *, now: datetime, longest: timedelta) -> None:
    """Bring forward what a clock that has since been set back keeps open."""
    session.execute(
        update(SubscriptionRow)
        .where(SubscriptionRow.open_until > now + longest)
        .values(open_until=now)
        .execution_options(synchronize_session=False)
    )


def _open(session: Session, ids: Collection[int], *, until: datetime) -> None:
    if ids:
        session.execute(
            update(SubscriptionRow)
            .where(SubscriptionRow.id.in_(sorted(ids)))
            .values(open_until=until)
            .execution_options(synchronize_session=False)
        )
