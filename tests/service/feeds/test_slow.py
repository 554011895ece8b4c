"""A search that takes the database too long is ended, and told with the remedy."""

from datetime import timedelta

import pytest
from sqlalchemy import event

from db.engine import build_engine
from tests.service.feeds.conftest import make_web

# Work without end in place of a statement that would take long on a million articles.
ENDLESS = {
    "sqlite": "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n)"
    " SELECT count(*) FROM n",
    "postgresql": "SELECT pg_sleep(20)",
}


@pytest.fixture
def web(database_url, tmp_path):
    engine = build_engine(database_url, patience=timedelta(seconds=0.2))
    web = make_web(engine, tmp_path)
    web.add(1)
    yield web
    engine.dispose()


def test_a_search_without_end_is_ended_and_other_feeds_are_not_held_up(web):
    @event.listens_for(web.engine, "before_cursor_execute", retval=True)
    def slow(_connection, _cursor, statement, parameters, _context, _many):
        if "article_words" in statement or "article_search" in statement:
            return ENDLESS[web.engine.dialect.name], ()
        return statement, parameters

    answer = web.get("/feeds/all.rss?q=one")

    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "5")
    assert "rarer words" in answer.text
    assert web.get("/feeds/all.rss").status_code == 200
