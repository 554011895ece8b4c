import sqlite3
from datetime import timedelta
from uuid import uuid4

import pytest
from sqlalchemy import func, select, text

from config.settings import Settings
from db.engine import build_engine, reading, transaction
from db.hub import PUSHED
from db.models import (
    AttemptRow,
    DeliveryRow,
    EventRow,
    FanoutRow,
    HeartbeatRow,
    HubTopicRow,
    PayloadRow,
    RunRow,
    SubscriptionRow,
)
from db.sources import add_source
from service.jobs.prune import WINDOW, prune
from tests.factories import NOW, definition

OLD, YOUNG = NOW - timedelta(days=40), NOW - timedelta(days=1)
SETTINGS = Settings()


def add(engine, *rows):
    with transaction(engine) as session:
        session.add_all(rows)
        session.flush()
        return [getattr(row, "id", None) for row in rows]


def count(engine, table):
    with reading(engine) as session:
        return session.scalar(select(func.count()).select_from(table))


def event(seq, made=OLD):
    return EventRow(
        seq=seq, uid=uuid4(), type="article.published", created_at=made, snapshot={}
    )


def subscription(cursor, **values):
    return SubscriptionRow(
        uid=uuid4(),
        url="https://subscriber.example/",
        secrets=[],
        cursor=cursor,
        created_at=OLD,
        **values,
    )


@pytest.fixture
def outbox(engine):
    """Add a delivery with its payload and one attempt; give its id."""
    (owner,) = add(engine, subscription(0))

    def make(made=OLD, finished=OLD, payload=None, kind="article.published", link=None):
        if payload is None:
            row = PayloadRow(
                digest=uuid4().hex,
                content_type="x",
                body=b"{}",
                link=link,
                created_at=made,
            )
            (payload,) = add(engine, row)
        (delivery,) = add(
            engine,
            DeliveryRow(
                subscription_id=owner,
                event_seq=1,
                message_id=uuid4().hex,
                type=kind,
                payload_id=payload,
                created_at=made,
                finished_at=finished,
                due_at=None if finished else NOW,
            ),
        )
        log = AttemptRow(
            delivery_id=delivery,
            number=1,
            started_at=made,
            took_ms=1,
            request_headers={},
        )
        add(engine, log)
        return payload

    return make


def test_old_deliveries_go_with_their_log_and_payloads(engine, outbox):
    outbox()
    outbox(made=YOUNG, finished=YOUNG)

    assert prune(engine, SETTINGS, now=NOW) == {"deliveries": 1, "payloads": 1}
    assert count(engine, DeliveryRow) == count(engine, AttemptRow) == 1


def test_pushes_of_feeds_go_after_a_day_with_what_was_pushed(engine, outbox):
    day_ago = NOW - timedelta(days=1, minutes=1)
    outbox(made=day_ago, finished=day_ago)
    outbox(made=day_ago, finished=day_ago, kind=PUSHED, link="<self>")

    assert prune(engine, SETTINGS, now=NOW) == {"pushes": 1, "pushed feeds": 1}


def test_what_was_pushed_last_stays_for_who_is_still_to_get_it(engine, outbox):
    payload = outbox(kind=PUSHED, link="<self>")
    add(engine, HubTopicRow(name="all.atom", version="1", seq=1, payload_id=payload))

    assert prune(engine, SETTINGS, now=NOW) == {"deliveries": 1}


def test_a_delivery_that_still_waits_stays_with_its_payload(engine, outbox):
    outbox(finished=None)

    assert prune(engine, SETTINGS, now=NOW) == {}


def test_an_old_payload_that_a_young_delivery_sends_stays(engine, outbox):
    payload = outbox()
    outbox(made=YOUNG, finished=None, payload=payload)

    assert prune(engine, SETTINGS, now=NOW) == {"deliveries": 1}
    assert count(engine, PayloadRow) == 1


def test_old_events_go_and_young_ones_stay(engine):
    add(engine, event(1), event(2), event(3, made=YOUNG))

    assert prune(engine, SETTINGS, now=NOW) == {"events": 2}


def test_an_event_somebody_is_still_to_be_told_of_stays(engine):
    add(engine, event(1), event(2), event(3), subscription(2, state="paused"))

    assert prune(engine, SETTINGS, now=NOW) == {"events": 2}


def test_a_disabled_subscription_holds_nothing_back(engine):
    add(engine, event(1), subscription(0, state="disabled"))

    assert prune(engine, SETTINGS, now=NOW) == {"events": 1}


def test_an_event_that_a_replay_is_still_to_come_to_stays(engine):
    (owner,) = add(engine, subscription(9))
    replay = FanoutRow(
        subscription_id=owner, kind="replay", after=1, until=2, created_at=NOW
    )
    add(engine, event(1), event(2), replay)

    assert prune(engine, SETTINGS, now=NOW) == {"events": 1}


def test_more_than_one_window_is_walked(engine):
    add(engine, *(event(n) for n in range(1, 2 * WINDOW + 2)), event(9999, made=YOUNG))

    assert prune(engine, SETTINGS, now=NOW) == {"events": 2 * WINDOW + 1}


def test_old_passes_and_silent_processes_go(engine):
    with transaction(engine) as session:
        source = add_source(session, definition(), origin="api", now=OLD).id
    add(
        engine,
        RunRow(source_id=source, started_at=OLD),
        RunRow(source_id=source, started_at=YOUNG),
        HeartbeatRow(name="web:a:1:x", kind="web", started_at=OLD, beat_at=OLD),
        HeartbeatRow(name="web:a:2:x", kind="web", started_at=OLD, beat_at=NOW),
    )

    assert prune(engine, SETTINGS, now=NOW) == {"runs": 1, "processes": 1}


def test_a_process_that_is_told_to_end_stops_pruning(engine):
    add(engine, event(1))

    assert prune(engine, SETTINGS, now=NOW, is_stopping=lambda: True) == {}


def test_a_locked_database_ends_it_early_and_without_an_error(
    sqlite_template, tmp_path
):

    path = tmp_path / "wireroom.db"
    path.write_bytes(sqlite_template.read_bytes())
    engine = build_engine(f"sqlite:///{path}", busy_timeout_ms=0)
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")

    assert prune(engine, SETTINGS, now=NOW) == {}
    other.close()
    engine.dispose()


def test_walking_uses_no_scan_of_a_whole_table(engine):
    query = "SELECT id, created_at FROM delivery WHERE id > 5 ORDER BY id LIMIT 10"
    with reading(engine) as session:
        if engine.dialect.name == "sqlite":
            plan = str(session.execute(text("EXPLAIN QUERY PLAN " + query)).all())
            assert "USING INTEGER PRIMARY KEY" in plan
        else:
            session.execute(text("SET LOCAL enable_seqscan = off"))
            plan = str(session.execute(text("EXPLAIN " + query)).all())
            assert "Index Scan using pk_delivery" in plan
