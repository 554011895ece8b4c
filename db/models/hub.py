"""The tables of WebSub: topics that are pushed, who gets them, and what is asked for.

A subscriber is a row of `subscription` of the kind `websub`, so that the outbox and the
delivery engine serve it like any other; what only WebSub has stands here.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base, BigInt


class HubTopicRow(Base):
    """A feed somebody gets pushed. The row goes with its last subscriber.

    `turn` counts the versions pushed; what stood when the row was made is turn 0.
    """

    __tablename__ = "hub_topic"
    __table_args__ = (UniqueConstraint("name"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(Text)  # slug and format: "all.atom"
    token: Mapped[str | None] = mapped_column(Text)  # of a private feed, encrypted
    version: Mapped[str] = mapped_column(Text)  # of the document, as its ETag says
    seq: Mapped[int] = mapped_column(BigInt)  # the highest event number in it
    turn: Mapped[int] = mapped_column(default=0)
    payload_id: Mapped[int | None] = mapped_column(ForeignKey("payload.id"))


class HubSubscriberRow(Base):
    """Who gets a topic pushed, and until when. `turn` is the last one queued."""

    __tablename__ = "hub_subscriber"
    __table_args__ = (
        UniqueConstraint("topic_id", "callback"),
        Index("ix_hub_subscriber_topic_id_turn", "topic_id", "turn"),
        Index("ix_hub_subscriber_lease_until", "lease_until"),
        Index("ix_hub_subscriber_host", "host"),
    )

    subscription_id: Mapped[int] = mapped_column(
        ForeignKey("subscription.id", ondelete="CASCADE"), primary_key=True
    )
    topic_id: Mapped[int] = mapped_column(
        ForeignKey("hub_topic.id", ondelete="CASCADE")
    )
    callback: Mapped[str] = mapped_column(Text)
    host: Mapped[str] = mapped_column(Text)  # of the callback: "host:port"
    lease_until: Mapped[datetime]
    turn: Mapped[int]


class HubRequestRow(Base):
    """Something a callback is to be asked or told; a newer one takes its place.

    `nonce` tells the one from the other. The challenge is made when it is sent.
    """

    __tablename__ = "hub_request"
    __table_args__ = (
        UniqueConstraint("topic", "callback"),
        Index("ix_hub_request_created_at", "created_at"),
        Index("ix_hub_request_host", "host"),
    )

    id: Mapped[int] = mapped_column(BigInt, primary_key=True)
    nonce: Mapped[str] = mapped_column(Text)
    mode: Mapped[str] = mapped_column(Text)  # subscribe, unsubscribe, denied
    topic: Mapped[str] = mapped_column(Text)  # as in hub_topic.name
    topic_url: Mapped[str] = mapped_column(Text)  # as it was asked for, but the token
    token: Mapped[str | None] = mapped_column(Text)  # of a private feed, encrypted
    callback: Mapped[str] = mapped_column(Text)
    host: Mapped[str] = mapped_column(Text)
    secret: Mapped[str | None] = mapped_column(Text)  # encrypted
    lease_seconds: Mapped[int]
    reason: Mapped[str | None] = mapped_column(Text)
    created_at: Mapped[datetime]
    lease_owner: Mapped[str | None] = mapped_column(Text)
    lease_until: Mapped[datetime | None]


class HubLeaseRow(Base):
    """Where we subscribe: the hub that a source's feed names.

    The hub calls back under `key`. `is_trusted`: what it pushed last was news, and no
    poll has found any since that it had not told of.
    """

    __tablename__ = "hub_lease"
    __table_args__ = (
        UniqueConstraint("source_id", "topic"),
        UniqueConstraint("key"),
        Index("ix_hub_lease_next_at", "next_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    source_id: Mapped[int] = mapped_column(ForeignKey("source.id", ondelete="CASCADE"))
    hub: Mapped[str] = mapped_column(Text)
    topic: Mapped[str] = mapped_column(Text)
    key: Mapped[str] = mapped_column(Text)
    secret: Mapped[str | None] = mapped_column(Text)  # encrypted; made when asked
    state: Mapped[str] = mapped_column(Text)  # wanted, asked, active, denied
    reason: Mapped[str | None] = mapped_column(Text)
    attempts: Mapped[int] = mapped_column(default=0)  # without an answer to them
    next_at: Mapped[datetime]  # when the hub is asked next
    lease_until: Mapped[datetime | None]
    pushed_at: Mapped[datetime | None]
    is_trusted: Mapped[bool] = mapped_column(default=False)
