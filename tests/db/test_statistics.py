"""What is said of a subscription's last day, and what it costs to say."""

from datetime import timedelta

import pytest
from sqlalchemy import insert

from db.engine import reading, transaction
from db.models import AttemptRow, DeliveryRow, PayloadRow
from db.statistics import get_statistics
from tests.factories import NOW
from tests.factories_events import subscribe

DAY = timedelta(days=1)


def delivery(number, who, payload, state="delivered", at=NOW):
    return {
        "id": number,
        "subscription_id": who,
        "event_seq": number,
        "message_id": f"msg_{number}",
        "type": "article.published",
        "origin": "event",
        "payload_id": payload,
        "state": state,
        "attempt_count": 1,
        "step": 1,
        "created_at": at,
        "due_at": at if state == "waiting" else None,
    }


def attempt(number, took, status=200):
    return {
        "delivery_id": number,
        "number": 1,
        "started_at": NOW,
        "took_ms": took,
        "status": status,
        "request_headers": {},
    }


@pytest.fixture
def store(engine):
    """Write deliveries and attempts as they are given."""
    payload = {
        "id": 1,
        "digest": "",
        "content_type": "",
        "body": b"",
        "created_at": NOW,
    }
    who = subscribe(engine).id
    with transaction(engine) as session:
        session.execute(insert(PayloadRow), [payload])

    def write(rows, attempts):
        with transaction(engine) as session:
            session.execute(insert(DeliveryRow), rows)
            session.execute(insert(AttemptRow), attempts)
        return who

    return write


def test_the_last_day_is_counted_and_the_receivers_time_told(engine, store):
    states = ["delivered"] * 98 + ["failed"] * 2 + ["waiting"] * 5
    rows = [delivery(n, 1, 1, state) for n, state in enumerate(states, 1)]
    old = delivery(200, 1, 1, "failed", NOW - 2 * DAY)
    lines = [attempt(n, float(n)) for n in range(1, 99)]
    lines += [attempt(99, 9999.0, 500), attempt(100, 15000.0, None)]
    who = store([old, *rows], lines)

    with reading(engine) as session:
        found = get_statistics(session, who, since=NOW - DAY)

    assert (found.delivered, found.failed, found.waiting) == (98, 2, 5)
    assert (found.attempts, found.success_rate) == (100, 0.98)
    assert (found.p50_ms, found.p95_ms, found.p99_ms) == (49.0, 94.0, 98.0)


def test_without_deliveries_there_is_nothing_to_say(engine):
    who = subscribe(engine)

    with reading(engine) as session:
        found = get_statistics(session, who.id, since=NOW - DAY)

    assert (found.delivered, found.success_rate, found.p50_ms) == (0, None, None)


def test_no_more_than_the_newest_are_looked_at(engine, store):
    rows = [delivery(n, 1, 1) for n in range(1, 31)]
    who = store(rows, [attempt(n, float(n)) for n in range(1, 31)])

    with reading(engine) as session:
        found = get_statistics(session, who, since=NOW - DAY, limit=10)

    assert (found.delivered, found.p50_ms) == (10, 25.0)
