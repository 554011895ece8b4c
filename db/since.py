"""Which articles of a feed were edited or withdrawn since an event number.

The events tell what each article was before, so that it is known of any number, by any
process, what stood in a feed then. What stands in it now is in `db.feeds`.
"""

from __future__ import annotations

from sqlalchemy import select

from db import stream
from db.choosing import Narrowing
from db.engine import Session
from db.events import first_seq
from db.filters import Filter
from db.models import EventRow, SourceRow
from db.records import StoredArticle
from db.scopes import Scope

# What happens to an article that was published already.
CHANGES = ("article.updated", "article.withdrawn")

# Each is read with the article as it was, some 10 KB; a reader that missed more is
# better off with the whole feed.
MAX_CHANGES = 200


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
            EventRow.type.in_(CHANGES),
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
        if position not in first and previous is not None:
            then = previous | {"source": slug}  # a source goes by its name of today
            first[position] = StoredArticle.from_snapshot(then)
    return tuple(at for at, then in first.items() if _was_in(scope, asked, then))


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
