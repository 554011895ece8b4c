"""What one exchange with the outbox does."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import update

from db import deliveries as log
from db import subscriptions
from db.claims import Turn
from db.engine import build_engine, transaction
from db.models import SubscriptionRow
from service.delivery.engine import ExchangeFailed
from service.jobs.endpoints import share
from service.jobs.lines import INTERRUPTED
from tests.factories import NOW
from tests.factories_events import (
    Ahead,
    answered,
    deliveries,
    fan_out,
    prove,
    publish,
    queue,
    shown,
    states,
    subscribe,
    subscription,
)

DAY = timedelta(days=1)


def test_a_subscription_gets_one_at_a_time_until_it_proves_itself(engine):
    queue(engine, 10)
    work = deliveries(engine)

    (first,) = work.exchange([], 64)
    after = work.exchange([answered(first)], 64)

    assert len(after) == 4


def test_what_goes_to_many_is_held_once(engine):
    for _ in range(3):
        subscribe(engine)
    queue(engine)
    work = deliveries(engine)

    taken = work.exchange([], 2) + work.exchange([], 2)

    assert len(taken) == 4
    assert len({id(each.body) for each in taken}) == 1


def test_one_that_fails_gets_one_at_a_time_again(engine):
    queue(engine, 10)
    prove(engine)
    work = deliveries(engine)

    several = work.exchange([], 64)
    after = work.exchange([answered(each, 500) for each in several], 64)

    assert (len(several), len(after)) == (4, 1)


def test_what_is_under_way_counts_against_its_endpoint(engine):
    queue(engine, 10)
    prove(engine)
    work = deliveries(engine)

    first = work.exchange([], 64)

    assert work.exchange([], 64) == []
    assert len(work.exchange([answered(first[0])], 64)) == 1


def test_room_goes_to_those_who_wait_longest():
    def endpoint(number, *, cap=4, proven=True):
        return Turn(
            id=number,
            url="",
            secrets="[]",
            signatures="[]",
            concurrency=cap,
            is_proven=proven,
        )

    found = [endpoint(1), endpoint(2, proven=False), endpoint(3), endpoint(4)]

    assert share(found, {1: 3}, 5) == {1: 1, 2: 1, 3: 3}
    assert share(found, {}, 0) == {}


def test_two_workers_take_nothing_twice(engine):
    queue(engine, 10)
    prove(engine)
    one, other = deliveries(engine), deliveries(engine, "worker:there:2:b")

    mine, theirs = one.exchange([], 64), other.exchange([], 64)

    assert len(mine) == len(theirs) == 4
    assert not {m.delivery_id for m in mine} & {t.delivery_id for t in theirs}


def test_what_a_dead_worker_had_is_due_again_when_its_lease_ends(engine):
    queue(engine)
    dead = deliveries(engine, "worker:gone:2:b")
    (lost,) = dead.exchange([], 64)
    after = deliveries(engine, clock=Ahead(timedelta(minutes=3)))

    assert deliveries(engine).exchange([], 64) == []
    (again,) = after.exchange([], 64)
    after.exchange([answered(again)], 0)

    assert again.message_id == lost.message_id
    attempts = shown(engine).attempts
    assert [(a.number, a.error, a.status) for a in attempts] == [
        (1, INTERRUPTED, None),
        (2, None, 200),
    ]


def test_an_outcome_that_comes_after_its_lease_is_the_next_workers_to_tell(engine):
    queue(engine)
    slow = deliveries(engine, "worker:slow:2:b")
    (message,) = slow.exchange([], 64)
    deliveries(engine, clock=Ahead(timedelta(minutes=3))).exchange([], 64)

    slow.exchange([answered(message)], 0)

    assert states(engine) == ["waiting"]


def test_a_worker_whose_own_lease_ran_out_tells_of_the_attempt_it_made_last(engine):
    queue(engine)
    prove(engine)
    clock = Ahead(timedelta(0))
    work = deliveries(engine, clock=clock)
    (first,) = work.exchange([], 64)
    clock.by = timedelta(minutes=3)
    (second,) = work.exchange([], 64)

    work.exchange([answered(first, 410)], 0)
    assert states(engine) == ["waiting"]
    work.exchange([answered(second)], 0)
    work.exchange([answered(first, 410)], 0)

    assert states(engine) == ["delivered"]
    assert [(a.number, a.status) for a in shown(engine).attempts] == [
        (1, None),
        (2, 200),
    ]


def test_an_outcome_is_never_booked_on_who_has_its_number_now(engine):
    who = queue(engine)
    work = deliveries(engine)
    (message,) = work.exchange([], 64)
    with transaction(engine) as session:
        subscriptions.remove_subscription(session, str(who.id))
    other = subscribe(engine)
    publish(engine, 1, 5)
    fan_out(engine)
    prove(engine)
    (theirs,) = work.exchange([], 64)
    taken = replace(message, delivery_id=theirs.delivery_id, endpoint=theirs.endpoint)

    work.exchange([answered(taken, 410)], 0)
    work.exchange([answered(theirs)], 0)

    assert subscription(engine, other).state == "active"
    assert states(engine) == ["delivered"]


def test_what_the_workers_end_cut_off_keeps_its_place(engine):
    who = queue(engine)
    work = deliveries(engine)
    (message,) = work.exchange([], 64)
    cut = answered(message, None, error="the worker stopped", was_cut=True)

    work.exchange([cut], 0)
    (again,) = deliveries(engine).exchange([], 64)

    assert again.message_id == message.message_id
    assert shown(engine).attempts[0].error == "the worker stopped"
    assert subscription(engine, who).failing_since is None


def test_a_subscription_removed_meanwhile_does_no_harm(engine):
    who = queue(engine)
    work = deliveries(engine)
    (message,) = work.exchange([], 64)
    with transaction(engine) as session:
        subscriptions.remove_subscription(session, str(who.id))

    assert work.exchange([answered(message)], 64) == []


def test_a_paused_subscription_is_sent_nothing(engine):
    who = queue(engine, is_paused=True)
    work = deliveries(engine)

    assert work.exchange([], 64) == []
    with transaction(engine) as session:
        subscriptions.resume(session, str(who.id))
    assert len(work.exchange([], 64)) == 1


def test_five_days_of_nothing_but_failure_disable(engine):
    who = queue(engine, 3)
    now = deliveries(engine)
    (message,) = now.exchange([], 64)
    (message,) = now.exchange([answered(message, 500)], 64)
    now.exchange([answered(message, 500)], 0)
    assert subscription(engine, who).state == "active"

    later = deliveries(engine, clock=Ahead(5 * DAY))
    (message,) = later.exchange([], 1)
    later.exchange([answered(message, None, error="no answer")], 0)

    found = subscription(engine, who)
    assert found.state == "disabled"
    assert found.state_reason == "nothing but failures for 5 days"


def test_one_success_in_between_is_enough(engine):
    who = queue(engine, 3)
    now = deliveries(engine)
    (message,) = now.exchange([], 64)
    now.exchange([answered(message, 500)], 0)
    later = deliveries(engine, clock=Ahead(4 * DAY))
    (message,) = later.exchange([], 1)
    later.exchange([answered(message)], 0)
    last = deliveries(engine, clock=Ahead(6 * DAY))
    (message,) = last.exchange([], 1)

    last.exchange([answered(message, 500)], 0)

    assert subscription(engine, who).state == "active"


def test_what_an_operator_sends_by_hand_says_nothing_of_health(engine):
    who = queue(engine)
    work = deliveries(engine)
    (message,) = work.exchange([], 64)
    work.exchange([answered(message)], 0)
    before = subscription(engine, who)
    with transaction(engine) as session:
        log.resend(session, message.message_id, now=NOW)

    (again,) = work.exchange([], 64)
    work.exchange([answered(again, 500)], 0)

    assert subscription(engine, who) == before


def test_a_secret_that_does_not_open_keeps_its_queue_and_nobody_elses(engine):
    broken = queue(engine)
    with transaction(engine) as session:
        token = [{"token": "of another key", "expires_at": None}]
        session.execute(update(SubscriptionRow).values(secrets=token))
    well = subscribe(engine)
    publish(engine, 1, 5)
    fan_out(engine)

    messages = deliveries(engine).exchange([], 64)

    assert {each.endpoint for each in messages} == {well.id}
    assert subscription(engine, broken).state == "active"


def test_a_clock_set_back_keeps_nothing_waiting(engine):
    queue(engine, 2)
    clock = Ahead(timedelta(hours=3))
    work = deliveries(engine, clock=clock, schedule=(timedelta(0), timedelta(0)))
    (message,) = work.exchange([], 1)
    work.exchange([answered(message, 500)], 0)

    clock.by = timedelta(0)
    found = work.exchange([], 64)

    assert len(found) == 1


def test_without_a_database_nothing_is_taken_and_the_outcomes_stay(tmp_path):
    work = deliveries(build_engine(f"sqlite:///{tmp_path}/no/such/folder.db"))

    with pytest.raises(ExchangeFailed):
        work.exchange([], 64)
