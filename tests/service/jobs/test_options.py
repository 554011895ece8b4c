"""What the options of a subscription do to what it is sent."""

from collections import Counter
from datetime import timedelta

import pytest

from db.engine import transaction
from service.webhooks.editing import Edit, edit
from tests.factories_events import (
    Ahead,
    PlainCipher,
    add_source,
    answered,
    deliveries,
    delivering,
    fan_out,
    prove,
    publish,
    queue,
    shown,
    states,
    subscribe,
    subscription,
)
from tests.fakes_subscriber import FakeSubscriber
from tests.waiting import until

SECOND = timedelta(seconds=1)


def edited(engine, who, **changes):
    with transaction(engine) as session:
        return edit(session, PlainCipher(), str(who.id), Edit(**changes))


def taken(work, rounds=10):
    """All that a worker gets while it answers at once."""
    count, messages = 0, []
    for _ in range(rounds):
        messages = work.exchange([answered(each) for each in messages], 64)
        count += len(messages)
    return count


def test_no_more_than_the_rate_allows_is_taken_whoever_asks(engine):
    queue(engine, 30, rate=(5, 60))
    prove(engine)
    clock = Ahead()
    one, other = (deliveries(engine, name, clock=clock) for name in ("a:b:1", "a:b:2"))

    assert taken(one) + taken(other) == 5
    clock.by = 59 * SECOND
    assert taken(one) + taken(other) == 0
    clock.by = 62 * SECOND
    assert taken(other) == 5


def test_the_worker_knows_when_the_rate_allows_more(engine):
    queue(engine, 30, rate=(2, 60))
    prove(engine)
    work = deliveries(engine)

    assert work.again_in() is None
    taken(work)

    assert 55 * SECOND < work.again_in() <= 61 * SECOND


def test_a_rate_holds_back_nobody_else(engine):
    slow = queue(engine, 10, rate=(1, 60))
    quick = queue_another(engine)
    prove(engine)

    found = Counter(each.endpoint for each in deliveries(engine).exchange([], 64))

    assert found == {slow.id: 1, quick.id: 4}


def queue_another(engine):
    who = subscribe(engine, "https://another.example/hook")
    publish(engine, add_source(engine, "other"), *range(4), slug="other")
    fan_out(engine)
    return who


def test_five_a_second_arrive_at_five_a_second(engine):
    with FakeSubscriber() as subscriber, delivering(engine):
        queue(engine, 12, url=subscriber.url, rate=(5, 1))
        arrived = subscriber.wait_for(12)

    moments = [each.at for each in arrived]
    # A fifth of a second is for the way from the claim to the receiver.
    assert moments[5] - moments[0] > 0.8
    assert 1.8 < moments[10] - moments[0] < 4


def test_a_clock_set_back_holds_no_rate_back(engine):
    queue(engine, 10, rate=(1, 60))
    clock = Ahead(timedelta(hours=3))
    work = deliveries(engine, clock=clock)
    assert taken(work) == 1

    clock.by = timedelta(0)
    work.exchange([], 64)
    clock.by = 61 * SECOND

    assert taken(work) == 1


@pytest.mark.parametrize("count", [1, 9])
def test_so_many_at_once_as_are_asked_for(engine, count):
    queue(engine, 30, concurrency=count)
    prove(engine)

    assert len(deliveries(engine).exchange([], 64)) == count


def test_own_headers_are_sent_and_kept_out_of_the_log(engine):
    with FakeSubscriber() as subscriber, delivering(engine):
        queue(engine, url=subscriber.url, headers={"X-Api-Key": "<hunter2>"})
        (request,) = subscriber.wait_for(1)
        until(lambda: states(engine) == ["delivered"])

    assert request.headers["x-api-key"] == "hunter2"
    assert not subscriber.forged
    (attempt,) = shown(engine).attempts
    assert attempt.request_headers["X-Api-Key"] == "…"
    assert "hunter2" not in str(attempt)


def test_headers_that_do_not_open_keep_the_queue(engine):
    queue(engine, headers={"X-Api-Key": "of another key"})

    assert deliveries(engine).exchange([], 64) == []
    assert states(engine) == ["waiting"]


def test_another_address_proves_itself_anew(engine):
    who = queue(engine, 10)
    prove(engine)

    edited(engine, who, url="https://new.example/hook")

    (message,) = deliveries(engine).exchange([], 64)
    assert message.url == "https://new.example/hook"


def test_headers_are_changed_one_by_one(engine):
    who = queue(engine, headers={"X-A": "<1>", "X-B": "<2>"})

    edited(engine, who, headers=("x-a:", "X-C: 3"))

    assert subscription(engine, who).headers == {"X-B": "<2>", "X-C": "<3>"}


def test_a_limit_can_be_taken_away(engine):
    who = queue(engine, 10, rate=(1, 3600))
    prove(engine)
    taken(deliveries(engine))

    edited(engine, who, rate="none")

    assert subscription(engine, who).rate is None
    assert len(deliveries(engine).exchange([], 64)) == 4
