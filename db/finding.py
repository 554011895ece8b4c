"""The statement that lists what a feed holds, led by the full-text index.

Sources, terms and languages are asked of that index too, as marks: it puts together
what has all of them, however common each is. `db.windows` has the other statements.
"""

from __future__ import annotations

from sqlalchemy import Integer, SQLColumnExpression, column, table

from db.base import FULL_TEXT
from db.choosing import Chosen
from db.indexing import tsquery
from db.models import ArticleRow, ArticleWordsRow
from db.search import Node
from db.windows import Listing, listing, of_sources, window_of

# FTS5's own column of the table's name is what MATCH is asked of.
_INDEX = table(FULL_TEXT, column("rowid", Integer), column(FULL_TEXT))


def content_of(chosen: Chosen, limit: int, *, dialect: str) -> Listing:
    """Select the newest articles of a feed, or the oldest, by the index that leads.

    Each database, by its SQLAlchemy name, has a full-text index of its own.
    """
    if chosen.wanted is None:
        return window_of(chosen, limit)
    by_index = _by_fts5 if dialect == "sqlite" else _by_vector
    return by_index(chosen, chosen.wanted).limit(limit)


def _by_fts5(chosen: Chosen, wanted: Node) -> Listing:
    # FTS5 gives rows by their number either way and stops when nobody asks for more.
    # The sum keeps SQLite from asking it for one article after the other.
    listed = (
        listing()
        .join_from(_INDEX, ArticleRow, ArticleRow.position == _INDEX.c.rowid + 0)
        .where(_INDEX.c[FULL_TEXT].op("MATCH")(wanted.fts5()))
    )
    return _narrowed(listed, chosen, _INDEX.c.rowid)


def _by_vector(chosen: Chosen, wanted: Node) -> Listing:
    listed = (
        listing()
        .join(ArticleWordsRow, ArticleWordsRow.position == ArticleRow.position)
        .where(ArticleWordsRow.words.op("@@")(tsquery(wanted)))
    )
    return _narrowed(listed, chosen, ArticleWordsRow.position)


def _narrowed(
    listed: Listing, chosen: Chosen, position: SQLColumnExpression[int]
) -> Listing:
    if not chosen.is_whole:
        listed = listed.where(ArticleRow.withdrawn_at.is_(None))
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
