from datetime import timedelta
from threading import Barrier, Thread

import pytest

from db import articles, events, fanout, sources, subscriptions
from db import deliveries as log
from db.engine import reading, transaction
from db.filters import Filter
from service.jobs.fanout import Batches, FanOut
from service.jobs.stepping import Stepper
from tests.factories import NOW
from tests.factories_events import add_source, fan_out, publish, subscribe
from tests.waiting import until


def queued(engine, **values):
    """What is in the outbox, the oldest first: (subscription, type)."""
    with reading(engine) as session:
        found = log.list_deliveries(session, limit=5000, **values)
    return [(each.subscription_id, each.type) for each in reversed(found)]


def withdraw(engine, *positions):
    with transaction(engine) as session:
        articles.withdraw(session, positions, by="site", now=NOW)


def test_each_event_goes_to_each_subscription_in_order(engine):
    first, second = subscribe(engine), subscribe(engine)
    publish(engine, add_source(engine), 1, 2)

    fan_out(engine)

    assert queued(engine) == [
        (who.id, "article.published") for _ in range(2) for who in (first, second)
    ]


def test_a_second_look_makes_nothing_twice(engine):
    subscribe(engine)
    publish(engine, add_source(engine), 1)

    fan_out(engine)
    fan_out(engine)

    assert len(queued(engine)) == 1


def test_what_was_before_the_subscription_is_not_sent(engine):
    source = add_source(engine)
    publish(engine, source, 1)
    subscribe(engine)
    publish(engine, source, 2)

    fan_out(engine)

    assert len(queued(engine)) == 1


def test_history_floods_nobody(engine):
    subscribe(engine)
    asked = subscribe(engine, wants_history=True)
    publish(engine, add_source(engine), 1, 2, is_history=True)

    fan_out(engine)

    assert queued(engine) == [(asked.id, "article.published")] * 2


def test_an_edit_comes_and_goes_through_filters(engine):
    source = add_source(engine)
    floods = subscribe(engine, filter=Filter(tags=("floods",)))
    droughts = subscribe(engine, filter=Filter(tags=("droughts",)))
    publish(engine, source, 1, tags=("floods",))
    publish(engine, source, 1, tags=("droughts",))

    fan_out(engine)

    assert queued(engine, subscription_id=floods.id) == [
        (floods.id, "article.published"),
        (floods.id, "article.withdrawn"),
    ]
    assert queued(engine, subscription_id=droughts.id) == [
        (droughts.id, "article.published")
    ]


def test_withdrawal_and_return_are_told(engine):
    source = add_source(engine)
    who = subscribe(engine)
    (position,) = publish(engine, source, 1)
    withdraw(engine, position)
    with transaction(engine) as session:
        articles.restore(session, [position], now=NOW)

    fan_out(engine)

    assert [kind for _, kind in queued(engine)] == [
        "article.published",
        "article.withdrawn",
        "article.restored",
    ]
    assert who.id


def test_equal_payloads_are_stored_once(engine):
    for content in ("full", "full", "headline"):
        subscribe(engine, content=content)
    publish(engine, add_source(engine), 1)

    fan_out(engine)

    with reading(engine) as session:
        bodies = [
            log.get_delivery(session, str(each.id)).body
            for each in log.list_deliveries(session)
        ]
    assert len(bodies) == 3
    assert len(set(bodies)) == 2


def test_the_id_of_an_event_is_its_own_for_each_subscription(engine):
    subscribe(engine)
    subscribe(engine)
    publish(engine, add_source(engine), 1, 2)

    fan_out(engine)

    with reading(engine) as session:
        ids = {each.message_id for each in log.list_deliveries(session)}
    assert len(ids) == 4
    assert all(one.startswith("msg_") and "." not in one for one in ids)


def test_a_paused_subscription_keeps_its_queue_a_disabled_one_has_none(engine):
    source = add_source(engine)
    paused, disabled = subscribe(engine, is_paused=True), subscribe(engine)
    with transaction(engine) as session:
        subscriptions.disable(session, [disabled.id], reason="gone")
    publish(engine, source, 1)

    fan_out(engine)

    assert queued(engine) == [(paused.id, "article.published")]


def test_one_that_was_disabled_goes_on_from_now(engine):
    source = add_source(engine)
    who = subscribe(engine)
    with transaction(engine) as session:
        subscriptions.disable(session, [who.id], reason="gone")
    publish(engine, source, 1)
    with transaction(engine) as session:
        subscriptions.resume(session, str(who.id))
    publish(engine, source, 2, 3)

    fan_out(engine)

    assert len(queued(engine)) == 2


def test_large_batches_are_cut_into_short_transactions(engine):
    subscribe(engine)
    publish(engine, add_source(engine), *range(7))
    work = FanOut(engine, batches=Batches(pairs=3))

    steps = 0
    while work.step():
        steps += 1

    assert steps == 3
    assert len(queued(engine)) == 7


def test_two_workers_at_once_make_nothing_twice(engine):
    for _ in range(5):
        subscribe(engine)
    publish(engine, add_source(engine), *range(40))
    together = Barrier(3)

    def work():
        together.wait()
        fan_out(engine, pairs=10)

    threads = [Thread(target=work) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    fan_out(engine)

    assert len(queued(engine)) == 200


def test_an_event_that_cannot_be_shown_does_not_stop_those_after_it(engine):
    who = subscribe(engine, format="no such format")
    other = subscribe(engine)
    publish(engine, add_source(engine), 1)

    fan_out(engine)

    assert queued(engine) == [(other.id, "article.published")]
    with reading(engine) as session:
        assert not subscriptions.has_behind(session, head=events.last_seq(session))
    assert who.id


def test_a_backfill_sends_what_is_stored_under_the_ids_it_would_have_had(engine):
    source = add_source(engine)
    early = subscribe(engine)
    gone, _, _ = publish(engine, source, 1, 2, 3)
    fan_out(engine)
    withdraw(engine, gone)
    late = subscribe(engine, wants_history=True)
    with transaction(engine) as session:
        fanout.add_backfill(session, late.id, now=NOW)

    fan_out(engine)

    assert (
        queued(engine, subscription_id=late.id) == [(late.id, "article.published")] * 2
    )
    assert len(queued(engine, subscription_id=early.id)) == 4


def test_the_past_waits_while_there_is_enough_to_do(engine):
    publish(engine, add_source(engine), *range(10))
    late = subscribe(engine, wants_history=True)
    with transaction(engine) as session:
        fanout.add_backfill(session, late.id, now=NOW)

    fan_out(engine, past=4)

    assert len(queued(engine)) == 4
    with reading(engine) as session:
        (task,) = fanout.list_tasks(session)
    assert task.made == 4


def test_a_private_source_is_not_in_a_backfill_that_does_not_name_it(engine):
    publish(engine, add_source(engine, visibility="private"), 1)
    nosy = subscribe(engine, wants_history=True)
    named = subscribe(engine, wants_history=True, filter=Filter(sources=("example",)))
    with transaction(engine) as session:
        for who in (nosy, named):
            fanout.add_backfill(session, who.id, now=NOW)

    fan_out(engine)

    assert queued(engine) == [(named.id, "article.published")]


def test_a_replay_sends_again_under_the_same_ids(engine):
    who = subscribe(engine)
    publish(engine, add_source(engine), 1, 2)
    fan_out(engine)
    with reading(engine) as session:
        before = log.list_deliveries(session)
        first, last = events.range_of(session, since=NOW, until=NOW)
    with transaction(engine) as session:
        fanout.add_replay(session, who.id, first=first, last=last, now=NOW)

    fan_out(engine)

    with reading(engine) as session:
        after = log.list_deliveries(session)
        assert fanout.list_tasks(session) == []
    assert [each.message_id for each in after] == [each.message_id for each in before]
    assert {each.origin for each in after} == {"replay"}


def test_a_range_without_events_is_none(engine):
    day = timedelta(days=1)
    with reading(engine) as session:
        assert events.range_of(session, since=NOW - day, until=NOW + day) is None


def test_a_source_is_shown_by_its_name_of_today(engine):
    source = add_source(engine)
    who = subscribe(engine, filter=Filter(sources=("renamed",)))
    publish(engine, source, 1)
    with transaction(engine) as session:
        sources.rename_source(session, "example", "renamed", now=NOW)

    fan_out(engine)

    assert queued(engine) == [(who.id, "article.published")]


@pytest.mark.parametrize("woken", [True, False])
def test_its_thread_works_at_news_and_at_ticks(engine, woken):
    told = []
    tick = timedelta(seconds=60) if woken else timedelta(milliseconds=10)
    step = FanOut(engine, on_written=lambda: told.append(1)).step
    work = Stepper("fan-out", step, tick=tick)
    work.start()
    subscribe(engine)
    publish(engine, add_source(engine), 1)
    if woken:
        work.wake()

    until(lambda: told)
    work.stop()

    assert len(queued(engine)) == 1
    assert not work.is_alive
