from __future__ import annotations

from xml.etree import ElementTree

from hypothesis import given
from hypothesis import strategies as st

from scrapers.clean.text import legal, line, lines, shorten, word_count


def test_control_characters_and_nul_vanish():
    assert legal("a\x00b\x0bc\ud800d\ufffee\tf\n") == "abcde\tf\n"


def test_a_line_has_single_plain_spaces():
    assert line("  a\u00a0 b\n\tc\u3000d ") == "a b c d"


def test_marks_that_break_words_vanish_and_joiners_stay():
    assert line("Zei\u00adtung\ufeff") == "Zeitung"
    assert line("می\u200cگوید") == "می\u200cگوید"


def test_lines_are_cleaned_and_empty_ones_dropped():
    assert lines(" a  b \n\n \x00\nc") == "a b\nc"


def test_text_is_cut_at_a_word():
    assert shorten("one two three", 13) == "one two three"
    assert shorten("one two, three", 10) == "one two…"
    assert shorten("北京北京北京", 4) == "北京北…"


@given(st.text())
def test_every_text_can_stand_in_xml(text):
    for made in (legal(text).replace("\r", "\n"), line(text)):
        element = ElementTree.Element("a")
        element.text = made
        assert (
            ElementTree.fromstring(ElementTree.tostring(element)).text or ""
        ) == made


@given(st.text())
def test_cleaning_a_line_twice_changes_nothing(text):
    assert line(line(text)) == line(text)
    assert lines(lines(text)) == lines(text)


@given(st.text(), st.integers(1, 50))
def test_a_short_text_is_short(text, limit):
    assert len(shorten(text, limit)) <= limit


def test_words_are_counted_in_scripts_that_set_none_apart():
    assert word_count("the river rose by three metres") == 6
    assert word_count("河水上涨了三米，两个村庄的道路被切断") == 6
    assert word_count("") == 0


def test_a_control_that_is_a_space_parts_words_beside_what_shows_nothing() -> None:
    assert line("new\x0cpage\xad") == "new page"
