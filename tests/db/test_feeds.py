from datetime import timedelta

import pytest
from sqlalchemy import update

from db import stream
from db.articles import restore, withdraw
from db.engine import reading, transaction
from db.feeds import News, list_articles, news_since, outline
from db.models import ArticleRow, SourceRow
from db.scopes import Moved, Removed, Scope, find_scope
from db.sources import remove_source, rename_source
from db.stream import Mark
from tests.factories_feeds import NOON, add_article, add_source, article, move_stream

HOUR = timedelta(hours=1)


@pytest.fixture
def stored(engine):
    """Two public sources and a private one, each with articles filed under News."""
    with transaction(engine) as session:
        for slug, values in (("daily", {}), ("weekly", {}), ("secret", PRIVATE)):
            add_source(session, slug, **values)
        for n in range(1, 10):
            slug = ("daily", "weekly", "secret")[n % 3]
            categories = (("News", "Iran News"),) if n < 6 else (("News",),)
            add_article(session, article(n, source=slug, categories=categories))
    return engine


PRIVATE = {"visibility": "private"}


def look(engine, slug, limit=10):
    with reading(engine) as session:
        return outline(session, find_scope(session, slug), limit)


def positions(engine, slug, limit=10):
    return [one.position for one in look(engine, slug, limit).entries]


def edit(engine, position, *, seq, at):
    with transaction(engine) as session:
        session.execute(
            update(ArticleRow)
            .where(ArticleRow.position == position)
            .values(seq=seq, version=2, changed_at=at)
        )


@pytest.mark.parametrize(
    ("slug", "found"),
    [
        ("all", [9, 7, 6, 4, 3, 1]),
        ("daily", [9, 6, 3]),
        ("weekly/news", [7, 4, 1]),
        ("weekly/news/iran-news", [4, 1]),
    ],
)
def test_a_feed_holds_what_is_public_newest_first(stored, slug, found):
    assert positions(stored, slug) == found


def test_the_window_holds_the_newest(stored):
    assert positions(stored, "all", 2) == [9, 7]


@pytest.mark.parametrize(
    "slug", ["secret", "secret/news", "nothing", "daily/sport", "all/news", ""]
)
def test_what_is_private_or_unknown_is_not_found(stored, slug):
    with reading(stored) as session:
        assert find_scope(session, slug) is None


def test_a_renamed_source_has_moved_with_its_categories(stored):
    with transaction(stored) as session:
        rename_source(session, "daily", "everyday", now=NOON)

    with reading(stored) as session:
        assert find_scope(session, "daily") == Moved(slug="everyday")
        assert find_scope(session, "daily/news") == Moved(slug="everyday/news")
        assert isinstance(find_scope(session, "everyday/news"), Scope)


def test_a_removed_source_is_gone(stored):
    with transaction(stored) as session:
        remove_source(session, "daily", now=NOON)

    with reading(stored) as session:
        assert find_scope(session, "daily/news") == Removed()


@pytest.mark.parametrize("slug", ["all", "daily", "daily/news"])
def test_an_edit_past_the_window_is_carried_along(stored, slug):
    edit(stored, 3, seq=50, at=NOON + HOUR)

    assert positions(stored, slug, 1) == [9, 3]
    assert look(stored, slug, 1).changed_at == NOON + HOUR


def test_an_edit_is_carried_no_longer_than_a_week(stored):
    edit(stored, 3, seq=50, at=NOON + HOUR)
    late = NOON + timedelta(days=8)
    with transaction(stored) as session:
        add_article(session, article(60, changed_at=late, first_seen_at=late))

    assert positions(stored, "daily", 1) == [60]


def test_no_more_than_a_window_of_edits_is_carried(stored):
    for number, position in enumerate((1, 3, 4, 6)):
        edit(stored, position, seq=50 + number, at=NOON + HOUR + number * HOUR)

    assert positions(stored, "all", 2) == [9, 7, 6, 4]


def test_an_edit_inside_the_window_stays_in_its_place(stored):
    edit(stored, 6, seq=50, at=NOON + HOUR)

    assert positions(stored, "daily", 3) == [9, 6, 3]


@pytest.mark.parametrize("slug", ["all", "daily", "daily/news"])
def test_what_is_withdrawn_leaves_and_is_told(stored, slug):
    with transaction(stored) as session:
        withdraw(session, [6], by="site", now=NOON + HOUR)

    found = look(stored, slug)
    assert 6 not in [one.position for one in found.entries]
    assert [one.uid for one in found.left] == [article(6).uid]
    assert found.changed_at == NOON + HOUR


def test_what_is_restored_is_back_in_its_place(stored):
    with transaction(stored) as session:
        withdraw(session, [6], by="site", now=NOON + HOUR)
        restore(session, [6], now=NOON + 2 * HOUR)

    found = look(stored, "daily")
    assert [one.position for one in found.entries] == [9, 6, 3]
    assert found.left == ()


def test_an_outline_is_the_same_until_something_changes(stored):
    before = look(stored, "daily")

    assert look(stored, "daily") == before
    edit(stored, 3, seq=50, at=NOON + HOUR)
    assert look(stored, "daily") != before
    assert (before.seq, look(stored, "daily").seq) == (9, 50)


def test_a_new_name_of_the_source_is_a_change(stored):
    before = look(stored, "all")
    with transaction(stored) as session:
        source = session.query(SourceRow).filter_by(slug="daily").one()
        source.spec = source.spec | {"name": "The Everyday Example"}

    assert look(stored, "all") != before


def test_an_empty_feed_has_an_outline(stored):
    with transaction(stored) as session:
        add_source(session, "new")

    found = look(stored, "new")
    assert (found.entries, found.left, found.changed_at, found.seq) == ((), (), None, 0)


def test_articles_withdrawn_meanwhile_are_not_read(stored):
    with transaction(stored) as session:
        withdraw(session, [6], by="hand", now=NOON)

    with reading(stored) as session:
        assert {a.position for a in list_articles(session, [6, 9])} == {9}


def test_news_name_the_sources_that_changed(stored):
    with transaction(stored) as session:
        move_stream(session, 20)
        withdraw(session, [6], by="site", now=NOON)

    with reading(stored) as session:
        news = news_since(session, Mark(number=20, catalogue=0))
        source = find_scope(session, "daily").source_id
    assert (news.mark.number, news.source_ids) == (21, frozenset({source}))


def test_no_news_is_no_source(stored):
    with reading(stored) as session:
        mark = stream.mark(session)
        assert news_since(session, mark) == News(mark=mark, source_ids=frozenset())


@pytest.mark.parametrize(
    "happen",
    [
        lambda session: stream.take(session, 1),
        lambda session: rename_source(session, "daily", "everyday", now=NOON),
        lambda session: remove_source(session, "daily", now=NOON),
        stream.turn,
    ],
)
def test_what_has_no_event_may_concern_every_feed(stored, happen):
    with transaction(stored) as session:
        mark = stream.mark(session)
        happen(session)

    with reading(stored) as session:
        assert news_since(session, mark).source_ids is None
        assert news_since(session, None).source_ids is None
