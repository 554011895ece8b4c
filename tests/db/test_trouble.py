"""A full disk, a locked file, a server that is away: named, nothing half-written."""

import sqlite3

import pytest
from sqlalchemy import event, func, select, text
from sqlalchemy.exc import OperationalError

from db.engine import build_engine, reading, transaction
from db.errors import DatabaseUnavailable
from db.models import HostRow


@pytest.fixture
def path(sqlite_template, tmp_path):
    path = tmp_path / "wireroom.db"
    path.write_bytes(sqlite_template.read_bytes())
    return path


@pytest.fixture
def sqlite(path):
    """An engine on SQLite that waits for nobody."""
    engine = build_engine(f"sqlite:///{path}", busy_timeout_ms=0)
    yield engine
    engine.dispose()


def fill(session):
    session.add_all(HostRow(name=f"{n}:80", robots_text="x" * 4096) for n in range(99))
    session.flush()


def count(engine):
    with reading(engine) as session:
        return session.scalar(select(func.count()).select_from(HostRow))


def test_a_full_disk_is_named_and_nothing_is_written(sqlite):
    with sqlite.connect() as connection:
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar_one()
        connection.exec_driver_sql(f"PRAGMA max_page_count={pages + 5}")

    with (
        pytest.raises(DatabaseUnavailable, match=r"is full; free some space"),
        transaction(sqlite) as session,
    ):
        fill(session)

    assert count(sqlite) == 0


def test_writing_goes_on_when_there_is_space_again(sqlite):
    with sqlite.connect() as connection:
        connection.exec_driver_sql("PRAGMA max_page_count=5")
    with pytest.raises(DatabaseUnavailable), transaction(sqlite) as session:
        fill(session)

    with sqlite.connect() as connection:
        connection.exec_driver_sql("PRAGMA max_page_count=100000")
    with transaction(sqlite) as session:
        fill(session)

    assert count(sqlite) == 99


def test_a_locked_database_is_named_and_can_still_be_read(sqlite, path):
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")

    with (
        pytest.raises(DatabaseUnavailable, match="locked; another process"),
        transaction(sqlite) as session,
    ):
        fill(session)

    assert count(sqlite) == 0
    other.close()


def test_a_folder_that_is_not_there_is_named(tmp_path):
    engine = build_engine(f"sqlite:///{tmp_path}/missing/wireroom.db")

    with (
        pytest.raises(DatabaseUnavailable, match="check that its folder exists"),
        reading(engine) as session,
    ):
        session.execute(text("SELECT 1"))


def test_a_server_that_is_away_is_named_without_its_password():
    engine = build_engine("postgresql://me:hunter2@127.0.0.1:1/wireroom")

    with (
        pytest.raises(DatabaseUnavailable, match="WIREROOM_DATABASE_URL") as caught,
        reading(engine) as session,
    ):
        session.execute(text("SELECT 1"))

    assert "hunter2" not in str(caught.value)


def test_a_mistake_of_ours_is_not_taken_for_trouble(sqlite):
    with pytest.raises(OperationalError), reading(sqlite) as session:
        session.execute(text("SELECT * FROM no_such_table"))


def test_readers_that_another_process_keeps_out_are_told_to_come_again(sqlite):
    @event.listens_for(sqlite, "do_execute")
    def refuse(*_):  # as SQLite does, after ten seconds of trying
        error = sqlite3.OperationalError("locking protocol")
        error.sqlite_errorcode = sqlite3.SQLITE_PROTOCOL
        raise error

    with pytest.raises(DatabaseUnavailable, match="keeps its readers out"):
        count(sqlite)
