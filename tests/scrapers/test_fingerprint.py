from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from scrapers.fingerprint import content_hash, is_furniture
from scrapers.items import Author, Enclosure, Image, ScrapedArticle

ARTICLE = ScrapedArticle(
    url="https://example.org/a",
    title="Flood",
    body_html="<p>The river rose.</p><p>It fell again.</p>",
    body_text="The river rose.\nIt fell again.",
    authors=(Author(name="Amina Otieno"),),
    image=Image(url="https://cdn1.example.org/flood.jpg?v=1"),
)


def test_the_same_article_hashes_alike():
    assert content_hash(ARTICLE) == content_hash(replace(ARTICLE))


@pytest.mark.parametrize(
    "furniture",
    [
        "123 views",
        "5 comments",
        "4 min read",
        "Tuesday, 3 March 2026",
        "12",
        "3 hours ago",
    ],
)
def test_counters_and_dates_are_no_change(furniture):
    moved = replace(ARTICLE, body_text=f"{furniture}\n{ARTICLE.body_text}")

    assert content_hash(moved) == content_hash(ARTICLE)


def test_a_related_link_is_no_change():
    link = (
        '<p><a href="https://example.org/b"><b>Read</b> also: rain &amp; wind</a></p>'
    )
    moved = replace(
        ARTICLE,
        body_html=ARTICLE.body_html + link,
        body_text=ARTICLE.body_text + "\nRead also: rain & wind",
    )

    assert content_hash(moved) == content_hash(ARTICLE)


def test_dates_addresses_and_queries_of_pictures_are_no_change():
    moved = replace(
        ARTICLE,
        published_at=datetime(2026, 1, 1, tzinfo=UTC),
        modified_at=datetime(2026, 1, 2, tzinfo=UTC),
        addresses=("https://example.org/?p=1",),
        image=Image(url="https://cdn2.example.org/flood.jpg?v=2"),
    )

    assert content_hash(moved) == content_hash(ARTICLE)


@pytest.mark.parametrize(
    "change",
    [
        {"title": "Floods"},
        {"body_text": "The river rose."},
        {"body_text": "The river rose.\nIt fell again by 2 m."},
        {"authors": ()},
        {"categories": (("News",),)},
        {"image": Image(url="https://cdn1.example.org/bridge.jpg")},
        {"summary": "In short."},
    ],
)
def test_an_edit_is_a_change(change):
    assert content_hash(replace(ARTICLE, **change)) != content_hash(ARTICLE)


def test_a_sentence_with_a_number_is_said():
    assert not is_furniture("It rose 3 metres.")
    assert not is_furniture(
        "On 3 March 2026 the river rose by three metres within hours."
    )


@pytest.mark.parametrize(
    "text",
    [
        "市政府预计将追加投资619亿元，相关资金已经列入今年的预算安排，工程于2026年3月4日在"
        "青阳附近动工，由于严寒天气和征地纠纷，进度已经推迟了三个月（记者王丽华）",
        "他说：“今年投资了3亿元。”",
        "「もう3年も待った」",
        "هل تكفي 3 سنوات؟",
    ],
)
def test_a_sentence_of_any_script_is_said(text):
    assert not is_furniture(text)


@pytest.mark.parametrize(
    "text",
    ["2026年11月22日 10:30　来源：临江日报", "31 ต.ค. 2569 03:37 น.", "閲覧数 1,204"],
)
def test_a_date_or_counter_of_any_script_is_furniture(text):
    assert is_furniture(text)


def test_another_recording_is_a_change_and_another_token_of_it_is_none():
    hashes = [
        content_hash(replace(ARTICLE, enclosures=(Enclosure(url=url),)))
        for url in (
            "https://a.example/1.mp3?token=1",
            "https://b.example/1.mp3?token=2",
            "https://a.example/2.mp3",
        )
    ]

    assert hashes[0] == hashes[1]
    assert len({*hashes, content_hash(ARTICLE)}) == 3
