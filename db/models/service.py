"""The tables of the service itself: which workers live."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import (
    Text,
)
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base


class HeartbeatRow(Base):
    """Which workers live. A lease's owner is one of these names."""

    __tablename__ = "heartbeat"

    name: Mapped[str] = mapped_column(Text, primary_key=True)  # kind:host:pid:random
    kind: Mapped[str] = mapped_column(Text)  # web, worker, cli
    started_at: Mapped[datetime]
    beat_at: Mapped[datetime]
