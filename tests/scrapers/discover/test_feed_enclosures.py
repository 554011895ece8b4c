"""The files of feed entries, in each kind of feed."""

from __future__ import annotations

import json

import pytest

from scrapers.errors import DiscoverError
from scrapers.items import Author, Enclosure, Image
from tests.scrapers.discover.test_feed import FEED, item, only, rss, visit

EPISODE = Enclosure(
    url="https://cdn.example.org/1.mp3",
    media_type="audio/mpeg",
    length=2_147_483_648,
    duration_seconds=3723,
)


def feed_of(**entry):
    """A JSON Feed of one item."""
    made = {"id": "1", "url": "https://example.org/1/"} | entry
    version = "https://jsonfeed.org/version/1.1"
    return json.dumps({"version": version, "title": "Daily", "items": [made]})


def test_an_rss_enclosure_is_one():
    entry = item(
        1,
        '<enclosure url="https://cdn.example.org/1.mp3" length="2147483648"'
        ' type="audio/mpeg"/><itunes:duration xmlns:itunes='
        '"http://www.itunes.com/dtds/podcast-1.0.dtd">1:02:03</itunes:duration>',
    )

    assert only(rss(entry)).hints.enclosures == (EPISODE,)


def test_media_rss_recordings_are_and_pictures_are_not():
    entry = item(
        1,
        '<enclosure url="/a.jpg" length="9" type="image/jpeg"/>'
        '<media:content url="/b.jpg" medium="image"/><media:group>'
        '<media:content url="https://cdn.example.org/1.mp3" type="audio/mpeg"'
        ' fileSize="2147483648" duration="3723"/></media:group>',
    )

    found = only(rss(entry)).hints

    assert found.enclosures == (EPISODE,)
    assert found.image is not None


def test_an_atom_enclosure_is_one_with_its_title():
    feed = """<feed xmlns="http://www.w3.org/2005/Atom"><entry><id>urn:x:1</id>
      <link href="https://example.org/1/"/><link rel="enclosure" title="The talk"
      href="/talk.pdf" length="?"/></entry></feed>"""

    (found,) = only(feed).hints.enclosures

    assert found == Enclosure(
        url="https://example.org/talk.pdf",
        media_type="application/pdf",
        title="The talk",
    )


def test_another_file_changes_the_version_and_another_token_of_its_page_does_not():
    file = '<enclosure url="/{}.mp3" length="{}" type="audio/mpeg"/>'
    versions = [
        only(rss(item(1, rest))).version
        for rest in ("", file.format(1, 5), file.format(1, 6), file.format(1, 5))
    ]

    assert len(set(versions)) == 3
    assert versions[1] == versions[3]


def test_a_json_feed_item_becomes_a_candidate_with_hints():
    feed = feed_of(
        title="<b> & co",
        date_published="2026-02-28T09:30:00Z",
        authors=[{"name": "Amina Otieno", "url": "https://example.org/amina/"}],
        tags=["floods", 7],
        image="https://example.org/a.jpg",
        attachments=[
            {
                "url": "https://cdn.example.org/1.mp3",
                "mime_type": "audio/mpeg",
                "size_in_bytes": 2_147_483_648,
                "duration_in_seconds": 3723.2,
            }
        ],
    )

    found = only(feed)

    assert found.url == "https://example.org/1/"
    assert found.hints.title == "<b> & co"
    assert found.hints.authors == (
        Author(name="Amina Otieno", url="https://example.org/amina/"),
    )
    assert found.hints.categories == (("floods",),)
    assert found.hints.image == Image(url="https://example.org/a.jpg")
    assert found.hints.enclosures == (EPISODE,)
    assert found.hints.published_at is not None


def test_a_json_feed_names_its_hub_and_its_next_page():
    head = json.loads(feed_of())
    head |= {
        "feed_url": FEED,
        "next_url": f"{FEED}?page=2",
        "hubs": [{"type": "WebSub", "url": "https://hub.example/"}],
    }

    found = visit(json.dumps(head))

    assert found.hub is not None
    assert (found.hub.url, found.hub.topic) == ("https://hub.example/", FEED)


@pytest.mark.parametrize("items", [None, 5, [None, 5, {}, {"url": ["x"], "tags": 1}]])
def test_odd_json_feeds_give_nothing_and_break_nothing(items):
    version = "https://jsonfeed.org/version/1"

    assert visit(json.dumps({"version": version, "items": items})).candidates == ()


@pytest.mark.parametrize("body", ["{", '{"items": []}', "{" * 100_000])
def test_other_json_is_no_feed(body):
    with pytest.raises(DiscoverError, match="no feed"):
        visit(body)
