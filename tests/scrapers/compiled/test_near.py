"""What is cut out of a page by compiled code is what Python cuts out."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scrapers.compiled import load
from scrapers.extract import mentions

compiled = load("near")
pytestmark = pytest.mark.skipif(compiled is None, reason="nothing is compiled here")

WORDS = (b"author", b"byline", b"writer")
PIECES = st.sampled_from(
    [
        b"author",
        b"AuthoR",
        b"byline",
        b"WRITER",
        b"auth",
        b"byl",
        b" ",
        b"\0",
        b"x" * 70,
    ]
)
PAGES = st.lists(PIECES | st.binary(max_size=9), max_size=40).map(b"".join)


def _near(page: bytes, span: int, words: tuple[bytes, ...] = WORDS) -> bytes:
    made: bytes = compiled.near(page, words, span, mentions.PARTING)
    return made


def _in_python(page: bytes, span: int, words: tuple[bytes, ...] = WORDS) -> bytes:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(mentions, "_compiled", None)
        return mentions.near(page, words, span)


@given(PAGES, st.integers(6, 300))
def test_the_same_is_cut_out(page: bytes, span: int) -> None:
    assert _near(page, span) == _in_python(page, span)


@pytest.mark.parametrize("before", range(130))
def test_a_word_is_found_wherever_it_stands(before: int) -> None:
    for after in (0, 1, 2, 3, 63, 64, 65, 130):
        page = b"-" * before + b"byline" + b"-" * after
        assert _near(page, 8) == page[before : before + 8]


def test_letters_beyond_ascii_are_found_in_either_case() -> None:
    page = "NGÀY -- ngày".encode()

    assert _near(page, 6, ("ngày".encode(),)) == page[:6] + b"\0" + page[9:]


def test_nothing_is_found_in_nothing() -> None:
    assert _near(b"", 6) == b""
    assert _near(b"auth", 6) == b""
    assert _near(b"author", 6, ()) == b""


@pytest.mark.parametrize("words", [(b"au",), ("author",), (b"author",) * 17])
def test_words_that_cannot_be_looked_for_are_refused(words: tuple[bytes, ...]) -> None:
    with pytest.raises((TypeError, ValueError)):
        _near(b"author", 6, words)
