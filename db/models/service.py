"""The tables of the service itself: which workers live, who may ask."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import (
    Text,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base
from db.models.marks import NUMBERED_ONCE


class HeartbeatRow(Base):
    """Which workers live. A lease's owner is one of these names."""

    __tablename__ = "heartbeat"

    name: Mapped[str] = mapped_column(Text, primary_key=True)  # kind:host:pid:random
    kind: Mapped[str] = mapped_column(Text)  # web, worker, cli
    started_at: Mapped[datetime]
    beat_at: Mapped[datetime]


class ApiTokenRow(Base):
    """Who may ask the API for what. The token itself is not kept, only its digest."""

    __tablename__ = "api_token"
    __table_args__ = (
        UniqueConstraint("name"),
        UniqueConstraint("digest"),
        NUMBERED_ONCE,
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(Text)
    digest: Mapped[str] = mapped_column(Text)  # SHA-256, hex
    scopes: Mapped[list[Any]]
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime | None]
    last_used_at: Mapped[datetime | None]  # written seldom
