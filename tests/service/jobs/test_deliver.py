from db import deliveries as log
from db.engine import reading
from tests.factories_events import (
    add_source,
    delivering,
    fan_out,
    publish,
    subscribe,
)
from tests.fakes_subscriber import FakeSubscriber
from tests.waiting import until


def listed(engine, **values):
    with reading(engine) as session:
        return log.list_deliveries(session, **values)


def states(engine):
    return [each.state for each in listed(engine)]


def test_every_event_arrives_once_signed_and_the_log_tells(engine):
    with FakeSubscriber() as subscriber, delivering(engine):
        subscribe(engine, subscriber.url)
        publish(engine, add_source(engine), *range(20))
        fan_out(engine)

        subscriber.wait_for(20)
        until(lambda: states(engine) == ["delivered"] * 20)

    assert len(set(subscriber.ids)) == 20
    assert not subscriber.forged
    with reading(engine) as session:
        sent = log.get_delivery(session, subscriber.ids[0])
    (attempt,) = sent.attempts
    assert (attempt.number, attempt.status, attempt.response_body) == (1, 200, b"{}")
    assert attempt.request_headers["webhook-id"] == subscriber.ids[0]
    assert sent.body == subscriber.arrived[0].body
