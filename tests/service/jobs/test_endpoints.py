"""What the breaker does to an endpoint at which nobody answers."""

from datetime import timedelta

import pytest

from db import deliveries as log
from db import subscriptions
from db.engine import transaction
from service.delivery.breaker import FIRST, UNANSWERED_TO_OPEN
from service.webhooks import subscribing
from tests.factories import NOW
from tests.factories_events import (
    Ahead,
    answered,
    deliveries,
    listed,
    prove,
    queue,
    subscription,
)

# A long schedule: what is kept back is kept back by the breaker.
PLAN = {"schedule": (timedelta(0),) * 50}


def unanswered(message):
    return answered(message, None, error="no answer within 15 s")


@pytest.fixture
def silent(engine):
    """A subscription whose breaker has opened, its worker and the worker's clock."""
    who = queue(engine, 20)
    clock = Ahead()
    work = deliveries(engine, clock=clock, **PLAN)
    messages = work.exchange([], 1)
    for _ in range(UNANSWERED_TO_OPEN):
        messages = work.exchange([unanswered(each) for each in messages], 64)
    assert messages == []
    return who, work, clock


def test_an_endpoint_that_nobody_answers_at_is_left_alone(engine, silent):
    who, work, _ = silent

    assert work.exchange([], 64) == []
    assert deliveries(engine, "worker:there:2:b").exchange([], 64) == []
    found = subscription(engine, who)
    assert (found.unanswered, found.state) == (UNANSWERED_TO_OPEN, "active")


def test_being_kept_back_costs_a_delivery_neither_attempt_nor_place(engine, silent):
    waiting = [each for each in listed(engine) if each.attempt_count == 0]

    assert len(waiting) >= 15
    assert {each.state for each in listed(engine)} == {"waiting"}


def test_when_its_time_is_over_one_worker_sends_one_delivery(engine, silent):
    _, work, clock = silent
    clock.by = FIRST
    other = deliveries(engine, "worker:there:2:b", clock=clock, **PLAN)

    assert len(work.exchange([], 64)) == 1
    assert other.exchange([], 64) == []


def test_an_answer_to_the_probe_lets_all_of_it_go(engine, silent):
    who, work, clock = silent
    clock.by = FIRST
    (probe,) = work.exchange([], 64)

    after = work.exchange([answered(probe)], 64)

    assert len(after) == 4
    assert subscription(engine, who).open_until is None


def test_an_error_of_the_receiver_is_an_answer(engine, silent):
    who, work, clock = silent
    clock.by = FIRST
    (probe,) = work.exchange([], 64)

    after = work.exchange([answered(probe, 503)], 64)

    assert len(after) == 1
    assert subscription(engine, who).unanswered == 0


def test_a_connection_that_is_taken_and_closed_is_no_silence(engine):
    who = queue(engine, 20)
    work = deliveries(engine, **PLAN)
    messages = work.exchange([], 1)
    for _ in range(2 * UNANSWERED_TO_OPEN):
        outcomes = [
            answered(m, None, error="closed", was_closed=True) for m in messages
        ]
        messages = work.exchange(outcomes, 1)

    assert subscription(engine, who).unanswered == 0


def test_what_was_tried_before_is_the_probe(engine):
    """A receiver that hangs on each message once gets all of them."""
    queue(engine, 20)
    clock = Ahead()
    pauses = (timedelta(0), FIRST / 2, FIRST / 2)
    work = deliveries(engine, clock=clock, schedule=pauses)
    messages, tried = work.exchange([], 1), set()
    while messages:
        tried |= {each.delivery_id for each in messages}
        messages = work.exchange([unanswered(each) for each in messages], 1)

    clock.by = FIRST

    (probe,) = work.exchange([], 64)
    assert probe.delivery_id in tried


def test_a_probe_that_nobody_answers_doubles_the_pause(engine, silent):
    _, work, clock = silent
    clock.by = FIRST
    (probe,) = work.exchange([], 64)
    assert work.exchange([unanswered(probe)], 64) == []

    clock.by = 2 * FIRST
    assert work.exchange([], 64) == []
    clock.by = 3 * FIRST + timedelta(seconds=1)
    assert len(work.exchange([], 64)) == 1


def test_a_probe_cut_off_by_the_workers_end_is_the_next_workers(engine, silent):
    _, work, clock = silent
    clock.by = FIRST
    (probe,) = work.exchange([], 64)

    work.exchange([answered(probe, None, was_cut=True, error="stopped")], 0)

    assert len(deliveries(engine, "worker:b:2:b", clock=clock).exchange([], 64)) == 1


def test_a_worker_that_dies_in_its_probe_holds_it_no_longer_than_its_lease(
    engine, silent
):
    _, work, clock = silent
    clock.by = FIRST
    work.exchange([], 64)
    clock.by += timedelta(minutes=2, seconds=1)

    assert len(deliveries(engine, "worker:b:2:b", clock=clock).exchange([], 64)) == 1


def test_answers_in_between_keep_it_closed(engine):
    who = queue(engine, 40)
    prove(engine)
    work = deliveries(engine, **PLAN)
    messages = work.exchange([], 1)
    for number in range(4 * UNANSWERED_TO_OPEN):
        (message,) = messages
        speaks = number % UNANSWERED_TO_OPEN == 0
        outcome = answered(message, 500) if speaks else unanswered(message)
        messages = work.exchange([outcome], 1)

    assert subscription(engine, who).open_until is None


def test_a_ping_or_a_resend_is_tried_at_once(engine, silent):
    who, work, clock = silent
    with transaction(engine) as session:
        subscribing.ping(session, str(who.id), now=clock(session))
    (probe,) = work.exchange([], 64)
    assert work.exchange([unanswered(probe)], 64) == []

    with transaction(engine) as session:
        log.resend(session, probe.message_id, now=clock(session))

    assert len(work.exchange([], 64)) == 1


def test_resuming_forgets_that_nobody_answered(engine, silent):
    who, work, _ = silent
    with transaction(engine) as session:
        subscriptions.pause(session, str(who.id))
        subscriptions.resume(session, str(who.id))

    assert subscription(engine, who).unanswered == 0
    assert len(work.exchange([], 64)) == 1


def test_a_clock_set_back_keeps_no_breaker_open(engine):
    who = queue(engine, 20)
    clock = Ahead(timedelta(hours=3))
    work = deliveries(engine, clock=clock, **PLAN)
    messages = work.exchange([], 1)
    for _ in range(UNANSWERED_TO_OPEN):
        messages = work.exchange([unanswered(each) for each in messages], 1)
    assert subscription(engine, who).open_until > NOW

    clock.by = timedelta(0)

    assert len(work.exchange([], 64)) == 1


def test_with_one_delivery_the_schedule_is_what_it_was(engine):
    """Five silent attempts by the schedule: no pause of the breaker is in its way."""
    steps = [timedelta(seconds=s) for s in (0, 5, 300, 1800, 7200, 18000, 36000)]
    queue(engine)
    clock = Ahead()
    work = deliveries(engine, clock=clock, schedule=tuple(steps))

    for pause in steps:
        clock.by += pause * 1.21
        (message,) = work.exchange([], 64)
        assert work.exchange([unanswered(message)], 64) == []
