"""Feeds that operators define, public and private, over HTTP."""

import json
from xml.etree import ElementTree as ET

import pytest

from db.engine import transaction
from db.filters import Filter
from db.saved import SavedFeed, add_saved, hash_of, remove_saved, set_token
from db.sources import remove_source, rename_source
from tests.factories_feeds import NOON, add_source
from tests.service.feeds.conftest import BASE

TOKEN = "open-sesame"
OPEN = f"?token={TOKEN}"


def saved_feed(slug="floods", **values):
    given = {"title": "Floods & rain", "content": "full", "token_hash": None}
    given |= {"filter": Filter(), "added_at": NOON}
    return SavedFeed(slug=slug, **given | values)


@pytest.fixture
def wire(web):
    """A public source and a private one; a public feed and a private one over them."""
    with transaction(web.engine) as session:
        add_source(session, "secret", visibility="private")
        floods = Filter(words=("flood",))
        add_saved(session, saved_feed(filter=floods, content="summary"), now=NOON)
        both = Filter(sources=("daily", "secret"))
        desk = saved_feed("desk", filter=both, token_hash=hash_of(TOKEN), title="Desk")
        add_saved(session, desk, now=NOON)
    web.add(1, title="A flood", body_html="<p>All of it.</p>")
    web.add(2, title="A drought", tags=("dry",), language="en")
    web.add(3, title="A secret flood", source="secret")
    return web


def positions(answer):
    assert answer.status_code == 200, answer.text
    return [item["_wireroom"]["position"] for item in json.loads(answer.data)["items"]]


def test_a_saved_feed_holds_what_its_filter_lets_through(wire):
    answer = wire.get("/feeds/floods.json")

    assert positions(answer) == [1]
    assert json.loads(answer.data)["title"] == "Floods & rain"
    assert "All of it." not in answer.text


def test_an_unknown_address_names_the_saved_feeds_that_are_public(wire):
    answer = wire.get("/feeds/flood.rss")

    assert answer.status_code == 404
    assert "There are: all, floods, daily." in answer.text


def test_a_saved_feed_is_narrowed_further(wire):
    assert positions(wire.get("/feeds/floods.json?q=a")) == [1]
    assert positions(wire.get("/feeds/floods.json?q=drought")) == []
    assert positions(wire.get(f"/feeds/desk.json{OPEN}&tag=dry&lang=en")) == [2]
    assert positions(wire.get(f"/feeds/desk.json{OPEN}&source=secret")) == [3]
    assert positions(wire.get(f"/feeds/desk.json{OPEN}&q=flood")) == [3, 1]
    assert wire.get("/feeds/floods.json?source=secret").status_code == 400


def test_a_private_feed_shows_private_sources_to_who_has_its_token(wire):
    answer = wire.get(f"/feeds/desk.json{OPEN}&limit=1")

    assert positions(answer) == [3]
    assert answer.headers["Cache-Control"].startswith("private, ")
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert answer.headers["X-Robots-Tag"] == "noindex"
    following = json.loads(answer.data)["next_url"]
    assert f"token={TOKEN}" in following
    assert positions(wire.get(following.removeprefix(BASE))) == [2]


@pytest.mark.parametrize(
    "query", ["", "?token=wrong", "?limit=3", "?token=wrong&source=secret"]
)
def test_without_its_token_there_is_no_such_feed(wire, query):
    assert positions(wire.get(f"/feeds/desk.json{OPEN}")) == [3, 2, 1]

    answer = wire.get(f"/feeds/desk.json{query}")
    never = wire.get(f"/feeds/bureau.json{query}")
    assert (answer.status_code, never.status_code) == (404, 404)
    assert answer.text == never.text.replace("bureau", "desk")


def test_no_shared_cache_keeps_what_leads_to_a_private_feed(wire):
    answer = wire.get("/feeds/desk.json?archive=0-5&token=open-sesame")

    assert answer.status_code == 302
    assert answer.headers["Cache-Control"] == "private, no-cache"


def test_a_token_opens_nothing_that_is_open(wire):
    for slug in ("all", "daily", "floods"):
        answer = wire.get(f"/feeds/{slug}.rss?token=abc")
        assert answer.status_code == 400
        assert "'token': this feed is open to all" in answer.text


def test_a_new_token_shuts_the_old_one_out(wire):
    known = f"/feeds/desk.rss{OPEN}"
    assert wire.get(known).status_code == 200
    with transaction(wire.engine) as session:
        set_token(session, "desk", hash_of("another"))
    wire.notice()

    assert wire.get(known).status_code == 404
    assert wire.get("/feeds/desk.rss?token=another").status_code == 200


def test_a_removed_feed_is_gone(wire):
    for slug, query in (("floods", ""), ("desk", OPEN)):
        with transaction(wire.engine) as session:
            remove_saved(session, slug, now=NOON)
        wire.notice()
        assert wire.get(f"/feeds/{slug}.atom{query}").status_code == 410
    assert wire.get("/feeds/desk.atom").status_code == 404  # as ever, to others
    assert wire.get("/feeds/desk.atom?token=guessed").status_code == 404


def test_only_public_ones_are_listed(wire):
    opml, page = wire.get("/opml"), wire.get("/").text

    titles = [one.get("title") for one in ET.fromstring(opml.data).iter("outline")]
    assert titles[:2] == ["All sources", "Floods & rain"]
    assert f"{BASE}/feeds/floods.atom" in page
    assert "desk" not in opml.text.lower() + page.lower()


def test_a_saved_feed_follows_its_source_to_another_name(wire):
    with transaction(wire.engine) as session:
        rename_source(session, "secret", "hidden", now=NOON)
    wire.notice()

    assert positions(wire.get(f"/feeds/desk.json{OPEN}")) == [3, 2, 1]


def test_a_token_that_is_no_text_opens_nothing(wire):
    for token in ("%00", "%ff", "%F0%9F%8E%89", "", "x" * 101):
        answer = wire.get(f"/feeds/desk.rss?token={token}")
        assert answer.status_code == 400, token
    assert not saved_feed(token_hash=hash_of("a")).opens_with("\ud800")


OF_SECRET = ("secret.atom", "secret/x.rss", "secret.news.xml", "all.rss?source=secret")


@pytest.mark.parametrize("path", OF_SECRET)
@pytest.mark.parametrize("end", ["renamed", "removed"])
def test_no_address_tells_that_there_was_a_private_source(wire, path, end):
    never = wire.get(f"/feeds/{path.replace('secret', 'nobody')}")
    with transaction(wire.engine) as session:
        if end == "renamed":
            rename_source(session, "secret", "hidden", now=NOON)
        else:
            remove_source(session, "secret", now=NOON)

    answer = wire.get(f"/feeds/{path}")

    assert answer.status_code == never.status_code
    assert answer.text == never.text.replace("nobody", "secret")
    assert "Location" not in answer.headers
