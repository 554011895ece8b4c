"""Our subscriptions to the hubs of feeds (W3C WebSub). Nothing here commits."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import uuid4

from sqlalchemy import Select, delete, select, update

from db.engine import Session
from db.models import HubLeaseRow, SourceRow
from scrapers.items import Hub

# A push makes its source due, but no sooner after the last poll than this.
LEAST_PAUSE = timedelta(seconds=10)


@dataclass(frozen=True, kw_only=True, slots=True)
class HubLease:
    """One subscription of ours; `secret` is encrypted, None before it is needed."""

    id: int
    source_id: int
    hub: str
    topic: str
    key: str
    secret: str | None
    state: str
    attempts: int
    next_at: datetime
    lease_until: datetime | None


def record_hubs(
    session: Session, source_id: int, found: Iterable[Hub], *, now: datetime
) -> None:
    """Note which hubs a source's feeds name; a new one is asked at the next look."""
    known = {row.topic: row for row in session.scalars(_of(source_id))}
    for each in found:
        row = known.get(each.topic)
        if row is not None and row.hub == each.url:
            continue
        if row is not None:
            session.delete(row)
            session.flush()
        session.add(
            HubLeaseRow(
                source_id=source_id,
                hub=each.url,
                topic=each.topic,
                key=uuid4().hex,
                state="wanted",
                next_at=now,
            )
        )
        session.flush()


def claim_leases(
    session: Session, *, now: datetime, again_at: datetime, limit: int
) -> list[HubLease]:
    """Take those whose hub is to be asked now; asked again at `again_at` at the latest.

    Sources that are disabled are left out: their leases run out.
    """
    chosen = (
        select(HubLeaseRow)
        .join(SourceRow, SourceRow.id == HubLeaseRow.source_id)
        .where(HubLeaseRow.next_at <= now, SourceRow.enabled)
        .order_by(HubLeaseRow.next_at)
        .limit(limit)
        .with_for_update(of=HubLeaseRow, skip_locked=True)
    )
    claimed = []
    for row in session.scalars(chosen):
        row.next_at = again_at
        claimed.append(_lease(row))
    session.flush()
    return claimed


def has_due(session: Session, *, now: datetime) -> bool:
    """Tell whether any hub is to be asked."""
    due = select(HubLeaseRow.id).where(HubLeaseRow.next_at <= now).limit(1)
    return session.scalar(due) is not None


def record_secret(session: Session, lease_id: int, secret: str) -> None:
    """Keep the encrypted secret that a hub is given."""
    _update(session, lease_id, secret=secret)


def record_asked(
    session: Session, lease: HubLease, *, reason: str | None, next_at: datetime
) -> None:
    """Note that a hub was asked; `reason` says why in vain. It is asked next then.

    A hub that verified before it answered has been heard already: that stays.
    """
    row = session.get(HubLeaseRow, lease.id)
    if row is None or row.next_at != lease.next_at:
        return
    row.attempts += 1
    row.next_at = next_at
    row.reason = reason
    if row.state in ("wanted", "denied") and reason is None:
        row.state = "asked"
    session.flush()


def find_lease(session: Session, key: str) -> HubLease | None:
    """Find whom a hub calls back under this key."""
    row = session.scalar(select(HubLeaseRow).where(HubLeaseRow.key == key))
    return _lease(row) if row is not None else None


def record_verified(
    session: Session, lease_id: int, *, until: datetime, renew_at: datetime
) -> None:
    """Note that the hub has granted the subscription."""
    _update(
        session,
        lease_id,
        state="active",
        reason=None,
        attempts=0,
        lease_until=until,
        next_at=renew_at,
    )


def record_denied(
    session: Session, lease_id: int, *, reason: str, next_at: datetime
) -> None:
    """Note that the hub refuses, or has ended, the subscription."""
    _update(
        session,
        lease_id,
        state="denied",
        reason=reason,
        lease_until=None,
        is_trusted=False,
        next_at=next_at,
    )


def record_push(session: Session, lease: HubLease, *, now: datetime) -> None:
    """Note a push that verified, and make its source due."""
    _update(session, lease.id, pushed_at=now)
    row = session.get(SourceRow, lease.source_id)
    if row is not None and row.enabled:
        last = row.last_poll_at
        soon = now if last is None else max(now, last + LEAST_PAUSE)
        row.next_poll_at = min(row.next_poll_at, soon)
    session.flush()


def settle_poll(
    session: Session,
    source_id: int,
    *,
    had_news: bool,
    started_at: datetime,
    announced_since: datetime,
    slow: datetime,
    now: datetime,
) -> None:
    """Bring a poll that has ended together with what hubs told meanwhile.

    A push that came while it ran makes the source due again. News that no push since
    `announced_since` had told of ends the trust in its hub; news that one had told of
    begins it. While all its hubs are trusted and active a source that is well is polled
    as late as `slow`: the hub says when there is something.
    """
    rows = list(session.scalars(_of(source_id)))
    if not rows:
        return
    for row in rows:
        if had_news:
            pushed = row.pushed_at is not None and row.pushed_at >= announced_since
            row.is_trusted = row.state == "active" and pushed
    source = session.get(SourceRow, source_id)
    if source is None:
        return
    if any(row.pushed_at is not None and row.pushed_at > started_at for row in rows):
        source.next_poll_at = min(source.next_poll_at, now + LEAST_PAUSE)
    elif source.failures == 0 and all(
        row.is_trusted and row.lease_until is not None and row.lease_until > now
        for row in rows
    ):
        source.next_poll_at = max(source.next_poll_at, slow)
    session.flush()


def forget_leases(session: Session, source_id: int) -> None:
    """Drop a source's leases: its definition is another one now."""
    session.execute(delete(HubLeaseRow).where(HubLeaseRow.source_id == source_id))


def list_leases(session: Session, source_id: int) -> list[HubLease]:
    """List a source's leases."""
    return [_lease(row) for row in session.scalars(_of(source_id))]


def _of(source_id: int) -> Select[HubLeaseRow]:
    return select(HubLeaseRow).where(HubLeaseRow.source_id == source_id)


def _update(session: Session, lease_id: int, **values: object) -> None:
    session.execute(
        update(HubLeaseRow)
        .where(HubLeaseRow.id == lease_id)
        .values(**values)
        .execution_options(synchronize_session=False)
    )


def _lease(row: HubLeaseRow) -> HubLease:
    return HubLease(
        id=row.id,
        source_id=row.source_id,
        hub=row.hub,
        topic=row.topic,
        key=row.key,
        secret=row.secret,
        state=row.state,
        attempts=row.attempts,
        next_at=row.next_at,
        lease_until=row.lease_until,
    )
