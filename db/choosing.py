"""What narrows a feed, turned from words into the numbers its statements are made of.

`Narrowing` is what a reader asks, `choose` looks its words up: terms, sources and
languages that articles really have. `db.windows` makes statements of the result.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Literal

from sqlalchemy import ColumnElement, Select, func, or_, select

from db.engine import Session
from db.filters import Filter, is_spoken
from db.indexing import PAST, marked
from db.models import ArticleRow, SourceRow, SourceSlugRow, TermRow
from db.scopes import Scope
from db.search import Node, both

# One statement reads so many stretches of an index and merges them. PostgreSQL plans
# each of them; what more sources have is asked of the full-text index at once.
MAX_MERGED = 16

# A pass takes its time of sight before its numbers: within this the one may run against
# the other. A lease, which every batch renews, is shorter.
SKEW = timedelta(minutes=15)


@dataclass(frozen=True, kw_only=True, slots=True)
class Stretch:
    """Positions from the first to the last, both of them in it."""

    first: int
    last: int

    def __str__(self) -> str:
        return f"{self.first}-{self.last}"


@dataclass(frozen=True, kw_only=True, slots=True)
class Narrowing:
    """What a reader asks of a feed beyond its slug.

    `since` is compared with `first_seen_at`; only positions below `before`, or those
    of `archive`, are listed. Where a page begins above the place at which the feed's
    window ended, `window` is that place: from there on it lists the past alone.
    """

    filter: Filter = field(default_factory=Filter)
    since: datetime | None = None
    before: int | None = None
    window: int | None = None
    archive: Stretch | None = None

    @property
    def is_feed(self) -> bool:
        """Whether it is the feed itself, and not a page or an archive of it."""
        return self.before is None and self.archive is None


EVERYTHING = Narrowing()


@dataclass(frozen=True, kw_only=True, slots=True)
class Terms:
    """Terms of one kind, of which an article has one; `ids` is None for too many."""

    kind: str
    paths: tuple[str, ...] = ()
    ids: tuple[int, ...] | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Chosen:
    """A scope and what narrows it. No `source_ids` (None) means every public source.

    `terms` are in the order in which they should lead: what is rare first. `search` is
    what is searched for, `wanted` that and all of the above as one question to the
    full-text index. No article with a position below `floor` was seen at `since` or
    later. They are walked downward without those withdrawn, unless it `is_upward` and
    `is_whole`; no search finds these. `among` limits it to some. `part` leaves out what
    a walk through archives brought, or all else.
    """

    source_ids: tuple[int, ...] | None = None
    terms: tuple[Terms, ...] = ()
    languages: tuple[str, ...] = ()
    search: Node | None = None
    wanted: Node | None = None
    since: datetime | None = None
    floor: int | None = None
    before: int | None = None
    is_whole: bool = False
    is_upward: bool = False
    among: tuple[int, ...] = ()
    part: Literal["news", "past"] | None = None

    def news(self) -> Chosen:
        """Give it without the past, though that be thousands of articles on top.

        Only the indexes of all articles and of one source's leave these out; where no
        other question leads, the full-text index is asked.
        """
        asked = self.wanted
        if asked is None and (self.terms or self.languages):
            asked = _at_once(self)
        wanted = None if asked is None else both([asked], [marked("past", [PAST])])
        return replace(self, part="news", wanted=wanted)

    def within(self, *, first: int = 0, before: int | None = None) -> Chosen:
        """Give it with nothing below `first`, and nothing at `before` or above."""
        return replace(self, floor=max(first, self.floor or 0) or None, before=before)


def choose(
    session: Session, scope: Scope, asked: Narrowing = EVERYTHING
) -> Chosen | None:
    """Look up what is asked of a feed; None when no article can be in it."""
    filters = [one for one in (scope.filter, asked.filter) if not one.is_empty]
    source_ids = _sources(session, scope, filters)
    terms = tuple(_terms(session, scope, source_ids, filters))
    languages = _languages(session, filters)
    floor = _floor(session, asked.since)
    is_empty = (
        source_ids == ()
        or any(one.ids == () for one in terms)
        or languages == ()
        or (asked.since is not None and floor is None)
    )
    if is_empty:
        return None
    searches = [one.search for one in filters if one.search is not None]
    chosen = Chosen(
        source_ids=source_ids,
        terms=terms,
        languages=languages or (),
        search=both(searches) if searches else None,
        since=asked.since,
        floor=floor,
        before=asked.before,
    )
    return replace(chosen, wanted=_wanted(chosen))


def _sources(
    session: Session, scope: Scope, filters: Sequence[Filter]
) -> tuple[int, ...] | None:
    """Give the sources that all filters agree on; None where none names any."""
    found = None if scope.source_id is None else {scope.source_id}
    for wanted in filters:
        if wanted.sources:
            ids = _ids_of(session, wanted.sources, scope.hidden_sources)
            found = ids if found is None else found & ids
    return None if found is None else tuple(sorted(found))


def _ids_of(session: Session, slugs: Sequence[str], hidden: Sequence[str]) -> set[int]:
    """Look up public sources, and of the private ones those in `hidden`."""
    moved = select(SourceSlugRow.slug, SourceSlugRow.moved_to)
    formerly = dict(session.execute(moved.where(SourceSlugRow.slug.in_(slugs))).all())
    now = {formerly.get(slug) or slug for slug in slugs}
    known = {formerly.get(slug) or slug for slug in hidden}
    visible = or_(SourceRow.visibility == "public", SourceRow.slug.in_(known))
    return set(
        session.scalars(select(SourceRow.id).where(SourceRow.slug.in_(now), visible))
    )


def _terms(
    session: Session,
    scope: Scope,
    source_ids: tuple[int, ...] | None,
    filters: Sequence[Filter],
) -> Iterator[Terms]:
    groups = [group for wanted in filters for group in wanted.terms()]
    for rare in ("author", "tag", "category"):
        for kind, paths in groups:
            if kind == rare:
                yield _look_up(session, kind, paths, source_ids)
    if scope.term_id is not None:
        path = scope.slug.partition("/")[2]
        yield Terms(kind="category", paths=(path,), ids=(scope.term_id,))


def _look_up(
    session: Session,
    kind: str,
    paths: tuple[str, ...],
    source_ids: tuple[int, ...] | None,
) -> Terms:
    if source_ids is None:
        hidden = select(SourceRow.id).where(SourceRow.visibility != "public")
        of_source: ColumnElement[bool] = TermRow.source_id.not_in(hidden)
    else:
        of_source = TermRow.source_id.in_(source_ids)
    ids = session.scalars(
        select(TermRow.id)
        .where(TermRow.kind == kind, TermRow.path.in_(paths), of_source)
        .limit(MAX_MERGED + 1)
    ).all()
    known = tuple(sorted(ids)) if len(ids) <= MAX_MERGED else None
    return Terms(kind=kind, paths=paths, ids=known)


def _languages(session: Session, filters: Sequence[Filter]) -> tuple[str, ...] | None:
    """Give the languages, as articles write them, that all filters' cover."""
    wanted = [one.languages for one in filters if one.languages]
    if not wanted:
        return None
    spoken: list[str] = []
    last = ""
    # From one to the next along the index: there are dozens, among any number of rows.
    while (found := session.scalar(next_language(last))) is not None:
        spoken.append(found)
        last = found
    return tuple(one for one in spoken if all(is_spoken(one, tags) for tags in wanted))


def next_language(last: str) -> Select[str | None]:
    """Select the language that comes after another in the index."""
    return (
        select(ArticleRow.language)
        .where(ArticleRow.language > last)
        .order_by(ArticleRow.language)
        .limit(1)
    )


def _wanted(chosen: Chosen) -> Node | None:
    """Ask the full-text index for everything at once, where no other index leads.

    So it is where anything is searched; where a term or the sources are too many to
    merge; and where a language is asked of some sources or terms, of which each alone
    may be common.
    """
    is_of_many = len(chosen.source_ids or ()) > MAX_MERGED or any(
        one.ids is None for one in chosen.terms
    )
    is_part = chosen.source_ids is not None or bool(chosen.terms)
    if chosen.search is None and not is_of_many and not (chosen.languages and is_part):
        return None
    return _at_once(chosen)


def _at_once(chosen: Chosen) -> Node:
    parts = [marked(one.kind, one.paths) for one in chosen.terms]
    if chosen.search is not None:
        parts.append(chosen.search)
    if chosen.source_ids is not None:
        parts.append(marked("source", [str(number) for number in chosen.source_ids]))
    if chosen.languages:
        spoken = [language.lower() for language in chosen.languages]
        parts.append(marked("language", spoken))
    return both(parts)


def _floor(session: Session, since: datetime | None) -> int | None:
    if since is None:
        return None
    first = session.scalar(first_seen_of(since))
    return None if first is None else session.scalar(floor_of(first))


def first_seen_of(since: datetime) -> Select[datetime]:
    """Select when the first article after a moment was seen."""
    return (
        select(ArticleRow.first_seen_at)
        .where(ArticleRow.first_seen_at >= since)
        .order_by(ArticleRow.first_seen_at)
        .limit(1)
    )


def floor_of(first: datetime) -> Select[int]:
    """Select the lowest position among those seen at a moment or soon after."""
    # The sum keeps PostgreSQL from looking for the lowest along all positions.
    return select(func.min(ArticleRow.position + 0)).where(
        ArticleRow.first_seen_at.between(first, first + SKEW)
    )
