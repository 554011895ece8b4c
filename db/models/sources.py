"""The tables of what is read: sources, their hosts, passes and pages."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import (
    ForeignKey,
    Index,
    Text,
    UniqueConstraint,
    false,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base, BigInt, NullableJson


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
    )  # new, ok, failing; drifting is told by `drift`
    health_reason: Mapped[str | None] = mapped_column(Text)
    health_since: Mapped[datetime | None]
    # What each discovery first gave is history: its key → when it first succeeded.
    discovered: Mapped[dict[str, Any]] = mapped_column(default=dict)
    last_success_at: Mapped[datetime | None]
    last_poll_at: Mapped[datetime | None]
    validators: Mapped[dict[str, Any]] = mapped_column(
        default=dict
    )  # url → etag, last_modified, digest
    # What is usual of it: scrapers.baseline.Baseline.
    baseline: Mapped[dict[str, Any] | None] = mapped_column(NullableJson)
    # That the site has changed, while it is so: scrapers.drift.Drift.
    drift: Mapped[dict[str, Any] | None] = mapped_column(NullableJson)
    # What every = "auto" goes by: scrapers.pace.Pace.
    pace: Mapped[dict[str, Any] | None] = mapped_column(NullableJson)


class SourceSlugRow(Base):
    """A slug a source once had: `moved_to` it now has another, None when removed.

    Or a feed had it; who opened a private one with `token_hash` is told that it went.
    """

    __tablename__ = "source_slug"

    slug: Mapped[str] = mapped_column(Text, primary_key=True)
    moved_to: Mapped[str | None] = mapped_column(Text)
    changed_at: Mapped[datetime]
    token_hash: Mapped[str | None] = mapped_column(Text)


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
    )  # found, stored, held, refused, failed, missing, gone, moved, alias, blocked
    reason: Mapped[str | None] = mapped_column(Text)
    position: Mapped[int | None] = mapped_column(
        ForeignKey("article.position", ondelete="SET NULL")
    )
    is_history: Mapped[bool] = mapped_column(default=False)
    # Found by a walk through archives: `sync --since`.
    is_past: Mapped[bool] = mapped_column(default=False, server_default=false())
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


class WalkRow(Base):
    """How far an archive was walked back for `sync --since`: a crash resumes it."""

    __tablename__ = "walk"

    source_id: Mapped[int] = mapped_column(
        ForeignKey("source.id", ondelete="CASCADE"), primary_key=True
    )
    key: Mapped[str] = mapped_column(Text, primary_key=True)  # the [[discover]] entry
    since: Mapped[datetime]
    place: Mapped[dict[str, Any]]  # where to go on
    is_over: Mapped[bool]
    steps: Mapped[int]  # documents read
    found: Mapped[int]  # articles they listed
    total: Mapped[int | None]  # what the site says there are
    reached_at: Mapped[datetime | None]  # the date of the oldest seen
    started_at: Mapped[datetime]
