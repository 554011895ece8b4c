"""Read the stream of events: what happened, in the order in which it was committed.

Events are written by whoever stores what happened (db.articles), in its transaction.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import func, select

from db import stream
from db.engine import Session
from db.models import ArticleRow, EventRow, SourceRow
from db.records import SourceHead, StoredArticle
from db.sources import head_of

# More than a walk stores in some seconds: then it is not asked what they were.
MAX_TOLD = 1000


@dataclass(frozen=True, kw_only=True, slots=True)
class Event:
    """One event, with the source as it is now and the article as it was then.

    `article` and `previous` are None for events of sources, whose facts are in
    `details`. `source` is None when the source is gone.
    """

    seq: int
    type: str
    version: int | None
    is_history: bool
    created_at: datetime
    source: SourceHead | None
    article: StoredArticle | None
    previous: StoredArticle | None
    details: dict[str, Any]


def list_events(
    session: Session, *, after: int, limit: int, until: int | None = None
) -> list[Event]:
    """List the events numbered above `after`, up to `until`, in order."""
    chosen = (
        select(EventRow, SourceRow.slug, SourceRow.spec)
        .outerjoin(SourceRow, SourceRow.id == EventRow.source_id)
        .where(EventRow.seq > after)
        .order_by(EventRow.seq)
        .limit(limit)
    )
    if until is not None:
        chosen = chosen.where(EventRow.seq <= until)
    return [_event(row, slug, spec) for row, slug, spec in session.execute(chosen)]


def last_seq(session: Session) -> int:
    """Give a number that no event visible now exceeds, and none to come falls below."""
    return stream.current(session)


def first_seq(session: Session) -> int | None:
    """Give the number of the oldest event that is kept; None when there is none."""
    return session.scalar(select(func.min(EventRow.seq)))


def tells_the_past(session: Session, *, after: int, until: int) -> bool:
    """Say whether nothing happened between two numbers but a walk bringing articles.

    Then no feed's window is another than it was.
    """
    told = (
        select(func.count())
        .select_from(EventRow)
        .join(ArticleRow, ArticleRow.position == EventRow.position)
        .where(
            EventRow.seq > after,
            EventRow.seq <= until,
            EventRow.type == "article.published",
            ArticleRow.is_past,
        )
    )
    return 0 < until - after <= MAX_TOLD and session.scalar(told) == until - after


def range_of(
    session: Session, *, since: datetime, until: datetime
) -> tuple[int, int] | None:
    """Give the first and last number of the events of a range of time, or None."""
    span = EventRow.created_at.between(since, until)
    first, last = session.execute(
        select(func.min(EventRow.seq), func.max(EventRow.seq)).where(span)
    ).one()
    return None if first is None else (first, last)


def _event(row: EventRow, slug: str | None, spec: dict[str, Any] | None) -> Event:
    source = None if slug is None or spec is None else head_of(slug, spec)
    facts = dict(row.snapshot)
    return Event(
        seq=row.seq,
        type=row.type,
        version=row.version,
        is_history=row.is_history,
        created_at=row.created_at,
        source=source,
        article=_article(facts.pop("article", None), source),
        previous=_article(facts.pop("previous", None), source),
        details=facts,
    )


def _article(
    snapshot: dict[str, Any] | None, source: SourceHead | None
) -> StoredArticle | None:
    if snapshot is None:
        return None
    article = StoredArticle.from_snapshot(snapshot)
    # A source renamed since goes by its name of today, in filters and in payloads.
    return replace(article, source=source.slug) if source else article
