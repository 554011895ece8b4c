"""A worker is killed at whatever moment; no event is lost, the log stays true.

`CHECK_KILLS` sets how often.
"""

import os
import signal
import subprocess
import sys
import time
from collections import Counter
from random import Random

import pytest

from config.settings import Settings
from db import deliveries as log
from db import subscriptions
from db.engine import build_engine, reading, transaction
from service.secrets import build_cipher
from tests.factories import NOW
from tests.factories_events import add_source, publish
from tests.fakes_subscriber import FakeSubscriber
from tests.waiting import until

KEY = "a key for this test alone, long enough for anyone"
KILLS = int(os.environ.get("CHECK_KILLS", "6"))
ARTICLES = 20 * KILLS
# What a subscription may have under way at once.
CONCURRENCY = 4


class Worker:
    """`tests.delivering_process` on a database."""

    def __init__(self, url):
        environment = os.environ | {
            "WIREROOM_DATABASE_URL": url,
            "WIREROOM_SECRET_KEY": KEY,
            "WIREROOM_ALLOW_NETS": "127.0.0.0/8",
            "WIREROOM_DELIVERY_SCHEDULE": "0,100ms,100ms,100ms",
            "WIREROOM_LEASE": "10s",
            "WIREROOM_DELIVERY_TIMEOUT": "9s",
        }
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.delivering_process"],
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def wait_until_up(self):
        assert self.process.stdout.readline() == "up\n"

    def kill(self):
        os.kill(self.process.pid, signal.SIGKILL)
        self.process.communicate()

    def end(self):
        self.process.communicate(timeout=20)
        return self.process.returncode


@pytest.fixture
def start(database_url):
    """Start workers on the database; none outlives the test."""
    started = []

    def one():
        worker = Worker(database_url)
        started.append(worker)
        worker.wait_until_up()
        return worker

    yield one
    for worker in started:
        if worker.process.returncode is None:
            worker.kill()


def test_a_worker_killed_again_and_again_loses_nothing(database_url, start):
    engine = build_engine(database_url)
    rng = Random(7)
    source = add_source(engine)
    with FakeSubscriber(503, 200) as subscriber:
        token = cipher(database_url).encrypt(subscriber.secrets[0])
        subscribe_with(engine, subscriber.url, token)
        for kill in range(KILLS):
            worker = start()
            each = ARTICLES // KILLS
            publish(engine, source, *range(kill * each, (kill + 1) * each))
            time.sleep(rng.uniform(0, 0.3))
            worker.kill()
        worker = start()
        until(lambda: delivered(engine) == ARTICLES, seconds=60 + KILLS)
        assert worker.end() == 0

    repeats = Counter(subscriber.ids)
    assert len(repeats) == ARTICLES
    assert sum(repeats.values()) <= 2 * ARTICLES + KILLS * CONCURRENCY
    assert not subscriber.forged
    assert_log_is_true(engine, repeats)
    engine.dispose()


def assert_log_is_true(engine, arrivals):
    """Every request that came stands in the log, as answered or as cut off."""
    with reading(engine) as session:
        for message_id, count in arrivals.items():
            attempts = log.get_delivery(session, message_id).attempts
            numbers = [attempt.number for attempt in attempts]
            assert numbers == list(range(1, len(numbers) + 1))
            assert len(attempts) >= count
            assert attempts[-1].status == 200


def delivered(engine):
    with reading(engine) as session:
        return len(log.list_deliveries(session, state="delivered", limit=10_000))


def cipher(database_url):

    return build_cipher(Settings(database_url=database_url, secret_key=KEY))


def subscribe_with(engine, url, token):

    new = subscriptions.NewSubscription(url=url, secret=token)
    with transaction(engine) as session:
        subscriptions.add_subscription(session, new, now=NOW)


def test_two_workers_send_nothing_twice(database_url, start):
    """Without a crash; on PostgreSQL they may be on two machines."""
    engine = build_engine(database_url)
    with FakeSubscriber() as one, FakeSubscriber() as other:
        for subscriber in (one, other):
            token = cipher(database_url).encrypt(subscriber.secrets[0])
            subscribe_with(engine, subscriber.url, token)
        workers = [start(), start()]
        source = add_source(engine)
        for first in range(0, 200, 10):
            publish(engine, source, *range(first, first + 10))
        until(lambda: delivered(engine) == 400, seconds=60)
        assert [worker.end() for worker in workers] == [0, 0]

    for subscriber in (one, other):
        assert len(subscriber.ids) == len(set(subscriber.ids)) == 200
        assert not subscriber.forged
    engine.dispose()


def test_what_a_worker_was_sending_when_it_ended_is_sent_by_the_next(
    database_url, start
):
    engine = build_engine(database_url)
    with FakeSubscriber("hang", 200) as subscriber:
        token = cipher(database_url).encrypt(subscriber.secrets[0])
        subscribe_with(engine, subscriber.url, token)
        first = start()
        publish(engine, add_source(engine), 1)
        subscriber.wait_for(1)
        first.kill()
        second = start()
        until(lambda: delivered(engine) == 1)
        assert second.end() == 0

    assert subscriber.ids[0] == subscriber.ids[1]
    engine.dispose()
