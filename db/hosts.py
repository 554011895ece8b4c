"""The hosts we talk to: what they told us, and who holds them now.

Politeness is per host and holds across workers, because only the holder of a host's
lease sends it requests. Nothing here commits.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import bindparam, func, or_, select, update

from db.engine import Session
from db.models import HostRow
from db.sources import CLOCK_SLACK
from db.upsert import insert_missing
from scrapers.items import HostState

# Retry-After is honoured up to a day; what lies beyond was written by a clock set back.
LONGEST_WAIT = timedelta(days=1)


def claim_host(
    session: Session, name: str, *, owner: str, now: datetime, until: datetime
) -> HostState | None:
    """Lease a host; None while another holds it or while it asked us to wait."""
    lease, wait = HostRow.lease_until, HostRow.not_before
    leased = (
        update(HostRow)
        .where(
            HostRow.name == name,
            or_(lease.is_(None), lease <= now, lease > until + CLOCK_SLACK),
            or_(wait.is_(None), wait <= now, wait > now + LONGEST_WAIT + CLOCK_SLACK),
        )
        .values(lease_owner=owner, lease_until=until)
        .returning(HostRow)
        .execution_options(synchronize_session=False, populate_existing=True)
    )
    row = session.scalar(leased)
    if row is not None:
        return _state(row)
    if session.get(HostRow, name) is not None:
        return None
    insert_missing(session, HostRow, [{"name": name}])
    row = session.scalar(leased)  # two workers may meet a new host at once
    return None if row is None else _state(row)


def renew_host(session: Session, name: str, *, owner: str, until: datetime) -> bool:
    """Extend a lease; False when it has been lost, and then nobody may be asked."""
    values = {"host": name, "owner": owner, "lease_until": until}
    return session.connection().execute(_RENEWED, values).rowcount > 0


# Said once, and past the mapper: each batch of a visit begins with it.
_RENEWED = (
    update(HostRow.__table__)  # type: ignore[arg-type] # a Table, typed FromClause
    .where(HostRow.name == bindparam("host"), HostRow.lease_owner == bindparam("owner"))
    .values(lease_until=bindparam("lease_until"))
)


def release_host(session: Session, state: HostState, *, owner: str) -> None:
    """Write what the host told us and give the lease back, if it is still ours."""
    session.execute(
        update(HostRow)
        .where(HostRow.name == state.name, HostRow.lease_owner == owner)
        .values(
            robots_text=state.robots_text,
            robots_status=state.robots_status,
            robots_expires_at=state.robots_expires_at,
            crawl_delay_seconds=state.crawl_delay_seconds,
            not_before=state.not_before,
            last_request_at=state.last_request_at,
            lease_owner=None,
            lease_until=None,
        )
    )


def _state(row: HostRow) -> HostState:
    return HostState(
        name=row.name,
        robots_text=row.robots_text,
        robots_status=row.robots_status,
        robots_expires_at=row.robots_expires_at,
        crawl_delay_seconds=row.crawl_delay_seconds,
        not_before=row.not_before,
        last_request_at=row.last_request_at,
    )


def leave_alone(session: Session, name: str, *, until: datetime) -> None:
    """Ask nothing of a host for a while: something of ours went wrong there."""
    paused = update(HostRow).where(HostRow.name == name).values(not_before=until)
    session.execute(paused)


def rests_until(session: Session, names: Sequence[str]) -> datetime | None:
    """Give when the first of these hosts may be asked again; None if none says."""
    rests = select(func.min(HostRow.not_before)).where(HostRow.name.in_(names))
    return session.scalar(rests)
