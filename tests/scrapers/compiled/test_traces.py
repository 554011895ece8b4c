"""The first trace of a date is where its patterns find it, compiled or not."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scrapers.compiled import load
from scrapers.extract import dates
from scrapers.extract.date_patterns import OTHER_TRACE, TRACE
from scrapers.extract.spellings import OTHER_DIGITS, ZEROS

traces = load("traces")
pytestmark = pytest.mark.skipif(traces is None, reason="nothing is compiled here")

LETTERS = "0123459 /.-|'’年년a\u0e01\u0e4e\u0e50٣۹\u0966\xa0\u3000\uff11\U0001f600\x1c"
# Digits that no script of the press writes in.
OTHERS = "\u07c0\U0001d7ce²"


def _in_python(text: str) -> int:
    if found := TRACE.search(text):
        return found.start()
    return -2 if not text.isascii() and OTHER_TRACE.search(text) else -1


@given(st.text(st.sampled_from(LETTERS + OTHERS)) | st.text(st.sampled_from("0123/. ")))
def test_the_same_trace_is_found(text: str) -> None:
    assert traces.first(text) == _in_python(text)


@pytest.mark.parametrize(
    "text", ["", "1", "20", "202", "2026", "x'2", "4/5/", "4 / 5 /26"]
)
def test_a_text_that_ends_early_is_read_to_its_end(text: str) -> None:
    for width in ("", "é", "中", "\U0001f600"):
        assert traces.first(width + text) == _in_python(width + text)


@pytest.mark.parametrize("zero", [chr(zero) for zero in ZEROS])
def test_the_digits_of_each_script_are_a_trace(zero: str) -> None:
    assert zero in OTHER_DIGITS
    assert traces.first(f"am {zero}") == traces.first(f"am {chr(ord(zero) + 9)}") == -2


@given(st.text(st.sampled_from(LETTERS)))
def test_a_date_is_found_where_it_is_in_python(text: str) -> None:
    made = dates._begin(text)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(dates, "_traces", None)
        assert dates._begin(text) == made


def test_more_scripts_than_there_is_room_for_are_refused() -> None:
    for zeros in ([0x660] * 65, [0x30]):
        with pytest.raises(ImportError):
            traces.learn(zeros)
    assert traces.first("٣") == -2
