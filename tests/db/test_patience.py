"""A database that hangs instead of refusing: nobody waits for long, it is waited for
by one at a time, and all is well again when it is."""

import os
import signal
import time
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from db.engine import build_engine, reading, transaction
from db.errors import DatabaseUnavailable, Hangs, TooSlow
from db.patience import ASKING_SECONDS, RETRY_SECONDS, Outage
from tests.databases import locked

PATIENCE = timedelta(seconds=0.2)
SLOW = {
    "sqlite": "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n)"
    " SELECT count(*) FROM n",
    "postgresql": "SELECT pg_sleep(20)",
}


@pytest.fixture
def patient(database_url):
    engine = build_engine(database_url, patience=PATIENCE)
    yield engine
    engine.dispose()


@contextmanager
def frozen(pid):
    os.kill(pid, signal.SIGSTOP)
    try:
        yield
    finally:
        os.kill(pid, signal.SIGCONT)


def count(engine):
    with reading(engine) as session:
        return session.scalar(text("SELECT count(*) FROM article"))


def seconds_of(work):
    began = time.monotonic()
    with pytest.raises(DatabaseUnavailable):
        work()
    return time.monotonic() - began


def count_again(engine):
    """Count once the database is asked again."""
    time.sleep(RETRY_SECONDS)
    return count(engine)


def test_locked_tables_are_not_waited_for(patient, database_url):
    with locked(database_url):
        assert seconds_of(lambda: count(patient)) < 5
        assert seconds_of(lambda: count(patient)) < 0.1

    assert count_again(patient) == 0


def test_a_statement_that_takes_too_long_is_ended(patient):
    with pytest.raises(TooSlow, match="ask for less"), reading(patient) as session:
        session.execute(text(SLOW[patient.dialect.name]))

    assert count(patient) == 0  # at once: the database is well


def test_a_server_that_stands_still_is_not_waited_for(postgresql_database):
    engine = build_engine(postgresql_database, patience=PATIENCE)
    with reading(engine) as session:
        pid = session.scalar(text("SELECT pg_backend_pid()"))

    with frozen(pid):
        assert seconds_of(lambda: count(engine)) < 3
        assert seconds_of(lambda: count(engine)) < 0.1
        with pytest.raises(DatabaseUnavailable), transaction(engine):
            pass

    assert count_again(engine) == 0
    engine.dispose()


def test_a_server_that_takes_nobody_in_is_not_waited_for(postgresql_database):
    engine = build_engine(postgresql_database, patience=PATIENCE)
    with reading(engine) as session:
        folder = session.scalar(text("SHOW data_directory"))
    engine.dispose()
    told = Path(folder, "postmaster.pid").read_text(encoding="ascii")

    with frozen(int(told.split()[0])):
        assert seconds_of(lambda: count(engine)) < 4
        assert seconds_of(lambda: count(engine)) < 0.1

    assert count_again(engine) == 0
    engine.dispose()


def test_while_it_hangs_one_at_a_time_asks():
    now = [100.0]
    outage = Outage(monotonic=lambda: now[0])
    outage.note(hangs=True)
    with pytest.raises(Hangs, match="hangs"):
        outage.enter()

    now[0] += RETRY_SECONDS
    outage.enter()
    with pytest.raises(Hangs):
        outage.enter()
    now[0] += ASKING_SECONDS
    outage.enter()
    outage.note(hangs=False)
    outage.enter()
    outage.enter()


def test_who_asks_and_learns_nothing_lets_another_ask(patient):
    outage = patient.get_execution_options()["outage"]
    outage.note(hangs=True)
    time.sleep(RETRY_SECONDS)

    with pytest.raises(KeyError), reading(patient):
        raise KeyError

    assert count(patient) == 0
