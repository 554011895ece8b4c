"""Narrowed and paged feeds over HTTP."""

import json
from datetime import timedelta
from xml.etree import ElementTree as ET

import pytest

from db.articles import store, withdraw
from db.engine import transaction
from db.sources import get_source, remove_source, rename_source
from scrapers.items import Restriction
from service.feeds.cache import QUERY_MARK
from tests.factories import arrival, scraped
from tests.factories_feeds import NOON, add_source
from tests.service.feeds.conftest import BASE

ATOM = "{http://www.w3.org/2005/Atom}"


def ids(answer):
    return [item["_wireroom"]["position"] for item in json.loads(answer.data)["items"]]


def items(answer):
    return json.loads(answer.data)["items"]


@pytest.fixture
def wire(web):
    """Eight articles, every other one about floods, in windows of three."""
    for number in range(1, 9):
        tags = ("flood",) if number % 2 else ("rain",)
        web.add(number, tags=tags, categories=(("News", "Iran News"),))
    return web


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("?tag=flood", [7, 5, 3]),
        ("?tag=flood&tag=rain&limit=4", [8, 7, 6, 5]),
        ("?tag=flood&before=5", [3, 1]),
        ("?since=2026-03-01T12:07:00Z", [8, 7]),
        ("?category=News/Iran%20News&limit=2", [8, 7]),
        ("?source=daily&limit=1", [8]),
        ("?author=nobody", []),
        ("?q=story%20-3&limit=2&before=5", [4, 2]),
        ("?q=%22story%207%22%20OR%206&category=news&tag=flood&source=daily", [7]),
        ("?&", [8, 7, 6]),
    ],
)
def test_a_feed_holds_exactly_what_is_asked_for(wire, query, found):
    assert ids(wire.get(f"/feeds/all.json{query}")) == found


def following(ending, answer):
    if ending == "json":
        return json.loads(answer.data).get("next_url")
    links = ET.fromstring(answer.data).iter(f"{ATOM}link")
    return next((one.get("href") for one in links if one.get("rel") == "next"), None)


@pytest.mark.parametrize("ending", ["rss", "atom", "json"])
@pytest.mark.parametrize("query", ["", "?tag=flood&tag=rain&limit=2&content=headline"])
def test_following_next_gives_every_article_once(wire, ending, query):
    address, titles = f"{BASE}/feeds/daily.{ending}{query}", []
    while address:
        assert address.startswith(BASE)
        answer = wire.get(address.removeprefix(BASE))
        assert answer.status_code == 200
        page = answer.text
        titles += [n for n in range(8, 0, -1) if f"Story {n}<" in page]
        titles += [n for n in range(8, 0, -1) if f'"title":"Story {n}"' in page]
        address = following(ending, answer)

    assert titles == [8, 7, 6, 5, 4, 3, 2, 1]


def test_links_carry_the_normalised_parameters(wire):
    answer = wire.get("/feeds/all.atom?tag=Rain&tag=flood&before=7&limit=2")
    root = ET.fromstring(answer.data)
    feed = f"{BASE}/feeds/all.atom?"

    links = {one.get("rel"): one.get("href") for one in root.findall(f"{ATOM}link")}
    assert links["self"] == f"{feed}before=7&limit=2&tag=flood&tag=rain"
    assert links["next"] == f"{feed}before=5&limit=2&tag=flood&tag=rain"
    assert root.findtext(f"{ATOM}id") == f"{feed}limit=2&tag=flood&tag=rain"
    assert f'<{links["next"]}>; rel="next"' in answer.headers["Link"]


def test_a_page_tells_json_readers_which_feed_it_is_of(wire):
    page = json.loads(wire.get("/feeds/all.json?before=7").data)

    assert page["feed_url"] == f"{BASE}/feeds/all.json"
    assert page["next_url"] == f"{BASE}/feeds/all.json?before=4"


def test_the_title_says_what_the_feed_is_narrowed_to(wire):
    answer = wire.get("/feeds/all.json?tag=Flood&limit=2")

    assert json.loads(answer.data)["title"] == "Wireroom: all sources (tag flood)"


def test_flask_and_the_front_answer_a_narrowed_feed_alike(wire):
    path = "/feeds/all.atom?limit=2&tag=flood"
    for headers in ({}, {"If_None_Match": "*"}, {"Accept_Encoding": "gzip"}):
        wire.notice()
        flask, front = wire.get(path, **headers), wire.get(path, **headers)
        assert (flask.status, flask.data) == (front.status, front.data)
        assert sorted(flask.headers) == sorted(front.headers)


def test_another_order_of_parameters_is_the_same_document(wire):
    first = wire.get("/feeds/all.atom?limit=2&tag=flood")
    tag = first.headers["ETag"]

    assert wire.get("/feeds/all.atom?tag=Flood&limit=2", If_None_Match=tag).data == b""
    wire.app.view_functions.clear()
    again = wire.get("/feeds/all.atom?limit=2&tag=flood", If_None_Match=tag)
    assert again.status_code == 304


def test_the_front_keeps_the_plain_and_the_narrowed_apart(wire):
    plain = wire.get("/feeds/all.json")
    assert ids(wire.get("/feeds/all.json?tag=rain")) == [8, 6, 4]
    assert wire.get("/feeds/all.json").data == plain.data
    assert wire.get("/feeds/all.json?colour=red").status_code == 400
    assert wire.get("/feeds/all.json%3Ftag=rain").status_code == 404


def test_a_narrowed_feed_follows_what_is_stored(wire):
    assert ids(wire.get("/feeds/all.json?tag=flood&limit=1")) == [7]
    wire.add(9, tags=("flood",))
    assert ids(wire.get("/feeds/all.json?tag=flood&limit=1")) == [9]


@pytest.mark.parametrize("content", ["full", "summary", "headline"])
def test_content_only_lowers_what_the_source_and_the_page_allow(wire, content):
    with transaction(wire.engine) as session:
        add_source(session, "brief", republish="summary")
    wire.add(9, source="brief")
    wire.add(10, restrictions=frozenset({Restriction.NOINDEX}))
    answer = wire.get(f"/feeds/all.json?content={content}&limit=3")

    told = [one["_wireroom"]["content"] for one in items(answer)]
    brief = "summary" if content == "full" else content
    assert told == ["headline", brief, content]
    assert ("The body of story 8" in answer.text) is (content == "full")


def test_the_same_entry_is_kept_apart_by_how_much_of_it_is_asked(wire):
    wire.get("/feeds/all.json")
    lowered = wire.get("/feeds/all.json?content=headline")

    assert "The body of" not in lowered.text
    assert "The body of" in wire.get("/feeds/all.json?limit=3").text


def test_private_sources_are_in_no_narrowed_feed(wire):
    with transaction(wire.engine) as session:
        add_source(session, "secret", visibility="private")
    wire.add(9, source="secret", tags=("flood",), language="fa")

    assert ids(wire.get("/feeds/all.json?tag=flood")) == [7, 5, 3]
    assert ids(wire.get("/feeds/all.json?lang=fa")) == []
    assert wire.get("/feeds/all.json?source=secret").status_code == 400


@pytest.mark.parametrize("slug", ["weekly", "%00", "\N{WOMAN}"])
def test_an_unknown_source_is_named_with_those_there_are(wire, slug):
    answer = wire.get(f"/feeds/all.rss?source=daily&source={slug}")

    assert answer.status_code == 400
    assert "There is no source" in answer.text
    assert "There are: daily." in answer.text


def test_a_feed_of_one_source_has_no_other(wire):
    answer = wire.get("/feeds/daily.rss?source=weekly")

    assert answer.status_code == 400
    assert "'weekly': this feed is of 'daily' alone; ask the feed 'all'" in answer.text
    assert wire.get("/feeds/daily.rss?source=daily").status_code == 200


@pytest.mark.parametrize("slug", ["%00", "a%00/b", "%ff"])
def test_a_feed_that_cannot_be_is_not_there(wire, slug):
    assert wire.get(f"/feeds/{slug}.rss").status_code == 404


def test_a_renamed_source_leads_to_its_new_name(wire):
    assert wire.get("/feeds/all.rss?source=daily").status_code == 200
    with transaction(wire.engine) as session:
        rename_source(session, "daily", "everyday", now=NOON)
    wire.notice()

    answer = wire.get("/feeds/all.rss?source=daily&source=weekly&q=a%26b")
    assert answer.status_code == 301
    there = "/feeds/all.rss?q=%22a%20b%22&source=everyday&source=weekly"
    assert answer.headers["Location"] == there
    moved = wire.get("/feeds/daily.rss?limit=2&before=5").headers["Location"]
    assert moved == "/feeds/everyday.rss?before=5&limit=2"


def test_a_removed_source_is_no_longer_there_to_ask_for(wire):
    assert wire.get("/feeds/all.rss?source=daily").status_code == 200
    with transaction(wire.engine) as session:
        remove_source(session, "daily", now=NOON + timedelta(hours=1))
    wire.notice()

    assert wire.get("/feeds/all.rss?source=daily").status_code == 400


def test_a_head_request_of_a_page_has_the_same_headers(wire):
    path = "/feeds/all.rss?before=5"
    got, head = wire.get(path), wire.get(path, "HEAD")

    assert (head.data, head.headers) == (b"", got.headers)
    assert wire.get(path, "POST").status_code == 405


def test_a_feed_that_nothing_matches_has_a_plausible_date(wire):
    answer = wire.get("/feeds/all.atom?tag=none")

    assert answer.headers["Last-Modified"] == "Sun, 01 Mar 2026 12:00:00 GMT"
    assert b"<updated>2026-03-01T12:00:00Z</updated>" in answer.data


def test_a_search_follows_edits_and_withdrawals(wire):
    path = "/feeds/all.json?q=drought"

    def edit(title):
        edited = scraped(url="https://example.org/drought", title=title)
        with transaction(wire.engine) as session:
            source = get_source(session, "daily")
            (stored,) = store(session, source.id, "daily", [arrival(edited)], now=NOON)
        wire.notice()
        return stored.position

    assert ids(wire.get(path)) == []
    number = edit("Rain")
    assert ids(wire.get(path)) == []
    edit("Drought")
    assert ids(wire.get(path)) == [number]
    before = wire.get(path).headers["ETag"]
    edit("Rain again")
    gone = wire.get(path, If_None_Match=before)
    assert (gone.status_code, ids(gone)) == (200, [])
    edit("Drought again")
    with transaction(wire.engine) as session:
        withdraw(session, [number], by="site", now=NOON)
    wire.notice()
    assert ids(wire.get(path)) == []
    assert wire.get(path.replace("json", "atom")).text.count("deleted-entry") == 1


def test_a_search_is_answered_before_flask_once_it_is_known(wire):
    canonical = "/feeds/all.json?q=%22story%207%22"
    wire.get("/feeds/all.json?q=%22Story%20%207%22")

    assert wire.publisher.cache.fresh(canonical.replace("?", QUERY_MARK)) is not None
