import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.webhooks.payloads import discord, slack
from service.webhooks.wording import disarmed, fit

TEXTS = st.text(st.sampled_from("ab &<>*_`@\\()🌊ے\u064b"), max_size=300)
WRITERS = [str, disarmed, slack.escaped, slack.unmarked, discord.escaped]


def units(text):
    return len(text.encode("utf-16-le")) // 2


@given(TEXTS, st.integers(8, 200), st.sampled_from(WRITERS))
def test_what_is_fitted_fits_once_it_is_written(text, limit, write):
    assert units(fit(text, limit, write)) <= limit


@given(TEXTS, st.sampled_from(WRITERS))
def test_what_fits_is_not_cut(text, write):
    assert fit(text, units(write(text)), write) == write(text)


def test_a_text_is_cut_between_words():
    assert fit("Flood cuts off two villages", 20) == "Flood cuts off two…"


def test_an_escape_is_never_cut_in_two():
    assert fit("a & b & c & d", 15, slack.escaped) == "a &amp; b…"


@pytest.mark.parametrize(
    "text", ["@here", "(@channel)", "Ask @everyone now", "x@here", "@bob", "@HERE"]
)
def test_a_mention_calls_nobody(text):
    found = disarmed(text)

    assert found == text.replace("@", "@\u200b")


@pytest.mark.parametrize(
    "text", ["news@example.org", "5 @ 3", "@", "half@herefordshire"]
)
def test_what_is_no_mention_stays_as_it_is(text):
    assert disarmed(text) == text
