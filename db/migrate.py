"""Bring a database's schema to this version's, and refuse to work on another.

Migrations live in `migrations/versions/`, are numbered, and run in one transaction:
half a migration is never left behind. Alembic is imported only where something is
migrated, since asking whether the schema fits is on the way of every start.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Connection, Engine, inspect, text

from db.base import FULL_TEXT
from db.engine import build_engine, database_file, named_trouble, reading
from db.errors import DatabaseUnavailable, SchemaMismatch

MIGRATIONS = Path(__file__).parent / "migrations"

# The oldest schema this code still works on. Raise it with the first migration whose
# tables the queries cannot do without.
OLDEST = "0021"

# Indexes that models cannot say: by hand in migrations, none of Alembic's business.
BY_HAND = (FULL_TEXT, "ix_article_words_words")

# Any 64-bit number of ours will do: it names the lock under which one process migrates
# a PostgreSQL while others wait.
MIGRATION_LOCK = 7_319_486_201

# How often a process that waits for another one's migration looks.
LOOK_SECONDS = 0.05
# A large database takes its time; whoever migrates ends those who wait if it fails.
MIGRATION_SECONDS = 24 * 3600.0


@dataclass(frozen=True, kw_only=True, slots=True)
class SchemaState:
    """Which schema a database has (None: none of ours), and what this code wants."""

    found: str | None
    oldest: str
    newest: str

    @property
    def fits(self) -> bool:
        """Whether this code works on it."""
        return self.found is not None and self.oldest <= self.found <= self.newest

    @property
    def remedy(self) -> str:
        """One sentence: what is the matter, and what to do. Empty when it fits."""
        if self.fits:
            return ""
        if self.found is None:
            return "the database has no tables yet: run `wireroom db upgrade`"
        if self.found > self.newest:
            return (
                f"the database has schema {self.found}, newer than this version of "
                f"Wireroom knows ({self.newest}): install the newer Wireroom"
            )
        return (
            f"the database has schema {self.found}, this version of Wireroom needs "
            f"{self.oldest} to {self.newest}: run `wireroom db upgrade`"
        )


def newest() -> str:
    """The number of the newest migration; empty when there is none."""
    numbers = [path.name[:4] for path in (MIGRATIONS / "versions").glob("[0-9]*.py")]
    return max(numbers, default="")


def is_compared(
    _object: object,
    name: str | None,
    _kind: str,
    is_reflected: bool,  # noqa: FBT001 - Alembic's signature
    _counterpart: object,
) -> bool:
    """Say to Alembic (`include_object`) whether the models are to tell of an object."""
    return not (is_reflected and name is not None and name.startswith(BY_HAND))


def check(engine: Engine) -> SchemaState:
    """Say which schema the database has and whether this code works on it.

    To look makes nothing: a SQLite file that is not there stays so.
    """
    file = database_file(engine.url.render_as_string(hide_password=False))
    if file is not None and not file.exists():
        return SchemaState(found=None, oldest=OLDEST, newest=newest())
    with reading(engine) as session:
        found = _found(session.connection())
    return SchemaState(found=found, oldest=OLDEST, newest=newest())


def require(engine: Engine) -> None:
    """Raise SchemaMismatch, with the remedy, unless this code works on the schema."""
    state = check(engine)
    if not state.fits:
        where = engine.url.render_as_string(hide_password=True)
        raise SchemaMismatch(f"{where}: {state.remedy}")


def await_schema(
    engine: Engine, *, seconds: float, sleep: Callable[[float], None] = time.sleep
) -> None:
    """Wait until somebody has migrated the database; as `require` after `seconds`.

    For processes that are started while another one migrates.
    """
    for _ in range(int(seconds / LOOK_SECONDS)):
        try:
            if check(engine).fits:
                return
        except DatabaseUnavailable:
            pass  # just being made: another process holds its lock
        sleep(LOOK_SECONDS)
    require(engine)


def upgrade(engine: Engine) -> SchemaState:
    """Bring the schema to the newest; give the state found before. Idempotent.

    A database that a newer Wireroom made raises SchemaMismatch and stays untouched.
    Two processes that do this at once wait for each other.
    """
    before = check(engine)
    if before.found == before.newest:
        return before
    if before.found is not None and before.found > before.newest:
        raise SchemaMismatch(before.remedy)
    alone = build_engine(engine.url.render_as_string(hide_password=False))
    try:
        with named_trouble(alone), alone.connect() as connection:
            _upgrade(connection)
    finally:
        alone.dispose()
    return before


def _upgrade(connection: Connection) -> None:
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.attributes["connection"] = connection
    if connection.dialect.name == "sqlite":
        # Batch mode drops and renames tables: with foreign keys on that would cascade.
        # The pragma does nothing inside a transaction, and BEGIN IMMEDIATE is the lock.
        driver = connection.connection.driver_connection
        if driver is not None:
            driver.execute("PRAGMA foreign_keys=OFF")
    with connection.begin():
        if connection.dialect.name == "postgresql":
            lock = text("SELECT pg_advisory_xact_lock(:key)")
            connection.execute(lock, {"key": MIGRATION_LOCK})
        command.upgrade(config, "head")


def _found(connection: Connection) -> str | None:
    if not inspect(connection).has_table("alembic_version"):
        return None
    query = text("SELECT version_num FROM alembic_version")
    return connection.execute(query).scalar_one_or_none()
