from threading import Event

import pytest
from sqlalchemy import create_engine, update

from db import stream
from db.changes import Changes, notify
from db.engine import transaction
from db.models import StreamRow

PATIENCE = 5.0


@pytest.fixture
def changes(engine):
    changes = Changes(engine)
    changes.start()
    yield changes
    changes.stop()


def store_something(engine):
    with transaction(engine) as session:
        session.execute(update(StreamRow).values(value=StreamRow.value + 1))
        notify(session)


def test_a_listener_hears_of_what_is_stored(engine, changes):
    heard = Event()
    changes.listen(heard.set)

    store_something(engine)

    assert heard.wait(PATIENCE)


def test_a_listener_that_left_hears_nothing(engine, changes):
    gone, stays = Event(), Event()
    changes.listen(gone.set)()
    changes.listen(stays.set)

    store_something(engine)

    assert stays.wait(PATIENCE)
    assert not gone.is_set()


def test_it_stops_while_the_database_does_not_answer():
    engine = create_engine("postgresql+psycopg://nobody@127.0.0.1:1/none")
    changes = Changes(engine)

    changes.start()
    changes.stop()


def test_numbers_follow_each_other(engine):
    with transaction(engine) as session:
        assert stream.take(session, 3) == 1
        assert stream.take(session, 1) == 4
        assert stream.current(session) == 4
