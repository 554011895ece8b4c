"""A podcast's way: from a feed with enclosures, through a pass, to its readers."""

import feedparser
import pytest

from db.engine import reading
from db.feeds import list_articles
from scrapers.items import Enclosure
from service.entries import entry_of
from service.feeds.formats import load_formats
from tests.crawling import HOME, World, article_page
from tests.factories_feeds import head

FEED = f"{HOME}/podcast.xml"
MP3 = "https://cdn.example.org/1.mp3"


def feed(*, length=1200, kind="audio/mpeg"):
    return (
        "<rss version='2.0'><channel><title>Pod</title><item><title>Story number 1"
        f"</title><link>{HOME}/story/1/</link><enclosure url='{MP3}'"
        f" length='{length}' type='{kind}'/></item></channel></rss>"
    )


@pytest.fixture
def watched(engine):
    """A podcast whose one episode is stored."""
    world = World(engine)
    world.web[f"{HOME}/story/1/"] = article_page(1)
    world.web[FEED] = feed()
    world.add_source(discover=[{"kind": "feed", "url": FEED}])
    world.sync()
    return world


def stored(world):
    with reading(world.engine) as session:
        (article,) = list_articles(session, [row.position for row in world.articles()])
    return article


def test_an_episode_is_stored_with_its_recording(watched):
    assert stored(watched).enclosures == (
        Enclosure(url=MP3, media_type="audio/mpeg", length=1200),
    )


@pytest.mark.parametrize("name", ["rss", "atom"])
def test_a_reader_gets_the_recording(watched, name):
    fragment = load_formats()[name].fragment(entry_of(stored(watched), head()))
    space = 'xmlns="http://www.w3.org/2005/Atom"' if name == "atom" else ""
    (entry,) = feedparser.parse(f"<feed {space}>{fragment}</feed>").entries

    assert [one.href for one in entry.enclosures] == [MP3]


def test_a_feed_that_tells_of_another_recording_edits_the_article(watched):
    watched.web[FEED] = feed(length=5000)
    watched.sync()  # the page itself is what it was

    assert [one.length for one in stored(watched).enclosures] == [5000]
    assert watched.events() == ["article.published", "article.updated"]


def test_a_feed_that_says_the_same_again_edits_nothing(watched):
    watched.web[FEED] = feed() + "<!-- again -->"
    watched.sync()

    assert watched.events() == ["article.published"]
