"""Insert many rows, or those alone that break no unique constraint.

Both go past the mapper, which takes a third of the time of storing an article and has
nothing to add: what stores in batches holds no objects.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

from sqlalchemy import (
    JSON,
    Insert,
    Integer,
    Text,
    bindparam,
    cast,
    func,
    insert,
    select,
    text,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.dialects.postgresql import ARRAY

from db.base import Base
from db.engine import Session
from db.ready import is_sqlite


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
    names = tuple(rows[0])
    columns = [table.__table__.columns[name] for name in names]
    on_sqlite = is_sqlite(session)
    if not all(isinstance(column.type, (Integer, Text)) for column in columns):
        made = (sqlite if on_sqlite else postgresql).insert(table.__table__)
        session.connection().execute(made.on_conflict_do_nothing(), list(rows))
        return
    # One statement for all rows, where it can be: each row of many costs a message, or
    # the care that is taken of its parameters.
    if on_sqlite:
        values: dict[str, Any] = {
            "rows": [[row[name] for name in names] for row in rows]
        }
        session.connection().execute(_on_sqlite(table, names), values)
    else:
        values = {name: [row[name] for row in rows] for name in names}
        session.connection().execute(_on_postgresql(table, names), values)


@cache
def _on_sqlite(table: type[Base], names: tuple[str, ...]) -> Insert:
    given = func.json_each(bindparam("rows", type_=JSON)).table_valued("value")
    places = (func.json_extract(given.c.value, f"$[{n}]") for n in range(len(names)))
    # Without a condition SQLite takes what follows it for one.
    chosen = select(*places).where(text("true"))
    made = sqlite.insert(table.__table__)  # type: ignore[arg-type] # as above
    return made.from_select(names, chosen).on_conflict_do_nothing()


@cache
def _on_postgresql(table: type[Base], names: tuple[str, ...]) -> Insert:
    columns = (table.__table__.columns[name] for name in names)
    arrays = [bindparam(c.name, type_=ARRAY(c.type)) for c in columns]
    chosen = select(*(func.unnest(cast(array, array.type)) for array in arrays))
    made = postgresql.insert(table.__table__)  # type: ignore[arg-type] # as above
    return made.from_select(names, chosen).on_conflict_do_nothing()
