from sqlalchemy import select

from db.engine import transaction
from db.models import BlockedAddressRow, StreamRow, TermRow
from db.upsert import insert_missing


def test_rows_that_are_there_stay_and_the_others_come(engine):
    rows = [{"id": 1, "value": 9}, {"id": 8, "value": 2**62}, {"id": 7, "value": -1}]
    with transaction(engine) as session:
        insert_missing(session, StreamRow, rows)
        insert_missing(session, StreamRow, rows)

    with transaction(engine) as session:
        found = session.execute(select(StreamRow.id, StreamRow.value)).all()
    assert set(found) == {(1, 0), (7, -1), (8, 2**62)}


def test_nothing_to_insert_is_no_statement(engine):
    with transaction(engine) as session:
        insert_missing(session, TermRow, [])
        insert_missing(session, BlockedAddressRow, [])
