"""Every address ever seen, and what is to be done with it next.

A page found but not yet fetched is a row that is due, so a crash loses nothing. The
holder of the host's lease is the only one who fetches its pages. Nothing here commits.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Row, or_, select, update

from db.engine import Session
from db.hints import hints_from
from db.models import HostRow, PageRow, SourceRow
from db.upsert import update_rows
from scrapers.items import Hints, Validators

# What a page's row has whose article was taken down.
BLOCKED: dict[str, Any] = {
    "status": "blocked",
    "reason": "taken down",
    "hints": {},
    "next_check_at": None,
}
VALIDATORS = ("etag", "last_modified", "digest")


@dataclass(frozen=True, kw_only=True, slots=True)
class DuePage:
    """An address to fetch, with what is known of it."""

    id: int
    url: str
    status: str
    reason: str | None
    hints: Hints
    validators: Validators
    position: int | None
    is_history: bool
    is_past: bool
    attempts: int
    first_seen_at: datetime
    missing_since: datetime | None


@dataclass(frozen=True, kw_only=True, slots=True)
class PageOutcome:
    """What a fetch leaves in its page's row."""

    id: int
    status: str
    reason: str | None = None
    position: int | None = None
    validators: Validators = field(default_factory=Validators)
    attempts: int = 0
    fetched_at: datetime
    missing_since: datetime | None = None
    next_check_at: datetime | None = None


def due_pages(
    session: Session, source_id: int, host: str, *, now: datetime, limit: int
) -> list[DuePage]:
    """List what is due of one source on one host: new pages, then the longest due.

    News does not wait behind the re-checks that piled up while nobody worked.
    """
    due = (
        select(_PAGE)
        .where(
            PageRow.source_id == source_id,
            PageRow.host == host,
            PageRow.next_check_at <= now,
        )
        .order_by(PageRow.status != "found", PageRow.next_check_at, PageRow.id)
        .limit(limit)
    )
    return [_page(row) for row in session.execute(due)]


def list_stored(session: Session, source_id: int, urls: Sequence[str]) -> list[DuePage]:
    """List those of these addresses whose page gave an article, due or not."""
    rows = select(_PAGE).where(
        PageRow.source_id == source_id,
        PageRow.url.in_(urls),
        PageRow.status == "stored",
    )
    return [_page(row) for row in session.execute(rows)]


def due_hosts(session: Session, source_id: int, *, now: datetime) -> list[str]:
    """List the hosts on which a source has pages that are due."""
    due = select(PageRow.host).where(
        PageRow.source_id == source_id, PageRow.next_check_at <= now
    )
    return sorted(set(session.scalars(due.distinct())))


def due_visits(
    session: Session, *, now: datetime, unpolled_until: datetime, limit: int
) -> list[tuple[int, str]]:
    """List (source id, host) pairs with due pages whose host may be asked now.

    None of a source that is to be polled by `unpolled_until`: the poll goes first.
    """
    due = (
        select(PageRow.source_id, PageRow.host)
        .join(SourceRow, SourceRow.id == PageRow.source_id)
        .outerjoin(HostRow, HostRow.name == PageRow.host)
        .where(
            PageRow.next_check_at <= now,
            SourceRow.enabled,
            SourceRow.next_poll_at > unpolled_until,
            or_(HostRow.lease_until.is_(None), HostRow.lease_until <= now),
            or_(HostRow.not_before.is_(None), HostRow.not_before <= now),
        )
        .distinct()
        .limit(limit)
    )
    return [(source_id, host) for source_id, host in session.execute(due)]


def record_outcomes(session: Session, outcomes: Sequence[PageOutcome]) -> None:
    """Write what the fetches of a batch left."""
    rows = [
        {
            "id": o.id,
            "status": o.status,
            "reason": o.reason,
            "position": o.position,
            "etag": o.validators.etag,
            "last_modified": o.validators.last_modified,
            "digest": o.validators.digest,
            "attempts": o.attempts,
            "fetched_at": o.fetched_at,
            "missing_since": o.missing_since,
            "next_check_at": o.next_check_at,
        }
        for o in outcomes
    ]
    update_rows(session, PageRow, "id", rows)


def heal_clock(session: Session, *, now: datetime) -> None:
    """Make due what was fetched "in the future": the clock was set back since."""
    session.execute(
        update(PageRow)
        .where(PageRow.fetched_at > now, PageRow.next_check_at.is_not(None))
        .values(next_check_at=now, fetched_at=now)
    )


# The table itself: the mapper takes longer to make an object of a row than we do.
_PAGE = PageRow.__table__


def _page(row: Row[*tuple[Any, ...]]) -> DuePage:
    return DuePage(
        id=row.id,
        url=row.url,
        status=row.status,
        reason=row.reason,
        hints=hints_from(row.hints),
        validators=Validators(
            etag=row.etag, last_modified=row.last_modified, digest=row.digest
        ),
        position=row.position,
        is_history=row.is_history,
        is_past=row.is_past,
        attempts=row.attempts,
        first_seen_at=row.first_seen_at,
        missing_since=row.missing_since,
    )
