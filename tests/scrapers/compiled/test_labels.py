"""No text is passed over that a rule of labels would say yes of."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from scrapers.extract import labels
from tests.scrapers.compiled.pages import needed

compiled = needed("labels")


def texts_of(listed):
    """Texts that begin with one of what is listed, as its patterns tell."""
    every = [*listed._others, *(one for own in listed._own.values() for one in own)]
    matched = st.sampled_from(every).flatmap(
        lambda one: st.from_regex(rf"\A(?:{one})", alphabet=LETTERS)
    )
    return st.builds("{}{}".format, matched, st.sampled_from(["", ".", " more of it"]))


LETTERS = st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"])
ANY = st.lists(
    st.sampled_from("aBy :./-1920'’年ก٣56©記者 (•\u00a0İΣKpm")
    | st.sampled_from(["by ", "Photo: ", "12. May 2026", " 10:20 ", "1.2.3 ", "기자"]),
    min_size=1,
).map("".join)


@given(texts_of(labels._LABELS) | ANY)
@example("• 1,234 comments")
@example("2026 10:20 a.m.")
@example("1.2.3 10:20")
@example("Jane Doe, Photo © by John")
@example("พ.ศ. 65")
def test_a_label_is_likely_to_be_one(text):
    likely = compiled.likely_label(text)
    is_worded = labels.is_worded(text)

    assert not is_worded or likely & labels.WORDED
    assert is_worded or not labels.is_dated(text) or likely & labels.DATED


@given(texts_of(labels._SECTION) | ANY)
@example("The 10 most read")
def test_a_heading_of_furniture_may_be_one(text):
    assert compiled.may_head_furniture(text) or not labels.heads_furniture(text)


@given(texts_of(labels._LEAVE) | ANY)
@example("— 【全文完】")
@example("Join us on WhatsApp")
def test_a_text_that_takes_leave_may_do_so(text):
    assert compiled.may_take_leave(text) or not labels.takes_leave(text)


@pytest.mark.parametrize(
    "text", ["The river rose by three metres.", "12 ways to win", "Q&A", "Ärzte"]
)
def test_most_texts_are_passed_over(text):
    assert not compiled.likely_label(text)
    assert not compiled.may_head_furniture(text)
    assert not compiled.may_take_leave(text)


@pytest.mark.parametrize("text", [None, b"tags", 1])
@pytest.mark.parametrize(
    "ask", ["likely_label", "may_head_furniture", "may_take_leave"]
)
def test_what_is_no_text_is_refused(ask, text):
    with pytest.raises(TypeError):
        getattr(compiled, ask)(text)
