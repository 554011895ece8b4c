"""Which articles of a feed were edited or withdrawn since an event number.

The events tell what each article was before, so that it is known of any number, by any
process, what stood in a feed then. What stands in it now is in `db.feeds`.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select, text

from db import stream
from db.choosing import Narrowing
from db.engine import Session
from db.events import first_seq
from db.feeds import list_staying
from db.filters import Filter
from db.models import CHANGES, EventRow, SourceRow
from db.records import StoredArticle
from db.scopes import Scope

# Each is read with the article as it was, some 10 KB; a reader that missed more is
# better off with the whole feed.
MAX_CHANGES = 200
# A feed whose date is asked for was not asked for lately, and waits for it.
MAX_DATED = 50


def list_changed(
    session: Session, scope: Scope, asked: Narrowing, *, after: int
) -> tuple[int, ...] | None:
    """List what was in a feed at an event number and was edited or withdrawn since.

    The positions of some articles, first changed first. None where that cannot be told:
    a source was added, renamed or removed since, too much has happened, the events are
    not kept any more, or the number was never taken.
    """
    if not stream.last_turned(session) < after <= stream.current(session):
        return None
    oldest = first_seq(session)
    if oldest is None or oldest > after + 1:
        return None
    chosen = (
        select(EventRow.position, EventRow.snapshot["previous"], SourceRow.slug)
        .join(SourceRow, SourceRow.id == EventRow.source_id)
        .where(
            EventRow.seq > after,
            text(CHANGES),
            EventRow.position <= after,  # what is newer was in no feed
        )
        .order_by(EventRow.seq)
        .limit(MAX_CHANGES + 1)
    )
    if scope.source_id is not None:
        chosen = chosen.where(EventRow.source_id == scope.source_id)
    rows = session.execute(chosen).all()
    if len(rows) > MAX_CHANGES:
        return None
    first: dict[int, StoredArticle] = {}
    for position, previous, slug in rows:
        if previous is None:  # taken down: what it was is not known any more
            return None
        if position not in first:
            then = previous | {"source": slug}  # a source goes by its name of today
            first[position] = StoredArticle.from_snapshot(then)
    return tuple(at for at, then in first.items() if _was_in(scope, asked, then))


def last_left(
    session: Session, scope: Scope, asked: Narrowing, *, after: int
) -> datetime | None:
    """Say when the last article left a feed, of what happened since an event number.

    None where none left. Where so much has happened that it is not looked at, when the
    first of what is looked at happened: nothing left that is later.
    """
    chosen = (
        select(
            EventRow.position,
            EventRow.snapshot["previous"],
            SourceRow.slug,
            EventRow.created_at,
        )
        .join(SourceRow, SourceRow.id == EventRow.source_id)
        .where(EventRow.seq > after, text(CHANGES))
        .order_by(EventRow.seq.desc())
        .limit(MAX_DATED)
    )
    if scope.source_id is not None:
        chosen = chosen.where(EventRow.source_id == scope.source_id)
    if asked.before is not None:
        chosen = chosen.where(EventRow.position < asked.before)
    if (part := asked.archive) is not None:
        chosen = chosen.where(EventRow.position.between(part.first, part.last))
    rows = session.execute(chosen).all()
    were: dict[int, datetime] = {}
    for position, previous, slug, at in rows:
        if previous is None:  # taken down, and perhaps out of here
            were.setdefault(position, at)
            continue
        then = StoredArticle.from_snapshot(previous | {"source": slug})
        if _was_in(scope, asked, then):
            were.setdefault(position, at)
    staying = list_staying(session, scope, tuple(were), asked)
    left = [at for position, at in were.items() if position not in staying]
    if left:
        return max(left)
    return rows[-1].created_at if len(rows) == MAX_DATED else None


def _was_in(scope: Scope, asked: Narrowing, article: StoredArticle) -> bool:
    """Say whether an article, as it was, stood in a feed."""
    category = scope.slug.partition("/")[2] if scope.kind == "category" else ""
    filters = (
        scope.filter,
        asked.filter,
        Filter(categories=(category,) if category else ()),
    )
    is_seen = asked.since is None or article.first_seen_at >= asked.since
    is_there = article.withdrawn_at is None and not article.is_past
    return is_there and is_seen and all(one.matches(article) for one in filters)
