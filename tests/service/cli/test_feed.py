import json
import re
from xml.etree import ElementTree

import pytest

from db.articles import store
from db.engine import transaction
from db.sources import add_source
from tests.factories import NOW, arrival, definition


@pytest.fixture
def feeds(wireroom, database):
    """One source with an article, so that a category has a feed, and a private one."""
    with transaction(database) as session:
        source = add_source(session, definition(), origin="api", now=NOW)
        store(session, source.id, "example", [arrival()], now=NOW)
        hidden = definition("hidden", visibility="private")
        add_source(session, hidden, origin="api", now=NOW)
    return wireroom


def test_every_public_feed_is_listed_with_its_addresses(feeds):
    rows = json.loads(feeds("feed", "list", "--json").output)

    assert [row["feed"] for row in rows] == [
        *("all", "example", "example/news", "example/news/iran-news")
    ]
    assert rows[1]["rss"] == "http://127.0.0.1:8080/feeds/example.rss"


def test_people_see_the_titles(feeds):
    assert "The Daily Example › News › Iran News" in feeds("feed", "list").output


def test_the_list_can_be_given_to_a_reader(feeds):
    root = ElementTree.fromstring(feeds("opml", "export").output)

    addresses = [outline.get("xmlUrl") for outline in root.iter("outline")]
    assert "http://127.0.0.1:8080/feeds/example/news.atom" in addresses
    assert not any("hidden" in address for address in addresses)


def test_a_feed_is_defined_shown_and_removed(feeds):
    made = feeds(
        *("feed", "add", "floods", "--title", "Floods", "--q", "Story happened"),
        *("--source", "example", "--content", "summary", "--json"),
    )
    row = json.loads(made.output)

    assert row["atom"] == "http://127.0.0.1:8080/feeds/floods.atom"
    assert row["filter"] == {"sources": ["example"], "words": ["happened story"]}
    assert "title: Floods" in feeds("feed", "show", "floods").output
    assert "floods" in feeds("feed", "list").output
    assert "/feeds/floods.atom" in feeds("opml", "export").output
    assert feeds("feed", "remove", "floods").exit_code == 0
    assert "there are: none" in feeds("feed", "show", "floods").output


def test_a_private_feed_shows_its_token_once(feeds):
    made = feeds(
        *["feed", "add", "desk", "--title", "Desk", "--source", "hidden", "--private"]
    )
    (token,) = set(re.findall(r"\?token=([\w-]{32})", made.output))

    assert token not in feeds("feed", "show", "desk", "--json").output
    assert "token" not in feeds("feed", "list", "--json").output
    assert "desk" not in feeds("opml", "export").output
    again = feeds("feed", "rotate", "desk").output
    assert "?token=" in again
    assert token not in again


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("all --title T", "nothing else can be called 'all'"),
        ("a/b --title T", "is no slug"),
        ("example --title T", "there is a source 'example' already"),
        ("x --title T --source hidden", "'hidden' is private: only a feed with"),
        ("x --title T --source none", "no source 'none'; there are: example, hidden"),
        ("x --title T --q -flood", "only what may not be there"),
        ("x", "Missing option '--title'"),
    ],
)
def test_a_feed_that_cannot_be_is_refused(feeds, words, said):
    answer = feeds("feed", "add", *words.split())

    assert answer.exit_code != 0
    assert said in answer.output


def test_a_feed_and_a_source_do_not_share_a_slug(feeds, tmp_path):
    feeds(*["feed", "add", "floods", "--title", "F"])
    again = feeds(*["feed", "add", "floods", "--title", "G"])
    renamed = feeds("source", "rename", "example", "floods")

    assert "there is a feed 'floods' already" in again.output
    assert "there is a feed 'floods' already; remove it" in renamed.output
    assert "opens without a token" in feeds("feed", "rotate", "floods").output
