"""INSERT … ON CONFLICT DO NOTHING, which both databases have and spell alike."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy.dialects import postgresql, sqlite

from db.base import Base
from db.engine import Session


def insert_missing(
    session: Session, table: type[Base], rows: Sequence[Mapping[str, Any]]
) -> None:
    """Insert the rows that break no unique constraint, silently leaving the others."""
    if not rows:
        return
    is_sqlite = session.get_bind().dialect.name == "sqlite"
    insert = sqlite.insert if is_sqlite else postgresql.insert
    session.execute(insert(table).on_conflict_do_nothing(), list(rows))
