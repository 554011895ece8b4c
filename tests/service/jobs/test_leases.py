"""Asking other hubs, on both databases; and two of us talking to each other."""

import threading
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select, update
from werkzeug.serving import make_server

from config.settings import Settings
from db import hub_leases, sources
from db.engine import reading, transaction
from db.models import HubLeaseRow, SourceRow
from scrapers.items import Hub
from service.app import create_app
from service.delivery.attempt import Reply
from service.jobs import leases
from service.jobs.leases import FIRST_PAUSE, LONGEST_PAUSE, Leases, pause_after
from service.services import build
from tests.factories import NOW
from tests.factories_events import PlainCipher, add_source
from tests.hubs import running_hub
from tests.waiting import until

HUB = Hub(url="https://hub.example/", topic="https://example.org/feed/")
FAR = datetime(2100, 1, 1, tzinfo=UTC)


class OtherHub:
    """A hub that answers as it is told; `meanwhile` happens before it answers."""

    def __init__(self, status=202, meanwhile=lambda: None):
        self.forms = []
        self.status = status
        self.meanwhile = meanwhile

    @asynccontextmanager
    async def opened(self):
        yield self

    async def ask(self, url, form):
        self.forms.append((url, form))
        self.meanwhile()
        error = None if self.status else "no answer within 15 s"
        return Reply(status=self.status, error=error, body=b"")


@pytest.fixture
def source_id(engine):
    made = add_source(engine)
    with transaction(engine) as session:
        hub_leases.record_hubs(session, made, [HUB], now=NOW)
    return made


def ask(engine, other, now=NOW):
    base = "https://wire.example"
    job = Leases(
        engine, other.opened, cipher=PlainCipher(), base_url=base, clock=lambda _: now
    )
    return job.step()


def row(engine):
    with reading(engine) as session:
        return session.scalars(select(HubLeaseRow)).one()


def test_a_hub_is_asked_once_with_all_it_needs(engine, source_id):
    other = OtherHub()
    ask(engine, other)
    ask(engine, other)

    ((url, form),) = other.forms
    assert url == HUB.url
    assert form["hub.mode"] == "subscribe"
    assert form["hub.topic"] == HUB.topic
    assert form["hub.callback"] == f"https://wire.example/websub/{row(engine).key}"
    assert form["hub.lease_seconds"] == "864000"
    assert 32 <= len(form["hub.secret"]) < 200
    assert row(engine).secret == f"<{form['hub.secret']}>"
    assert row(engine).state == "asked"


@pytest.mark.parametrize(("status", "reason"), [(404, "404"), (None, "no answer")])
def test_a_hub_that_does_not_take_us_is_asked_again_later(
    engine, source_id, status, reason
):
    other = OtherHub(status)
    ask(engine, other)
    ask(engine, other, NOW + FIRST_PAUSE)
    ask(engine, other, NOW + 2 * FIRST_PAUSE)

    assert len(other.forms) == 2
    assert other.forms[0] == other.forms[1]
    assert reason in row(engine).reason


def test_pauses_double_up_to_a_day():
    pauses = [pause_after(n) for n in (0, 1, 2, 100)]

    assert pauses == [FIRST_PAUSE, 2 * FIRST_PAUSE, 4 * FIRST_PAUSE, LONGEST_PAUSE]


def test_a_hub_that_verifies_before_it_answers_is_heard(engine, source_id):
    def verify():
        with transaction(engine) as session:
            hub_leases.record_verified(
                session,
                row(engine).id,
                until=NOW + timedelta(days=10),
                renew_at=NOW + timedelta(days=9),
            )

    ask(engine, OtherHub(meanwhile=verify))

    assert row(engine).state == "active"
    assert row(engine).next_at == NOW + timedelta(days=9)


def test_a_disabled_source_asks_no_hub(engine, source_id):
    with transaction(engine) as session:
        sources.set_enabled(session, "example", enabled=False, now=NOW)
    other = OtherHub()
    ask(engine, other)

    assert other.forms == []


def test_a_feed_that_names_another_hub_is_subscribed_there(engine, source_id):
    moved = Hub(url="https://new.example/", topic=HUB.topic)
    with transaction(engine) as session:
        hub_leases.record_hubs(session, source_id, [moved], now=NOW)
        hub_leases.record_hubs(session, source_id, [moved], now=NOW)

    assert row(engine).hub == moved.url


def settle(engine, source_id, *, pushed, had_news, state="active", now=NOW):
    """End a poll ten minutes long that was due again in fifteen; give when it is."""
    with transaction(engine) as session:
        session.execute(
            update(SourceRow).values(next_poll_at=now + timedelta(minutes=15))
        )
        session.execute(
            update(HubLeaseRow).values(
                pushed_at=pushed, state=state, lease_until=now + timedelta(days=1)
            )
        )
        hub_leases.settle_poll(
            session,
            source_id,
            had_news=had_news,
            started_at=now - timedelta(minutes=1),
            announced_since=now - timedelta(minutes=11),
            slow=now + timedelta(hours=1),
            now=now,
        )
        return session.scalars(select(SourceRow.next_poll_at)).one() - now


def test_a_hub_that_told_of_the_news_is_trusted_until_it_misses_some(engine, source_id):
    told, long_ago = NOW - timedelta(minutes=5), NOW - timedelta(hours=2)

    assert settle(engine, source_id, pushed=told, had_news=True) == timedelta(hours=1)
    assert settle(engine, source_id, pushed=told, had_news=False) == timedelta(hours=1)
    missed = settle(engine, source_id, pushed=long_ago, had_news=True)
    assert missed == timedelta(minutes=15)


def test_a_hub_that_never_granted_anything_is_not_trusted(engine, source_id):
    told = NOW - timedelta(minutes=5)
    due = settle(engine, source_id, pushed=told, had_news=True, state="asked")

    assert due == timedelta(minutes=15)


def test_a_push_during_a_poll_makes_the_source_due_again(engine, source_id):
    due = settle(engine, source_id, pushed=NOW, had_news=True)

    assert due == timedelta(seconds=10)


def test_another_definition_forgets_the_hubs_of_the_one_before(engine, source_id):
    with transaction(engine) as session:
        hub_leases.forget_leases(session, source_id)
        assert hub_leases.list_leases(session, source_id) == []


def test_without_a_public_address_nobody_is_asked(engine, database_url):
    services = build(Settings(database_url=database_url), kind="worker")

    assert leases.build(services) is None


def test_one_of_us_is_pushed_to_by_another(database_url, sqlite_template, tmp_path):
    """The whole way: asked, verified, published there, due here."""
    here = tmp_path / "reader.db"
    here.write_bytes(sqlite_template.read_bytes())
    server = make_server("127.0.0.1", 0, lambda _environ, _start: [], threaded=True)
    settings = Settings(
        database_url=f"sqlite:///{here}",
        public_url=f"http://127.0.0.1:{server.server_port}",
        secret_key="a key for tests, as long as a key must be",
        allow_nets=("127.0.0.0/8",),
    )
    reader = build(settings, kind="worker")
    server.app = create_app(reader, patience=None)
    serving = threading.Thread(target=server.serve_forever, args=(0.05,))
    serving.start()
    try:
        with running_hub(database_url) as other:
            source = add_source(reader.engine, "copied")
            found = Hub(url=other.url, topic=other.topic)
            with transaction(reader.engine) as session:
                hub_leases.record_hubs(session, source, [found], now=reader.clock())
                session.execute(update(SourceRow).values(next_poll_at=FAR))
            leases.build(reader).step()
            until(lambda: other.subscriber_count() == 1)
            assert row(reader.engine).state == "active"
            other.publish()
            until(lambda: row(reader.engine).pushed_at is not None)
        with reading(reader.engine) as session:
            assert session.scalars(select(SourceRow.next_poll_at)).one() < FAR
    finally:
        server.shutdown()
        serving.join()
        server.server_close()
        reader.engine.dispose()
