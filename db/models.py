"""The tables (DESIGN section 4). Rows do not leave `db`: queries give frozen values.

Text columns that hold a state use the words listed beside them.
"""

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


def _partial(name: str, *columns: str, where: str) -> Index:
    clause = text(where)
    return Index(name, *columns, sqlite_where=clause, postgresql_where=clause)


# An article's position is the number of its first event, so a higher one is a change.
EDITED = "seq > position"
WITHDRAWN = "withdrawn_at IS NOT NULL"


class SourceRow(Base):
    """One watched site: its definition, its timing and its health."""

    __tablename__ = "source"
    __table_args__ = (
        Index(
            "ix_source_due",
            "next_poll_at",
            sqlite_where=text("enabled"),
            postgresql_where=text("enabled"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(Text, unique=True)
    spec: Mapped[dict[str, Any]]
    origin: Mapped[str] = mapped_column(Text)  # file, absent (its file left), api
    enabled: Mapped[bool]
    visibility: Mapped[str] = mapped_column(Text, default="public")  # public, private
    added_at: Mapped[datetime]
    next_poll_at: Mapped[datetime]
    lease_owner: Mapped[str | None] = mapped_column(Text)
    lease_until: Mapped[datetime | None]
    failures: Mapped[int] = mapped_column(default=0)  # consecutive
    health: Mapped[str] = mapped_column(
        Text, default="new"
    )  # new, ok, failing, drifting
    health_reason: Mapped[str | None] = mapped_column(Text)
    health_since: Mapped[datetime | None]
    # What each discovery first gave is history: its key → when it first succeeded.
    discovered: Mapped[dict[str, Any]] = mapped_column(default=dict)
    last_success_at: Mapped[datetime | None]
    last_poll_at: Mapped[datetime | None]
    validators: Mapped[dict[str, Any]] = mapped_column(
        default=dict
    )  # url → etag, last_modified, digest


class SourceSlugRow(Base):
    """A slug a source once had: `moved_to` it now has another, None when removed."""

    __tablename__ = "source_slug"

    slug: Mapped[str] = mapped_column(Text, primary_key=True)
    moved_to: Mapped[str | None] = mapped_column(Text)
    changed_at: Mapped[datetime]


class HostRow(Base):
    """What a host (name:port) told us, and who may talk to it now."""

    __tablename__ = "host"

    name: Mapped[str] = mapped_column(Text, primary_key=True)
    robots_text: Mapped[str | None] = mapped_column(Text)
    robots_status: Mapped[int | None]
    robots_expires_at: Mapped[datetime | None]
    crawl_delay_seconds: Mapped[float | None]
    not_before: Mapped[datetime | None]
    last_request_at: Mapped[datetime | None]
    lease_owner: Mapped[str | None] = mapped_column(Text)
    lease_until: Mapped[datetime | None]


class RunRow(Base):
    """One pass over a source, and what came of it."""

    __tablename__ = "run"
    __table_args__ = (Index("ix_run_source_started", "source_id", "started_at"),)

    id: Mapped[int] = mapped_column(BigInt, primary_key=True)
    source_id: Mapped[int] = mapped_column(ForeignKey("source.id", ondelete="CASCADE"))
    started_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]
    outcome: Mapped[str] = mapped_column(
        Text, default="running"
    )  # running, ok, failed, abandoned
    reason: Mapped[str | None] = mapped_column(Text)
    found: Mapped[int] = mapped_column(default=0)
    fetched: Mapped[int] = mapped_column(default=0)
    new: Mapped[int] = mapped_column(default=0)
    changed: Mapped[int] = mapped_column(default=0)
    gone: Mapped[int] = mapped_column(default=0)
    failed: Mapped[int] = mapped_column(default=0)
    failures: Mapped[list[Any]] = mapped_column(
        default=list
    )  # [[url, reason], …], the first 100


class PageRow(Base):
    """One address ever seen. Found, not yet fetched, is a state: a crash resumes."""

    __tablename__ = "page"
    __table_args__ = (
        UniqueConstraint("source_id", "url"),
        Index(
            "ix_page_due",
            "next_check_at",
            "source_id",
            "host",
            sqlite_where=text("next_check_at IS NOT NULL"),
            postgresql_where=text("next_check_at IS NOT NULL"),
        ),
        Index(
            "ix_page_due_visit",
            "source_id",
            "host",
            "next_check_at",
            sqlite_where=text("next_check_at IS NOT NULL"),
            postgresql_where=text("next_check_at IS NOT NULL"),
        ),
        Index("ix_page_position", "position"),
    )

    id: Mapped[int] = mapped_column(BigInt, primary_key=True)
    source_id: Mapped[int] = mapped_column(ForeignKey("source.id", ondelete="CASCADE"))
    url: Mapped[str] = mapped_column(Text)
    host: Mapped[str] = mapped_column(Text)  # name:port, whose lease a fetch needs
    status: Mapped[str] = mapped_column(
        Text, default="found"
    )  # found, stored, refused, failed, missing, gone, moved, alias
    reason: Mapped[str | None] = mapped_column(Text)
    position: Mapped[int | None] = mapped_column(
        ForeignKey("article.position", ondelete="SET NULL")
    )
    is_history: Mapped[bool] = mapped_column(default=False)
    # What each discovery kind says its state is: {"feed": "…"} (Candidate.version).
    versions: Mapped[dict[str, Any]] = mapped_column(default=dict)
    hints: Mapped[dict[str, Any]] = mapped_column(default=dict)
    etag: Mapped[str | None] = mapped_column(Text)
    last_modified: Mapped[str | None] = mapped_column(Text)
    digest: Mapped[str | None] = mapped_column(Text)
    attempts: Mapped[int] = mapped_column(default=0)  # failures in a row
    first_seen_at: Mapped[datetime]
    fetched_at: Mapped[datetime | None]
    missing_since: Mapped[datetime | None]  # the first 404 in a row
    next_check_at: Mapped[datetime | None]  # None: only when its listing says so


class StreamRow(Base):
    """The one counter of positions and event numbers: id 1. See db.stream for id 2."""

    __tablename__ = "stream"

    id: Mapped[int] = mapped_column(primary_key=True)
    value: Mapped[int] = mapped_column(BigInt)


class ArticleRow(Base):
    """One article for ever. `position` comes from the stream when it is stored."""

    __tablename__ = "article"
    __table_args__ = (
        UniqueConstraint("source_id", "url"),
        Index("ix_article_source_position", "source_id", "position"),
        Index("ix_article_seq", "seq"),
        # What narrows feeds beside terms and sources: a language, the time of sight.
        Index("ix_article_language_position", "language", "position"),
        Index("ix_article_first_seen_at_position", "first_seen_at", "position"),
        # What feeds carry past their window: edits and withdrawals, the latest first.
        _partial("ix_article_edited", "changed_at", where=EDITED),
        _partial("ix_article_source_edited", "source_id", "changed_at", where=EDITED),
        _partial("ix_article_withdrawn", "withdrawn_at", where=WITHDRAWN),
        _partial(
            "ix_article_source_withdrawn", "source_id", "withdrawn_at", where=WITHDRAWN
        ),
    )

    position: Mapped[int] = mapped_column(BigInt, primary_key=True, autoincrement=False)
    seq: Mapped[int] = mapped_column(BigInt)  # its last event's number
    uid: Mapped[UUID] = mapped_column(unique=True)
    source_id: Mapped[int] = mapped_column(ForeignKey("source.id", ondelete="CASCADE"))
    url: Mapped[str] = mapped_column(Text)
    title: Mapped[str] = mapped_column(Text)
    summary: Mapped[str | None] = mapped_column(Text)
    body_html: Mapped[str] = mapped_column(Text)
    body_text: Mapped[str] = mapped_column(Text)
    authors: Mapped[list[Any]]  # [{"name", "url"}, …]
    categories: Mapped[list[Any]]  # [["News", "Iran News"], …]
    tags: Mapped[list[Any]]
    language: Mapped[str | None] = mapped_column(Text)
    image: Mapped[dict[str, Any] | None]
    restrictions: Mapped[list[Any]]
    published_at: Mapped[datetime]
    published_precision: Mapped[str] = mapped_column(Text)  # items.Precision
    modified_at: Mapped[datetime | None]
    first_seen_at: Mapped[datetime]
    changed_at: Mapped[datetime]
    content_hash: Mapped[str] = mapped_column(Text)
    version: Mapped[int] = mapped_column(default=1)
    withdrawn_at: Mapped[datetime | None]
    withdrawn_by: Mapped[str | None] = mapped_column(Text)  # site, hand


class ArticleUrlRow(Base):
    """Another address of an article."""

    __tablename__ = "article_url"
    __table_args__ = (Index("ix_article_url_position", "position"),)

    source_id: Mapped[int] = mapped_column(
        ForeignKey("source.id", ondelete="CASCADE"), primary_key=True
    )
    url: Mapped[str] = mapped_column(Text, primary_key=True)
    position: Mapped[int] = mapped_column(
        ForeignKey("article.position", ondelete="CASCADE")
    )


class RevisionRow(Base):
    """What one change replaced: the article as it was at `version`."""

    __tablename__ = "revision"

    position: Mapped[int] = mapped_column(
        ForeignKey("article.position", ondelete="CASCADE"), primary_key=True
    )
    version: Mapped[int] = mapped_column(primary_key=True)
    replaced_at: Mapped[datetime]
    snapshot: Mapped[dict[str, Any]]


class TermRow(Base):
    """A category (with its path), tag or author of a source: see db.terms.terms_of.

    `path` is slugs joined by "/".
    """

    __tablename__ = "term"
    __table_args__ = (
        UniqueConstraint("source_id", "kind", "path"),
        Index("ix_term_kind_path", "kind", "path"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    source_id: Mapped[int] = mapped_column(ForeignKey("source.id", ondelete="CASCADE"))
    kind: Mapped[str] = mapped_column(Text)  # category, tag, author
    path: Mapped[str] = mapped_column(Text)
    name: Mapped[str] = mapped_column(Text)  # "Iran News": the last step alone
    names: Mapped[list[Any]]  # ["News", "Iran News"]


class ArticleTermRow(Base):
    """Which terms an article has; a category counts for each of its ancestors too."""

    __tablename__ = "article_term"
    __table_args__ = (Index("ix_article_term_position", "position"),)

    term_id: Mapped[int] = mapped_column(
        ForeignKey("term.id", ondelete="CASCADE"), primary_key=True
    )
    position: Mapped[int] = mapped_column(
        ForeignKey("article.position", ondelete="CASCADE"), primary_key=True
    )


class EventRow(Base):
    """Something that happened, written in the transaction in which it did.

    `snapshot` is {"article": …, "previous": …}: see db.articles.
    """

    __tablename__ = "event"
    __table_args__ = (Index("ix_event_created", "created_at"),)

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
    created_at: Mapped[datetime]


class SubscriptionRow(Base):
    """Who wants what sent where. Fan-out has looked at events up to `cursor`."""

    __tablename__ = "subscription"
    __table_args__ = (Index("ix_subscription_cursor", "cursor"),)

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
    concurrency: Mapped[int] = mapped_column(default=4)  # requests at once, a worker
    cursor: Mapped[int] = mapped_column(BigInt)
    created_at: Mapped[datetime]
    failing_since: Mapped[datetime | None]  # the first failure with no success since
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


class HeartbeatRow(Base):
    """Which workers live. A lease's owner is one of these names."""

    __tablename__ = "heartbeat"

    name: Mapped[str] = mapped_column(Text, primary_key=True)  # kind:host:pid:random
    kind: Mapped[str] = mapped_column(Text)  # web, worker, cli
    started_at: Mapped[datetime]
    beat_at: Mapped[datetime]
