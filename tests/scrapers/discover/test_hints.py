"""Words, names and summaries of listings."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scrapers.discover.hints import LONGEST_NAME, author, name, plain, summary
from scrapers.items import Author


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("<p>One</p><p>two<br>three</p>", "One two three"),
        ("<b>W</b>ord", "Word"),
        ("a < b &amp; c", "a < b & c"),
        ("<script>x()</script>y", "y"),
        ("  a\n\tb ", "a b"),
        ("", ""),
    ],
)
def test_markup_becomes_words(text, words):
    assert plain(text) == words


@pytest.mark.parametrize("text", ["Maji & Co", "Maji &amp; Co", "Maji &amp;amp; Co"])
def test_a_name_is_unescaped_however_often_it_was_escaped(text):
    assert name(text) == "Maji & Co"


def test_a_name_has_an_end():
    found = name("a " * 1000)

    assert found is not None
    assert len(found) <= LONGEST_NAME
    assert name("  ") is None


@pytest.mark.parametrize(
    ("text", "given_name"),
    [
        ("ann@example.org (Ann Otieno)", "Ann Otieno"),
        ("Ann Otieno <ann@example.org>", "Ann Otieno"),
        ("Ann (Nairobi)", "Ann (Nairobi)"),
    ],
)
def test_a_mail_address_is_taken_off_a_byline(text, given_name):
    assert author(text) == Author(name=given_name)


def test_a_mail_address_alone_is_nobody():
    assert author("desk@example.org") is None
    assert author("") is None


def test_the_sign_for_more_becomes_an_ellipsis():
    assert summary("<p>It rained [&hellip;]</p>") == "It rained…"
    assert summary("<p> </p>") is None


@given(st.text())
def test_words_never_hold_what_breaks_a_line(text):
    assert "\n" not in plain(text)
    assert plain(text) == plain(text).strip()
