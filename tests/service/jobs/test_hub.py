"""Pushing feeds, on both databases: who gets which version, and when not."""

from datetime import timedelta

import pytest
from sqlalchemy import select, update

from db import hub
from db.articles import store
from db.engine import reading, transaction
from db.hub_requests import HubRequest
from db.models import (
    DeliveryRow,
    HubRequestRow,
    HubTopicRow,
    PayloadRow,
    SubscriptionRow,
)
from service.feeds.document import make_document
from service.jobs.hub import Hub
from tests.factories import NOW, arrival, scraped
from tests.factories_feeds import add_source


class Feeds:
    """Documents by name, as the web side would make them."""

    def __init__(self):
        self.now = {}
        self.say("one")

    def say(self, text, seq=1, name="all.atom"):
        self.now[name] = make_document(
            text,
            seq=seq,
            changed=0,
            headers={"Content-Type": "application/atom+xml", "Link": "<self>"},
            previous=None,
            now=0,
        )

    def __call__(self, topic, token):
        return self.now.get(topic)


@pytest.fixture
def feeds():
    return Feeds()


@pytest.fixture
def work(engine, feeds):
    return Hub(engine, feeds, clock=lambda _: NOW)


def subscribe(engine, feeds, n=1, *, lease=3600, secret=None):
    asked = HubRequest(
        nonce="n",
        mode="subscribe",
        topic="all.atom",
        topic_url="https://wire.example/feeds/all.atom",
        callback=f"https://reader{n}.example/",
        host=f"reader{n}.example:443",
        secret=secret,
        lease_seconds=lease,
    )
    document = feeds.now["all.atom"]
    with transaction(engine) as session:
        hub.subscribe(
            session, asked, version=document.version, seq=document.seq, now=NOW
        )


def pushed(engine):
    """What is in the outbox: subscription, state and bytes."""
    chosen = (
        select(DeliveryRow.subscription_id, DeliveryRow.state, PayloadRow.body)
        .join(PayloadRow, PayloadRow.id == DeliveryRow.payload_id)
        .order_by(DeliveryRow.id)
    )
    with reading(engine) as session:
        return [tuple(row) for row in session.execute(chosen)]


def change(engine, row, **values):
    with transaction(engine) as session:
        session.execute(update(row).values(**values))


def test_what_stood_when_somebody_subscribed_is_not_pushed(engine, feeds, work):
    subscribe(engine, feeds)
    work.step()

    assert pushed(engine) == []


def test_a_change_is_pushed_to_each_subscriber_once_from_one_payload(
    engine, feeds, work
):
    subscribe(engine, feeds, 1)
    subscribe(engine, feeds, 2)
    feeds.say("two", seq=2)
    work.step()
    work.step()

    assert pushed(engine) == [(1, "waiting", b"two"), (2, "waiting", b"two")]
    with reading(engine) as session:
        assert session.scalars(select(PayloadRow.link)).all() == ["<self>"]


def test_a_change_while_nobody_worked_is_found_afterwards(engine, feeds):
    subscribe(engine, feeds)
    feeds.say("two", seq=2)
    Hub(engine, feeds, clock=lambda _: NOW).step()

    assert [body for _, _, body in pushed(engine)] == [b"two"]


def test_what_a_walk_through_archives_brings_is_pushed_to_nobody(engine, feeds, work):
    subscribe(engine, feeds)
    with transaction(engine) as session:
        source = add_source(session)
    work.step()

    def find(number, *, is_past):
        found = arrival(scraped(number), is_history=is_past, is_past=is_past)
        with transaction(engine) as session:
            store(session, source, "daily", [found], now=NOW)
        feeds.say(f"its links lead to {number}", seq=1 if is_past else number)
        work.step()
        return [body for _, _, body in pushed(engine)]

    assert find(1, is_past=True) == []
    assert find(2, is_past=False) == [b"its links lead to 2"]


def test_a_push_takes_the_place_of_one_still_waiting(engine, feeds, work):
    subscribe(engine, feeds)
    for number, text in enumerate(("two", "three"), 2):
        feeds.say(text, seq=number)
        change(engine, HubTopicRow, seq=number - 1)
        Hub(engine, feeds, clock=lambda _: NOW).step()

    assert pushed(engine) == [(1, "dropped", b"two"), (1, "waiting", b"three")]


def test_nobody_is_sent_a_version_while_an_earlier_one_is_under_way(engine, feeds):
    subscribe(engine, feeds)
    feeds.say("two", seq=2)
    Hub(engine, feeds, clock=lambda _: NOW).step()
    change(engine, DeliveryRow, lease_owner="w", lease_until=NOW + timedelta(minutes=1))
    feeds.say("three", seq=3)
    later = Hub(engine, feeds, clock=lambda _: NOW)
    later.step()
    assert [body for _, _, body in pushed(engine)] == [b"two"]

    change(engine, DeliveryRow, lease_owner=None, lease_until=None, due_at=NOW)
    later.step()

    assert pushed(engine) == [(1, "dropped", b"two"), (1, "waiting", b"three")]


def test_an_older_version_never_follows_a_newer_one(engine, feeds):
    subscribe(engine, feeds)
    feeds.say("three", seq=3)
    Hub(engine, feeds, clock=lambda _: NOW).step()
    feeds.say("two", seq=2)
    Hub(engine, feeds, clock=lambda _: NOW).step()

    assert [body for _, _, body in pushed(engine)] == [b"three"]


@pytest.mark.parametrize("state", ["paused", "disabled"])
def test_who_is_not_active_gets_nothing(engine, feeds, work, state):
    subscribe(engine, feeds)
    change(engine, SubscriptionRow, state=state)
    feeds.say("two", seq=2)
    work.step()

    assert pushed(engine) == []


def test_a_lease_that_is_over_ends_the_subscription_and_its_queue(engine, feeds):
    subscribe(engine, feeds, lease=10)
    feeds.say("two", seq=2)
    Hub(engine, feeds, clock=lambda _: NOW).step()
    Hub(engine, feeds, clock=lambda _: NOW + timedelta(seconds=10)).step()

    assert pushed(engine) == []
    with reading(engine) as session:
        assert session.scalars(select(SubscriptionRow)).all() == []
        assert session.scalars(select(HubTopicRow)).all() == []


def test_a_renewal_brings_a_new_lease_and_secret_and_revives(engine, feeds):
    subscribe(engine, feeds, secret="old", lease=10)
    change(engine, SubscriptionRow, state="disabled", failing_since=NOW)
    subscribe(engine, feeds, secret=None, lease=100)
    Hub(engine, feeds, clock=lambda _: NOW + timedelta(seconds=50)).step()

    with reading(engine) as session:
        (row,) = session.scalars(select(SubscriptionRow))
    assert (row.state, row.secrets, row.failing_since) == ("active", [], None)


def test_when_a_feed_is_gone_its_subscribers_are_told(engine, feeds, work):
    subscribe(engine, feeds)
    feeds.now.clear()
    work.step()

    with reading(engine) as session:
        (told,) = session.scalars(select(HubRequestRow))
        assert session.scalars(select(SubscriptionRow)).all() == []
    assert (told.mode, told.topic_url) == (
        "denied",
        "https://wire.example/feeds/all.atom",
    )
    assert "no longer published" in told.reason
