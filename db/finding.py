"""The statement that lists what a feed holds, led by the full-text index.

Sources, terms and languages are asked of that index too, as marks: it puts together
what has all of them, however common each is. `db.windows` has the other statements.
"""

from __future__ import annotations

from typing import cast

from sqlalchemy import (
    Integer,
    SQLColumnExpression,
    column,
    func,
    select,
    table,
    union_all,
)

from db.base import FULL_TEXT
from db.choosing import Chosen
from db.indexing import tsquery
from db.models import ArticleRow, ArticleWordsRow
from db.search import Node
from db.windows import Listing, is_of_part, listing, of_sources, window_of

# What a twentieth of all articles has is among these; to look at them takes some ms.
LOOKED_AT_FIRST = 2000

# FTS5's own column of the table's name is what MATCH is asked of.
_INDEX = table(FULL_TEXT, column("rowid", Integer), column(FULL_TEXT))


def content_of(chosen: Chosen, limit: int, *, dialect: str) -> Listing:
    """Select the newest articles of a feed, or the oldest, by the index that leads.

    Each database, by its SQLAlchemy name, has a full-text index of its own.
    """
    if chosen.wanted is None:
        return window_of(chosen, limit)
    by_index = _by_fts5 if dialect == "sqlite" else _by_vector
    return by_index(chosen, chosen.wanted, limit)


def _by_fts5(chosen: Chosen, wanted: Node, limit: int) -> Listing:
    # FTS5 gives rows by their number either way and stops when nobody asks for more.
    # The sum keeps SQLite from asking it for one article after the other.
    listed = (
        listing()
        .join_from(_INDEX, ArticleRow, ArticleRow.position == _INDEX.c.rowid + 0)
        .where(_INDEX.c[FULL_TEXT].op("MATCH")(wanted.fts5()))
    )
    return _narrowed(listed, chosen, _INDEX.c.rowid).limit(limit)


def _by_vector(chosen: Chosen, wanted: Node, limit: int) -> Listing:
    """Look among the newest first, and only then along the whole index.

    PostgreSQL cannot read GIN by position, and where it takes what is rare for common
    (a word it has no statistics of, two words that do not go together) it walks back
    through everything. A sum on the position leaves it the index alone.
    """
    place = ArticleWordsRow.position
    found = (
        listing()
        .join(ArticleWordsRow, place == ArticleRow.position)
        .where(ArticleWordsRow.words.op("@@")(tsquery(wanted)))
    )
    if chosen.is_upward:
        return _narrowed(found, chosen, place + 0).limit(limit)
    # Beneath the past, the newest are found along what is news of all sources.
    along = place if chosen.part is None else ArticleRow.position
    newest = select(along).order_by(along.desc()).offset(LOOKED_AT_FIRST).limit(1)
    if chosen.part is not None:
        newest = newest.where(is_of_part(chosen.part))
    if chosen.before is not None:
        newest = newest.where(along < chosen.before)
    edge = func.coalesce(newest.scalar_subquery(), 0)
    near = _narrowed(found, chosen, along).where(along >= edge).limit(limit).cte("near")
    enough = select(func.count()).select_from(near).scalar_subquery() >= limit
    far = _narrowed(found, chosen, place + 0).where(place < edge, ~enough).limit(limit)
    either = union_all(select(near), select(far.subquery())).subquery()
    merged = select(either).order_by(either.c.position.desc()).limit(limit)
    return cast("Listing", merged)


def _narrowed(
    listed: Listing, chosen: Chosen, position: SQLColumnExpression[int]
) -> Listing:
    if not chosen.is_whole:
        listed = listed.where(ArticleRow.withdrawn_at.is_(None))
    if chosen.part is not None:
        listed = listed.where(is_of_part(chosen.part))
    if chosen.source_ids is None:
        listed = listed.where(of_sources(chosen))
    if chosen.since is not None:
        listed = listed.where(ArticleRow.first_seen_at >= chosen.since)
    if chosen.among:
        listed = listed.where(position.in_(chosen.among))
    if chosen.floor is not None:
        listed = listed.where(position >= chosen.floor)
    if chosen.before is not None:
        listed = listed.where(position < chosen.before)
    return listed.order_by(position.asc() if chosen.is_upward else position.desc())
