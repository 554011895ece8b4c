"""Write many rows at once: insert them, insert what is missing, or change them.

SQLAlchemy's own way looks at each value of each row, which takes as long as the
database does. Here values are made ready a column at a time: for SQLite a statement
runs for each row, PostgreSQL is sent one with an array for each column. The mapper has
nothing to add: what stores in batches holds no objects.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache, partial
from typing import Any

from sqlalchemy import (
    JSON,
    Column,
    ColumnElement,
    Dialect,
    Select,
    Table,
    Text,
    bindparam,
    cast,
    func,
    make_url,
    select,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.dialects.postgresql import ARRAY, JSONB, TSVECTOR
from sqlalchemy.sql.dml import UpdateBase
from sqlalchemy.sql.schema import ScalarElementColumnDefault
from sqlalchemy.types import TypeDecorator

from db.base import Base, UTCDateTime
from db.engine import Session, json_of
from db.ready import is_sqlite

Rows = Sequence[Mapping[str, Any]]
Values = list[Any]
Ready = Callable[[Values], Values]

# psycopg has no arrays of these: they are sent as text.
_AS_TEXT = (JSONB, TSVECTOR)
_SQLITE = make_url("sqlite://").get_dialect()()
_POSTGRESQL = make_url("postgresql+psycopg://").get_dialect()()


def insert_rows(session: Session, table: type[Base], rows: Rows) -> None:
    """Insert rows, at least one; all have the same columns."""
    _run(session, _insertion(table, tuple(rows[0]), _dialect(session)), rows)


def insert_missing(session: Session, table: type[Base], rows: Rows) -> None:
    """Insert the rows that break no unique constraint, silently leaving the others.

    All have the same columns.
    """
    if rows:
        made = _insertion(table, tuple(rows[0]), _dialect(session), leaves=True)
        _run(session, made, rows)


def update_rows(session: Session, table: type[Base], key: str, rows: Rows) -> None:
    """Change the rows that have these values of the column `key`, no value twice.

    All name the same columns: the key, and those to change, in no order: none may take
    what another has that is to be unique.
    """
    if rows:
        _run(session, _change(table, key, tuple(rows[0]), _dialect(session)), rows)


@dataclass(frozen=True, kw_only=True, slots=True)
class _Statement:
    """What the driver gets: the text, and its columns in their order.

    `ready` makes the values of a column what the driver takes; `defaults` are what rows
    have where they say nothing.
    """

    text: str
    names: tuple[str, ...]
    ready: tuple[Ready | None, ...]
    defaults: Mapping[str, object] = field(default_factory=dict)


def _dialect(session: Session) -> Dialect:
    return _SQLITE if is_sqlite(session) else _POSTGRESQL


def _run(session: Session, statement: _Statement, rows: Rows) -> None:
    if statement.defaults:
        rows = [{**statement.defaults, **row} for row in rows]
    columns: list[Values] = []
    for name, ready in zip(statement.names, statement.ready, strict=True):
        values = [row[name] for row in rows]
        columns.append(values if ready is None else ready(values))
    given: Any = dict(zip(statement.names, columns, strict=True))
    if is_sqlite(session):
        given = list(zip(*columns, strict=True))
    session.connection().exec_driver_sql(statement.text, given)


@cache
def _insertion(
    table: type[Base], told: tuple[str, ...], dialect: Dialect, *, leaves: bool = False
) -> _Statement:
    """Write what inserts rows; it `leaves` those that would break a constraint."""
    into: Table = table.__table__  # type: ignore[assignment] # a Table, typed FromClause
    defaults = {
        column.name: column.default.arg
        for column in into.columns
        if isinstance(column.default, ScalarElementColumnDefault)
        and column.name not in told
    }
    names = (*told, *defaults)
    made: sqlite.Insert | postgresql.Insert
    if dialect is _SQLITE:
        made = sqlite.insert(into).values({name: bindparam(name) for name in names})
    else:
        made = postgresql.insert(into).from_select(names, _given(into, names))
    chosen = made.on_conflict_do_nothing() if leaves else made
    return replace(_written(chosen, into, dialect), defaults=defaults)


@cache
def _change(
    table: type[Base], key: str, names: tuple[str, ...], dialect: Dialect
) -> _Statement:
    changed: Table = table.__table__  # type: ignore[assignment] # as above
    given: Mapping[str, ColumnElement[Any]]
    if dialect is _SQLITE:
        given = {name: bindparam(name) for name in names}
    else:
        given = dict(_given(changed, names).subquery("given").c.items())
    told = {name: given[name] for name in names if name != key}
    chosen = update(changed).where(changed.c[key] == given[key]).values(told)
    return _written(chosen, changed, dialect)


def _given(table: Table, names: Sequence[str]) -> Select[*tuple[Any, ...]]:
    """Select the rows that arrays tell, one for each column."""
    return select(*(_unnested(table.c[name]).label(name) for name in names))


def _unnested(column: Column[Any]) -> Any:  # noqa: ANN401 - of the column's type
    kind = column.type.dialect_impl(_POSTGRESQL)
    if isinstance(kind, TypeDecorator):
        kind = kind.impl_instance
    sent = Text() if isinstance(kind, _AS_TEXT) else kind
    values = func.unnest(bindparam(column.name, type_=ARRAY(sent)))
    return values if sent is kind else cast(values, kind)


def _written(statement: UpdateBase, table: Table, dialect: Dialect) -> _Statement:
    compiled = statement.compile(dialect=dialect)
    # On SQLite in the order of their places.
    names = tuple(getattr(compiled, "positiontup", None) or compiled.params)
    return _Statement(
        text=str(compiled),
        names=names,
        ready=tuple(_ready(table.c[name], dialect) for name in names),
    )


def _ready(column: Column[Any], dialect: Dialect) -> Ready | None:
    kind = column.type
    if isinstance(kind, JSON):
        return _json_or_null if kind.none_as_null else _json
    process = kind.dialect_impl(dialect).bind_processor(dialect)
    if process is None:
        return None
    if isinstance(kind, UTCDateTime):
        return partial(_each_once, process)
    return lambda values: list(map(process, values))


def _json(values: Values) -> Values:
    return list(map(json_of, values))


def _json_or_null(values: Values) -> Values:
    return [None if value is None else json_of(value) for value in values]


def _each_once(process: Callable[[Any], Any], values: Values) -> Values:
    """Make few of many: most of the times in a batch are that of its visit."""
    made = {value: process(value) for value in set(values)}
    return [made[value] for value in values]
