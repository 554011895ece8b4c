"""Statements made once, for what runs many times a second.

Made anew each time and sent through the session, a statement costs ten times as much as
the database does; and a list spelled out as sixty-four parameters is neither prepared
nor remembered by psycopg. So they are made once for each database and go to the
connection itself, and PostgreSQL gets a list as one parameter.
"""

from __future__ import annotations

from sqlalchemy import BigInteger, ColumnElement, bindparam, func
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import InstrumentedAttribute

from db.engine import Session


def is_sqlite(session: Session) -> bool:
    """Tell which of the two statements to send."""
    return session.get_bind().dialect.name == "sqlite"


def among_ids(
    column: InstrumentedAttribute[int], *, sqlite: bool
) -> ColumnElement[bool]:
    """Hold for the rows whose column is one of the parameter `ids`, a list."""
    if sqlite:
        return column.in_(bindparam("ids", expanding=True))
    return column == func.any(bindparam("ids", type_=ARRAY(BigInteger)))
