"""The tables of what was found: articles, their revisions, and their terms."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ForeignKey,
    Index,
    Text,
    UniqueConstraint,
    false,
)
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base, BigInt, NullableJson, Words
from db.models.marks import EDITED, NEWS, WITHDRAWN, partial


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
        partial("ix_article_edited", "changed_at", where=EDITED),
        partial("ix_article_source_edited", "source_id", "changed_at", where=EDITED),
        partial("ix_article_withdrawn", "withdrawn_at", where=WITHDRAWN),
        partial(
            "ix_article_source_withdrawn", "source_id", "withdrawn_at", where=WITHDRAWN
        ),
        # Feeds past thousands of articles that a walk through archives brought.
        partial("ix_article_news", "position", where=NEWS),
        partial("ix_article_source_news", "source_id", "position", where=NEWS),
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
    image: Mapped[dict[str, Any] | None] = mapped_column(NullableJson)
    enclosures: Mapped[list[Any]] = mapped_column(server_default="[]")
    restrictions: Mapped[list[Any]]
    published_at: Mapped[datetime]
    published_precision: Mapped[str] = mapped_column(Text)  # items.Precision
    modified_at: Mapped[datetime | None]
    first_seen_at: Mapped[datetime]
    changed_at: Mapped[datetime]
    content_hash: Mapped[str] = mapped_column(Text)
    version: Mapped[int] = mapped_column(default=1)
    withdrawn_at: Mapped[datetime | None]
    withdrawn_by: Mapped[str | None] = mapped_column(Text)  # site, hand, takedown
    # Brought by a walk through archives: `sync --since`.
    is_past: Mapped[bool] = mapped_column(default=False, server_default=false())


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


class BlockedAddressRow(Base):
    """An address whose article was taken down: no source's pass fetches it again.

    It stays when the source goes.
    """

    __tablename__ = "blocked_address"

    url: Mapped[str] = mapped_column(Text, primary_key=True)
    uid: Mapped[UUID]  # of the article
    blocked_at: Mapped[datetime]
    reason: Mapped[str | None] = mapped_column(Text)


class ArticleMarkRow(Base):
    """What an article can be recognised by at another address: see scrapers.likeness.

    Marks of its text, of its addresses' keys, and of its page's canonical address.
    """

    __tablename__ = "article_mark"
    __table_args__ = (
        Index("ix_article_mark_position", "position"),
        {"sqlite_with_rowid": False},
    )

    source_id: Mapped[int] = mapped_column(
        ForeignKey("source.id", ondelete="CASCADE"), primary_key=True
    )
    mark: Mapped[int] = mapped_column(BigInt, primary_key=True)
    position: Mapped[int] = mapped_column(
        ForeignKey("article.position", ondelete="CASCADE"), primary_key=True
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


class ArticleWordsRow(Base):
    """What is searched of an article (`db.indexing`); a withdrawn one has none.

    The full-text indexes are made by migration 0005: the model cannot say them.
    """

    __tablename__ = "article_words"

    position: Mapped[int] = mapped_column(
        BigInt,
        ForeignKey("article.position", ondelete="CASCADE"),
        primary_key=True,
        autoincrement=False,
    )
    words: Mapped[str] = mapped_column(Words())
