"""The tables of what is sent: events, payloads, subscribers and the outbox."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ForeignKey,
    Index,
    LargeBinary,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base, BigInt
from db.models.marks import CHANGES, NUMBERED_ONCE, partial


class EventRow(Base):
    """Something that happened, written in the transaction in which it did.

    `snapshot` is {"article": …, "previous": …}: see db.articles.
    """

    __tablename__ = "event"
    __table_args__ = (
        Index("ix_event_created", "created_at"),
        partial("ix_event_change", "seq", where=CHANGES),
    )

    seq: Mapped[int] = mapped_column(BigInt, primary_key=True, autoincrement=False)
    uid: Mapped[UUID] = mapped_column(unique=True)
    type: Mapped[str] = mapped_column(Text)
    source_id: Mapped[int | None] = mapped_column(
        ForeignKey("source.id", ondelete="SET NULL")
    )
    position: Mapped[int | None] = mapped_column(BigInt)
    version: Mapped[int | None]
    is_history: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime]
    snapshot: Mapped[dict[str, Any]]


class PayloadRow(Base):
    """Bytes to be sent, kept so that a retry sends the same ones."""

    __tablename__ = "payload"
    __table_args__ = (
        UniqueConstraint("digest"),
        Index("ix_payload_created", "created_at"),
    )

    id: Mapped[int] = mapped_column(BigInt, primary_key=True)
    digest: Mapped[str] = mapped_column(Text)  # SHA-256 of content type and body, hex
    content_type: Mapped[str] = mapped_column(Text)
    body: Mapped[bytes] = mapped_column(LargeBinary)
    link: Mapped[str | None] = mapped_column(Text)  # the Link header that goes with it
    created_at: Mapped[datetime]


class SubscriptionRow(Base):
    """Who wants what sent where. Fan-out has looked at events up to `cursor`."""

    __tablename__ = "subscription"
    __table_args__ = (Index("ix_subscription_cursor", "cursor"), NUMBERED_ONCE)

    id: Mapped[int] = mapped_column(primary_key=True)
    uid: Mapped[UUID] = mapped_column(unique=True)
    kind: Mapped[str] = mapped_column(Text, default="webhook")  # webhook, websub
    url: Mapped[str] = mapped_column(Text)
    description: Mapped[str | None] = mapped_column(Text)
    # Encrypted, the newest first: [{"token", "expires_at", "public_key"}]
    secrets: Mapped[list[Any]]
    signatures: Mapped[list[Any]] = mapped_column(
        default=lambda: ["v1"]
    )  # v1, v1a, hub
    filter: Mapped[dict[str, Any]] = mapped_column(default=dict)  # db.filters.Filter
    event_types: Mapped[list[Any]] = mapped_column(
        default=list
    )  # empty: all of articles
    format: Mapped[str] = mapped_column(Text, default="standard")
    content: Mapped[str] = mapped_column(
        Text, default="full"
    )  # full, summary, headline
    state: Mapped[str] = mapped_column(
        Text, default="active"
    )  # active, paused, disabled
    state_reason: Mapped[str | None] = mapped_column(Text)
    wants_history: Mapped[bool] = mapped_column(default=False)  # --backfill
    headers: Mapped[dict[str, Any] | None]  # of the subscriber's own, values encrypted
    rate_count: Mapped[int | None]  # so many requests …
    rate_seconds: Mapped[int | None]  # … in so many seconds
    sent_lately: Mapped[list[Any] | None]  # [[when, how many]]: see db.rates
    rest_until: Mapped[datetime | None]  # the rate: nothing is claimed before
    concurrency: Mapped[int] = mapped_column(default=4)  # requests at once
    cursor: Mapped[int] = mapped_column(BigInt)
    created_at: Mapped[datetime]
    failing_since: Mapped[datetime | None]  # the first failure with no success since
    unanswered: Mapped[int] = mapped_column(default=0, server_default="0")  # in a row
    open_until: Mapped[datetime | None]  # the breaker: nothing is claimed before
    last_success_at: Mapped[datetime | None]


class FanoutRow(Base):
    """Past events or articles still to be fanned out to one subscription.

    A backfill walks the articles by position, a replay the events by number; `after` is
    the last one looked at, `until` the last one meant. The row goes when it is through.
    """

    __tablename__ = "fanout"
    __table_args__ = (Index("ix_fanout_subscription", "subscription_id"),)

    id: Mapped[int] = mapped_column(BigInt, primary_key=True)
    subscription_id: Mapped[int] = mapped_column(
        ForeignKey("subscription.id", ondelete="CASCADE")
    )
    kind: Mapped[str] = mapped_column(Text)  # backfill, replay
    after: Mapped[int] = mapped_column(BigInt)
    until: Mapped[int] = mapped_column(BigInt)
    made: Mapped[int] = mapped_column(default=0)  # deliveries written so far
    created_at: Mapped[datetime]


class DeliveryRow(Base):
    """The outbox: one event to one subscription.

    `due_at` is None when it is over. A worker that takes it leaves `due_at` alone, for
    it is indexed, and writes its name and the end of its lease, which are not.
    """

    __tablename__ = "delivery"
    __table_args__ = (
        UniqueConstraint("message_id"),
        Index(
            "ix_delivery_due",
            "subscription_id",
            "due_at",
            "id",  # as claims take them: many are due at one moment
            sqlite_where=text("due_at IS NOT NULL"),
            postgresql_where=text("due_at IS NOT NULL"),
        ),
        Index("ix_delivery_subscription_created", "subscription_id", "id"),
        Index("ix_delivery_payload", "payload_id"),
        Index(
            "ix_delivery_failed",
            "id",
            sqlite_where=text("state = 'failed'"),
            postgresql_where=text("state = 'failed'"),
        ),
        NUMBERED_ONCE,
    )

    id: Mapped[int] = mapped_column(BigInt, primary_key=True)
    subscription_id: Mapped[int] = mapped_column(
        ForeignKey("subscription.id", ondelete="CASCADE")
    )
    event_seq: Mapped[int] = mapped_column(BigInt)  # 0 for a ping
    message_id: Mapped[str] = mapped_column(Text)  # webhook-id
    type: Mapped[str] = mapped_column(Text)
    origin: Mapped[str] = mapped_column(
        Text, default="event"
    )  # event, backfill, replay, resend, ping; health counts the first two
    payload_id: Mapped[int] = mapped_column(ForeignKey("payload.id"))
    state: Mapped[str] = mapped_column(
        Text, default="waiting"
    )  # waiting, delivered, failed, dropped
    attempt_count: Mapped[int] = mapped_column(default=0)  # of all, also before resends
    step: Mapped[int] = mapped_column(default=0)  # attempts since it was last queued
    created_at: Mapped[datetime]
    due_at: Mapped[datetime | None]
    lease_owner: Mapped[str | None] = mapped_column(Text)
    lease_until: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]


class AttemptRow(Base):
    """One request and what came back."""

    __tablename__ = "attempt"
    __table_args__ = (Index("ix_attempt_delivery", "delivery_id"),)

    id: Mapped[int] = mapped_column(BigInt, primary_key=True)
    delivery_id: Mapped[int] = mapped_column(
        ForeignKey("delivery.id", ondelete="CASCADE")
    )
    number: Mapped[int]
    started_at: Mapped[datetime]
    took_ms: Mapped[float]
    status: Mapped[int | None]  # None: no answer
    error: Mapped[str | None] = mapped_column(Text)
    request_headers: Mapped[dict[str, Any]]
    response_headers: Mapped[dict[str, Any] | None]
    response_body: Mapped[bytes | None] = mapped_column(LargeBinary)  # the first 16 KiB
