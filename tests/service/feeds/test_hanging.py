"""A database that hangs: who can be given what is held has it at once, the others are
told to come again, and nothing has to be started anew."""

import time
from datetime import timedelta

import pytest

from db.engine import build_engine
from tests.databases import locked
from tests.service.feeds.conftest import make_web

HELD = "/feeds/all.atom"


@pytest.fixture
def web(database_url, tmp_path):
    """A web process that holds a feed, which has changed since."""
    engine = build_engine(database_url, patience=timedelta(seconds=0.2))
    web = make_web(engine, tmp_path, patience=0.05)
    web.add(1)
    web.held = web.get(HELD).data
    web.add(2)
    web.clock.pass_by(61)
    engine.dispose()  # on SQLite it could not be locked otherwise
    yield web
    engine.dispose()


def test_a_feed_that_is_held_is_given_and_others_are_told_to_come_again(
    web, database_url
):
    with locked(database_url):
        began = time.monotonic()
        held = [web.get(HELD) for _ in range(20)]
        spent = time.monotonic() - began
        other = web.get("/feeds/all.rss")
        page = web.get("/")

        assert {(one.status_code, one.data) for one in held} == {(200, web.held)}
        assert spent < 1
        assert [one.status_code for one in (other, page)] == [503, 503]
        assert other.headers["Retry-After"] == "5"

    deadline = time.monotonic() + 10
    while web.get(HELD).data == web.held:
        assert time.monotonic() < deadline
        web.clock.pass_by(6)
        time.sleep(0.05)
    assert web.get("/feeds/all.rss").status_code == 200


def test_a_delta_that_cannot_be_made_is_the_whole_that_is_held(web, database_url):
    tag = web.get(HELD).headers["ETag"]
    web.add(3)
    web.publisher.cache._slots.clear()  # what it was is asked of the database then
    web.get(HELD)
    web.engine.dispose()

    with locked(database_url):
        answer = web.get(HELD, A_IM="feed", If_None_Match=tag)

    assert (answer.status_code, "IM" in answer.headers) == (200, False)


def test_health_tells_that_the_database_does_not_answer(web, database_url):
    with locked(database_url, "stream"):
        answer = web.get("/healthz")

    assert answer.status_code == 503
    assert "reason" in answer.get_json()
