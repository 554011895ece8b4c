"""Several workers keep to an endpoint's concurrency together."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from db.engine import database_now, transaction
from db.heartbeats import record_beat
from service.jobs.sharing import AT_ONCE
from tests.factories_events import (
    Ahead,
    add_source,
    answered,
    deliveries,
    fan_out,
    prove,
    publish,
    queue,
    subscribe,
)

NAMES = ("worker:here:1:a", "worker:there:2:b")


@pytest.fixture
def workers(engine):
    """Two that live, with ten deliveries for an endpoint that takes four at once."""
    queue(engine, 10)
    prove(engine)
    beat(engine)
    return [deliveries(engine, owner=name) for name in NAMES]


def beat(engine, ago=timedelta(0)):
    with transaction(engine) as session:
        for name in NAMES:
            record_beat(session, name, now=database_now(session) - ago)


def test_an_endpoints_concurrency_is_one_for_all_workers(workers):
    first, second = workers

    taken = first.exchange([], 64)
    none = second.exchange([], 64)
    first.exchange([answered(each) for each in taken[:2]], 0)
    rest = second.exchange([], 64)

    assert (len(taken), none, len(rest)) == (4, [], 2)


def test_workers_that_claim_at_one_moment_do_not_both_take_it_all(workers):
    with ThreadPoolExecutor(2) as pool:
        found = list(pool.map(lambda each: each.exchange([], 64), workers))

    assert sum(map(len, found)) == 4


def test_many_endpoints_are_shared_a_part_at_a_time(engine):
    for _ in range(AT_ONCE + 10):
        subscribe(engine)
    publish(engine, add_source(engine), 1)
    fan_out(engine)
    beat(engine)
    work = deliveries(engine, owner=NAMES[0])

    taken = [len(work.exchange([], 256)) for _ in range(2)]

    assert taken == [AT_ONCE, 10]


def test_what_a_worker_had_that_no_longer_beats_counts_for_nothing(engine, workers):
    workers[0].exchange([], 64)
    beat(engine, ago=timedelta(minutes=1))

    assert len(workers[1].exchange([], 64)) == 4


def test_a_worker_that_comes_later_is_noticed(engine):
    queue(engine, 10)
    prove(engine)
    clock = Ahead()
    first = deliveries(engine, owner=NAMES[0], clock=clock)
    taken = first.exchange([], 2)
    beat(engine)
    deliveries(engine, owner=NAMES[1]).exchange([], 64)

    clock.by = timedelta(seconds=6)

    assert (len(taken), first.exchange([], 64)) == (2, [])
