"""How far each archive was walked back in time. Nothing here commits."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import func, select

from db.engine import Session
from db.models import ArticleRow, PageRow, WalkRow
from scrapers.items import Precision


@dataclass(frozen=True, kw_only=True, slots=True)
class Walk:
    """A walk through the archive of one [[discover]] entry, back to `since`.

    `place` is where to go on (scrapers.discover.archive); `steps` documents were read,
    which listed `found` articles. `total` is what the site says there are, `reached_at`
    the date of the oldest seen.
    """

    source_id: int
    key: str
    since: datetime
    place: dict[str, Any] = field(default_factory=dict)
    is_over: bool = False
    steps: int = 0
    found: int = 0
    total: int | None = None
    reached_at: datetime | None = None
    started_at: datetime


def find_walk(session: Session, source_id: int, key: str) -> Walk | None:
    """Give the walk of an entry, under way or over, or None."""
    row = session.get(WalkRow, (source_id, key))
    if row is None:
        return None
    return Walk(
        source_id=row.source_id,
        key=row.key,
        since=row.since,
        place=row.place,
        is_over=row.is_over,
        steps=row.steps,
        found=row.found,
        total=row.total,
        reached_at=row.reached_at,
        started_at=row.started_at,
    )


def record_walk(session: Session, walk: Walk) -> None:
    """Write how far a walk is, in the transaction that stores what its step gave."""
    session.merge(WalkRow(**asdict(walk)))


def count_due(session: Session, source_id: int, *, now: datetime) -> int:
    """Count what is due of a source, on whatever host."""
    due = select(func.count()).where(
        PageRow.source_id == source_id, PageRow.next_check_at <= now
    )
    return session.scalar(due) or 0


def lists_again(
    session: Session, source_id: int, urls: Sequence[str], *, since: datetime
) -> bool:
    """Say whether all these addresses are known, and one was found since then.

    A walk that began then met it before, or a poll did: nothing here is new to it.
    """
    seen = select(func.count(), func.max(PageRow.first_seen_at)).where(
        PageRow.source_id == source_id, PageRow.url.in_(urls)
    )
    count, latest = session.execute(seen).one()
    return count == len({*urls}) and latest is not None and latest >= since


def dates_of(
    session: Session, source_id: int, urls: Sequence[str]
) -> list[datetime | None]:
    """Give when the articles at these addresses were published, as far as is known.

    None for one without a date of its own, and for what is no article.
    """
    rows = (
        select(ArticleRow.published_at, ArticleRow.published_precision)
        .select_from(PageRow)
        .outerjoin(ArticleRow, ArticleRow.position == PageRow.position)
        .where(PageRow.source_id == source_id, PageRow.url.in_(urls))
    )
    return [
        at if precision not in {None, Precision.SEEN} else None
        for at, precision in session.execute(rows)
    ]
