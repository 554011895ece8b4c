"""A full disk, a locked file, a clock set back: told, tried again, nothing lost."""

import sqlite3
import time
from datetime import timedelta

import pytest
import structlog
from sqlalchemy import event

from db.engine import build_engine
from db.errors import DatabaseUnavailable
from service.jobs.schedule import SyncTick
from tests.crawling import HOME, World
from tests.fakes import Answer

STORIES = range(1, 61)


@pytest.fixture
def path(sqlite_template, tmp_path):
    path = tmp_path / "wireroom.db"
    path.write_bytes(sqlite_template.read_bytes())
    return path


@pytest.fixture
def disk():
    """How many pages the database may have; a change holds from the next connection."""
    return {"pages": 1_000_000}


@pytest.fixture
def world(path, disk):
    """A site of sixty stories over SQLite that waits for nobody."""
    engine = build_engine(f"sqlite:///{path}", busy_timeout_ms=0)

    @event.listens_for(engine, "connect")
    def limit(connection, _record):
        connection.execute(f"PRAGMA max_page_count={disk['pages']}")

    world = World(engine)
    world.publish(*STORIES)
    world.add_source()
    yield world
    engine.dispose()


@pytest.fixture
def tick(world):
    tick = SyncTick(worker=world.worker, threads=1, most_backoff=timedelta(minutes=10))
    yield tick
    tick.stop()


@pytest.fixture
def log():
    with structlog.testing.capture_logs() as lines:
        yield lines


def work_on(world, tick, *, until):
    """Tick, hour after hour, until the condition holds."""
    deadline = time.monotonic() + 20
    while not until():
        assert time.monotonic() < deadline
        world.web.clock.sleep(600)
        tick()
        time.sleep(0.05)  # the pass runs on a thread of its own


def test_a_full_disk_is_told_and_everything_stored_once_there_is_space(
    world, tick, path, disk, log
):
    world.engine.dispose()
    disk["pages"] = path.stat().st_size // 4096 + 12

    work_on(world, tick, until=lambda: any("is full" in str(line) for line in log))
    stored = len(world.articles())
    assert stored < len(STORIES)

    world.engine.dispose()
    disk["pages"] = 1_000_000
    work_on(world, tick, until=lambda: len(world.articles()) == len(STORIES))
    assert len({article.url for article in world.articles()}) == len(STORIES)
    assert world.events().count("article.published") == len(STORIES)
    assert not any("Traceback" in str(line) or "exc_info" in line for line in log)


def test_a_locked_database_is_told_and_worked_on_once_it_is_free(
    world, tick, path, log
):
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    tick()
    assert any("is locked" in line.get("reason", "") for line in log)
    assert world.articles() == []

    other.execute("ROLLBACK")
    other.close()
    work_on(world, tick, until=lambda: len(world.articles()) == len(STORIES))


def test_a_lock_in_the_middle_of_a_pass_loses_nothing(world, path):
    other = sqlite3.connect(path, isolation_level=None)
    last = f"{HOME}/story/{STORIES[-1]}/"
    page = Answer(body=world.web.pages[last])

    def lock(request):
        other.execute("BEGIN IMMEDIATE")
        return page.to(request)

    world.web[last] = [lock, page]
    with pytest.raises(DatabaseUnavailable, match="locked"):
        world.sync()

    other.execute("ROLLBACK")
    other.close()
    world.web.clock.advance(minutes=5)
    world.sync()
    world.visit()  # as the next tick does: what was found is still due
    assert len(world.articles()) == len(STORIES)
    assert world.events().count("article.published") == len(STORIES)
