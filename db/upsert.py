"""Insert many rows, or those alone that break no unique constraint.

Both go past the mapper, which takes a third of the time of storing an article and has
nothing to add: what stores in batches holds no objects.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Integer, Text, bindparam, cast, func, insert, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.dialects.postgresql import ARRAY

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
    if session.get_bind().dialect.name == "sqlite":
        ignoring = sqlite.insert(table.__table__).on_conflict_do_nothing()  # type: ignore[arg-type] # as above
        session.connection().execute(ignoring, list(rows))
        return
    names = list(rows[0])
    statement = postgresql.insert(table.__table__)  # type: ignore[arg-type] # as above
    columns = [table.__table__.columns[name] for name in names]
    if not all(isinstance(column.type, (Integer, Text)) for column in columns):
        statement = statement.on_conflict_do_nothing()
        session.connection().execute(statement, list(rows))
        return
    # One statement for all rows, where it can be: each row of many costs a message.
    arrays = [bindparam(c.name, type_=ARRAY(c.type)) for c in columns]
    chosen = select(*(func.unnest(cast(array, array.type)) for array in arrays))
    session.connection().execute(
        statement.from_select(names, chosen).on_conflict_do_nothing(),
        {name: [row[name] for row in rows] for name in names},
    )
