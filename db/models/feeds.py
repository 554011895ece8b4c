"""The table of the feeds that operators define."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Text
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base


class FeedRow(Base):
    """A filter with a title and an address of its own."""

    __tablename__ = "feed"

    slug: Mapped[str] = mapped_column(Text, primary_key=True)
    title: Mapped[str] = mapped_column(Text)
    filter: Mapped[dict[str, Any]] = mapped_column(default=dict)  # db.filters.Filter
    content: Mapped[str] = mapped_column(Text)  # full, summary, headline
    # SHA-256 of what opens it; None for a feed that is open to all.
    token_hash: Mapped[str | None] = mapped_column(Text)
    added_at: Mapped[datetime]
    origin: Mapped[str] = mapped_column(Text, server_default="api")  # api, file
