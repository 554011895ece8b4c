"""Cutting out of a page what stands behind some words, compiled or not."""

from __future__ import annotations

from scrapers.extract.mentions import near

PAGE = b'<p>Ann</p>{"Author": {"name": "Ann"}}, and much that is of others, byline: Ben'


def test_what_stands_behind_each_word_is_cut_out() -> None:
    made = near(PAGE, (b"author", b"byline"), 26)

    assert made == b'Author": {"name": "Ann"}},\0byline: Ben'


def test_places_that_overlap_are_one() -> None:
    assert near(b"-author author-----", (b"author",), 10) == b"author author----"


def test_a_page_without_the_words_gives_nothing() -> None:
    assert near(PAGE, (b"writer",), 26) == b""
