"""What a subscriber sees of a worker."""

from datetime import timedelta

import pytest
from standardwebhooks import Webhook

from config.settings import Settings
from db import subscriptions
from db.engine import transaction
from service.delivery.keys import new_private_key
from service.jobs import deliver
from service.services import build
from tests.factories import NOW
from tests.factories_events import (
    PlainCipher,
    delivering,
    queue,
    shown,
    states,
    subscribe,
    subscription,
)
from tests.fakes_subscriber import SECRET, FakeSubscriber
from tests.waiting import until

DAY = timedelta(days=1)


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
    with FakeSubscriber("reset", 500, 200) as subscriber, delivering(engine):
        queue(engine, url=subscriber.url)
        first, _, last = subscriber.wait_for(3)
        until(lambda: states(engine) == ["delivered"])

    assert (first.id, first.body) == (last.id, last.body)
    assert not subscriber.forged
    attempts = shown(engine).attempts
    assert [each.status for each in attempts] == [None, 500, 200]
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
    for secret in (SECRET, new):
        Webhook(secret).verify(request.body, request.headers)


def test_every_signature_asked_for_is_sent(engine):
    both = PlainCipher().encrypt(f"{SECRET} {new_private_key()}")
    asked = {"secret": both, "signatures": ("v1", "v1a", "hub")}
    with FakeSubscriber() as subscriber, delivering(engine):
        queue(engine, url=subscriber.url, **asked)
        (request,) = subscriber.wait_for(1)

    assert not subscriber.forged
    signatures = request.headers["webhook-signature"].split(" ")
    assert [each.partition(",")[0] for each in signatures] == ["v1", "v1a"]
    assert request.headers["x-hub-signature-256"].startswith("sha256=")


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
