"""Insert many rows, or those alone that break no unique constraint.

Both go past the mapper, which takes a third of the time of storing an article and has
nothing to add: what stores in batches holds no objects.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import insert
from sqlalchemy.dialects import postgresql, sqlite

from db.base import Base
from db.engine import Session


def insert_rows(
    session: Session, table: type[Base], rows: Sequence[Mapping[str, Any]]
) -> None:
    """Insert rows, at least one; all have the same columns."""
    session.connection().execute(insert(table.__table__), list(rows))  # type: ignore[arg-type] # a Table, typed FromClause


def insert_missing(
    session: Session, table: type[Base], rows: Sequence[Mapping[str, Any]]
) -> None:
    """Insert the rows that break no unique constraint, silently leaving the others.

    All have the same columns.
    """
    if not rows:
        return
    is_sqlite = session.get_bind().dialect.name == "sqlite"
    insert = sqlite.insert if is_sqlite else postgresql.insert
    statement = insert(table.__table__).on_conflict_do_nothing()  # type: ignore[arg-type] # as above
    session.connection().execute(statement, list(rows))
