"""The engine, and the only two ways to a session: `transaction` and `reading`.

SQLite runs in WAL with foreign keys on; a writing transaction begins with
BEGIN IMMEDIATE, so that two writers wait for each other instead of failing half-way.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Engine, create_engine, event, text
from sqlalchemy.orm import Session

# How long one SQLite writer waits for another, in milliseconds. Transactions are short;
# this is for a machine that stalls.
BUSY_TIMEOUT_MS = 15_000

__all__ = ["Session", "build_engine", "database_now", "reading", "transaction"]


def build_engine(url: str, *, pool_size: int = 10) -> Engine:
    """Make an engine for `sqlite:///FILE` or `postgresql://…`; nothing is connected."""
    if url.startswith(("postgresql://", "postgres://")):
        url = "postgresql+psycopg://" + url.split("://", 1)[1]
    if not url.startswith("sqlite"):
        return create_engine(url, pool_size=pool_size, pool_pre_ping=True)
    engine = create_engine(url)
    event.listen(engine, "connect", _configure_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _configure_sqlite(connection: Any, _record: object) -> None:  # noqa: ANN401 - a DBAPI connection
    connection.isolation_level = None  # SQLAlchemy's "begin" event sends BEGIN itself
    cursor = connection.cursor()
    for pragma in (
        f"busy_timeout={BUSY_TIMEOUT_MS}",
        "journal_mode=WAL",
        "synchronous=NORMAL",
        "foreign_keys=ON",
        "cache_size=-16000",
    ):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin_sqlite(connection: Any) -> None:  # noqa: ANN401 - a SQLAlchemy connection
    writes = connection.get_execution_options().get("writes", True)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


@contextmanager
def transaction(engine: Engine) -> Iterator[Session]:
    """Yield a session that commits at the end, or rolls back on an error."""
    with Session(engine, expire_on_commit=False) as session, session.begin():
        yield session


@contextmanager
def reading(engine: Engine) -> Iterator[Session]:
    """Yield a session that only reads: one snapshot on SQLite, no write lock."""
    with (
        engine.connect().execution_options(writes=False) as connection,
        Session(connection) as session,
    ):
        yield session


def database_now(session: Session) -> datetime:
    """Read the database's clock, aware UTC: the one that decides about leases.

    SQLite has the machine's clock, which is every process's there.
    """
    if session.get_bind().dialect.name == "sqlite":
        return datetime.now(UTC)
    moment: datetime = session.execute(text("SELECT clock_timestamp()")).scalar_one()
    return moment.astimezone(UTC)
