"""What there is to read: the public sources, how they are, and their categories."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, or_, select

from db.engine import Session
from db.models import SourceRow, TermRow
from db.records import SourceHead
from db.sources import head_of, health_of


@dataclass(frozen=True, kw_only=True, slots=True)
class ListedCategory:
    """A category's way (outermost first) and the path its feed is at."""

    names: tuple[str, ...]
    path: str


@dataclass(frozen=True, kw_only=True, slots=True)
class ListedSource:
    """A public source as visitors see it."""

    head: SourceHead
    enabled: bool
    health: str
    health_reason: str | None
    health_since: datetime | None
    last_success_at: datetime | None
    added_at: datetime
    categories: tuple[ListedCategory, ...]


def list_public(
    session: Session, *, after: str = "", only: str = "", limit: int | None = None
) -> list[ListedSource]:
    """List public sources by slug, with their categories.

    `after` leaves out what comes before or is that slug, `only` all but that slug.
    """
    chosen = (
        select(SourceRow)
        .where(SourceRow.visibility == "public", SourceRow.slug > after)
        .order_by(SourceRow.slug)
        .limit(limit)
    )
    if only:
        chosen = chosen.where(SourceRow.slug == only)
    rows = session.scalars(chosen).all()
    categories = _categories(session, (row.id for row in rows))
    return [_listed(row, categories.get(row.id, ())) for row in rows]


def _listed(row: SourceRow, categories: Iterable[ListedCategory]) -> ListedSource:
    health, reason, since = health_of(row)
    return ListedSource(
        head=head_of(row.slug, row.spec),
        enabled=row.enabled,
        health=health,
        health_reason=reason,
        health_since=since,
        last_success_at=row.last_success_at,
        added_at=row.added_at,
        categories=tuple(categories),
    )


def count_unwell(session: Session) -> dict[str, int]:
    """Count the watched sources that fail, and those whose site has changed."""
    unwell = select(SourceRow).where(
        SourceRow.enabled,
        or_(SourceRow.health == "failing", SourceRow.drift.is_not(None)),
    )
    found = Counter(health_of(row)[0] for row in session.scalars(unwell))
    return {health: found[health] for health in ("failing", "drifting")}


def list_slugs(session: Session, *, limit: int) -> list[str]:
    """List the slugs of the first public sources."""
    chosen = (
        select(SourceRow.slug)
        .where(SourceRow.visibility == "public")
        .order_by(SourceRow.slug)
        .limit(limit)
    )
    return list(session.scalars(chosen))


def _categories(
    session: Session, source_ids: Iterable[int]
) -> dict[int, list[ListedCategory]]:
    rows = session.execute(
        select(TermRow.source_id, TermRow.names, TermRow.path)
        .where(TermRow.source_id.in_(list(source_ids)), TermRow.kind == "category")
        .order_by(TermRow.source_id, TermRow.path)
    )
    found: dict[int, list[ListedCategory]] = {}
    for source_id, names, path in rows:
        category = ListedCategory(names=tuple(names), path=path)
        found.setdefault(source_id, []).append(category)
    return found


def first_added_at(session: Session) -> datetime | None:
    """Give when the first source of all was added: no feed is older."""
    return session.scalar(select(func.min(SourceRow.added_at)))
