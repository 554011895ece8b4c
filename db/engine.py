"""The engine, and the only two ways to a session: `transaction` and `reading`.

SQLite runs in WAL with foreign keys on; a writing transaction begins with
BEGIN IMMEDIATE, so that two writers wait for each other instead of failing half-way.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

from psycopg import errors
from psycopg.types.array import ListBinaryDumper
from pydantic_core import PydanticSerializationError, to_json
from sqlalchemy import Engine, create_engine, event, make_url, text
from sqlalchemy.exc import DataError, IntegrityError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.orm import Session

from db.errors import DatabaseUnavailable, RowRefused, TooSlow
from db.patience import (
    CONNECT_SECONDS,
    CONNECT_SECONDS_OF_WORKERS,
    LOCK_SHARE,
    MARGIN_SECONDS,
    SQLITE_INTERRUPTED,
    SQLITE_LOCKS,
    Deadline,
    NoAnswer,
    Outage,
    PatientConnection,
    connect_arguments,
)

# How long one SQLite writer waits for another, in milliseconds. Transactions are short;
# this is for a machine that stalls.
BUSY_TIMEOUT_MS = 15_000

# Pages of 4 KiB between two checkpoints, each of which waits for the disk. SQLite's own
# 1,000 are 160 articles of a first pass; this many make it wait a quarter as often.
WAL_PAGES = 4000

# SQLite's primary result codes (sqlite.org/rescode.html) that tell of the machine and
# not of a mistake of ours, and what the operator can do.
SQLITE_TROUBLE = {
    5: "another process holds the write lock",  # BUSY
    6: "another connection holds a lock",  # LOCKED
    8: "make the file and its folder writable",  # READONLY
    10: "look after the disk",  # IOERR
    13: "free some space on its disk",  # FULL
    14: "check that its folder exists and is writable",  # CANTOPEN
    15: "another process keeps its readers out",  # PROTOCOL
}

# How long a worker waits for a free connection of its own pool.
POOL_SECONDS = 30.0

# What an engine and a connection of SQLite's carry: see db.patience.
OUTAGE, DEADLINE = "outage", "deadline"

__all__ = [
    "Engine",
    "Session",
    "build_engine",
    "database_clock",
    "database_file",
    "database_now",
    "named_trouble",
    "reading",
    "transaction",
]


def build_engine(
    url: str,
    *,
    pool_size: int = 10,
    busy_timeout_ms: int = BUSY_TIMEOUT_MS,
    patience: timedelta | None = None,
) -> Engine:
    """Make an engine for `sqlite:///FILE` or `postgresql://…`; nothing is connected.

    With `patience` no statement takes longer, nor is a database that hangs waited for
    much longer: `reading` and `transaction` raise DatabaseUnavailable then.
    """
    if url.startswith(("postgresql://", "postgres://")):
        url = "postgresql+psycopg://" + url.split("://", 1)[1]
    options = {} if patience is None else {OUTAGE: Outage()}
    if not url.startswith("sqlite"):
        return _build_postgresql(url, pool_size, patience, options)
    if patience is not None:
        busy_timeout_ms = int(patience.total_seconds() * 1000)
    engine = create_engine(url, execution_options=options, json_serializer=json_of)
    event.listen(engine, "connect", partial(_configure_sqlite, busy_timeout_ms))
    event.listen(engine, "begin", _begin_sqlite)
    if patience is not None:
        seconds = patience.total_seconds()
        event.listen(engine, "connect", partial(_limit_sqlite, seconds))
        event.listen(engine, "before_cursor_execute", _begin_deadline)
    return engine


def _build_postgresql(
    url: str, pool_size: int, patience: timedelta | None, options: dict[str, Outage]
) -> Engine:
    reach = CONNECT_SECONDS if patience else CONNECT_SECONDS_OF_WORKERS
    engine = create_engine(
        url,
        pool_size=pool_size,
        pool_pre_ping=True,
        pool_timeout=patience.total_seconds() if patience else POOL_SECONDS,
        connect_args=connect_arguments(make_url(url), seconds=reach),
        execution_options=options,
        json_serializer=json_of,
    )
    if patience is not None:
        connect = partial(_connect_patiently, patience, options[OUTAGE])
        event.listen(engine, "do_connect", connect)
    event.listen(engine, "connect", partial(_configure_postgresql, patience))
    return engine


def json_of(value: object) -> str:
    """Write what a JSON column is to hold.

    Pydantic's writer takes half of the time of Python's for what an event holds, and a
    tenth for what is small. It refuses half a surrogate pair, which Python's escapes.
    """
    try:
        return to_json(value).decode()
    except PydanticSerializationError:
        return json.dumps(value)


def _connect_patiently(
    patience: timedelta,
    outage: Outage,
    _dialect: object,
    _record: object,
    arguments: tuple[Any, ...],
    given: dict[str, Any],
) -> PatientConnection:
    if outage.is_fresh:  # the connection that this one is to replace was silent
        message = "no answer"
        raise NoAnswer(message)
    connection = PatientConnection.connect(*arguments, **given)
    connection.patience = patience.total_seconds() + MARGIN_SECONDS
    connection.outage = outage
    return connection


def _configure_postgresql(
    patience: timedelta | None,
    connection: Any,  # noqa: ANN401 - a DBAPI connection
    _record: object,
) -> None:
    """Let statements of some ms be answered by one process, without compiling them.

    Helpers take longer to start than what they would help with, and where the planner
    takes a rare word for a common one it starts them for nothing.
    """
    connection.adapters.register_dumper(list, ListBinaryDumper)  # nothing to escape
    connection.execute("SET max_parallel_workers_per_gather = 0")
    connection.execute("SET jit = off")
    if patience is not None:
        ms = int(patience.total_seconds() * 1000)
        connection.execute(f"SET statement_timeout = {ms}")
        connection.execute(f"SET lock_timeout = {max(1, ms // LOCK_SHARE)}")
    connection.commit()


def _configure_sqlite(
    busy_timeout_ms: int,
    connection: Any,  # noqa: ANN401 - a DBAPI connection
    _record: object,
) -> None:
    connection.isolation_level = None  # SQLAlchemy's "begin" event sends BEGIN itself
    cursor = connection.cursor()
    for pragma in (
        f"busy_timeout={busy_timeout_ms}",
        "journal_mode=WAL",
        "synchronous=NORMAL",
        f"wal_autocheckpoint={WAL_PAGES}",
        "foreign_keys=ON",
        "cache_size=-4000",  # KiB for each connection; the machine caches the file
    ):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin_sqlite(connection: Any) -> None:  # noqa: ANN401 - a SQLAlchemy connection
    writes = connection.get_execution_options().get("writes", True)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def _limit_sqlite(
    seconds: float,
    connection: Any,  # noqa: ANN401 - a DBAPI connection
    record: Any,  # noqa: ANN401 - the pool's record of it
) -> None:
    deadline = record.info[DEADLINE] = Deadline(seconds=seconds)
    deadline.watch(connection)


def _begin_deadline(connection: Any, *_: object) -> None:  # noqa: ANN401 - SQLAlchemy's
    connection.info[DEADLINE].begin()


def database_file(url: str) -> Path | None:
    """Give the file a SQLite URL names; None for PostgreSQL and for one in memory."""
    found = make_url(url)
    named = found.get_backend_name() == "sqlite" and found.database not in (
        None,
        "",
        ":memory:",
    )
    return Path(found.database or "") if named else None


@contextmanager
def transaction(engine: Engine) -> Iterator[Session]:
    """Yield a session that commits at the end, or rolls back on an error.

    Raises DatabaseUnavailable when the database is locked, full or away; then nothing
    was written, and the same may be tried again later. Raises RowRefused for values
    that it never takes.
    """
    with (
        named_trouble(engine),
        Session(engine, expire_on_commit=False) as session,
        session.begin(),
    ):
        yield session


@contextmanager
def reading(engine: Engine) -> Iterator[Session]:
    """Yield a session that only reads: one snapshot on SQLite, no write lock.

    Raises DatabaseUnavailable as `transaction` does.
    """
    with (
        named_trouble(engine, is_reading=True),
        engine.connect().execution_options(writes=False) as connection,
        Session(connection) as session,
    ):
        yield session


@contextmanager
def named_trouble(engine: Engine, *, is_reading: bool = False) -> Iterator[None]:
    """Name what the driver says of the machine: DatabaseUnavailable, a remedy."""
    outage: Outage | None = engine.get_execution_options().get(OUTAGE)
    is_asking = outage is not None and outage.enter()
    try:
        yield
        if outage is not None:
            outage.note(hangs=False)
    except PoolTimeout as error:
        message = "the database has no free connection: too much work at once"
        raise DatabaseUnavailable(message) from error
    except (DataError, IntegrityError) as error:
        message = f"the database will not have it: {str(error.orig).strip()}"
        raise RowRefused(message) from error
    except OperationalError as error:
        if outage is not None:
            outage.note(hangs=_hangs(error, is_reading=is_reading))
        named = _named(engine, error)
        if named is None:
            raise
        raise named from error
    finally:
        if outage is not None and is_asking:
            outage.leave()


def _hangs(error: OperationalError, *, is_reading: bool) -> bool:
    """Whether it was waited in vain, and others need not wait as well.

    Writers wait for each other; readers wait for nobody, unless all are locked out.
    """
    if isinstance(error.orig, sqlite3.Error):
        return is_reading and error.orig.sqlite_errorcode & 0xFF in SQLITE_LOCKS
    if isinstance(error.orig, errors.LockNotAvailable):
        return is_reading
    return isinstance(error.orig, NoAnswer | errors.ConnectionTimeout)


def _named(engine: Engine, error: OperationalError) -> DatabaseUnavailable | None:
    if _is_slow(error):
        return TooSlow("this takes the database too long: ask for less")
    remedy = _remedy(error)
    if remedy is None:
        return None
    where = engine.url.render_as_string(hide_password=True)
    return DatabaseUnavailable(f"{where}: {str(error.orig).strip()}; {remedy}")


def _is_slow(error: OperationalError) -> bool:
    if isinstance(error.orig, sqlite3.Error):
        return error.orig.sqlite_errorcode == SQLITE_INTERRUPTED
    return isinstance(error.orig, errors.QueryCanceled)


def _remedy(error: OperationalError) -> str | None:
    """Say what helps against a failure of the machine; None for a mistake of ours."""
    if isinstance(error.orig, sqlite3.Error):
        return SQLITE_TROUBLE.get(error.orig.sqlite_errorcode & 0xFF)
    if isinstance(error.orig, errors.LockNotAvailable):
        return "something holds its tables locked"
    if isinstance(error.orig, NoAnswer | errors.ConnectionTimeout):
        return "it hangs, or the network does: look after its server"
    return "check that the server runs and WIREROOM_DATABASE_URL is right"


def database_now(session: Session) -> datetime:
    """Read the database's clock, aware UTC: the one that decides about leases.

    SQLite has the machine's clock, which is every process's there.
    """
    if session.get_bind().dialect.name == "sqlite":
        return datetime.now(UTC)
    moment: datetime = session.execute(text("SELECT clock_timestamp()")).scalar_one()
    return moment.astimezone(UTC)


def database_clock(engine: Engine) -> Callable[[], datetime]:
    """Make a clock that tells the database's time without a session at hand.

    On PostgreSQL each look is a query: look once a tick, and pass it on.
    """

    def look() -> datetime:
        with reading(engine) as session:
            return database_now(session)

    def machine() -> datetime:
        return datetime.now(UTC)

    return machine if engine.dialect.name == "sqlite" else look
