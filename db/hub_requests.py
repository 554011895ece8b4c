"""What callbacks are to be asked, or told, by the hub: requests wait here.

What comes of them is `db.hub`'s. Nothing here commits.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, delete, func, or_, select, update

from db.engine import Session
from db.models import HubRequestRow, HubSubscriberRow, HubTopicRow


@dataclass(frozen=True, kw_only=True, slots=True)
class HubRequest:
    """Something a callback is to be asked (`subscribe`, `unsubscribe`) or told.

    `topic` is our name of the feed, `topic_url` what the subscriber calls it, without
    the `token` of a private one. `secret` and `token` are encrypted. `reason` goes with
    the mode `denied`.
    """

    id: int = 0
    nonce: str
    mode: str
    topic: str
    topic_url: str
    callback: str
    host: str
    token: str | None = None
    secret: str | None = None
    lease_seconds: int = 0
    reason: str | None = None


def put_request(session: Session, request: HubRequest, *, now: datetime) -> None:
    """Store what is to be asked; what was still to be asked of the same is replaced."""
    _remove_requests(session, request.topic, request.callback)
    session.add(
        HubRequestRow(
            nonce=request.nonce,
            mode=request.mode,
            topic=request.topic,
            topic_url=request.topic_url,
            callback=request.callback,
            host=request.host,
            token=request.token,
            secret=request.secret,
            lease_seconds=request.lease_seconds,
            reason=request.reason,
            created_at=now,
        )
    )
    session.flush()


def count_of_host(session: Session, host: str) -> int:
    """Count what a callback host has: subscriptions, and requests still pending."""
    return sum(
        session.scalar(select(func.count()).where(row.host == host)) or 0
        for row in (HubSubscriberRow, HubRequestRow)
    )


def is_known(session: Session, request: HubRequest) -> bool:
    """Tell whether its callback is subscribed to its topic, or has asked to be."""
    subscribed = (
        select(HubSubscriberRow.subscription_id)
        .join(HubTopicRow, HubTopicRow.id == HubSubscriberRow.topic_id)
        .where(
            HubTopicRow.name == request.topic,
            HubSubscriberRow.callback == request.callback,
        )
    )
    asked = select(HubRequestRow.id).where(
        HubRequestRow.topic == request.topic, HubRequestRow.callback == request.callback
    )
    found = (session.scalar(each.limit(1)) for each in (subscribed, asked))
    return any(each is not None for each in found)


def has_requests(session: Session, *, now: datetime) -> bool:
    """Tell whether anybody is to be asked something."""
    pending = select(HubRequestRow.id).where(_is_free(now)).limit(1)
    return session.scalar(pending) is not None


def claim_requests(
    session: Session,
    *,
    owner: str,
    now: datetime,
    until: datetime,
    limit: int,
    without: Collection[str] = (),
) -> list[HubRequest]:
    """Lease the oldest requests, but none to the hosts `without`."""
    chosen = (
        select(HubRequestRow)
        .where(_is_free(now), HubRequestRow.host.not_in(list(without)))
        .order_by(HubRequestRow.created_at, HubRequestRow.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    claimed = []
    for row in session.scalars(chosen):
        row.lease_owner, row.lease_until = owner, until
        claimed.append(
            HubRequest(
                id=row.id,
                nonce=row.nonce,
                mode=row.mode,
                topic=row.topic,
                topic_url=row.topic_url,
                callback=row.callback,
                host=row.host,
                token=row.token,
                secret=row.secret,
                lease_seconds=row.lease_seconds,
                reason=row.reason,
            )
        )
    session.flush()
    return claimed


def release_requests(session: Session, *, owner: str) -> None:
    """Give back what a worker has leased."""
    session.execute(
        update(HubRequestRow)
        .where(HubRequestRow.lease_owner == owner)
        .values(lease_owner=None, lease_until=None)
        .execution_options(synchronize_session=False)
    )


def finish_request(session: Session, request: HubRequest) -> bool:
    """Remove a request that was answered; False when a newer one took its place."""
    gone = delete(HubRequestRow).where(
        HubRequestRow.id == request.id, HubRequestRow.nonce == request.nonce
    )
    return bool(session.execute(gone.returning(HubRequestRow.id)).all())


def _remove_requests(session: Session, topic: str, callback: str) -> None:
    session.execute(
        delete(HubRequestRow).where(
            HubRequestRow.topic == topic, HubRequestRow.callback == callback
        )
    )


def _is_free(now: datetime) -> ColumnElement[bool]:
    row = HubRequestRow
    return or_(row.lease_until.is_(None), row.lease_until <= now)
