"""A worker killed at random moments loses nothing (DESIGN 3, rules 6 to 8)."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from datetime import UTC, datetime
from random import Random

import pytest
from sqlalchemy import func, select

from config.settings import Settings
from db import sources, subscriptions
from db.engine import reading, transaction
from db.models import ArticleRow, DeliveryRow, EventRow, HostRow, SourceRow
from db.sources import Definition
from db.subscriptions import NewSubscription
from service.secrets import build_cipher
from tests.fakes_subscriber import SECRET, FakeSubscriber
from tests.story_site import StorySite
from tests.waiting import until

ARTICLES = 300
KILLS = int(os.environ.get("WIREROOM_TEST_KILLS", "8"))
LEASE_SECONDS = 3
KEY = "a key for these tests alone"


@pytest.fixture
def environment(database_url):
    return {
        **{k: v for k, v in os.environ.items() if not k.startswith("WIREROOM_")},
        "WIREROOM_DATABASE_URL": database_url,
        "WIREROOM_SECRET_KEY": KEY,
        "WIREROOM_ALLOW_NETS": "127.0.0.0/8",
        "WIREROOM_HOST_PAUSE": "0",
        "WIREROOM_LEASE": f"{LEASE_SECONDS}s",
        "WIREROOM_DELIVERY_TIMEOUT": "2s",
        "WIREROOM_FETCH_TIMEOUT": "1s",
        "WIREROOM_TICK": "100ms",
        "WIREROOM_DELIVERY_SCHEDULE": "0,1,1,1,1",
    }


def prepare(engine, site, subscriber):
    spec = {
        "name": "The Daily Example",
        "home": f"{site.url}/",
        "every": "10s",
        "notify": True,
        "discover": [{"kind": "sitemap", "url": f"{site.url}/sitemap.xml"}],
    }
    cipher = build_cipher(Settings(secret_key=KEY))
    now = datetime.now(UTC)
    with transaction(engine) as session:
        definition = Definition(slug="example", spec=spec)
        sources.add_source(session, definition, origin="api", now=now)
        new = NewSubscription(url=subscriber.url, secret=cipher.encrypt(SECRET))
        subscriptions.add_subscription(session, new, now=now)


def worker(environment):
    command = [sys.executable, "-m", "service.cli.main", "worker"]
    return subprocess.Popen(command, env=environment)


def count(engine, *where):
    with reading(engine) as session:
        return session.scalar(select(func.count()).where(*where))


def is_over(engine):
    stored = count(engine, ArticleRow.position > 0)
    written = count(engine, DeliveryRow.id > 0)
    waiting = count(engine, DeliveryRow.due_at.is_not(None))
    return stored == written == ARTICLES and waiting == 0


def test_a_worker_killed_again_and_again_loses_nothing(engine, environment):
    rng = Random(2026)
    with StorySite(delay=0.01) as site, FakeSubscriber() as subscriber:
        site.publish(*range(ARTICLES))
        prepare(engine, site, subscriber)
        for _ in range(KILLS):
            process = worker(environment)
            time.sleep(rng.uniform(0.8, 2.5))
            process.kill()
            process.wait()
        process = worker(environment)
        try:
            until(lambda: is_over(engine), seconds=90)
        finally:
            process.terminate()
            process.wait()
        arrived = subscriber.ids

    with reading(engine) as session:
        urls = session.scalars(select(ArticleRow.url)).all()
        types = session.scalars(select(EventRow.type)).all()
        messages = set(session.scalars(select(DeliveryRow.message_id)))
    assert len(set(urls)) == len(urls) == ARTICLES
    assert types == ["article.published"] * ARTICLES
    assert set(arrived) == messages
    assert not subscriber.forged


def test_no_lease_outlives_its_time(engine, environment):
    with StorySite(delay=0.02) as site, FakeSubscriber() as subscriber:
        site.publish(*range(50))
        prepare(engine, site, subscriber)
        process = worker(environment)
        until(lambda: count(engine, HostRow.lease_until.is_not(None)), seconds=20)
        process.kill()
        process.wait()

    with reading(engine) as session:
        leases = [
            *session.scalars(select(HostRow.lease_until)),
            *session.scalars(select(SourceRow.lease_until)),
        ]
    latest = datetime.now(UTC).timestamp() + LEASE_SECONDS
    assert all(lease.timestamp() <= latest for lease in leases if lease)
