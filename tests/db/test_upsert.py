from datetime import UTC, datetime
from uuid import UUID

from sqlalchemy import make_url, select

from db.base import Words
from db.engine import transaction
from db.models import BlockedAddressRow, HeartbeatRow, SourceRow, StreamRow, TermRow
from db.upsert import insert_missing, insert_rows, update_rows

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)


def heartbeats(*names):
    return [
        {"name": name, "kind": "cli", "started_at": NOON, "beat_at": NOON}
        for name in names
    ]


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


def test_rows_of_every_kind_of_value_come_back_as_they_were(engine):
    rows = [
        {
            "id": n,
            "slug": f"s{n}",
            "spec": {"quote": '"', "none": None, "list": [1, "é\n\\"]},
            "origin": "api",
            "enabled": n == 1,
            "added_at": NOON,
            "next_poll_at": NOON,
            "lease_until": None if n == 1 else NOON,
            "discovered": {},
            "validators": {},
            "pace": None if n == 1 else {"a": [n]},
        }
        for n in (1, 2)
    ]
    with transaction(engine) as session:
        insert_rows(session, SourceRow, rows)
        found = session.scalars(select(SourceRow).order_by(SourceRow.id)).all()
        assert [{k: getattr(row, k) for k in rows[0]} for row in found] == rows
        without = select(SourceRow.slug).where(SourceRow.pace.is_(None))
        assert session.scalars(without).all() == ["s1"]  # SQL's NULL, not JSON's


def test_what_rows_leave_open_is_as_the_table_says(engine):
    row = {
        "slug": "one",
        "spec": {},
        "origin": "api",
        "enabled": True,
        "added_at": NOON,
        "next_poll_at": NOON,
        "discovered": {},
        "validators": {},
    }
    with transaction(engine) as session:
        insert_rows(session, SourceRow, [row])
        source = session.scalars(select(SourceRow)).one()
        assert (source.visibility, source.failures) == ("public", 0)


def test_ids_of_an_article_are_written_as_such(engine):
    uid = UUID("01890a5d-ac96-774b-bcce-b302099a8057")
    row = {"url": "https://a.example/", "uid": uid, "blocked_at": NOON, "reason": None}
    with transaction(engine) as session:
        insert_rows(session, BlockedAddressRow, [row])
        assert session.scalar(select(BlockedAddressRow.uid)) == uid


def test_each_row_is_changed_by_its_own_key_and_others_stay(engine):
    with transaction(engine) as session:
        insert_rows(session, HeartbeatRow, heartbeats("a", "b", "c"))
        changed = [{"name": "c", "kind": "web"}, {"name": "a", "kind": "worker"}]
        update_rows(session, HeartbeatRow, "name", changed)
        update_rows(session, HeartbeatRow, "name", [])
        kinds = dict(
            session.execute(select(HeartbeatRow.name, HeartbeatRow.kind)).all()
        )
    assert kinds == {"a": "worker", "b": "cli", "c": "web"}


def test_every_word_has_its_place_however_long_the_text():
    dialect = make_url("postgresql+psycopg://").get_dialect()()
    text = " ".join([*(f"w{n}" for n in range(2500)), "_", "w0"])
    written = Words().process_bind_param(text, dialect).split()
    assert (written[0], written[-1]) == ("'w0':1,2502", "'w2499':2500")
