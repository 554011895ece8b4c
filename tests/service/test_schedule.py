import time
from datetime import timedelta
from threading import Event

import pytest
from sqlalchemy import event
from structlog.testing import capture_logs

from db import hosts, sources
from db.engine import transaction
from db.errors import DatabaseUnavailable
from service.jobs.schedule import (
    MOST_FAILURES_LOGGED,
    Job,
    SyncTick,
    build_scheduler,
)
from tests.crawling import HOME, World

PATIENCE = 10.0


@pytest.fixture
def world(engine):
    return World(engine)


@pytest.fixture
def tick(world):
    tick = SyncTick(worker=world.worker, threads=2, most_backoff=timedelta(hours=6))
    yield tick
    tick.stop()


def eventually(condition):
    end = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < end, "it did not come true in time"
        time.sleep(0.01)


def test_a_due_source_is_polled(world, tick):
    world.publish(1)
    world.add_source()

    tick()

    eventually(world.runs)
    assert len(world.articles()) == 1


def test_a_source_that_is_not_due_is_left_alone(world, tick):
    world.publish(1)
    world.add_source()
    world.sync()
    world.web.requests.clear()

    tick()
    tick.stop()

    assert world.web.asked == []


def test_poll_now_makes_a_source_due(world, tick):
    world.publish(1)
    world.add_source()
    world.sync()
    with transaction(world.engine) as session:
        sources.poll_now(session, "example", now=world.now)

    tick()

    eventually(lambda: len(world.runs()) == 2)


def test_pages_that_are_due_are_fetched_without_a_poll(world, tick):
    world.publish(1)
    world.add_source(every="30d")
    world.stopping = True
    world.sync()
    world.stopping = False

    tick()

    eventually(world.articles)
    assert world.web.asked == [f"{HOME}/news/", f"{HOME}/story/1/"]


def test_pages_to_look_at_again_do_not_keep_a_poll_waiting(world, tick):
    world.publish(1)
    world.add_source()
    world.sync()
    world.web.clock.advance(minutes=20)
    lease = {"now": world.now, "until": world.now + timedelta(minutes=1)}
    with transaction(world.engine) as session:
        state = hosts.claim_host(session, "example.org:443", owner="another", **lease)
        sources.poll_now(session, "example", now=world.now)
    world.sync()
    with transaction(world.engine) as session:
        hosts.release_host(session, state, owner="another")
    world.web.requests.clear()

    tick()
    assert world.web.asked == []
    world.web.clock.advance(seconds=5)
    tick()
    eventually(lambda: len(world.runs()) == 2)
    assert world.web.asked[0] == f"{HOME}/news/"


def test_claims_that_could_not_be_stored_take_no_thread_for_good(world, tick):
    world.publish(1)
    world.add_source()

    def refuse(_connection):
        message = "the disk is full"
        raise DatabaseUnavailable(message)

    event.listen(world.engine, "commit", refuse)
    for _ in range(3):
        tick()
    event.remove(world.engine, "commit", refuse)
    tick()

    eventually(world.articles)


def test_a_host_whose_source_could_not_be_read_is_visited_later(world, tick):
    world.publish(1)
    world.add_source(every="30d")
    world.stopping = True
    world.sync()
    world.stopping = False

    def refuse(_connection, _cursor, statement, *_):
        if "FROM source" in statement and "WHERE source.id =" in statement:
            message = "away"
            raise DatabaseUnavailable(message)

    event.listen(world.engine, "before_cursor_execute", refuse)
    tick()
    event.remove(world.engine, "before_cursor_execute", refuse)
    tick()

    eventually(world.articles)


def test_a_source_another_worker_holds_is_not_claimed(world, tick):
    world.publish(1)
    world.add_source()
    with transaction(world.engine) as session:
        until = world.now + timedelta(minutes=1)
        sources.claim_source(
            session, "example", owner="another", now=world.now, until=until
        )

    tick()
    tick.stop()

    assert world.web.asked == []


def test_a_lease_that_ran_out_is_taken_over(world, tick):
    world.publish(1)
    world.add_source()
    with transaction(world.engine) as session:
        until = world.now + timedelta(minutes=1)
        for claim in (
            lambda **lease: sources.claim_source(session, "example", **lease),
            lambda **lease: hosts.claim_host(session, "example.org:443", **lease),
        ):
            claim(owner="dead", now=world.now, until=until)
    world.web.clock.advance(minutes=2)

    tick()

    eventually(world.articles)


def test_a_lease_written_before_the_clock_was_set_back_does_not_hold(world, tick):
    world.publish(1)
    world.add_source()
    with transaction(world.engine) as session:
        tomorrow = world.now + timedelta(days=1)
        sources.claim_source(
            session, "example", owner="dead", now=tomorrow, until=tomorrow
        )

    tick()

    eventually(world.articles)


def test_a_clock_set_back_does_not_put_a_source_to_sleep(world, tick):
    world.publish(1)
    world.add_source()
    world.sync()
    world.web.clock.advance(days=-7)
    world.publish(2)

    tick()

    eventually(lambda: len(world.articles()) == 2)


def test_an_unforeseen_error_delays_one_source_alone(world, tick):
    def burst(request):
        raise ZeroDivisionError

    world.web[f"{HOME}/news/"] = burst
    world.add_source()

    tick()
    tick.stop()

    source = world.source()
    assert source.leased_until is None
    assert source.next_poll_at > world.now


def test_the_scheduler_runs_its_jobs_and_stops():
    ran = Event()
    job = Job(name="one", every=timedelta(seconds=0.01), run=ran.set)
    scheduler = build_scheduler([job])

    scheduler.start()

    assert ran.wait(PATIENCE)
    scheduler.shutdown()


def test_an_unforeseen_error_is_shown_where_the_operator_looks(world, tick):
    def burst(request):
        raise ZeroDivisionError("by nought")

    world.web[f"{HOME}/news/"] = burst
    world.add_source()

    tick()
    tick.stop()

    source = world.source()
    assert source.health == "failing"
    assert "by nought" in source.health_reason


def test_a_stored_definition_that_is_no_longer_valid_says_so(world, tick):
    world.add_source(misspelt="yes")

    tick()
    tick.stop()

    assert "misspelt" in world.source().health_reason


def test_a_page_that_fails_for_several_listings_is_logged_once(world, tick):
    lists = [
        {"kind": "listing", "url": f"{HOME}/{name}/", "links": "h2 a"} for name in "ab"
    ]
    world.web[f"{HOME}/robots.txt"] = 500
    world.add_source(discover=lists)

    with capture_logs() as lines:
        tick()
        tick.stop()

    assert [line["event"] for line in lines].count("page not read") == 1


def test_pages_that_are_not_read_are_logged_with_their_reasons(world, tick):
    numbers = range(1, 13)
    world.publish(*numbers)
    for n in numbers:
        world.web[f"{HOME}/story/{n}/"] = "<html><title>Soon</title></html>"
    world.add_source()

    with capture_logs() as lines:
        tick()
        tick.stop()

    told = [line for line in lines if line["event"] == "page not read"]
    assert len(told) == MOST_FAILURES_LOGGED
    assert told[0]["url"].startswith(f"{HOME}/story/")
    assert told[0]["reason"] == "no text"
    assert [line["count"] for line in lines if "more" in line["event"]] == [2]
