import os
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta
from threading import Event

from db.engine import build_engine, database_now, reading, transaction
from db.heartbeats import Heartbeat, list_heartbeats, record_beat
from db.patience import RETRY_SECONDS
from service.heartbeat import Heart, is_dead, machine_name, process_name

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)


def names(engine):
    with reading(engine) as session:
        return [beat.name for beat in list_heartbeats(session)]


def beat_of(pid):
    name = f"worker:{machine_name()}:{pid}:x"
    return Heartbeat(name=name, kind="worker", started_at=NOW, beat_at=NOW)


def test_a_process_is_named_after_its_kind_and_place():
    kind, machine, pid, _ = process_name("web").split(":")

    assert (kind, machine, int(pid)) == ("web", machine_name(), os.getpid())


def test_a_process_that_ended_is_dead_and_one_that_runs_is_not():
    process = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    running = is_dead(beat_of(process.pid))
    process.communicate(b"\n")

    assert (running, is_dead(beat_of(process.pid))) == (False, True)


def test_an_earlier_process_with_our_number_is_dead():
    assert is_dead(beat_of(os.getpid()))


def test_a_heart_beats_from_start_to_stop(engine):
    beaten = Event()

    def clock():
        if names(engine):
            beaten.set()
        return NOW

    heart = Heart(engine, "worker:a:1:x", clock=clock, pause=0.001)
    heart.start()
    assert beaten.wait(timeout=10)
    heart.stop()

    assert names(engine) == []


def test_a_heart_takes_over_from_the_dead_at_its_start(engine):
    dead = f"worker:{machine_name()}:{os.getpid()}:earlier"
    with transaction(engine) as session:
        record_beat(session, dead, now=NOW)
    own = process_name("worker")

    heart = Heart(engine, own, clock=lambda: NOW)
    heart.start()

    assert names(engine) == [own]
    heart.stop()


def test_a_heart_that_beats_after_an_outage_lets_all_be_well(database_url):
    engine = build_engine(database_url, patience=timedelta(seconds=0.2))
    heart = Heart(engine, "web:a:1:x", clock=asking_clock(engine), pause=0.01)
    heart.start()
    outage = engine.get_execution_options()["outage"]
    outage.note(hangs=True)
    time.sleep(RETRY_SECONDS + 0.5)

    assert names(engine) == ["web:a:1:x"]
    heart.stop()
    engine.dispose()


def asking_clock(engine):
    """Tell the time by a query on every database, as on PostgreSQL."""

    def look():
        with reading(engine) as session:
            return database_now(session)

    return look
