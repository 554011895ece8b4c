"""One row a pass: when, how long, what came of it, and the failures by address."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from db.engine import Session
from db.models import RunRow

# Failures kept by address; the count beside them is complete.
MOST_FAILURES = 100


@dataclass(frozen=True, kw_only=True, slots=True)
class Tally:
    """What a pass has done so far. `failures` are (url, reason)."""

    found: int = 0
    fetched: int = 0
    new: int = 0
    changed: int = 0
    gone: int = 0
    failed: int = 0
    failures: tuple[tuple[str, str], ...] = ()

    def __add__(self, other: Tally) -> Tally:
        return Tally(
            found=self.found + other.found,
            fetched=self.fetched + other.fetched,
            new=self.new + other.new,
            changed=self.changed + other.changed,
            gone=self.gone + other.gone,
            failed=self.failed + other.failed,
            failures=(self.failures + other.failures)[:MOST_FAILURES],
        )


@dataclass(frozen=True, kw_only=True, slots=True)
class Run:
    """A pass that is over."""

    source_id: int
    started_at: datetime
    finished_at: datetime
    outcome: str
    reason: str | None
    tally: Tally


def record_run(session: Session, run: Run) -> None:
    """Write a pass that is over."""
    tally = run.tally
    session.add(
        RunRow(
            source_id=run.source_id,
            started_at=run.started_at,
            finished_at=run.finished_at,
            outcome=run.outcome,
            reason=run.reason,
            found=tally.found,
            fetched=tally.fetched,
            new=tally.new,
            changed=tally.changed,
            gone=tally.gone,
            failed=tally.failed,
            failures=[list(failure) for failure in tally.failures],
        )
    )


def recent_runs(session: Session, source_id: int, *, limit: int = 20) -> list[Run]:
    """List a source's last passes, the newest first."""
    rows = session.scalars(
        select(RunRow)
        .where(RunRow.source_id == source_id)
        .order_by(RunRow.started_at.desc())
        .limit(limit)
    )
    return [_run(row) for row in rows]


def _run(row: RunRow) -> Run:
    return Run(
        source_id=row.source_id,
        started_at=row.started_at,
        finished_at=row.finished_at or row.started_at,
        outcome=row.outcome,
        reason=row.reason,
        tally=Tally(
            found=row.found,
            fetched=row.fetched,
            new=row.new,
            changed=row.changed,
            gone=row.gone,
            failed=row.failed,
            failures=tuple((url, why) for url, why in row.failures),
        ),
    )
