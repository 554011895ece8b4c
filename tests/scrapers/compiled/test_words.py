"""A search for many words never misses one that is there."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.scrapers.compiled.pages import needed

compiled = needed("words")
LETTERS = st.text(st.sampled_from("abAB ß中Σσς12\u0660\u00a0\u212aİ\t"), max_size=8)
WORDS = st.lists(st.text(st.sampled_from("abk ß©å"), min_size=1, max_size=4))


@given(st.lists(LETTERS.map(str.lower), max_size=6), LETTERS, LETTERS)
def test_a_text_that_begins_with_one_may_begin_with_one(starts, text, more):
    found = compiled.Starts([*starts, text.lower()])

    assert found.begins(text + more)


@pytest.mark.parametrize(
    "text", ["", "b", "ba", "中", "1a", "\U0001f600", "a" * 9 + "b"]
)
def test_a_text_that_begins_with_none_is_told_from_the_others(text):
    assert not compiled.Starts(["ab", "文", "1b"]).begins(text)


def test_a_number_and_a_space_are_as_good_as_another():
    found = compiled.Starts(["1 min"])

    assert found.begins("2026\u00a0minutes")
    assert not found.begins("minutes")


def test_a_word_may_end_where_the_text_ends():
    found = compiled.Starts(["by "])

    assert found.begins("By")
    assert not found.begins("Bye")


@given(WORDS, LETTERS, LETTERS)
def test_a_word_is_found_wherever_it_stands(words, before, after):
    text = before + after
    found = compiled.Words(words)

    assert found.are_in(text) == any(
        word in "".join(" " if one.isspace() else one.lower()[:1] for one in text)
        for word in words
    )


@pytest.mark.parametrize("words", [[""], ["中"], ["a" * 0x10000]])
def test_words_that_cannot_be_looked_for_are_refused(words):
    with pytest.raises(ValueError, match="Latin-1"):
        compiled.Words(words)
