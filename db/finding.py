"""List what a feed holds, led by the full-text index where words are asked for.

Sources, terms and languages are asked of that index too, as marks: it puts together
what has all of them, however common each is. `db.windows` has the other statements.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import (
    Integer,
    Row,
    Select,
    SQLColumnExpression,
    column,
    literal,
    select,
    table,
)
from sqlalchemy.orm.attributes import InstrumentedAttribute

from db.base import FULL_TEXT
from db.choosing import Chosen
from db.engine import Session
from db.indexing import tsquery
from db.models import ArticleRow, ArticleWordsRow
from db.search import Node
from db.windows import Listing, is_of_part, listing, of_sources, window_of

Found = Row[int, int, int, datetime, UUID, datetime | None, bool]
Rows = Sequence[Found]

# What a twentieth of all articles has is among these; to look at them takes some ms.
LOOKED_AT_FIRST = 2000
# What looking at an article on the way back costs, by what the index gives one for.
WALKING = 2
# What was rare among the newest may be rarer below: a little further than it should be.
FURTHER = 1.25

# FTS5's own column of the table's name is what MATCH is asked of.
_INDEX = table(FULL_TEXT, column("rowid", Integer), column(FULL_TEXT))


def list_content(session: Session, chosen: Chosen, limit: int) -> Rows:
    """List the newest articles of a feed, or the oldest, by the index that leads."""
    dialect = session.get_bind().dialect.name
    if chosen.wanted is None or dialect == "sqlite" or chosen.is_upward:
        return session.execute(content_of(chosen, limit, dialect=dialect)).all()
    return _list_by_vector(session, chosen, chosen.wanted, limit)


def content_of(chosen: Chosen, limit: int, *, dialect: str) -> Listing:
    """Select the same in one statement.

    Each database, by its SQLAlchemy name, has a full-text index of its own.
    """
    if chosen.wanted is None:
        return window_of(chosen, limit)
    by_index = _by_fts5 if dialect == "sqlite" else _by_gin
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


def _list_by_vector(session: Session, chosen: Chosen, wanted: Node, limit: int) -> Rows:
    """Look among the newest first, then further back or along the whole index.

    PostgreSQL cannot read GIN by position, and does not know how common a word is of
    which it has no statistics, or two words together: what is found among the newest
    tells. Each part is bounded by a number in the statement, so that it is planned for
    what it is.
    """
    found: list[Found] = []
    reach, walked, before = LOOKED_AT_FIRST, 0, chosen.before
    while reach:
        edge = session.scalar(_edge_of(chosen, before, reach))
        part = chosen.within(first=max(edge or 0, chosen.floor or 0), before=before)
        walk = _walked_back(part, wanted, limit - len(found))
        found += session.execute(walk).all()
        if len(found) >= limit or edge is None:
            return found
        walked, before = walked + reach, edge
        reach = _further(len(found), walked, limit, below=edge)
    part = chosen.within(first=chosen.floor or 0, before=before)
    found += session.execute(_by_gin(part, wanted, limit - len(found))).all()
    return found


def _further(found: int, walked: int, limit: int, *, below: int) -> int:
    """Say how much further to walk; 0 where the index leads there sooner.

    `below` is a position, and about as many articles are below it.
    """
    if not found or walked > LOOKED_AT_FIRST:
        return 0
    share = found / walked
    rest = (limit - found) / share * FURTHER
    return int(rest) if rest * WALKING < share * below else 0


def _edge_of(chosen: Chosen, before: int | None, reach: int) -> Select[int]:
    """Select the position that so many articles stand above."""
    along = _along(chosen)
    edge = select(along).order_by(along.desc()).offset(reach).limit(1)
    if chosen.part is not None:
        edge = edge.where(is_of_part(chosen.part))
    return edge if before is None else edge.where(along < before)


def _walked_back(chosen: Chosen, wanted: Node, limit: int) -> Listing:
    return _narrowed(_matching(wanted), chosen, _along(chosen)).limit(limit)


def _along(chosen: Chosen) -> InstrumentedAttribute[int]:
    # Beneath the past, the newest are found along what is news of all sources.
    is_any = chosen.part is None
    return ArticleWordsRow.position if is_any else ArticleRow.position


def _by_gin(chosen: Chosen, wanted: Node, limit: int) -> Listing:
    # A sum on the position leaves PostgreSQL the full-text index alone.
    place = ArticleWordsRow.position + 0
    return _narrowed(_matching(wanted), chosen, place).limit(limit)


def _matching(wanted: Node) -> Listing:
    return (
        listing()
        .join(ArticleWordsRow, ArticleWordsRow.position == ArticleRow.position)
        .where(ArticleWordsRow.words.op("@@")(tsquery(wanted)))
    )


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
        listed = listed.where(position >= _stated(chosen.floor))
    if chosen.before is not None:
        listed = listed.where(position < _stated(chosen.before))
    return listed.order_by(position.asc() if chosen.is_upward else position.desc())


def _stated(position: int) -> SQLColumnExpression[int]:
    """Write a position into the statement, for who plans it."""
    return literal(position, Integer, literal_execute=True)
