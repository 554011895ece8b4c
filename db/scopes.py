"""What a feed's slug names: all public articles, a source's, a category's, a filter."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from sqlalchemy import select

from db.engine import Session
from db.filters import Filter
from db.models import SourceRow, SourceSlugRow, TermRow
from db.records import SourceHead
from db.saved import SavedFeed, find_saved, opens
from db.sources import head_of

ALL = "all"


@dataclass(frozen=True, kw_only=True, slots=True)
class Scope:
    """Which articles a feed is about: all public ones, a source's, a category's.

    `names` is the category's way, outermost first, as its source writes it. `saved` is
    the feed that an operator defined, if it is one.
    """

    slug: str
    kind: Literal["all", "source", "category", "saved"]
    source: SourceHead | None = None
    source_id: int | None = None
    term_id: int | None = None
    names: tuple[str, ...] = ()
    added_at: datetime | None = None
    saved: SavedFeed | None = None

    @property
    def is_private(self) -> bool:
        """Whether it opens with a token alone."""
        return self.saved is not None and self.saved.is_private

    @property
    def filter(self) -> Filter:
        """What it holds of everything."""
        return self.saved.filter if self.saved is not None else Filter()

    @property
    def hidden_sources(self) -> tuple[str, ...]:
        """Slugs of sources that it may show though they are private."""
        return self.filter.sources if self.is_private else ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Moved:
    """The feed has another slug now."""

    slug: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Removed:
    """The feed, or its source, was removed."""


def find_scope(
    session: Session, slug: str, token: str | None = None
) -> Scope | Moved | Removed | None:
    """Find what a feed's slug names; None for what never was, or is private.

    A private feed is found by who brings its token; to others there is none.
    """
    if slug == ALL:
        return Scope(slug=slug, kind="all")
    if not slug.isprintable():  # no slug has such a sign, and PostgreSQL refuses NUL
        return None
    name, _, path = slug.partition("/")
    source = session.execute(
        select(SourceRow.id, SourceRow.spec, SourceRow.visibility, SourceRow.added_at)
        .where(SourceRow.slug == name)
    ).first()  # fmt: skip
    if source is None:
        saved = None if path else find_saved(session, name)
        if saved is None:
            return _former(session, name, path, token)
        return _scope_of(saved) if saved.opens_with(token) else None
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


def _scope_of(saved: SavedFeed) -> Scope:
    return Scope(slug=saved.slug, kind="saved", added_at=saved.added_at, saved=saved)


def _former(
    session: Session, name: str, path: str, token: str | None
) -> Moved | Removed | None:
    found = session.get(SourceSlugRow, name)
    if found is None or not opens(found.token_hash, token):
        return None
    if found.moved_to is None:
        return Removed()
    leads_to = select(SourceRow.visibility).where(SourceRow.slug == found.moved_to)
    if session.scalar(leads_to) != "public":
        return None
    return Moved(slug=f"{found.moved_to}/{path}" if path else found.moved_to)


def list_unknown(
    session: Session, slugs: Sequence[str], scope: Scope | None = None
) -> list[str]:
    """List which of these slugs name no source that this feed may show.

    At most some dozens.
    """
    if not slugs:
        return []
    hidden = scope.hidden_sources if scope is not None else ()
    # What cannot be seen is in no slug: see `find_scope`.
    asked = [slug for slug in slugs if slug.isprintable() and slug not in hidden]
    chosen = select(SourceRow.slug).where(
        SourceRow.slug.in_(asked), SourceRow.visibility == "public"
    )
    known = set(session.scalars(chosen))
    return [slug for slug in slugs if slug not in known and slug not in hidden]
