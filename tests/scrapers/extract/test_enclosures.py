from __future__ import annotations

import pytest

from scrapers.items import Enclosure, Hints
from tests.factories_pages import article, prose

MP3 = "https://example.org/a.mp3"
HEADLINE = "<h1>Flood cuts off two villages</h1>"


def stated(json):
    return f'<script type="application/ld+json">{json}</script>'


@pytest.mark.parametrize(
    "player",
    [
        "<audio controls src=/a.mp3></audio>",
        "<audio controls data-src=/a.mp3></audio>",
        '<video><source src="/live.m3u8"><source src=/a.mp3 type="audio/mpeg">'
        "<source src=/a.ogg></video>",
    ],
)
def test_a_player_in_the_article_gives_its_file(player):
    made = article(f"{HEADLINE}<article>{player}{prose()}</article>")

    assert made.enclosures == (Enclosure(url=MP3, media_type="audio/mpeg"),)


@pytest.mark.parametrize(
    "around",
    [
        "<aside>{}</aside>",
        "<footer>{}</footer>",
        "<a href=/other/>{}</a>",
        "<article><h2>Another one</h2>{}</article>",
    ],
)
def test_a_player_that_is_not_the_articles_gives_nothing(around):
    player = around.format("<audio controls src=/a.mp3></audio>")

    made = article(f"<article>{HEADLINE}{prose()}</article>{player}")

    assert made.enclosures == ()


@pytest.mark.parametrize(
    "player",
    [
        "<video autoplay loop muted src=/rain.mp4></video>",
        "<audio src='blob:https://example.org/1'></audio>",
        "<video src=/play></video>",
    ],
)
def test_scenery_and_what_is_no_file_are_no_enclosures(player):
    assert article(f"<article>{HEADLINE}{player}{prose()}</article>").enclosures == ()


@pytest.mark.parametrize(
    "json",
    [
        '{"@type":"NewsArticle","headline":"x","audio":{"@type":"AudioObject",%s}}',
        '{"@type":"PodcastEpisode","name":"x","associatedMedia":[{%s}]}',
        '[{"@type":"NewsArticle","headline":"x"},{"@type":"AudioObject",%s}]',
    ],
)
def test_json_ld_tells_of_a_recording(json):
    facts = (
        '"contentUrl":"/a.mp3","encodingFormat":"audio/mpeg","duration":"PT1M5S",'
        '"contentSize":"1200","name":"Hear it"'
    )

    assert article(head=stated(json % facts)).enclosures == (
        Enclosure(
            url=MP3,
            media_type="audio/mpeg",
            length=1200,
            title="Hear it",
            duration_seconds=65,
        ),
    )


def test_one_of_several_loose_recordings_is_nobodys():
    one = '{"@type":"VideoObject","contentUrl":"/%s.mp4"}'

    assert article(head=stated(f"[{one % 1},{one % 2}]")).enclosures == ()


def test_opengraph_names_a_file_or_a_page_that_plays_one():
    file = '<meta property="og:audio" content="/a.mp3">'
    page = (
        '<meta property="og:video" content="/embed/1">'
        '<meta property="og:video:type" content="text/html">'
    )

    assert [one.url for one in article(head=file + page).enclosures] == [MP3]


def test_the_feeds_own_list_comes_first_and_the_page_fills_its_gaps():
    listed = Enclosure(url="https://cdn.example.org/a.mp3?k=1", length=9)
    player = "<audio src=/a.mp3></audio><audio src=/other.mp3></audio>"

    made = article(
        f"<article>{HEADLINE}{player}{prose()}</article>",
        hints=Hints(enclosures=(listed,)),
    )

    assert made.enclosures == (
        Enclosure(url=listed.url, length=9, media_type="audio/mpeg"),
    )
