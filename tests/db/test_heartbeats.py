from datetime import UTC, datetime, timedelta

from sqlalchemy import select

from db.engine import reading, transaction
from db.heartbeats import forget, list_heartbeats, record_beat, release_dead
from db.models import HostRow

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
DEAD, ALIVE, ELSEWHERE = "worker:a:1:x", "worker:a:2:x", "worker:b:1:x"


def beat(engine, *names, now=NOW):
    with transaction(engine) as session:
        for name in names:
            record_beat(session, name, now=now)


def lease(engine, owner):
    with transaction(engine) as session:
        until = NOW + timedelta(minutes=2)
        session.add(HostRow(name=owner, lease_owner=owner, lease_until=until))


def owners(engine):
    with reading(engine) as session:
        return set(session.scalars(select(HostRow.lease_owner)))


def release(engine):
    with transaction(engine) as session:
        return release_dead(
            session, machine="a", is_dead=lambda beat: beat.pid == 1, now=NOW
        )


def test_a_beat_makes_a_row_and_the_next_moves_it(engine):
    beat(engine, DEAD)
    beat(engine, DEAD, now=NOW + timedelta(seconds=10))

    with reading(engine) as session:
        (found,) = list_heartbeats(session)
    assert (found.kind, found.machine, found.pid) == ("worker", "a", 1)
    assert found.beat_at - found.started_at == timedelta(seconds=10)


def test_who_says_goodbye_is_forgotten(engine):
    beat(engine, DEAD, ALIVE)
    with transaction(engine) as session:
        forget(session, [DEAD])

    with reading(engine) as session:
        assert [found.name for found in list_heartbeats(session)] == [ALIVE]


def test_the_leases_of_the_dead_of_this_machine_are_given_back(engine):
    beat(engine, DEAD, ALIVE, ELSEWHERE)
    for name in (DEAD, ALIVE, ELSEWHERE):
        lease(engine, name)

    assert release(engine) == [DEAD]
    assert owners(engine) == {None, ALIVE, ELSEWHERE}


def test_nobody_dead_means_nothing_written(engine):
    beat(engine, ALIVE)

    assert release(engine) == []
