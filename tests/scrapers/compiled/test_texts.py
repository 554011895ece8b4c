"""What is compiled of a text is what Python makes of it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scrapers.clean.text import legal, line, lines, weighs, weight
from scrapers.compiled import load
from scrapers.extract.elements import without_indentation
from scrapers.extract.titles import key_of

texts = load("texts")
pytestmark = pytest.mark.skipif(texts is None, reason="nothing is compiled here")

FUNCTIONS = (legal, line, lines, weight, without_indentation, key_of)
NAMES = [function.__name__ for function in FUNCTIONS]
# Spaces, ends of lines, what is dropped, what joins, each width of character.
TROUBLE = (
    "a Z\t\n\r\x0b\x1c\x1f\0\x7f\x85\xa0\xad\xe9\xdf\u0301\u2028\u3000\ufeff\ufffd"
)
WIDER = "\u200c\u2060\ud800\uffff汉字かな가각ᄀ\uff9e\U0001f600\U00020000İŉΐς℃½…’"


def _differ(function: str, text: str) -> bool:
    made, wanted = getattr(texts, function)(text), texts.PYTHON[function](text)
    return bool(made != wanted) or type(made) is not type(wanted)


def _with_each_character() -> Iterator[str]:
    for code in [*range(0x3100), *range(0x3100, 0xD000, 37), *range(0xD000, 0x10000)]:
        yield f"a{chr(code)}b  {chr(code)}"


@pytest.mark.parametrize("function", NAMES)
def test_each_character_is_what_it_is_in_python(function: str) -> None:
    wrong = [text for text in _with_each_character() if _differ(function, text)]

    assert wrong == []


@pytest.mark.parametrize("function", NAMES)
@given(text=st.text(st.sampled_from(TROUBLE + WIDER)) | st.text())
def test_a_text_becomes_the_same(function: str, text: str) -> None:
    assert not _differ(function, text)


@given(text=st.text(st.sampled_from("a 汉é’")), least=st.integers(-1, 12))
def test_a_text_weighs_the_same(text: str, least: int) -> None:
    assert texts.weighs(text, least) == texts.PYTHON["weighs"](text, least)


@pytest.mark.parametrize("text", ["clean", "’clean’", "\U0001f600 clean", "", "a b"])
@pytest.mark.parametrize("function", [legal, line])
def test_what_is_clean_stays_the_same_object(function, text: str) -> None:  # type: ignore[no-untyped-def]
    assert function(text) is text


def test_a_long_text_has_a_key_too() -> None:
    assert key_of("One, 二! " * 1000) == " ".join(["one 二"] * 1000)
    assert weighs("二" * 5, 15)


@pytest.mark.parametrize("function", FUNCTIONS)
def test_what_is_no_text_is_refused(function) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises((AttributeError, TypeError)):
        function(None)
