"""What a feed's slug names: all public articles, a source's, a category's."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from sqlalchemy import select

from db.engine import Session
from db.models import SourceRow, SourceSlugRow, TermRow
from db.records import SourceHead
from db.sources import head_of

ALL = "all"


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


def list_unknown(session: Session, slugs: Sequence[str]) -> list[str]:
    """List which of these slugs name no public source; at most some dozens."""
    # PostgreSQL refuses NUL in a text; no slug has any sign that cannot be seen.
    asked = [slug for slug in slugs if slug.isprintable()]
    chosen = select(SourceRow.slug).where(
        SourceRow.slug.in_(asked), SourceRow.visibility == "public"
    )
    known = set(session.scalars(chosen))
    return [slug for slug in slugs if slug not in known]
