import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.plain import (
    direction,
    excerpt,
    language_tag,
    legal,
    plain,
    web_address,
)


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        ("Two  words\n\there", "Two words here"),
        ("Fish &amp; chips", "Fish & chips"),
        ("Fish &amp;amp; chips", "Fish & chips"),
        ("The <em>Titanic</em> sinks", "The Titanic sinks"),
        ("How <table> works", "How ‹table› works"),
        ("&lt;script&gt;alert(1)&lt;/script&gt;", "‹script›alert(1)‹/script›"),
        ("1 < 2 > 1", "1 < 2 > 1"),
        ("<b<i and <!-- more", "‹b‹i and ‹!-- more"),
        ("R&D; and Q&A", "R&D; and Q&A"),
        ("?a=1&copy=2 &#0A;", "?a=1＆copy=2 ＆#0A;"),
        ("&amp;" * 2 + "amp;amp;amp;lt;", "&＆amp;lt;"),
        ("a\x00b\x1bc\ufffed\ud800e", "abcde"),
        ("]]> ends", "]]> ends"),
        ("\u202eevil", "evil"),
        ("Fish &am\u202ap; chips", "Fish & chips"),
        ("می\u200cگوید", "می\u200cگوید"),
        ("« Bonjour\u00a0»", "« Bonjour\u00a0»"),
        ("\u200b \u200d\u200c&#x2060;\ufe0f", ""),
        (None, ""),
    ],
)
def test_a_text_becomes_plain(raw, text):
    assert plain(raw) == text


@given(st.text())
def test_plain_is_idempotent(text):
    assert plain(plain(text)) == plain(text)


@given(st.text(alphabet=st.characters(), max_size=200))
def test_plain_text_has_no_tag_no_control_and_one_line(text):
    found = plain(text)

    assert not any(unicodedata.category(c) in ("Cc", "Cs") for c in found)
    assert len(found.splitlines()) <= 1
    assert legal(found) == found


@given(st.text(max_size=400), st.integers(min_value=1, max_value=300))
def test_an_excerpt_is_never_longer_than_asked(text, limit):
    assert len(excerpt(text, limit)) <= limit


def test_an_excerpt_ends_with_a_whole_word():
    assert excerpt("the quick brown fox jumps", 14) == "the quick…"


def test_an_excerpt_keeps_a_letter_with_its_marks():
    assert excerpt("ab" + "e\u0301" * 5, 8) == "abe\u0301e\u0301…"


@pytest.mark.parametrize(
    ("text", "runs"),
    [
        ("Story", "ltr"),
        ("سیل دو روستا را برد", "rtl"),
        ("2026: سیل در Nairobi دو روستا را برد", "rtl"),
        ("Farsi calls it سیل", "ltr"),
        ("123", "ltr"),
        ("", "ltr"),
    ],
)
def test_a_text_runs_as_most_of_its_letters_do(text, runs):
    assert direction(text) == runs


@pytest.mark.parametrize(
    ("tag", "found"),
    [
        ("en_GB", "en-GB"),
        (" fa ", "fa"),
        ("English", None),
        ("", None),
        (None, None),
        ('en" onload="', None),
    ],
)
def test_a_language_tag_is_well_formed_or_none(tag, found):
    assert language_tag(tag) == found


@pytest.mark.parametrize(
    ("url", "found"),
    [
        ("https://example.org/a b?c=ü", "https://example.org/a%20b?c=%C3%BC"),
        ("https://example.org/100%/%41", "https://example.org/100%25/%41"),
        ("http://münchen.example/ü", "http://xn--mnchen-3ya.example/%C3%BC"),
        ("javascript:alert(1)", None),
        ("data:text/html,x", None),
        ("/relative", None),
        ("http://", None),
        ("http://[oops/", None),
        (None, None),
    ],
)
def test_an_address_is_of_the_web_or_none(url, found):
    assert web_address(url) == found


def test_what_a_validator_takes_for_an_entity_is_none():
    assert plain("1&1 and AT&T") == "1＆1 and AT&T"


def test_a_sign_that_was_lost_leaves_no_trace():
    assert plain("Quote \ufffd of &#0; it") == "Quote of it"
