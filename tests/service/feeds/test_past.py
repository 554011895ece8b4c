"""What a walk through archives brought: on pages and in archives, in no window."""

import json
from datetime import timedelta

import pytest

from db.articles import withdraw
from db.engine import transaction
from tests.factories_feeds import NOON, add_source
from tests.service.feeds.conftest import BASE
from tests.service.feeds.test_archives import follow, links, numbers
from tests.service.feeds.test_deltas import edit
from tests.service.feeds.test_narrowed import ids

FEEDS = ["daily", "all", "all.atom?lang=en", "all.atom?tag=flood", "all.atom?q=story"]


def walk(web, *wanted, **values):
    for number in wanted:
        web.add(number, is_past=True, **VALUES | values)


VALUES = {"language": "en", "tags": ("flood",)}


@pytest.fixture
def wire(web):
    """News 1 to 9, then a walk that brought 10 to 30, then news 31."""
    for number in (*range(1, 10), 31):
        web.add(number, **VALUES)
    walk(web, *range(10, 31))
    return web


def address(feed):
    return f"/feeds/{feed}" if "?" in feed else f"/feeds/{feed}.atom"


@pytest.mark.parametrize("feed", FEEDS)
def test_the_past_is_not_news(wire, feed):
    assert numbers(wire.get(address(feed))) == [31, 9, 8]


@pytest.mark.parametrize("feed", FEEDS)
def test_following_prev_archive_gives_the_past_too(wire, feed):
    feed, *archives = follow(wire, f"{BASE}{address(feed)}")
    archived = [n for answer in archives for n in numbers(answer)]

    assert {*archived, *numbers(feed)} == set(range(1, 32))
    assert sorted(archived, reverse=True) == archived
    assert len(set(archived)) == len(archived)


@pytest.mark.parametrize("feed", FEEDS)
def test_following_next_gives_everything_once_the_past_from_its_top(wire, feed):
    pages = follow(wire, f"{BASE}{address(feed)}", "next")
    listed = [n for answer in pages for n in numbers(answer)]

    assert listed == [31, 9, 8, *range(30, 9, -1), *range(7, 0, -1)]


@pytest.mark.parametrize("count", range(1, 9))
def test_a_feed_with_little_news_leads_to_all_of_the_past(web, count):
    for number in range(1, count + 1):
        web.add(number, is_past=number % 2 == 1)
    news = [n for n in range(count, 0, -1) if n % 2 == 0][:3]

    for relation in ("next", "prev-archive"):
        feed, *others = follow(web, f"{BASE}/feeds/daily.atom", relation)
        assert numbers(feed) == news
        listed = {n for answer in others for n in numbers(answer)}
        assert listed | set(news) == set(range(1, count + 1))


def test_an_archive_that_was_read_is_the_same_when_the_walk_goes_on(wire):
    before = follow(wire, f"{BASE}/feeds/daily.atom")[1:]
    walk(wire, *range(32, 60))
    after = {links(a)["self"] for a in follow(wire, f"{BASE}/feeds/daily.atom")}

    newest, *others = [links(one)["self"] for one in before]
    assert set(others) <= after
    led = wire.get(newest.removeprefix(BASE))
    assert led.status_code == 302
    whole = wire.get(led.headers["Location"].removeprefix(BASE))
    assert {*numbers(before[0])} <= {*numbers(whole)}


def test_what_came_after_the_walk_is_in_no_archive_yet(web):
    web.add(1)
    walk(web, 2)
    web.add(3)

    answer = web.get("/feeds/daily.atom?archive=3-3")

    assert answer.status_code == 302
    assert answer.headers["Location"] == "/feeds/daily.atom"


def test_a_walk_ends_in_an_archive_of_its_own_until_that_part_is_passed(web):
    web.add(1)
    walk(web, 2)

    def newest():
        found = links(web.get("/feeds/daily.atom"))
        return found.get("prev-archive", "").partition("=")[2]

    assert newest() == "0-2"
    walk(web, 3)
    assert newest() == "0-3"
    for number in range(4, 9):
        web.add(number)
    assert newest() == "6-7"


def test_an_edit_of_the_past_is_no_entry_of_the_feed_nor_of_a_delta(wire):
    before = wire.get("/feeds/daily.atom")
    edit(wire, 20, seq=60, is_past=True)
    wire.add(61)
    after = wire.get(
        "/feeds/daily.atom", A_IM="feed", If_None_Match=before.headers["ETag"]
    )

    assert (after.status_code, numbers(after)) == (226, [])
    assert b"Story 61" in after.data
    assert numbers(wire.get("/feeds/daily.atom")) == [31, 9]


def test_what_is_withdrawn_of_the_past_is_told(wire):
    with transaction(wire.engine) as session:
        withdraw(session, [20], by="site", now=NOON + timedelta(hours=1))
    wire.notice()

    assert b"at:deleted-entry" in wire.get("/feeds/daily.atom").data


def test_a_feed_of_the_past_alone_has_pages_and_archives(web):
    walk(web, *range(1, 8))

    for relation in ("next", "prev-archive"):
        feed, *others = follow(web, f"{BASE}/feeds/daily.atom", relation)
        assert numbers(feed) == []
        assert [n for a in others for n in numbers(a)] == list(range(7, 0, -1))


@pytest.mark.parametrize(("news", "past"), [(1, (2, 3)), (3, (1, 2)), (2, (1, 3))])
def test_more_withdrawn_on_top_hide_no_past(web, news, past):
    web.add(news)
    walk(web, *past)
    for number in range(4, 20):
        web.add(number)
    with transaction(web.engine) as session:
        withdraw(session, range(4, 20), by="site", now=NOON + timedelta(hours=1))
    web.notice()

    pages = follow(web, f"{BASE}/feeds/daily.atom", "next")
    assert [n for a in pages for n in numbers(a)] == [news, *sorted(past)[::-1]]


def test_a_place_that_no_link_names_leads_on_all_the_same(wire):
    pages = follow(wire, f"{BASE}/feeds/daily.atom?before=40&window=1", "next")

    assert [n for a in pages for n in numbers(a)] == list(range(30, 9, -1))


def test_json_readers_meet_the_past_by_next_url(wire):
    place, found = "/feeds/daily.json", []
    while place:
        answer = wire.get(place.removeprefix(BASE))
        found += ids(answer)
        place = json.loads(answer.data).get("next_url")

    assert sorted(found) == list(range(1, 32))


def test_news_sitemaps_leave_the_past_out(wire):
    text = wire.get("/feeds/daily.news.xml").get_data(as_text=True)

    assert "story-31/" in text
    assert "story-20/" not in text


def test_many_sources_are_asked_for_their_news_at_once(wire):
    with transaction(wire.engine) as session:
        for number in range(20):
            add_source(session, f"other-{number}")
    many = "&".join(f"source=other-{number}" for number in range(20))

    answer = wire.get(f"/feeds/all.atom?source=daily&{many}")

    assert numbers(answer) == [31, 9, 8]


def test_a_place_without_a_page_is_refused(wire):
    answer = wire.get("/feeds/all.atom?window=8")

    assert answer.status_code == 400
    assert "beside 'before'" in answer.get_data(as_text=True)
