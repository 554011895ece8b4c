"""The links that compiled code resolves are resolved as Python does."""

from __future__ import annotations

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from scrapers.clean import urls
from tests.scrapers.compiled.pages import needed

compiled = needed("urls")

PIECES = st.sampled_from(
    [
        "http://", "https://", "HTTP://", "//", "/", "/.", "/..", ".", "a", "Z", "0",
        "example.org", ":80", ":", "?", "#", "&", "=", "%20", "%", "%2", "%zz", "é",
        " ", "\t", "[", "]", "@", "!", "~", ";", "*", "\\", '"', "javascript:",
        "//a", "mailto:", "tel:", "a=b",
        "_", "a" * 1990, "|",
    ]
)  # fmt: skip
LINKS = st.lists(PIECES, max_size=7).map("".join)
BASES = st.sampled_from(
    [
        "https://example.org/news/a", "http://example.org", "", "about:blank",
        "https://example.org:8080/a?b=/c", "http://a.b/c/d;e/f/?g#h", "http://a.b/c?",
        "https://a.b/../c//d/./e", "https://example.org:99999/a", "https://a.b/%zz/c",
        "https://ex ample.org/", "https://é.org/a",
    ]
)  # fmt: skip


def in_python(base, href):
    """What `absolute` gives where nothing is compiled."""
    kept, urls._compiled = urls._compiled, None
    try:
        return urls.absolute(base, href)
    finally:
        urls._compiled = kept


@settings(max_examples=1000)
@given(BASES, LINKS)
@example("https://example.org/", "/a?")
@example("https://example.org/", "/a?b#c")
@example("https://example.org/", "/a#")
@example("https://example.org/", "/a/./b")
@example("https://example.org/", "http://a.b?c")
@example("https://example.org/a//b/../c", "d/e")
@example("https://example.org/a?", "#b")
@example("https://example.org:99999/a", "b")
@example("https://example.org:99999/a", "#b")
@example("https://example.org:99999/a", "/b")
@example("https://example.org/a;b?c", "#d#e")
@example("https://example.org/%zz/a", "b")
def test_links_are_resolved_as_python_does(base, href):
    assert urls.absolute(base, href) == in_python(base, href)


@pytest.mark.parametrize(
    ("href", "expected"),
    [
        ("https://a.b/c?d=%20e#f", "https://a.b/c?d=%20e#f"),
        ("/c?d=e", "https://example.org/c?d=e"),
        ("/" + "c" * 2000, False),
        ("https://a.b/" + "c" * 2000, False),
        ("c/d.html?e#", None),
        ("c/d.html?e=f", "https://example.org/news/c/d.html?e=f"),
        ("//a.b/c", "https://a.b/c"),
        ("#c", "https://example.org/news/a#c"),
        ("mailto:a@b.c", False),
        ("../c", None),
        ("c:d", None),
        ("c//d", None),
        ("/c%", None),
        ("", None),
    ],
)
def test_most_links_are_sure(href, expected):
    assert compiled.resolved("https://example.org/news/a", href) == expected
