"""Delete what is past its time, a window of rows at a call, so that nobody waits long.

Rows are walked by their number, oldest first: that needs no index on times, which
every insert would pay for. Nothing here commits; `service.jobs.prune` calls again and
again until a walk is through.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, and_, delete, exists, func, select, text
from sqlalchemy.orm import InstrumentedAttribute

from db.engine import Session
from db.hub import PUSHED
from db.models import (
    DeliveryRow,
    EventRow,
    FanoutRow,
    HeartbeatRow,
    HubTopicRow,
    PayloadRow,
    RunRow,
    SubscriptionRow,
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Step:
    """What one call did: rows deleted, and where the next goes on (None: all done)."""

    deleted: int
    after: int | None


def delete_events(
    session: Session, *, before: datetime, after: int, limit: int
) -> Step:
    """Delete events older than `before` that nobody is still to be told of.

    An event stays while a subscription that is not disabled has not looked at it, and
    while a replay is still to come to it.
    """
    heard = select(func.min(SubscriptionRow.cursor)).where(
        SubscriptionRow.state != "disabled"
    )
    replayed = select(func.min(FanoutRow.after)).where(FanoutRow.kind == "replay")
    limits = [session.scalar(heard), session.scalar(replayed)]
    unheard = min((number for number in limits if number is not None), default=None)
    free = EventRow.seq <= unheard if unheard is not None else EventRow.seq > 0
    return _walk(session, EventRow.seq, EventRow.created_at, free, before, after, limit)


def delete_deliveries(
    session: Session, *, before: datetime, after: int, limit: int
) -> Step:
    """Delete deliveries that were over before `before`, and their log."""
    over = DeliveryRow.finished_at < before
    return _walk(
        session, DeliveryRow.id, DeliveryRow.created_at, over, before, after, limit
    )


def delete_payloads(
    session: Session, *, before: datetime, after: int, limit: int
) -> Step:
    """Delete payloads made before `before` that nobody is sent any more."""
    return _walk(
        session,
        PayloadRow.id,
        PayloadRow.created_at,
        _is_unused(),
        before,
        after,
        limit,
    )


def delete_pushes(
    session: Session, *, before: datetime, after: int, limit: int
) -> Step:
    """Delete pushes of WebSub that were over before `before`, and their log."""
    over = and_(DeliveryRow.finished_at < before, DeliveryRow.type == PUSHED)
    return _walk(
        session, DeliveryRow.id, DeliveryRow.created_at, over, before, after, limit
    )


def delete_pushed(
    session: Session, *, before: datetime, after: int, limit: int
) -> Step:
    """Delete feeds as they were pushed before `before` and are nobody's any more."""
    unused = and_(PayloadRow.link.is_not(None), _is_unused())
    return _walk(
        session, PayloadRow.id, PayloadRow.created_at, unused, before, after, limit
    )


def _is_unused() -> ColumnElement[bool]:
    return and_(
        ~exists().where(DeliveryRow.payload_id == PayloadRow.id),
        ~exists().where(HubTopicRow.payload_id == PayloadRow.id),
    )


def delete_runs(session: Session, *, before: datetime, after: int, limit: int) -> Step:
    """Delete passes that began before `before`."""
    return _walk(
        session, RunRow.id, RunRow.started_at, RunRow.id > 0, before, after, limit
    )


def delete_heartbeats(session: Session, *, before: datetime) -> int:
    """Forget processes that were last heard of before `before`; give how many."""
    gone = delete(HeartbeatRow).where(HeartbeatRow.beat_at < before)
    return len(session.execute(gone.returning(HeartbeatRow.name)).all())


def refresh_statistics(session: Session) -> None:
    """Let SQLite look at its tables again where its plans rest on old counts.

    PostgreSQL does that by itself.
    """
    if session.get_bind().dialect.name == "sqlite":
        session.execute(text("PRAGMA optimize"))


def _walk(
    session: Session,
    number: InstrumentedAttribute[int],
    made_at: InstrumentedAttribute[datetime],
    deletable: ColumnElement[bool],
    before: datetime,
    after: int,
    limit: int,
) -> Step:
    """Look at the next `limit` rows past `after`; stop at the first that is young."""
    window = select(number, made_at).where(number > after).order_by(number).limit(limit)
    rows = session.execute(window).all()
    old = [found for found, moment in rows if moment < before]
    if not old:
        return Step(deleted=0, after=None)
    chosen = delete(number.class_).where(number.in_(old), deletable).returning(number)
    deleted = len(session.execute(chosen).all())
    is_through = len(old) < len(rows) or len(rows) < limit
    return Step(deleted=deleted, after=None if is_through else old[-1])
