"""The statements that list what a feed holds, each led by an index.

A window walks an index by position, newest first, and stops; where several stretches
of an index are asked for (one for each term, source or language), each is walked so
far and they are merged. How each is read is shown in the tests on both databases.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Literal, TypeVarTuple, cast
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Select,
    and_,
    func,
    literal_column,
    select,
    text,
    union,
)
from sqlalchemy.orm import aliased
from sqlalchemy.orm.attributes import InstrumentedAttribute

from db.choosing import Chosen, Terms
from db.indexing import finds
from db.models import EDITED, NEWS, ArticleRow, ArticleTermRow, SourceRow, TermRow

# A reader that polls once a week still sees an edit of what it has read (DESIGN 5.2).
# Counted back from the feed's last change, not from now: then a document is a function
# of what is stored, and every process makes the same one.
LOOKBACK = timedelta(days=7)

# Each leads to what is news of all sources, or of one.
NEWS_OF_ALL, NEWS_OF_SOURCE = "ix_article_news", "ix_article_source_news"

Listing = Select[int, int, int, datetime, UUID, datetime | None, bool]
Columns = TypeVarTuple("Columns")


def window_of(chosen: Chosen, limit: int) -> Listing:
    """Select the newest articles by position; the oldest if the walk is upward.

    Where one searches, `db.finding` does it.
    """
    walks = [walk.limit(limit) for walk in _walks(chosen)]
    if len(walks) == 1:
        return walks[0]
    found = union(*(select(walk.subquery()) for walk in walks)).subquery()
    position = found.c.position
    order = position.asc() if chosen.is_upward else position.desc()
    merged = select(found).order_by(order).limit(limit)
    return cast("Listing", merged)


def edited_of(chosen: Chosen, limit: int, *, past: int, since: datetime) -> Listing:
    """Select what lies past the window and was edited lately, the last edit first."""
    return (
        listing()
        .where(
            text(EDITED),
            text(NEWS),
            ArticleRow.withdrawn_at.is_(None),
            ArticleRow.position < past,
            ArticleRow.changed_at >= since - LOOKBACK,
            of_sources(chosen),
            *_besides(chosen),
            *([finds(chosen.search)] if chosen.search is not None else []),
        )
        .order_by(ArticleRow.changed_at.desc(), ArticleRow.position.desc())
        .limit(limit)
    )


def left_of(
    chosen: Chosen, limit: int, *, since: datetime | None
) -> Select[UUID, int, datetime | None]:
    """Select what was withdrawn lately, the last first."""
    listed = select(ArticleRow.uid, ArticleRow.seq, ArticleRow.withdrawn_at)
    return lately_left(listed, chosen, limit, since=since)


def lately_left(
    listed: Select[*Columns],
    chosen: Chosen,
    limit: int,
    *,
    since: datetime | None,
) -> Select[*Columns]:
    """Limit a selection of articles to what was withdrawn lately, the last first.

    What is searched for is left to the caller: a withdrawn article is in no index.
    """
    listed = (
        listed.where(
            ArticleRow.withdrawn_at.is_not(None),
            of_sources(chosen),
            *_besides(chosen),
        )
        .order_by(ArticleRow.withdrawn_at.desc(), ArticleRow.position.desc())
        .limit(limit)
    )
    if since is not None:
        listed = listed.where(ArticleRow.withdrawn_at >= since - LOOKBACK)
    return listed


def listing() -> Listing:
    """Select what an outline says of an article."""
    return select(
        ArticleRow.position,
        ArticleRow.seq,
        ArticleRow.source_id,
        ArticleRow.changed_at,
        ArticleRow.uid,
        ArticleRow.withdrawn_at,
        ArticleRow.is_past,
    )


def _walks(chosen: Chosen) -> list[Listing]:
    """Give the walks whose union, by position, is the feed: by the narrowest index."""
    leading = next((one for one in chosen.terms if one.ids is not None), None)
    if leading is not None and leading.ids is not None:
        rest = tuple(_besides(chosen, leading=leading))
        return [_term_walk(chosen, term_id).where(*rest) for term_id in leading.ids]
    if chosen.source_ids is not None:
        rest = tuple(_besides(chosen))
        return [
            _walk(chosen, NEWS_OF_SOURCE).where(
                ArticleRow.source_id == source_id, *rest
            )
            for source_id in chosen.source_ids
        ]
    rest = (of_sources(chosen), *_besides(chosen, is_by_language=True))
    if not chosen.languages:
        return [_walk(chosen).where(*rest)]
    return [
        _walk(chosen).where(ArticleRow.language == language, *rest)
        for language in chosen.languages
    ]


def _walk(chosen: Chosen, index: str = NEWS_OF_ALL) -> Listing:
    listed = _by_position(listing(), chosen, ArticleRow.position)
    if chosen.part == "news":
        # SQLite takes the table itself for as good a way, and meets all of the past.
        return listed.with_hint(ArticleRow, f"INDEXED BY {index}", "sqlite")
    return listed


def _term_walk(chosen: Chosen, term_id: int) -> Listing:
    # The term's own index leads: (term, position). A term is one source's, so that
    # nothing more need be said of sources.
    filed = and_(
        ArticleTermRow.position == ArticleRow.position,
        ArticleTermRow.term_id == term_id,
    )
    joined = listing().join(ArticleTermRow, filed)
    return _by_position(joined, chosen, ArticleTermRow.position)


def _by_position(
    listed: Listing, chosen: Chosen, position: InstrumentedAttribute[int]
) -> Listing:
    if not chosen.is_whole:
        listed = listed.where(ArticleRow.withdrawn_at.is_(None))
    if chosen.part is not None:
        listed = listed.where(is_of_part(chosen.part))
    if chosen.among:
        listed = listed.where(position.in_(chosen.among))
    if chosen.before is not None:
        listed = listed.where(position < chosen.before)
    if chosen.floor is not None:
        listed = listed.where(position >= chosen.floor)
    return listed.order_by(position.asc() if chosen.is_upward else position.desc())


def is_of_part(part: Literal["news", "past"]) -> ColumnElement[bool]:
    """Give the condition that a walk brought an article, or that none did."""
    # As the indexes say it: else they are not used.
    return literal_column(NEWS) if part == "news" else ArticleRow.is_past.is_(True)


def of_sources(chosen: Chosen) -> ColumnElement[bool]:
    """Give the condition that an article is of a source that is asked for."""
    if chosen.source_ids is None:
        # Not a join: SQLite would begin with the sources and sort all their articles.
        others = select(SourceRow.id).where(SourceRow.visibility != "public")
        return ArticleRow.source_id.not_in(others)
    if len(chosen.source_ids) == 1:
        return ArticleRow.source_id == chosen.source_ids[0]
    return ArticleRow.source_id.in_(chosen.source_ids)


def _besides(
    chosen: Chosen, *, leading: Terms | None = None, is_by_language: bool = False
) -> Iterator[ColumnElement[bool]]:
    """Give the conditions that do not lead, written so that no index answers them."""
    for terms in chosen.terms:
        if terms is not leading:
            yield _is_filed(terms)
    if chosen.languages and not is_by_language:
        yield func.coalesce(ArticleRow.language, "").in_(chosen.languages)
    if chosen.since is not None:
        seen = ArticleRow.first_seen_at
        yield func.coalesce(seen, seen) >= chosen.since


def _is_filed(terms: Terms) -> ColumnElement[bool]:
    # Not EXISTS: PostgreSQL would join all that has the term to a few hundred edits.
    filed = aliased(ArticleTermRow)
    found = select(filed.position).where(filed.position == ArticleRow.position)
    if terms.ids is not None:
        return _is_there(found.where(filed.term_id.in_(terms.ids)))
    named = aliased(TermRow)
    return _is_there(
        found.join(named, named.id == filed.term_id).where(
            named.kind == terms.kind, named.path.in_(terms.paths)
        )
    )


def _is_there(found: Select[int]) -> ColumnElement[bool]:
    return found.limit(1).scalar_subquery().is_not(None)
