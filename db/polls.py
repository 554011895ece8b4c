"""What polls leave in a source's row: discovery's state, health, drift, the next poll.

Whoever polls holds the source's lease. Nothing here commits.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, select, update

from db.engine import Session
from db.models import SourceRow
from db.sources import CLOCK_SLACK
from scrapers.items import Validators


@dataclass(frozen=True, kw_only=True, slots=True)
class PollResult:
    """What a poll leaves in its source's row.

    `pace` is left as it is where it is None.
    """

    next_poll_at: datetime
    failures: int
    health: str
    health_reason: str | None
    health_since: datetime | None
    polled_at: datetime
    succeeded: bool
    pace: dict[str, Any] | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Watched:
    """What is known of a source's ways, as JSON, and its failures in a row."""

    baseline: dict[str, Any] | None
    drift: dict[str, Any] | None
    failures: int


def lock_watched(session: Session, source_id: int) -> Watched:
    """Read what is known of a source's ways; it stays ours until the transaction ends.

    Visits of several hosts may judge one source at a time.
    """
    row = session.connection().execute(_WATCHED, {"source_id": source_id}).one()
    return Watched(baseline=row.baseline, drift=row.drift, failures=row.failures)


def record_watched(
    session: Session,
    source_id: int,
    *,
    baseline: dict[str, Any] | None,
    drift: dict[str, Any] | None,
) -> None:
    """Write what is known of a source's ways."""
    values = {"source_id": source_id, "baseline": baseline, "drift": drift}
    session.connection().execute(_RECORDED, values)


# Said once, and past the mapper: each batch of a visit ends with both.
_SOURCE = SourceRow.__table__
_WATCHED = (
    select(_SOURCE.c.baseline, _SOURCE.c.drift, _SOURCE.c.failures)
    .where(_SOURCE.c.id == bindparam("source_id"))
    .with_for_update(key_share=True)
)
_RECORDED = (
    update(_SOURCE)  # type: ignore[arg-type] # a Table, typed FromClause
    .where(_SOURCE.c.id == bindparam("source_id"))
    .values(baseline=bindparam("baseline"), drift=bindparam("drift"))
)


def record_discovery(
    session: Session,
    source_id: int,
    *,
    validators: Mapping[str, Validators],
    discovered: Mapping[str, str],
) -> None:
    """Remember what was read, in the transaction that stores what it gave."""
    row = session.get_one(SourceRow, source_id)
    row.validators = row.validators | {
        url: asdict(value) for url, value in validators.items()
    }
    row.discovered = {**discovered, **row.discovered}
    session.flush()


def record_poll(
    session: Session, source_id: int, result: PollResult, *, owner: str
) -> bool:
    """Write a poll's end and release the lease; False when the lease was lost."""
    values: dict[str, Any] = {
        "next_poll_at": result.next_poll_at,
        "failures": result.failures,
        "health": result.health,
        "health_reason": result.health_reason,
        "health_since": result.health_since,
        "last_poll_at": result.polled_at,
        "lease_owner": None,
        "lease_until": None,
    }
    if result.pace is not None:
        values["pace"] = result.pace
    if result.succeeded:
        values["last_success_at"] = result.polled_at
    written = (
        update(SourceRow)
        .where(SourceRow.id == source_id, SourceRow.lease_owner == owner)
        .values(**values)
        .returning(SourceRow.id)
    )
    return session.execute(written).first() is not None


def release_source(
    session: Session,
    source_id: int,
    *,
    owner: str,
    next_poll_at: datetime,
    trouble: str | None = None,
) -> None:
    """Give a lease back without a result: its host was busy, or we are stopping.

    `trouble` is what went wrong on our side: it is shown as the source's health.
    """
    values: dict[str, Any] = {
        "lease_owner": None,
        "lease_until": None,
        "next_poll_at": next_poll_at,
    }
    if trouble is not None:
        values |= {
            "health": "failing",
            "health_reason": trouble,
            "failures": SourceRow.failures + 1,
        }
    session.execute(
        update(SourceRow)
        .where(SourceRow.id == source_id, SourceRow.lease_owner == owner)
        .values(**values)
    )


def heal_clock(session: Session, *, now: datetime) -> int:
    """Make due what was polled "in the future": the clock was set back since."""
    healed = (
        update(SourceRow)
        .where(SourceRow.last_poll_at > now + CLOCK_SLACK)
        .values(next_poll_at=now, last_poll_at=now)
        .returning(SourceRow.id)
    )
    return len(session.execute(healed).all())
