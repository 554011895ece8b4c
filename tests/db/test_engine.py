import json
from datetime import UTC, datetime

import pytest
from sqlalchemy import select, update
from sqlalchemy.exc import StatementError

from db.engine import database_clock, database_now, json_of, reading, transaction
from db.models import HostRow, StreamRow


def test_a_transaction_commits_at_its_end(engine):
    with transaction(engine) as session:
        session.execute(update(StreamRow).values(value=7))

    with reading(engine) as session:
        assert session.scalar(select(StreamRow.value)) == 7


def test_an_error_rolls_the_transaction_back(engine):
    with pytest.raises(ZeroDivisionError), transaction(engine) as session:
        session.execute(update(StreamRow).values(value=7))
        _ = 1 / 0

    with reading(engine) as session:
        assert session.scalar(select(StreamRow.value)) == 0


def test_times_come_back_aware_and_in_utc(engine):
    moment = datetime(2026, 3, 1, 12, 30, 15, 250, tzinfo=UTC)
    with transaction(engine) as session:
        session.add(HostRow(name="example.org:443", not_before=moment))

    with reading(engine) as session:
        assert session.scalar(select(HostRow.not_before)) == moment


def test_a_naive_time_is_refused(engine):
    naive = datetime(2026, 3, 1)  # noqa: DTZ001 - the point
    with pytest.raises(StatementError, match="naive"), transaction(engine) as session:
        session.add(HostRow(name="example.org:443", not_before=naive))
        session.flush()


@pytest.mark.parametrize(
    "value", [{"a": ["é\u2028", 1.5, None, True]}, [], {"half": "\ud83d"}]
)
def test_json_is_written_so_that_it_is_read_as_it_was(value):
    assert json.loads(json_of(value)) == value


def test_the_database_has_a_clock(engine):
    with reading(engine) as session:
        assert database_now(session).utcoffset().total_seconds() == 0


def test_the_database_s_clock_can_be_read_without_a_session(engine):
    with reading(engine) as session:
        before = database_now(session)

    assert before <= database_clock(engine)()
