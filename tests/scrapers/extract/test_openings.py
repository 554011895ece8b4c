from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scrapers.extract.openings import openings


@pytest.mark.parametrize(
    ("pattern", "begins"),
    [
        ("tags?$", {"tag", "tags"}),
        ("(?:read|see) more", {"read ", "see m"}),
        (r"\d+ comments?$", {"0 com"}),
        (r"tags?\s*:", {"tag:", "tags:", "tag ", "tags "}),
        ("Foto[:/]", {"foto:", "foto/"}),
        (r"(?:a (?:b|c)){1,2}d", {"a b", "a c"}),
        ("(?:x )*y", {"y", "x "}),
        (r"\(c\)", {"(c)"}),
        ("(?P<who>by).+", {"by"}),
        ("subscription", {"subsc"}),
    ],
)
def test_a_pattern_tells_with_what_its_texts_begin(pattern, begins):
    assert openings([pattern]) == (begins, set())


@pytest.mark.parametrize(
    ("pattern", "inside"),
    [
        (r"[\w-]{2,20}-inhalte? (?:laden)", "-inhalt"),
        (".{0,30}most read", "most read"),
        (r"\w+ (?:a|b)", ""),
    ],
)
def test_a_pattern_that_begins_with_anything_tells_what_is_inside(pattern, inside):
    assert openings([pattern]) == (set(), {inside})


PATTERNS = [
    r"(?:read|see)(?: (?:more|also))*\s*[:»-]",
    r"a?b{2,3}(?:c|d)?e+",
    r"(?:last )?(?:up|down)dated\b",
    r"x[^a-z]y|z\.",
    r"a{0,2}b",
    r"\s?\d{1,4}[./-]x",
]


@given(
    st.sampled_from(PATTERNS).flatmap(lambda p: st.tuples(st.just(p), st.from_regex(p)))
)
def test_whatever_is_matched_begins_so(found):
    pattern, text = found
    match = re.search(pattern, text)
    assert match
    text = re.sub(r"\d+", "0", re.sub(r"\s", " ", match[0])).lower()
    alternatives = pattern.split("|") if "(" not in pattern else [pattern]
    begins, within = openings(alternatives)

    assert any(map(text.startswith, begins)) or any(one in text for one in within)
