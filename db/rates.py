"""What was sent lately to endpoints with a limited rate, kept for all workers alike.

What a window allows is decided in `service.delivery.rate`. Nothing here commits.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import bindparam, select, update

from db.engine import Session
from db.models import SubscriptionRow

Entries = tuple[tuple[float, int], ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Limit:
    """So many requests in so many seconds, and what was sent when."""

    count: int
    seconds: int
    sent: Entries


def lock(session: Session, ids: Collection[int]) -> dict[int, Limit]:
    """Lock these, save those that another worker holds, and give their limits.

    None of no limit is among them.
    """
    row = SubscriptionRow
    chosen = (
        select(row.id, row.rate_count, row.rate_seconds, row.sent_lately)
        .where(row.id.in_(sorted(ids)), row.rate_count.is_not(None))
        .order_by(row.id)
        .with_for_update(key_share=True, skip_locked=True)
    )
    return {
        found: Limit(
            count=count or 0,
            seconds=seconds or 0,
            sent=tuple((float(at), int(n)) for at, n in sent or ()),
        )
        for found, count, seconds, sent in session.execute(chosen)
    }


def record(
    session: Session, sent: Mapping[int, tuple[Entries, datetime | None]]
) -> None:
    """Write what was sent, and when the next may be, of rows locked by the caller."""
    if sent:
        session.connection().execute(
            update(SubscriptionRow)
            .where(SubscriptionRow.id == bindparam("key"))
            .values(sent_lately=bindparam("sent"), rest_until=bindparam("until")),
            [
                {"key": key, "sent": [list(each) for each in entries], "until": until}
                for key, (entries, until) in sorted(sent.items())
            ],
        )


def heal_clock(session: Session, *, now: datetime, jump: timedelta) -> None:
    """Bring forward what waits for a time that a clock set back has moved away."""
    row = SubscriptionRow
    ahead = select(row.id, row.rest_until).where(row.rest_until > now)
    moved = [
        {"key": key, "until": until - jump}
        for key, until in session.execute(ahead)
        if until
    ]
    if moved:
        session.connection().execute(
            update(row)
            .where(row.id == bindparam("key"))
            .values(rest_until=bindparam("until")),
            moved,
        )
