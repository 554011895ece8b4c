"""When sources are polled and pages looked at again, over a fake web."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from tests.crawling import HOME, World
from tests.fakes import Answer

FEED = (
    "<rss version='2.0'><channel><title>x</title><item><title>Story 1</title>"
    f"<link>{HOME}/story/1/</link></item></channel></rss>"
)


@pytest.fixture
def world(engine):
    return World(engine)


@pytest.fixture
def watched(world):
    """A world whose three stories are stored."""
    world.publish(1, 2, 3)
    world.add_source()
    world.sync()
    return world


def test_a_source_left_to_its_rhythm_is_polled_as_it_publishes(world):
    world.publish(*range(1, 27))
    world.add_source()

    world.sync()

    pace = world.source().pace
    assert len(pace["minutes"]) == 26
    assert "articles a day" in pace["why"] or "article a day" in pace["why"]
    assert timedelta(minutes=30) < world.source().next_poll_at - world.now


def test_what_a_feed_asks_for_is_remembered_while_it_is_not_modified(world):
    world.web.clock.now = datetime(2026, 2, 2, 10, tzinfo=UTC)
    world.publish(1)
    world.web[f"{HOME}/feed/"] = Answer(
        content_type="application/rss+xml",
        body=FEED,
        headers={"cache-control": "max-age=2400"},
    )
    world.add_source(discover=[{"kind": "feed", "url": f"{HOME}/feed/"}])

    world.sync()
    world.sync()

    pace = world.source().pace
    assert pace["every"] == 2400
    assert pace["why"] == "its cache headers ask for 40 min or more"


def test_a_definition_that_says_how_often_is_obeyed(world):
    world.publish(*range(1, 27))
    world.add_source(every="10m")

    world.sync()

    assert world.source().pace is None
    assert world.source().next_poll_at - world.now <= timedelta(minutes=11)


def test_a_re_check_asks_whether_the_page_was_modified(world):
    world.publish(1)
    page = world.web.pages[f"{HOME}/story/1/"]
    world.web[f"{HOME}/story/1/"] = Answer(body=page, etag='"one"')
    world.add_source()
    world.sync()

    world.web.clock.advance(days=30)
    world.visit()

    assert world.web.requests[-1].headers["if-none-match"] == '"one"'
    assert world.articles()[0].version == 1


def test_news_does_not_wait_behind_re_checks(watched):
    watched.web.clock.advance(days=60)
    watched.publish(4)
    watched.web.requests.clear()

    watched.sync()

    assert watched.web.asked[1] == f"{HOME}/story/4/"
    assert len(watched.web.asked) == 5


def test_a_fresh_article_is_looked_at_often_and_an_old_one_seldom(world):
    made = world.now.isoformat()
    world.publish(1, extra="<!-- fresh -->")
    fresh = world.web.pages[f"{HOME}/story/1/"].replace("2026-02-02T08:00:00Z", made)
    world.web[f"{HOME}/story/1/"] = fresh
    world.add_source()
    world.sync()

    looks = []
    for hours in (24, 29 * 24, 335 * 24):
        before = len(world.web.asked)
        for _ in range(96):
            world.web.clock.advance(hours=hours / 96)
            world.visit()
        looks.append(len(world.web.asked) - before)

    day, month, year = looks
    assert 6 <= day <= 14
    assert 5 <= month <= 12
    assert 9 <= year <= 15


def entries(stamp, *, edited=None):
    """A feed of eight stories, all with one date; one of them has another title."""
    items = "".join(
        f"<item><title>Story {n}{' anew' if n == edited else ''}</title>"
        f"<link>{HOME}/story/{n}/</link><pubDate>{stamp}</pubDate></item>"
        for n in range(8, 0, -1)
    )
    body = f"<rss version='2.0'><channel><title>x</title>{items}</channel></rss>"
    return Answer(content_type="application/rss+xml", body=body)


@pytest.fixture
def fed(world):
    """A world whose eight stories a feed lists."""
    world.publish(*range(1, 9))
    world.web[f"{HOME}/feed/"] = entries("Sun, 01 Mar 2026 08:00:00 GMT")
    world.add_source(discover=[{"kind": "feed", "url": f"{HOME}/feed/"}])
    world.sync()
    world.web.requests.clear()
    return world


def test_a_feed_that_dates_all_its_entries_anew_has_none_fetched(fed):
    for minute in range(10, 15):
        fed.web[f"{HOME}/feed/"] = entries(f"Sun, 01 Mar 2026 12:{minute}:00 GMT")
        fed.sync()

    assert fed.web.asked == [f"{HOME}/feed/"] * 5


def test_an_entry_edited_between_others_is_fetched(fed):
    fed.web[f"{HOME}/feed/"] = entries("Sun, 01 Mar 2026 08:00:00 GMT", edited=3)

    fed.sync()

    assert fed.web.asked == [f"{HOME}/feed/", f"{HOME}/story/3/"]
