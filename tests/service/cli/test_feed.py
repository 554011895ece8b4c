import json
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
