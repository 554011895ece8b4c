"""What a feed holds: which articles, in which order, and whether that is still so.

`outline` lists what a document carries (numbers alone), `list_articles` reads those
that are not known yet. What a slug names is in `db.scopes`, what a reader asks beyond
it in `db.choosing`, and the statements are in `db.windows`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from sqlalchemy import Row, func, select

from db import archives, stream
from db.article_rows import article_of, with_slug
from db.choosing import EVERYTHING, Chosen, Narrowing, Stretch, choose
from db.engine import Session
from db.finding import list_content
from db.indexing import is_found
from db.models import ArticleRow, EventRow, SourceRow
from db.paging import Next, first_page, page_after
from db.records import SourceHead, StoredArticle
from db.scopes import Scope
from db.search import Node
from db.sources import head_of
from db.stream import Mark
from db.windows import (
    LOOKBACK,
    Listing,
    edited_of,
    lately_left,
    left_of,
)

# Withdrawals are few; of more than this, a search does not tell the older ones.
MAX_LEFT = 200

# More changes than this since the last look, and everything is looked at again.
MAX_CHANGES = 1000

# An archive holds as many as a window at most; somebody may ask for a wider stretch.
MAX_ARCHIVED = 500


@dataclass(frozen=True, kw_only=True, slots=True)
class Listed:
    """An article in an outline: enough to know whether it is known already."""

    position: int
    seq: int
    source_id: int
    changed_at: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class Left:
    """An article that was withdrawn, or edited out of a feed."""

    uid: UUID
    seq: int
    withdrawn_at: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class Outline:
    """What a feed's document carries: equal outlines make equal documents.

    `entries` are by position, newest first: the window, then what was edited lately
    past it. `sources` are the heads of theirs. `changed_at` is when anything listed
    here last changed, None when nothing is. What stands below `next_before` is on the
    next page; None when this is the last. Down to `next_window`, if that is given, it
    has the past alone. `older` and `newer` are the archives before and after this one,
    or the newest of all when this is the feed itself. `archive` is the archive that the
    articles are of: the one that was asked for, or what there is in its place; None for
    the feed itself.
    """

    scope: Scope
    entries: tuple[Listed, ...]
    left: tuple[Left, ...]
    sources: tuple[tuple[int, SourceHead], ...]
    changed_at: datetime | None
    next_before: int | None = None
    next_window: int | None = None
    older: Stretch | None = None
    newer: Stretch | None = None
    archive: Stretch | None = None

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

    What a walk through archives brought is on pages and in archives alone. A page
    (`asked.before`) carries its window alone, an archive (`asked.archive`) its stretch;
    what was edited or withdrawn lately is told by the document without them.
    """
    chosen = choose(session, scope, asked)
    if chosen is None:
        return Outline(scope=scope, entries=(), left=(), sources=(), changed_at=None)
    if asked.archive is not None:
        return _archive(session, scope, chosen, asked.archive, limit)
    if asked.before is not None:
        return _page(session, scope, chosen, asked.window, limit)
    newest = _newest(session, chosen, limit)
    window = newest.found[:limit]
    since = max((one.changed_at for one in window), default=None)
    edited: list[Listed] = []
    if len(newest.found) > limit and since is not None:
        past = window[-1].position
        edited = _list(session, edited_of(chosen, limit, past=past, since=since))
    left = _list_left(session, chosen, limit, since=since)
    last = _last_change(window + edited, left)
    if last is not None:
        edited = [one for one in edited if one.changed_at >= last - LOOKBACK]
        left = [one for one in left if one.withdrawn_at >= last - LOOKBACK]
    edited.sort(key=lambda one: -one.position)
    entries = (*window, *edited)
    positions = [one.position for one in newest.found]
    following = first_page(positions, newest.past, limit)
    return Outline(
        scope=scope,
        entries=entries,
        left=tuple(left),
        sources=_heads(session, {one.source_id for one in entries}),
        changed_at=last,
        next_before=following.before,
        next_window=following.window,
        older=archives.newest(newest.whole, limit, walked=newest.walked),
    )


@dataclass(frozen=True, kw_only=True, slots=True)
class _Newest:
    """What a feed's document is made of: its window and one more, if there are.

    `whole` are the newest positions, twice as many, also of what was withdrawn; of
    these a walk brought `walked`. `past` is the newest that the window leaves out.
    """

    found: list[Listed]
    whole: list[int]
    walked: frozenset[int]
    past: int | None


def _newest(session: Session, chosen: Chosen, limit: int) -> _Newest:
    """Walk once for two, the window and the archives; again where much is on top."""
    most = 2 * limit + 1
    whole = list_content(session, replace(chosen, is_whole=True), most)
    there = [row for row in whole if row.withdrawn_at is None]
    found = [_listed(row) for row in there if not row.is_past][: limit + 1]
    past = next((row.position for row in there if row.is_past), None)
    if len(found) <= limit and len(whole) == most:
        # So many were withdrawn, or a walk has brought them.
        found = _window(session, chosen.news(), limit + 1)
        past = _past_of(session, chosen, found[:limit]) if past is None else past
    return _Newest(
        found=found,
        whole=[row.position for row in whole],
        walked=frozenset(row.position for row in whole if row.is_past),
        past=past,
    )


def _past_of(session: Session, chosen: Chosen, window: Sequence[Listed]) -> int | None:
    """Find the newest of the past: above the window's end, else right below it."""
    if not window:
        return next(iter(_positions(session, chosen, 1)), None)
    end = window[-1].position
    above = replace(chosen.within(first=end), part="past")
    found = _positions(session, above, 1)
    found += _positions(session, chosen.within(before=end), 1)
    return next(iter(found), None)


def _page(
    session: Session, scope: Scope, chosen: Chosen, window: int | None, limit: int
) -> Outline:
    """List a page; as long as it is above the window's place, the past alone."""
    found: list[Listed] = []
    following = None
    if window is not None:
        # Between the past on top there is no more than a window of news.
        most = 2 * limit + 1
        above = chosen.within(first=window, before=chosen.before)
        rows = list_content(session, above, most)
        found = [_listed(row) for row in rows if row.is_past][: limit + 1]
        if len(found) <= limit and len(rows) == most:
            following = Next(before=rows[-1].position, window=window)
        chosen = replace(chosen, before=min(window, chosen.before or window))
    if following is None and len(found) <= limit:
        found += _window(session, chosen, limit + 1 - len(found))
    entries = tuple(found[:limit])
    positions = [one.position for one in found]
    following = following or page_after(positions, window, limit)
    return Outline(
        scope=scope,
        entries=entries,
        left=(),
        sources=_heads(session, {one.source_id for one in entries}),
        changed_at=_last_change(entries, ()),
        next_before=following.before,
        next_window=following.window,
    )


def _archive(
    session: Session, scope: Scope, chosen: Chosen, stretch: Stretch, limit: int
) -> Outline:
    """List an archive, and what is around it; of one too wide only its newest part."""
    whole = replace(chosen, is_whole=True)
    inside = whole.within(first=stretch.first, before=stretch.last + 1)
    rows = list_content(session, inside, MAX_ARCHIVED)
    here = [row.position for row in rows]
    first = here[-1] if len(rows) == MAX_ARCHIVED else stretch.first
    following = replace(whole.within(first=stretch.last + 1), is_upward=True)
    before = list_content(session, whole.within(before=first), limit + 1)
    after = list_content(session, following, limit + 1)
    below = [row.position for row in before]
    above = [row.position for row in after]
    walked = [row.position for row in (*rows, *before, *after) if row.is_past]
    entries = tuple(_listed(row) for row in rows if row.withdrawn_at is None)
    left = tuple(
        Left(uid=row.uid, seq=row.seq, withdrawn_at=row.withdrawn_at)
        for row in rows
        if row.withdrawn_at is not None
    )
    return Outline(
        scope=scope,
        entries=entries,
        left=left,
        sources=_heads(session, {one.source_id for one in entries}),
        changed_at=_last_change(entries, left),
        older=archives.older(below, here, above, limit),
        newer=archives.newer(below, here, above, limit),
        archive=archives.holding(below, here, above, limit, walked=walked),
    )


def _positions(session: Session, chosen: Chosen, limit: int) -> list[int]:
    return [row.position for row in list_content(session, chosen, limit)]


def _last_change(entries: Sequence[Listed], left: Sequence[Left]) -> datetime | None:
    moments = [one.changed_at for one in entries]
    moments += [one.withdrawn_at for one in left]
    return max(moments, default=None)


def _list(session: Session, chosen: Listing) -> list[Listed]:
    return [_listed(row) for row in session.execute(chosen)]


def _listed(row: Row[int, int, int, datetime, UUID, datetime | None, bool]) -> Listed:
    return Listed(
        position=row.position,
        seq=row.seq,
        source_id=row.source_id,
        changed_at=row.changed_at,
    )


def _window(session: Session, chosen: Chosen, limit: int) -> list[Listed]:
    return [_listed(row) for row in list_content(session, chosen, limit)]


def _list_left(
    session: Session, chosen: Chosen, limit: int, *, since: datetime | None
) -> list[Left]:
    if chosen.search is not None:
        return _list_left_found(session, chosen, chosen.search, limit, since=since)
    listed = session.execute(left_of(chosen, limit, since=since))
    return [
        Left(uid=uid, seq=seq, withdrawn_at=withdrawn_at)
        for uid, seq, withdrawn_at in listed
        if withdrawn_at is not None
    ]


def _list_left_found(
    session: Session,
    chosen: Chosen,
    search: Node,
    limit: int,
    *,
    since: datetime | None,
) -> list[Left]:
    """List what was withdrawn and would else be found: it is looked at one by one."""
    listed = lately_left(with_slug(), chosen, MAX_LEFT, since=since)
    articles = (article_of(row, slug) for row, slug in session.execute(listed))
    found = [
        Left(uid=one.uid, seq=one.seq, withdrawn_at=one.withdrawn_at)
        for one in articles
        if one.withdrawn_at is not None and is_found(one, search)
    ]
    return found[:limit]


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


def list_staying(
    session: Session, scope: Scope, positions: Sequence[int], asked: Narrowing
) -> set[int]:
    """List which of some hundred articles are in a feed, however far back."""
    chosen = choose(session, scope, asked) if positions else None
    if chosen is None:
        return set()
    still = replace(chosen, among=tuple(positions))
    return set(_positions(session, still, len(positions)))


def list_departed(
    session: Session,
    scope: Scope,
    positions: Sequence[int],
    asked: Narrowing = EVERYTHING,
) -> list[Left] | None:
    """List which of some hundred articles, once in a feed, are not in it any more.

    They were withdrawn, or edited out of what it is narrowed to. None when one was
    purged or its source hidden, so that nothing may be said of it.
    """
    staying = list_staying(session, scope, positions, asked)
    gone = [position for position in positions if position not in staying]
    if not gone:
        return []
    rows = session.execute(
        select(
            ArticleRow.uid,
            ArticleRow.seq,
            func.coalesce(ArticleRow.withdrawn_at, ArticleRow.changed_at),
        )
        .join(SourceRow, SourceRow.id == ArticleRow.source_id)
        .where(ArticleRow.position.in_(gone), SourceRow.visibility == "public")
        .order_by(ArticleRow.seq)
    ).all()
    if len(rows) < len(gone):
        return None
    return [Left(uid=uid, seq=seq, withdrawn_at=when) for uid, seq, when in rows]
