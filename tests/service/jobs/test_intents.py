"""Asking callbacks, on both databases."""

import asyncio
from contextlib import asynccontextmanager
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from sqlalchemy import select

from db import hub_requests
from db.engine import reading, transaction
from db.hub_requests import HubRequest
from db.models import HubRequestRow, HubSubscriberRow
from service.delivery.attempt import Reply
from service.jobs.intents import OF_ONE_HOST, Intents
from tests.factories import NOW
from tests.factories_events import PlainCipher
from tests.service.jobs.test_hub import Feeds


class Callbacks:
    """Answers questions; `answer` gives a Reply from the parameters asked with."""

    def __init__(self, answer=None):
        self.asked = []
        self.answer = answer or self.confirm
        self.open = 0
        self.most_open = 0

    @staticmethod
    async def confirm(query):
        body = query.get("hub.challenge", "").encode()
        return Reply(status=200, error=None, body=body)

    @asynccontextmanager
    async def opened(self):
        yield self

    async def ask(self, url):
        query = {
            name: values[0] for name, values in parse_qs(urlsplit(url).query).items()
        }
        self.asked.append(query)
        self.open += 1
        self.most_open = max(self.open, self.most_open)
        await asyncio.sleep(0)
        reply = await self.answer(query)
        self.open -= 1
        return reply


async def refuse(_query):
    return Reply(status=404, error=None, body=b"")


async def silence(_query):
    return Reply(status=None, error="no answer within 10 s", body=None)


@pytest.fixture
def feeds():
    return Feeds()


def make(engine, feeds, callbacks, **values):
    return Intents(
        engine,
        callbacks.opened,
        feeds,
        cipher=PlainCipher(),
        owner="w",
        lease=timedelta(minutes=2),
        clock=lambda _: NOW,
        **values,
    )


def put(engine, n=1, mode="subscribe", nonce="n", **values):
    given = {
        "topic": "all.atom",
        "topic_url": "https://wire.example/feeds/all.atom",
        "callback": f"https://reader.example/{n}",
        "host": "reader.example:443",
        "lease_seconds": 60,
    }
    with transaction(engine) as session:
        asked = HubRequest(nonce=nonce, mode=mode, **given | values)
        hub_requests.put_request(session, asked, now=NOW)


def subscribers(engine):
    with reading(engine) as session:
        return list(session.scalars(select(HubSubscriberRow.callback)))


def pending(engine):
    with reading(engine) as session:
        return list(session.scalars(select(HubRequestRow.mode)))


def test_who_confirms_is_subscribed_and_who_confirms_the_end_is_not(engine, feeds):
    work = make(engine, feeds, Callbacks())
    put(engine)
    work.step()
    assert subscribers(engine) == ["https://reader.example/1"]

    put(engine, mode="unsubscribe")
    work.step()

    assert subscribers(engine) == []
    assert pending(engine) == []


@pytest.mark.parametrize("answer", [refuse, silence])
def test_who_does_not_confirm_is_not_subscribed_and_asked_once(engine, feeds, answer):
    callbacks = Callbacks(answer)
    work = make(engine, feeds, callbacks)
    put(engine)
    work.step()
    work.step()

    assert len(callbacks.asked) == 1
    assert subscribers(engine) == pending(engine) == []


def test_a_newer_request_that_comes_while_one_is_asked_is_asked_too(engine, feeds):
    async def meanwhile(query):
        if len(callbacks.asked) == 1:
            put(engine, mode="unsubscribe", nonce="newer")
        return await Callbacks.confirm(query)

    callbacks = Callbacks(meanwhile)
    put(engine)
    make(engine, feeds, callbacks).step()

    assert [each["hub.mode"] for each in callbacks.asked] == [
        "subscribe",
        "unsubscribe",
    ]
    assert subscribers(engine) == []


def test_one_host_is_asked_a_few_at_a_time(engine, feeds):
    callbacks = Callbacks()
    for number in range(3 * OF_ONE_HOST):
        put(engine, number)
    make(engine, feeds, callbacks).step()

    assert len(subscribers(engine)) == 3 * OF_ONE_HOST
    assert callbacks.most_open <= OF_ONE_HOST


def test_who_is_denied_is_told_and_its_answer_does_not_matter(engine, feeds):
    callbacks = Callbacks(refuse)
    put(engine, mode="denied", reason="gone")
    make(engine, feeds, callbacks).step()

    assert callbacks.asked[0]["hub.reason"] == "gone"
    assert pending(engine) == []


def test_the_token_of_a_private_feed_is_said_to_its_subscriber_alone(engine, feeds):
    callbacks = Callbacks()
    put(engine, token=PlainCipher().encrypt("t0ken"))
    make(engine, feeds, callbacks).step()

    topic = "https://wire.example/feeds/all.atom?token=t0ken"
    assert callbacks.asked[0]["hub.topic"] == topic
    assert len(subscribers(engine)) == 1


def test_a_feed_that_went_meanwhile_is_not_subscribed_to(engine, feeds):
    feeds.now.clear()
    put(engine)
    make(engine, feeds, Callbacks()).step()

    assert subscribers(engine) == pending(engine) == []


def test_what_was_not_answered_when_the_worker_ends_is_left_to_the_next(engine, feeds):
    async def hang(_query):
        await asyncio.sleep(60)

    put(engine)
    make(engine, feeds, Callbacks(hang), is_stopping=lambda: True).step()
    assert pending(engine) == ["subscribe"]

    make(engine, feeds, Callbacks()).step()

    assert subscribers(engine) == ["https://reader.example/1"]
