from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scrapers.edition import edition, is_another, is_edit, signed
from scrapers.items import Restriction, ScrapedArticle

MODIFIED = datetime(2026, 3, 1, tzinfo=UTC)
LINES = (
    "The river took the bridge, and three people were hurt in the night",
    "Two villages on the far bank are cut off (read also: the last flood) since then",
    "The minister for roads promised a new one before the rains of next year",
)
ARTICLE = ScrapedArticle(
    url="https://example.org/flood/",
    title="Flood cuts off two villages",
    body_text="\n".join(LINES),
    modified_at=MODIFIED,
)


def reads(*lines, **fields):
    return replace(ARTICLE, body_text="\n".join(lines), **fields)


def with_line(n, old, new):
    return reads(*LINES[:n], LINES[n].replace(old, new), *LINES[n + 1 :])


@pytest.mark.parametrize(
    "read",
    [
        ARTICLE,
        reads(*LINES[:2]),
        reads("Photo of the river at night, taken by our reporter", *LINES),
        reads(" ".join(LINES)),
        with_line(1, " (read also: the last flood)", ""),
        with_line(0, "three people", "threepeople"),
        with_line(0, ", and", "\u00a0\u2013 AND"),
        reads(*LINES, "17 comments"),
        replace(ARTICLE, title=f"{ARTICLE.title} | The Daily Example"),
        replace(ARTICLE, tags=("Flood",), summary="A flood.", language="en"),
    ],
)
def test_what_only_comes_or_goes_is_another_reading(read):
    assert not is_edit(ARTICLE, read)
    assert not is_edit(read, ARTICLE)


@pytest.mark.parametrize(
    "edited",
    [
        with_line(0, "three", "five"),
        with_line(2, "promised a new one", "refused to build another"),
        replace(ARTICLE, title="Flood cuts off three villages"),
        replace(ARTICLE, restrictions=frozenset({Restriction.PAID})),
        reads(*LINES, "It fell at last.", modified_at=MODIFIED + timedelta(hours=1)),
    ],
)
def test_words_in_place_of_others_are_an_edit(edited):
    assert is_edit(ARTICLE, edited)


def test_a_later_date_alone_is_no_edit():
    assert not is_edit(ARTICLE, replace(ARTICLE, modified_at=MODIFIED + timedelta(1)))


@given(st.lists(st.text(max_size=80), max_size=6))
def test_nothing_is_an_edit_of_itself(lines):
    assert not is_edit(reads(*lines), reads(*lines))


def test_a_hash_says_which_edition_took_it():
    assert signed("abc") == f"{edition()}:abc"
    assert not is_another(signed("abc"), signed("def"))
    assert is_another("0123abcd:abc", signed("abc"))
    assert is_another("abc", signed("abc"))
    assert not is_another("abc", "def: with a colon")
