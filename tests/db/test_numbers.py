"""Numbers people see are given once, and the migration to that loses nothing."""

import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import text

from db import migrate, subscriptions, tokens
from db.base import FULL_TEXT
from db.engine import build_engine, reading, transaction
from service.webhooks import subscribing
from tests.factories import NOW
from tests.factories_events import answered, deliveries, listed, queue, subscribe
from tests.service.api.conftest import add_token


def remove(engine, who):
    with transaction(engine) as session:
        subscriptions.remove_subscription(session, str(who.id))


def test_the_number_of_a_subscription_or_delivery_removed_is_not_given_again(engine):
    first = queue(engine)
    (delivery,) = listed(engine)
    remove(engine, first)

    second = subscribe(engine)
    ping(engine, second)

    assert second.id > first.id
    assert listed(engine)[0].id > delivery.id


def ping(engine, who):
    with transaction(engine) as session:
        subscribing.ping(session, str(who.id), now=NOW)


def test_the_number_of_a_token_revoked_is_not_given_again(engine):
    add_token(engine, "wrt_1", "one")
    with transaction(engine) as session:
        first = tokens.find_named(session, "one").id
        tokens.remove_token(session, "one")
    add_token(engine, "wrt_2", "two")

    with reading(engine) as session:
        assert tokens.find_named(session, "two").id > first


@pytest.fixture
def previous(tmp_path):
    """A SQLite database as the version before numbered its rows, without any."""
    engine = build_engine(f"sqlite:///{tmp_path}/previous.db")
    step(engine, "0018", command.upgrade)
    yield engine
    engine.dispose()


def step(engine, number, go):
    config = Config()
    config.set_main_option("script_location", str(migrate.MIGRATIONS))
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        go(config, number)


def fill(engine):
    who = queue(engine, 5)
    work = deliveries(engine)
    for status in (200, 500, 410):
        work.exchange([answered(each, status) for each in work.exchange([], 64)], 0)
    add_token(engine)
    return who


def declared(engine):
    with engine.connect() as connection:
        found = connection.execute(text("SELECT name, sql FROM sqlite_master"))
        return {
            name: sql.replace('"', "").replace(" AUTOINCREMENT", "")
            for name, sql in found
            if sql and name != "sqlite_sequence"
        }


def rows(engine):
    with engine.connect() as connection:
        return {
            name: connection.execute(text(f"SELECT * FROM {name}")).all()
            for name in declared(engine)
            if not name.startswith(("ix_", "article_words_", "alembic", FULL_TEXT))
        }


def test_a_filled_database_keeps_every_row_index_and_trigger(previous):
    fill(previous)
    before, held = declared(previous), rows(previous)

    migrate.upgrade(previous)

    after, kept = declared(previous), rows(previous)  # later versions add to these
    assert {name: after[name] for name in before} == before
    assert {name: kept[name] for name in held} == held
    assert all(held[name] for name in ("subscription", "delivery", "attempt"))
    with previous.connect() as connection:
        assert connection.execute(text("PRAGMA foreign_key_check")).all() == []
        assert connection.execute(text("PRAGMA integrity_check")).scalar() == "ok"


def test_after_the_migration_numbers_go_on_behind_those_there_were(previous):
    who = fill(previous)
    newest = listed(previous)[0].id
    migrate.upgrade(previous)
    with transaction(previous) as session:
        session.execute(text("DELETE FROM delivery WHERE id = :id"), {"id": newest})

    ping(previous, who)

    assert listed(previous)[0].id == newest + 1


def test_where_foreign_keys_would_cascade_it_is_refused(previous):
    fill(previous)
    held = rows(previous)

    with pytest.raises(RuntimeError, match="wireroom db upgrade"):
        step(previous, "head", command.upgrade)

    assert rows(previous) == held
