"""Archived feeds (RFC 5005 section 4) over HTTP."""

import json
from datetime import timedelta
from xml.etree import ElementTree as ET

import pytest
from sqlalchemy import delete

from db.articles import withdraw
from db.engine import transaction
from db.models import ArticleTermRow
from tests.factories_feeds import NOON
from tests.service.feeds.conftest import BASE
from tests.service.feeds.test_narrowed import ATOM, ids

ARCHIVE = "{http://purl.org/syndication/history/1.0}archive"
ALL = range(40, 0, -1)


@pytest.fixture
def wire(web):
    """Forty articles, one in four about floods, in windows of three."""
    for number in range(1, 41):
        web.add(number, tags=() if number % 4 else ("flood",))
    return web


def links(answer):
    found = ET.fromstring(answer.data).iter(f"{ATOM}link")
    return {one.get("rel"): one.get("href") for one in found if one.get("href")}


def follow(web, address, relation="prev-archive"):
    """Every document from an address on, along one relation."""
    found = []
    while address:
        found.append(web.get(address.removeprefix(BASE)))
        assert found[-1].status_code == 200
        address = links(found[-1]).get(relation)
    return found


def numbers(answer):
    titles = [one.text for one in ET.fromstring(answer.data).iter() if one.text]
    return [n for n in ALL if f"Story {n}" in titles]


@pytest.mark.parametrize("ending", ["atom", "rss"])
@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", list(ALL)),
        ("?limit=7", list(ALL)),
        ("?tag=flood", list(range(40, 0, -4))),
        ("?since=2026-03-01T12:11:05Z", list(range(40, 10, -1))),
    ],
)
def test_following_prev_archive_gives_every_article(wire, ending, query, expected):
    feed, *archives = follow(wire, f"{BASE}/feeds/daily.{ending}{query}")
    archived = [n for answer in archives for n in numbers(answer)]

    assert sorted(archived, reverse=True) == archived
    assert len(set(archived)) == len(archived)
    assert set(archived) | set(numbers(feed)) == set(expected)


@pytest.mark.parametrize("ending", ["atom", "rss"])
def test_an_archive_says_that_it_is_one_and_of_which_feed(wire, ending):
    feed, *archives = follow(wire, f"{BASE}/feeds/daily.{ending}?tag=flood")

    assert ARCHIVE not in [one.tag for one in ET.fromstring(feed.data).iter()]
    for answer in archives:
        assert ARCHIVE in [one.tag for one in ET.fromstring(answer.data).iter()]
        assert links(answer)["current"] == f"{BASE}/feeds/daily.{ending}?tag=flood"
        assert 'rel="current"' in answer.headers["Link"]
    back = follow(wire, links(archives[-1])["self"], "next-archive")
    assert [links(one)["self"] for one in back] == [
        links(one)["self"] for one in reversed(archives)
    ]


def test_json_readers_walk_the_archives_by_next_url(wire):
    (newest,) = follow(wire, "/feeds/all.atom")[1:2]
    address = links(newest)["self"].replace(".atom", ".json")
    found = []
    while address:
        answer = wire.get(address.removeprefix(BASE))
        found += ids(answer)
        address = json.loads(answer.data).get("next_url")

    assert found == list(range(found[0], 0, -1))
    assert found[0] >= 37


def test_an_archive_stays_what_it_is_while_more_is_stored(wire):
    before = follow(wire, "/feeds/all.atom")[2:]
    for number in range(41, 61):
        wire.add(number)
    after = {links(one)["self"]: one for one in follow(wire, "/feeds/all.atom")}

    for answer in before:
        again = after[links(answer)["self"]]
        assert (again.data, again.headers["ETag"]) == (
            answer.data,
            answer.headers["ETag"],
        )


def test_an_archive_is_kept_for_a_day_and_a_feed_is_not(wire):
    feed, archive = follow(wire, "/feeds/all.atom")[:2]

    assert "max-age=86400" in archive.headers["Cache-Control"]
    assert "max-age=60," in feed.headers["Cache-Control"]
    to_come = wire.get("/feeds/all.atom?archive=64-127")
    assert to_come.headers["Cache-Control"] == "no-cache"


def test_a_withdrawn_article_leaves_its_archive_and_moves_no_other(wire):
    before = follow(wire, "/feeds/all.atom")
    with transaction(wire.engine) as session:
        withdraw(session, [5, 6, 7], by="site", now=NOON + timedelta(hours=1))
    wire.notice()
    after = follow(wire, "/feeds/all.atom")

    assert [links(one)["self"] for one in before] == [
        links(one)["self"] for one in after
    ]
    held = {n for one in after for n in numbers(one)}
    assert held == set(ALL) - {5, 6, 7}
    assert sum(one.data.count(b"<at:deleted-entry") for one in after[1:]) == 3


@pytest.mark.parametrize(
    ("asked", "given"),
    [
        ("10-17&limit=2", "?archive=16-17&limit=2"),
        ("0-40&limit=2", "?limit=2"),
        ("0-4294967295", ""),
        ("900-999&limit=2", "?limit=2"),
        ("30-30&limit=2&tag=flood", "?archive=24-31&limit=2&tag=flood"),
        ("1-2&lang=xx", "?lang=xx"),
    ],
)
def test_positions_that_are_no_archive_lead_to_the_one_that_has_them(
    wire, asked, given
):
    answer = wire.get(f"/feeds/all.atom?archive={asked}")

    assert answer.status_code == 302
    assert answer.headers["Location"].removeprefix(BASE) == f"/feeds/all.atom{given}"
    assert wire.get(answer.headers["Location"]).status_code == 200


def test_an_archive_whose_articles_left_its_filter_leads_to_the_one_before(wire):
    *_, older, last = follow(wire, "/feeds/all.atom?tag=flood")
    with transaction(wire.engine) as session:
        inside = ArticleTermRow.position.in_(numbers(older))
        session.execute(delete(ArticleTermRow).where(inside))
    wire.publisher.cache._slots.clear()
    again = wire.get(links(older)["self"].removeprefix(BASE))

    assert again.status_code == 302
    assert again.headers["Location"] == links(last)["self"].removeprefix(BASE)


def test_a_feed_whose_window_was_withdrawn_shows_what_is_below(wire):
    with transaction(wire.engine) as session:
        withdraw(session, range(30, 41), by="site", now=NOON + timedelta(hours=1))
    wire.notice()

    assert ids(wire.get("/feeds/all.json")) == [29, 28, 27]
