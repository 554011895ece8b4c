"""What a feed holds: which articles, in which order, and whether that is still so.

`outline` lists what a document carries (numbers alone), `list_articles` reads those
that are not known yet. What a slug names is in `db.scopes`, what a reader asks beyond
it in `db.choosing`, and the statements are in `db.windows`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import Select, select

from db import stream
from db.article_rows import article_of, with_slug
from db.choosing import EVERYTHING, Narrowing, choose
from db.engine import Session
from db.models import ArticleRow, EventRow, SourceRow
from db.records import SourceHead, StoredArticle
from db.scopes import Scope
from db.sources import head_of
from db.stream import Mark
from db.windows import LOOKBACK, Listing, edited_of, left_of, window_of

# More changes than this since the last look, and everything is looked at again.
MAX_CHANGES = 1000


@dataclass(frozen=True, kw_only=True, slots=True)
class Listed:
    """An article in an outline: enough to know whether it is known already."""

    position: int
    seq: int
    source_id: int
    changed_at: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class Left:
    """An article that was withdrawn."""

    uid: UUID
    seq: int
    withdrawn_at: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class Outline:
    """What a feed's document carries: equal outlines make equal documents.

    `entries` are by position, newest first: the window, then what was edited lately
    past it. `sources` are the heads of theirs. `changed_at` is when anything listed
    here last changed, None when nothing is. What stands below `next_before` is on the
    next page; None when this is the last.
    """

    scope: Scope
    entries: tuple[Listed, ...]
    left: tuple[Left, ...]
    sources: tuple[tuple[int, SourceHead], ...]
    changed_at: datetime | None
    next_before: int | None = None

    @property
    def seq(self) -> int:
        """The highest event number in it; 0 when it is empty."""
        seqs = [entry.seq for entry in self.entries] + [one.seq for one in self.left]
        return max(seqs, default=0)


@dataclass(frozen=True, kw_only=True, slots=True)
class News:
    """What happened since a look: how far things are, and whose articles changed.

    `source_ids` is None when that cannot be told: then anything may have changed.
    """

    mark: Mark
    source_ids: frozenset[int] | None


def news_since(session: Session, seen: Mark | None) -> News:
    """Tell what changed since the last look, None at the first: two small reads.

    Every number taken belongs to an event of one source. Where one does not, or a
    source itself changed, every feed may be concerned.
    """
    mark = stream.mark(session)
    if mark == seen:
        return News(mark=mark, source_ids=frozenset())
    if seen is None or mark.catalogue != seen.catalogue:
        return News(mark=mark, source_ids=None)
    count = mark.number - seen.number
    if not 0 < count <= MAX_CHANGES:
        return News(mark=mark, source_ids=None)
    between = EventRow.seq.between(seen.number + 1, mark.number)
    sources = session.scalars(select(EventRow.source_id).where(between)).all()
    known = frozenset(source_id for source_id in sources if source_id is not None)
    is_whole = len(sources) == count and None not in sources
    return News(mark=mark, source_ids=known if is_whole else None)


def outline(
    session: Session, scope: Scope, limit: int, asked: Narrowing = EVERYTHING
) -> Outline:
    """List what the feed's document carries; `limit` is its window.

    A page (`asked.before`) carries its window alone; what was edited or withdrawn
    lately is told by the document without it.
    """
    chosen = choose(session, scope, asked)
    if chosen is None:
        return Outline(scope=scope, entries=(), left=(), sources=(), changed_at=None)
    window = _list(session, window_of(chosen, limit + 1))
    is_last = len(window) <= limit
    window = window[:limit]
    since = max((one.changed_at for one in window), default=None)
    edited: list[Listed] = []
    left: list[Left] = []
    if asked.before is None:
        if not is_last and since is not None:
            past = window[-1].position
            edited = _list(session, edited_of(chosen, limit, past=past, since=since))
        left = _list_left(session, left_of(chosen, limit, since=since))
    last = _last_change(window + edited, left)
    if last is not None:
        edited = [one for one in edited if one.changed_at >= last - LOOKBACK]
        left = [one for one in left if one.withdrawn_at >= last - LOOKBACK]
    edited.sort(key=lambda one: -one.position)
    entries = (*window, *edited)
    return Outline(
        scope=scope,
        entries=entries,
        left=tuple(left),
        sources=_heads(session, {one.source_id for one in entries}),
        changed_at=last,
        next_before=None if is_last else window[-1].position,
    )


def _last_change(entries: list[Listed], left: list[Left]) -> datetime | None:
    moments = [one.changed_at for one in entries]
    moments += [one.withdrawn_at for one in left]
    return max(moments, default=None)


def _list(session: Session, chosen: Listing) -> list[Listed]:
    return [
        Listed(position=position, seq=seq, source_id=source_id, changed_at=changed_at)
        for position, seq, source_id, changed_at in session.execute(chosen)
    ]


def _list_left(session: Session, chosen: Select[UUID, int, datetime]) -> list[Left]:
    return [
        Left(uid=uid, seq=seq, withdrawn_at=withdrawn_at)
        for uid, seq, withdrawn_at in session.execute(chosen)
    ]


def _heads(session: Session, ids: set[int]) -> tuple[tuple[int, SourceHead], ...]:
    rows = session.execute(
        select(SourceRow.id, SourceRow.slug, SourceRow.spec)
        .where(SourceRow.id.in_(ids))
        .order_by(SourceRow.id)
    )
    return tuple((row.id, head_of(row.slug, row.spec)) for row in rows)


def list_articles(session: Session, positions: Sequence[int]) -> list[StoredArticle]:
    """Read articles by position, in any order; what was withdrawn since is left out."""
    chosen = with_slug().where(
        ArticleRow.position.in_(positions), ArticleRow.withdrawn_at.is_(None)
    )
    return [article_of(row, slug) for row, slug in session.execute(chosen)]
