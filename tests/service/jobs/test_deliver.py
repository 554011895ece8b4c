from datetime import timedelta

import pytest
from sqlalchemy import update

from config.settings import Settings
from db import deliveries as log
from db import subscriptions
from db.claims import Endpoint
from db.engine import build_engine, reading, transaction
from db.models import SubscriptionRow
from service.delivery.engine import ExchangeFailed
from service.delivery.messages import Outcome
from service.jobs import deliver
from service.jobs.deliver import INTERRUPTED, share
from service.services import build
from tests.factories import NOW
from tests.factories_events import (
    Ahead,
    add_source,
    deliveries,
    delivering,
    fan_out,
    publish,
    subscribe,
)
from tests.fakes_subscriber import SECRET, FakeSubscriber
from tests.waiting import until

DAY = timedelta(days=1)


def listed(engine, **values):
    with reading(engine) as session:
        return log.list_deliveries(session, **values)


def states(engine):
    return [each.state for each in listed(engine)]


def shown(engine, key=None):
    with reading(engine) as session:
        found = key or log.list_deliveries(session)[0].id
        return log.get_delivery(session, str(found))


def subscription(engine, who):
    with reading(engine) as session:
        return subscriptions.get_subscription(session, str(who.id))


def prove(engine):
    """Let every subscription have succeeded once, so that it gets its full share."""
    with transaction(engine) as session:
        session.execute(update(SubscriptionRow).values(last_success_at=NOW))


def queue(engine, count=1, **values):
    """Subscribe, publish, and fan out; give the subscription."""
    who = subscribe(engine, **values)
    publish(engine, add_source(engine), *range(count))
    fan_out(engine)
    return who


def answered(message, status=200, **values):
    given = {
        "message": message,
        "started_at": NOW,
        "took_ms": 1.5,
        "status": status,
        "request_headers": {"webhook-id": message.message_id},
    }
    return Outcome(**given | values)


# What a subscriber sees.


def test_every_event_arrives_once_signed_and_the_log_tells(engine):
    with FakeSubscriber() as subscriber, delivering(engine):
        queue(engine, 20, url=subscriber.url)

        subscriber.wait_for(20)
        until(lambda: states(engine) == ["delivered"] * 20)

    assert len(set(subscriber.ids)) == 20
    assert not subscriber.forged
    sent = shown(engine, subscriber.ids[0])
    (attempt,) = sent.attempts
    assert (attempt.number, attempt.status, attempt.response_body) == (1, 200, b"{}")
    assert attempt.request_headers["webhook-id"] == subscriber.ids[0]
    assert sent.body == subscriber.arrived[0].body


def test_a_retry_has_the_same_id_and_bytes_and_a_new_signature(engine):
    with FakeSubscriber(500, "reset", 200) as subscriber, delivering(engine):
        queue(engine, url=subscriber.url)
        first, _, last = subscriber.wait_for(3)
        until(lambda: states(engine) == ["delivered"])

    assert (first.id, first.body) == (last.id, last.body)
    assert not subscriber.forged
    attempts = shown(engine).attempts
    assert [each.status for each in attempts] == [500, None, 200]
    assert [each.number for each in attempts] == [1, 2, 3]


def test_after_the_schedule_a_delivery_has_failed(engine):
    with FakeSubscriber(500) as subscriber, delivering(engine):
        queue(engine, url=subscriber.url)
        until(lambda: states(engine) == ["failed"])

    assert len(subscriber.arrived) == 3
    assert shown(engine).delivery.due_at is None


@pytest.mark.parametrize("plan", ["later:1", "later-by-date:2"])
def test_retry_after_is_waited_for(engine, plan):
    with FakeSubscriber(plan, 200) as subscriber, delivering(engine):
        queue(engine, url=subscriber.url)
        first, second = subscriber.wait_for(2)

    assert second.at - first.at >= 1


def test_410_ends_the_subscription_at_once(engine):
    with FakeSubscriber(410) as subscriber, delivering(engine):
        who = queue(engine, 10, url=subscriber.url)
        until(lambda: subscription(engine, who).state == "disabled")

    assert len(subscriber.arrived) == 1
    assert subscription(engine, who).state_reason == (
        "it answered 410: it wants nothing more"
    )
    assert sorted(states(engine)) == ["failed"] + ["waiting"] * 9


def test_a_redirect_is_a_failure_that_is_retried(engine):
    with FakeSubscriber("moved:/elsewhere", 200) as subscriber, delivering(engine):
        queue(engine, url=subscriber.url)
        until(lambda: states(engine) == ["delivered"])

    assert [each.path for each in subscriber.arrived] == ["/hook", "/hook"]


def test_a_receiver_that_hangs_delays_nobody_else(engine):
    with (
        FakeSubscriber("hang") as hanging,
        FakeSubscriber() as well,
        delivering(engine, timeout=timedelta(seconds=30), grace=0, lanes=4),
    ):
        for _ in range(4):
            subscribe(engine, hanging.url)
        queue(engine, 30, url=well.url)

        well.wait_for(30, seconds=5)


def test_a_fifty_megabyte_answer_is_a_success_like_any_other(engine):
    with FakeSubscriber("big:50") as subscriber, delivering(engine):
        queue(engine, url=subscriber.url)
        until(lambda: states(engine) == ["delivered"])

    assert len(shown(engine).attempts[0].response_body) == 16384


def test_whatever_bytes_come_back_the_log_takes_them(engine):
    with FakeSubscriber("odd") as subscriber, delivering(engine):
        queue(engine, url=subscriber.url)
        until(lambda: states(engine) == ["delivered"])

    assert shown(engine).attempts[0].response_body == b"\x00\xff\x00\xff"


def test_while_secrets_overlap_both_sign(engine):
    new = "whsec_" + "bmV3IHNlY3JldCBvZiB0d2VudHktZm91ciBieXRlcw=="
    with FakeSubscriber(secrets=(new,)) as subscriber:
        who = queue(engine, url=subscriber.url)
        with transaction(engine) as session:
            subscriptions.rotate(
                session, str(who.id), secret=f"<{new}>", overlap_until=NOW + 9999 * DAY
            )
        with delivering(engine):
            (request,) = subscriber.wait_for(1)

    assert not subscriber.forged
    assert request.headers["webhook-signature"].count("v1,") == 2


def test_a_secret_past_its_time_no_longer_signs(engine):
    new = "whsec_" + "bmV3IHNlY3JldCBvZiB0d2VudHktZm91ciBieXRlcw=="
    with FakeSubscriber(secrets=(SECRET,)) as subscriber:
        who = queue(engine, url=subscriber.url)
        with transaction(engine) as session:
            subscriptions.rotate(
                session, str(who.id), secret=f"<{new}>", overlap_until=NOW
            )
        with delivering(engine):
            (request,) = subscriber.wait_for(1)

    assert request.headers["webhook-signature"].count("v1,") == 1
    assert subscriber.forged


def test_the_settings_make_an_engine(database_url):
    settings = Settings(database_url=database_url)

    made = deliver.build(build(settings, kind="worker"))

    assert not made.is_alive


# What one exchange does.


def test_a_subscription_gets_one_at_a_time_until_it_proves_itself(engine):
    queue(engine, 10)
    work = deliveries(engine)

    (first,) = work.exchange([], 64)
    after = work.exchange([answered(first)], 64)

    assert len(after) == 4


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
        return Endpoint(
            id=number,
            url="",
            secrets=(),
            concurrency=cap,
            is_proven=proven,
            due_at=NOW,
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
