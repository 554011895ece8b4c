"""How the engine's queries are read, on tables big enough for a plan to matter."""

import re
from collections import Counter
from contextlib import contextmanager
from datetime import timedelta

import pytest
from sqlalchemy import event, insert, text

from db import attempts, claims, deliveries, subscriptions
from db.bodies import Bodies
from db.engine import reading, transaction
from db.models import DeliveryRow, PayloadRow
from tests.factories import NOW
from tests.factories_events import subscribe

LATER = NOW + timedelta(minutes=1)
ENDPOINTS, DELIVERIES = 60, 6000


def row(number, payload):
    """A delivery: nine of ten are over, what waits is for the first endpoints."""
    waits = number % 10 == 0
    return {
        "subscription_id": (number // 10) % (5 if waits else ENDPOINTS) + 1,
        "event_seq": number,
        "message_id": f"msg_{number}",
        "type": "article.published",
        "origin": "event",
        "payload_id": payload,
        "state": "waiting" if waits else "delivered",
        "attempt_count": 0,
        "step": 0,
        "created_at": NOW,
        "due_at": NOW if waits else None,
    }


@pytest.fixture
def crowd(engine):
    for number in range(ENDPOINTS):
        subscribe(engine, f"https://subscriber.example/{number}")
    payload = {"digest": "", "content_type": "", "body": b"", "created_at": NOW}
    with transaction(engine) as session:
        (paid,) = session.scalars(
            insert(PayloadRow).returning(PayloadRow.id), [payload]
        )
        rows = [row(number, paid) for number in range(DELIVERIES)]
        session.execute(insert(DeliveryRow), rows)
    with engine.connect() as connection:
        connection.execute(text("ANALYZE"))
        connection.commit()
    return engine


@contextmanager
def plans(engine):
    """How each query sent meanwhile is read."""
    is_sqlite = engine.dialect.name == "sqlite"
    found = []

    def explain(connection, cursor, statement, parameters, context, many):
        if statement.startswith(("SELECT", "WITH")):
            prefix = "EXPLAIN QUERY PLAN " if is_sqlite else "EXPLAIN "
            cursor.execute(prefix + statement, parameters)
            found.append("\n".join(str(each[-1]) for each in cursor.fetchall()))

    event.listen(engine, "before_cursor_execute", explain)
    yield found
    event.remove(engine, "before_cursor_execute", explain)


def reads_all_deliveries(plan):
    return bool(re.search(r"Seq Scan on delivery|SCAN delivery(?! USING)", plan))


def test_whose_turn_it_is_is_found_by_skipping_through_what_waits(crowd):
    with reading(crowd) as session, plans(crowd) as found:
        turns = claims.list_due(session, now=LATER, limit=64)

    assert [turn.id for turn in turns] == [1, 2, 3, 4, 5]
    assert "ix_delivery_due" in found[0]
    assert not reads_all_deliveries(found[0])


def test_no_more_turns_are_listed_than_can_be_taken(crowd):
    with reading(crowd) as session:
        assert len(claims.list_due(session, now=LATER, limit=2)) == 2


def test_a_claim_takes_what_it_is_told_of_each_and_reads_no_more(crowd):
    takes = {1: 1, 2: 4, 3: 4}
    with transaction(crowd) as session, plans(crowd) as found:
        taken = claims.claim(
            session, takes, owner="a", now=LATER, until=LATER, bodies=Bodies()
        )

    assert Counter(each.subscription_id for each in taken) == takes
    *claiming, _bodies = found
    assert all("ix_delivery_due" in plan for plan in claiming)
    assert len({id(each.payload) for each in taken}) < len(taken)
    assert not any(map(reads_all_deliveries, found))


@pytest.mark.parametrize(
    "choice", [{}, {"subscription_id": 7}, {"state": "failed"}, {"before": 500}]
)
def test_the_log_is_read_by_an_index(crowd, choice):
    with reading(crowd) as session, plans(crowd) as found:
        deliveries.list_deliveries(session, limit=10, **choice)

    # Backwards through the keys is what "newest first" is.
    assert not re.search(r"Seq Scan on delivery|USE TEMP B-TREE", found[0])


def test_what_a_worker_holds_is_read_by_its_keys(crowd):
    with transaction(crowd) as session, plans(crowd) as found:
        assert attempts.lock_held(session, [1, 2, 3], owner="a") == set()

    assert not reads_all_deliveries(found[0])


def test_a_paused_endpoint_has_no_turn(crowd):
    with transaction(crowd) as session:
        subscriptions.pause(session, "1")

        turns = claims.list_due(session, now=LATER, limit=64)

    assert [turn.id for turn in turns] == [2, 3, 4, 5]
