"""What a feed holds: which articles, in which order, and whether that is still so.

`find_scope` turns a slug into a `Scope`, `outline` lists what its document carries
(numbers alone), `list_articles` reads those that are not known yet. Every statement is
led by an index; how each is read is shown in the tests on both databases.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, exists, select, text

from db import stream
from db.article_rows import article_of, with_slug
from db.engine import Session
from db.models import (
    EDITED,
    ArticleRow,
    ArticleTermRow,
    EventRow,
    SourceRow,
    SourceSlugRow,
    TermRow,
)
from db.records import SourceHead, StoredArticle
from db.sources import head_of
from db.stream import Mark

ALL = "all"

# A reader that polls once a week still sees an edit of what it has read (DESIGN 5.2).
# Counted back from the feed's last change, not from now: then a document is a function
# of what is stored, and every process makes the same one.
LOOKBACK = timedelta(days=7)

# More changes than this since the last look, and everything is looked at again.
MAX_CHANGES = 1000


@dataclass(frozen=True, kw_only=True, slots=True)
class Scope:
    """Which articles a feed is about: all public ones, a source's, a category's.

    `names` is the category's way, outermost first, as its source writes it.
    """

    slug: str
    kind: Literal["all", "source", "category"]
    source: SourceHead | None = None
    source_id: int | None = None
    term_id: int | None = None
    names: tuple[str, ...] = ()
    added_at: datetime | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Moved:
    """The feed has another slug now."""

    slug: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Removed:
    """The feed's source was removed."""


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
    here last changed, None when nothing is.
    """

    scope: Scope
    entries: tuple[Listed, ...]
    left: tuple[Left, ...]
    sources: tuple[tuple[int, SourceHead], ...]
    changed_at: datetime | None

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


def find_scope(session: Session, slug: str) -> Scope | Moved | Removed | None:
    """Find what a feed's slug names; None for what never was, or is private."""
    if slug == ALL:
        return Scope(slug=slug, kind="all")
    name, _, path = slug.partition("/")
    source = session.execute(
        select(SourceRow.id, SourceRow.spec, SourceRow.visibility, SourceRow.added_at)
        .where(SourceRow.slug == name)
    ).first()  # fmt: skip
    if source is None:
        return _former(session, name, path)
    if source.visibility != "public":
        return None
    head = head_of(name, source.spec)
    if not path:
        return Scope(
            slug=slug,
            kind="source",
            source=head,
            source_id=source.id,
            added_at=source.added_at,
        )
    term = session.execute(
        select(TermRow.id, TermRow.names).where(
            TermRow.source_id == source.id,
            TermRow.kind == "category",
            TermRow.path == path,
        )
    ).first()
    if term is None:
        return None
    return Scope(
        slug=slug,
        kind="category",
        source=head,
        source_id=source.id,
        term_id=term.id,
        names=tuple(term.names),
        added_at=source.added_at,
    )


def _former(session: Session, name: str, path: str) -> Moved | Removed | None:
    former = select(SourceSlugRow.moved_to).where(SourceSlugRow.slug == name)
    found = session.execute(former).first()
    if found is None:
        return None
    if found.moved_to is None:
        return Removed()
    return Moved(slug=f"{found.moved_to}/{path}" if path else found.moved_to)


def outline(session: Session, scope: Scope, limit: int) -> Outline:
    """List what the feed's document carries; `limit` is its window."""
    window = _list(session, window_of(scope, limit))
    since = max((one.changed_at for one in window), default=None)
    edited: list[Listed] = []
    if len(window) == limit and since is not None:
        chosen = edited_of(scope, limit, past=window[-1].position, since=since)
        edited = _list(session, chosen)
    left = [
        Left(uid=row.uid, seq=row.seq, withdrawn_at=row.withdrawn_at)
        for row in session.execute(left_of(scope, limit, since=since))
    ]
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
    )


def _last_change(entries: list[Listed], left: list[Left]) -> datetime | None:
    moments = [one.changed_at for one in entries]
    moments += [one.withdrawn_at for one in left]
    return max(moments, default=None)


def window_of(scope: Scope, limit: int) -> Select[int, int, int, datetime]:
    """Select the newest articles by position."""
    # The category's own index leads where there is one: (term, position).
    position = ArticleRow.position if scope.term_id is None else ArticleTermRow.position
    return (
        _within(scope)
        .where(ArticleRow.withdrawn_at.is_(None))
        .order_by(position.desc())
        .limit(limit)
    )


def edited_of(
    scope: Scope, limit: int, *, past: int, since: datetime
) -> Select[int, int, int, datetime]:
    """Select what lies past the window and was edited lately, the last edit first."""
    return (
        _within(scope, is_by_time=True)
        .where(
            text(EDITED),
            ArticleRow.withdrawn_at.is_(None),
            ArticleRow.position < past,
            ArticleRow.changed_at >= since - LOOKBACK,
        )
        .order_by(ArticleRow.changed_at.desc(), ArticleRow.position.desc())
        .limit(limit)
    )


def left_of(
    scope: Scope, limit: int, *, since: datetime | None
) -> Select[UUID, int, datetime]:
    """Select what was withdrawn lately, the last first."""
    chosen = (
        _within(scope, is_by_time=True)
        .with_only_columns(ArticleRow.uid, ArticleRow.seq, ArticleRow.withdrawn_at)
        .where(ArticleRow.withdrawn_at.is_not(None))
        .order_by(ArticleRow.withdrawn_at.desc(), ArticleRow.position.desc())
        .limit(limit)
    )
    if since is not None:
        chosen = chosen.where(ArticleRow.withdrawn_at >= since - LOOKBACK)
    return chosen  # type: ignore[return-value] # withdrawn_at is not null here


def _within(
    scope: Scope, *, is_by_time: bool = False
) -> Select[int, int, int, datetime]:
    chosen = select(
        ArticleRow.position, ArticleRow.seq, ArticleRow.source_id, ArticleRow.changed_at
    )
    if scope.kind == "all":
        # Not a join: SQLite would begin with the sources and sort all their articles.
        others = select(SourceRow.id).where(SourceRow.visibility != "public")
        return chosen.where(ArticleRow.source_id.not_in(others))
    if scope.term_id is None:
        return chosen.where(ArticleRow.source_id == scope.source_id)
    filed = and_(
        ArticleTermRow.position == ArticleRow.position,
        ArticleTermRow.term_id == scope.term_id,
    )
    if is_by_time:
        is_filed: ColumnElement[bool] = exists().where(filed)
        return chosen.where(ArticleRow.source_id == scope.source_id, is_filed)
    return chosen.join(ArticleTermRow, filed)


def _list(session: Session, chosen: Select[int, int, int, datetime]) -> list[Listed]:
    return [
        Listed(position=position, seq=seq, source_id=source_id, changed_at=changed_at)
        for position, seq, source_id, changed_at in session.execute(chosen)
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
