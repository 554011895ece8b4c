"""The written articles and the bulletins: whole, varied, and always the same."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.sample.bulletins import KINDS, bulletin_of
from service.sample.content import SECTIONS, WRITERS, articles, section_path, to_html
from service.sample.pictures import HEIGHT, WIDTH, draw


def test_there_are_about_forty_articles_in_three_languages():
    languages = Counter(article.language for article in articles())

    assert 38 <= len(articles()) <= 45
    assert set(languages) == {"en", "sw", "fa"}
    assert min(languages.values()) >= 5


@pytest.mark.parametrize("article", articles(), ids=lambda article: article.slug)
def test_an_article_is_whole(article):
    assert article.writer in WRITERS
    assert not article.section or article.section in SECTIONS
    assert article.body_html.startswith("<p>")
    assert article.excerpt
    assert article.published_at.tzinfo is not None


def test_no_two_articles_share_an_address_or_a_number():
    assert len({article.slug for article in articles()}) == len(articles())
    assert len({article.id for article in articles()}) == len(articles())


def test_the_oddities_are_there():
    titles = Counter(article.title for article in articles())

    assert titles["Letters to the editor"] == 2
    assert any(len(title) > 200 for title in titles)
    assert any(title.isdigit() or title == "1,204" for title in titles)
    assert any(article.title != article.title_html for article in articles())
    assert sum(not article.shows_date for article in articles()) == 1
    assert sum(article.is_sticky for article in articles()) == 1
    assert sum(article.is_locked for article in articles()) == 1
    assert any(not article.section for article in articles())
    assert any(not article.slug.isascii() for article in articles())


def test_sections_nest():
    assert [s.name for s in section_path("town")] == ["News", "Town"]
    assert section_path("") == ()


def test_text_becomes_markup():
    assert to_html("a < b\nc\n\n## H\n\n> q\n> r\n\n- x\n- y\n") == (
        "<p>a &lt; b c</p>\n<h2>H</h2>\n<blockquote><p>q r</p></blockquote>\n"
        "<ul><li>x</li><li>y</li></ul>"
    )


@given(st.integers(min_value=0, max_value=100_000_000))
def test_a_minute_always_gives_the_same_whole_bulletin(minute):
    bulletin = bulletin_of(minute)

    assert bulletin == bulletin_of(minute)
    assert bulletin.writer in WRITERS
    assert bulletin.section in SECTIONS
    assert bulletin.correction
    assert bulletin.text.count("\n\n") >= 2


def test_eight_minutes_bring_eight_kinds():
    topics = {bulletin_of(minute).topic for minute in range(800, 800 + len(KINDS))}

    assert len(topics) == len(KINDS)


def test_a_picture_is_a_png_of_the_size_that_is_promised():
    data = draw(7)

    assert data.startswith(b"\x89PNG\r\n\x1a\n")
    assert int.from_bytes(data[16:20], "big") == WIDTH
    assert int.from_bytes(data[20:24], "big") == HEIGHT
    assert draw(7) == data != draw(8)
