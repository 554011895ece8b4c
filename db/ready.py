"""Statements made once, for what runs many times a second.

Made anew each time and sent through the session, a statement costs ten times as much as
the database does; and a list spelled out as sixty-four parameters is neither prepared
nor remembered by psycopg. So they are made once for each database and go to the
connection itself, and a list is one parameter: PostgreSQL's array, SQLite's JSON.
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Dialect,
    Text,
    bindparam,
    func,
    select,
)
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import InstrumentedAttribute
from sqlalchemy.types import TypeDecorator

from db.engine import Session


def is_sqlite(session: Session) -> bool:
    """Tell which of the two statements to send."""
    return session.get_bind().dialect.name == "sqlite"


class Ids(TypeDecorator[Sequence[int]]):
    """Keys as one value of SQLite's, which `json_each` takes apart again."""

    impl = Text
    cache_ok = True

    def process_bind_param(
        self,
        value: Sequence[int] | None,
        dialect: Dialect,  # noqa: ARG002 - the base class names it
    ) -> str | None:
        """Write them down."""
        return None if value is None else f"[{','.join(map(str, value))}]"


def among_ids(
    column: InstrumentedAttribute[int], *, sqlite: bool
) -> ColumnElement[bool]:
    """Hold for the rows whose column is one of the parameter `ids`, a list."""
    if sqlite:
        given = func.json_each(bindparam("ids", type_=Ids())).table_valued("value")
        return column.in_(select(given.c.value))
    return column == func.any(bindparam("ids", type_=ARRAY(BigInteger)))
