"""The hub's topics and subscribers (W3C WebSub).

A subscriber's row of `subscription` is made and removed here; what is sent to it stands
in the outbox like everything else. Nothing here commits.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from uuid import UUID

from sqlalchemy import ColumnElement, Select, delete, exists, select, update
from uuid_utils.compat import uuid7

from db import outbox
from db.engine import Session
from db.hub_requests import HubRequest, put_request
from db.models import (
    DeliveryRow,
    HubSubscriberRow,
    HubTopicRow,
    SubscriptionRow,
)
from db.outbox import Payload
from db.subscriptions import remove_subscription
from db.upsert import insert_missing

KIND = "websub"
# How a push is named in the log of deliveries.
PUSHED = "feed.changed"
# A subscription of this kind follows no events: its cursor is past all of them.
NO_EVENTS = 2**62


@dataclass(frozen=True, kw_only=True, slots=True)
class Topic:
    """A feed with subscribers; `version` and `seq` are of what they were sent last."""

    id: int
    name: str
    token: str | None
    version: str
    seq: int


def subscribe(
    session: Session, request: HubRequest, *, version: str, seq: int, now: datetime
) -> None:
    """Make or renew a subscription, from what the feed is now (`version`) on.

    A renewal takes the new secret, or none, and the new lease; whatever had ended it is
    forgotten.
    """
    topic = _topic(session, request, version=version, seq=seq)
    secrets = [{"token": request.secret}] if request.secret else []
    until = now + timedelta(seconds=request.lease_seconds)
    found = session.scalar(_subscriber(topic.id, request.callback))
    if found is not None:
        found.lease_until = until
        row = session.get_one(SubscriptionRow, found.subscription_id)
        row.secrets = secrets
        row.failing_since = row.open_until = None
        if row.state == "disabled":
            row.state, row.state_reason = "active", None
    else:
        row = SubscriptionRow(
            uid=uuid7(),
            kind=KIND,
            url=request.callback,
            description=request.topic_url,
            secrets=secrets,
            signatures=[KIND],
            event_types=[PUSHED],
            format=KIND,
            concurrency=1,  # two versions of a feed must not overtake each other
            cursor=NO_EVENTS,
            created_at=now,
        )
        session.add(row)
        session.flush()
        session.add(
            HubSubscriberRow(
                subscription_id=row.id,
                topic_id=topic.id,
                callback=request.callback,
                host=request.host,
                lease_until=until,
                turn=topic.turn,
            )
        )
    session.flush()


def unsubscribe(session: Session, topic: str, callback: str) -> bool:
    """End a subscription with its queue and log; False when there was none."""
    found = session.scalar(
        select(HubSubscriberRow)
        .join(HubTopicRow, HubTopicRow.id == HubSubscriberRow.topic_id)
        .where(HubTopicRow.name == topic, HubSubscriberRow.callback == callback)
    )
    if found is None:
        return False
    _end(session, found)
    return True


def list_topics(session: Session, *, now: datetime) -> list[Topic]:
    """List the feeds that somebody is to get pushed."""
    live = exists().where(
        HubSubscriberRow.topic_id == HubTopicRow.id, HubSubscriberRow.lease_until > now
    )
    chosen = select(HubTopicRow).where(live).order_by(HubTopicRow.id)
    return [
        Topic(
            id=row.id,
            name=row.name,
            token=row.token,
            version=row.version,
            seq=row.seq,
        )
        for row in session.scalars(chosen)
    ]


def record_version(
    session: Session,
    topic: Topic,
    payload: Payload,
    *,
    version: str,
    seq: int,
    now: datetime,
) -> bool:
    """Note that a topic has changed, with what is to be sent of it.

    False when another worker did so before, with this version or a later one.
    """
    row = session.scalar(
        select(HubTopicRow).where(HubTopicRow.id == topic.id).with_for_update()
    )
    if row is None or row.version == version or row.seq > seq:
        return False
    row.version, row.seq, row.turn = version, seq, row.turn + 1
    row.payload_id = outbox.put_payload(session, payload, now=now)
    session.flush()
    return True


def queue_pushes(session: Session, topic_id: int, *, now: datetime, limit: int) -> int:
    """Write a delivery for subscribers who have not been sent the latest version.

    It takes the place of one still waiting. Who is being sent an earlier one just now
    is left for later, so that it cannot come after this. Give how many were written.
    """
    topic = session.get(HubTopicRow, topic_id)
    if topic is None or topic.payload_id is None:
        return 0
    waiting = _ready(session, topic, now=now, limit=limit)
    if not waiting:
        return 0
    ids = list(waiting)
    session.execute(
        update(DeliveryRow)
        .where(
            DeliveryRow.subscription_id.in_(ids),
            DeliveryRow.due_at.is_not(None),
            outbox.is_free(now),
        )
        .values(state="dropped", due_at=None, finished_at=now)
        .execution_options(synchronize_session=False)
    )
    taken = select(DeliveryRow.subscription_id).where(
        DeliveryRow.subscription_id.in_(ids), DeliveryRow.due_at.is_not(None)
    )
    for subscription_id in session.scalars(taken):  # claimed in between
        waiting.pop(subscription_id, None)
    rows = [
        {
            "subscription_id": subscription_id,
            "event_seq": topic.seq,
            "message_id": _push_id(uid, topic.turn),
            "type": PUSHED,
            "origin": "event",
            "payload_id": topic.payload_id,
            "state": "waiting",
            "attempt_count": 0,
            "step": 0,
            "created_at": now,
            "due_at": now,
        }
        for subscription_id, uid in waiting.items()
    ]
    insert_missing(session, DeliveryRow, rows)
    session.execute(
        update(HubSubscriberRow)
        .where(HubSubscriberRow.subscription_id.in_(list(waiting)))
        .values(turn=topic.turn)
        .execution_options(synchronize_session=False)
    )
    return len(rows)


def list_behind(session: Session, *, now: datetime) -> list[int]:
    """List the topics of which some subscriber has not been queued the latest."""
    behind = (
        select(HubTopicRow.id)
        .join(HubSubscriberRow, HubSubscriberRow.topic_id == HubTopicRow.id)
        .join(SubscriptionRow, SubscriptionRow.id == HubSubscriberRow.subscription_id)
        .where(*_is_behind(now), ~_is_under_way(now))
        .distinct()
        .order_by(HubTopicRow.id)
    )
    return list(session.scalars(behind))


def has_expired(session: Session, *, now: datetime) -> bool:
    """Tell whether any lease is over."""
    over = select(HubSubscriberRow.topic_id).where(HubSubscriberRow.lease_until <= now)
    return session.scalar(over.limit(1)) is not None


def end_expired(session: Session, *, now: datetime, limit: int) -> int:
    """End subscriptions whose lease is over, and forget topics without any."""
    expired = (
        select(HubSubscriberRow)
        .where(HubSubscriberRow.lease_until <= now)
        .order_by(HubSubscriberRow.lease_until)
        .limit(limit)
    )
    ended = 0
    for found in session.scalars(expired):
        _end(session, found)
        ended += 1
    return ended


def deny_topic(session: Session, topic: Topic, *, reason: str, now: datetime) -> int:
    """End all subscriptions to a feed that is gone; each is told why, once."""
    mine = select(HubSubscriberRow, SubscriptionRow.description).join(
        SubscriptionRow, SubscriptionRow.id == HubSubscriberRow.subscription_id
    )
    told = 0
    found = session.execute(mine.where(HubSubscriberRow.topic_id == topic.id)).all()
    for subscriber, topic_url in found:
        request = HubRequest(
            nonce=uuid7().hex,
            mode="denied",
            topic=topic.name,
            topic_url=topic_url or topic.name,
            callback=subscriber.callback,
            host=subscriber.host,
            token=topic.token,
            reason=reason,
        )
        _end(session, subscriber)
        put_request(session, request, now=now)
        told += 1
    session.execute(delete(HubTopicRow).where(HubTopicRow.id == topic.id))
    return told


def _end(session: Session, subscriber: HubSubscriberRow) -> None:
    topic_id, key = subscriber.topic_id, str(subscriber.subscription_id)
    session.delete(subscriber)
    session.flush()
    remove_subscription(session, key)
    others = exists().where(HubSubscriberRow.topic_id == topic_id)
    session.execute(delete(HubTopicRow).where(HubTopicRow.id == topic_id, ~others))


def _topic(
    session: Session, request: HubRequest, *, version: str, seq: int
) -> HubTopicRow:
    name = request.topic
    row = session.scalar(
        select(HubTopicRow).where(HubTopicRow.name == name).with_for_update()
    )
    if row is None:
        row = HubTopicRow(
            name=name, token=request.token, version=version, seq=seq, turn=0
        )
        session.add(row)
        session.flush()
    return row


def _subscriber(topic_id: int, callback: str) -> Select[HubSubscriberRow]:
    return select(HubSubscriberRow).where(
        HubSubscriberRow.topic_id == topic_id, HubSubscriberRow.callback == callback
    )


def _is_behind(now: datetime) -> tuple[ColumnElement[bool], ...]:
    return (
        HubSubscriberRow.turn < HubTopicRow.turn,
        HubSubscriberRow.lease_until > now,
        SubscriptionRow.state == "active",
    )


def _is_under_way(now: datetime) -> ColumnElement[bool]:
    return exists().where(
        DeliveryRow.subscription_id == SubscriptionRow.id,
        DeliveryRow.due_at.is_not(None),
        DeliveryRow.lease_until > now,
    )


def _ready(
    session: Session, topic: HubTopicRow, *, now: datetime, limit: int
) -> dict[int, UUID]:
    """Give who may be queued the topic's latest version: subscription ids and uids."""
    chosen = (
        select(SubscriptionRow.id, SubscriptionRow.uid)
        .join(HubSubscriberRow, HubSubscriberRow.subscription_id == SubscriptionRow.id)
        .join(HubTopicRow, HubTopicRow.id == HubSubscriberRow.topic_id)
        .where(
            HubTopicRow.id == topic.id,
            *_is_behind(now),
            ~_is_under_way(now),
        )
        .order_by(SubscriptionRow.id)
        .limit(limit)
        .with_for_update(of=HubSubscriberRow, skip_locked=True)
    )
    return dict(iter(session.execute(chosen)))


def _push_id(subscription: UUID, turn: int) -> str:
    named = sha256(subscription.bytes + turn.to_bytes(8, "big"))
    return "push_" + named.hexdigest()[:32]
