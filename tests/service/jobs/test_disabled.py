"""Who is told when a subscription is given up, and who is not."""

import json
from datetime import timedelta

from db import deliveries as log
from db import subscriptions
from db.engine import reading, transaction
from service.webhooks import subscribing
from service.webhooks.events import DISABLED, OF_ARTICLES
from tests.factories import NOW
from tests.factories_events import (
    add_source,
    answered,
    deliveries,
    fan_out,
    publish,
    subscribe,
    subscription,
)


def give_up(engine, who):
    """Have a receiver answer 410 to its next article."""
    source = add_source(engine)
    publish(engine, source, 1)
    fan_out(engine)
    work = deliveries(engine)
    messages = work.exchange([], 64)
    gone = [answered(m, 410 if m.endpoint == who.id else 200) for m in messages]
    work.exchange(gone, 0)
    fan_out(engine)


def told(engine):
    """What waits, as (subscription, type)."""
    with reading(engine) as session:
        found = log.list_deliveries(session, state="waiting")
    return [(each.subscription_id, each.type) for each in found]


def test_who_names_the_type_is_told(engine):
    who = subscribe(engine, description="The desk", url="https://a.example/s3cret")
    alarm = subscribe(engine, event_types=(DISABLED,), url="https://b.example/")
    subscribe(engine, url="https://c.example/")

    give_up(engine, who)

    (message,) = deliveries(engine).exchange([], 64)
    data = json.loads(message.body)["data"]
    assert message.endpoint == alarm.id
    assert data["subscription"] == str(who.uid)
    assert (data["number"], data["description"]) == (who.id, "The desk")
    assert data["host"] == "a.example"
    assert "410" in data["reason"]
    assert b"s3cret" not in message.body


def test_nobody_is_told_of_its_own_end(engine):
    both = (DISABLED, *OF_ARTICLES)
    who = subscribe(engine, event_types=both)

    give_up(engine, who)
    assert subscription(engine, who).state == "disabled"
    with reading(engine) as session:
        assert subscriptions.count_disabled(session) == 1
    assert told(engine) == []

    day = timedelta(days=1)
    with transaction(engine) as session:
        subscriptions.resume(session, str(who.id))
        subscribing.replay(
            session, str(who.id), since=NOW - day, until=NOW + 4000 * day, now=NOW
        )
    fan_out(engine)
    assert {kind for _, kind in told(engine)} == {"article.published"}


def test_an_alarm_that_is_given_up_is_told_of_once(engine):
    """It rings no bell of its own, and the other one once."""
    who = subscribe(engine, url="https://a.example/")
    first = subscribe(engine, event_types=(DISABLED,), url="https://b.example/")
    other = subscribe(engine, event_types=(DISABLED,), url="https://c.example/")
    give_up(engine, who)

    work = deliveries(engine)
    for _ in range(3):
        messages = work.exchange([], 64)
        work.exchange(
            [answered(m, 410 if m.endpoint == first.id else 200) for m in messages], 0
        )
        fan_out(engine)

    with reading(engine) as session:
        found = log.list_deliveries(session, limit=50)
    alarms = [each.subscription_id for each in found if each.type == DISABLED]
    assert sorted(alarms) == [first.id, other.id, other.id]


def test_a_failure_that_disables_nobody_is_told_to_nobody(engine):
    alarm = subscribe(engine, event_types=(DISABLED,), url="https://b.example/")
    who = subscribe(engine, url="https://a.example/")
    source = add_source(engine)
    publish(engine, source, 1)
    fan_out(engine)
    work = deliveries(engine)
    (message,) = work.exchange([], 64)
    work.exchange([answered(message, 500)], 0)
    fan_out(engine)

    assert subscription(engine, who).state == "active"
    assert alarm.id not in [endpoint for endpoint, _ in told(engine)]
