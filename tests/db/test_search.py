"""`q` as it is read: any text is a search or a sentence about what is wrong with it."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from db.engine import reading
from db.indexing import finds
from db.models import ArticleRow
from db.search import MAX_LENGTH, read_search, read_searches


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("Kenya  Flood kenya", "flood kenya"),
        ('"Flash  Flood"', '"flash flood"'),
        ("“flash flood” „rain”", '"flash flood" rain'),
        ("flood AND rain", "flood rain"),
        ("flood NOT rain", "flood -rain"),
        ("flood OR rain kenya", "flood OR rain kenya"),
        ("kenya OR flood OR kenya", "flood OR kenya"),
        ("(flood kenya) OR rain", "(flood kenya) OR rain"),
        ("((flood)) (rain (mud -ice))", "flood mud rain -ice"),
        ("flood -(rain OR mud) -ice", "flood -ice -(mud OR rain)"),
        ("flood-plain", '"flood plain"'),
        ("C++ & rust", "c rust"),
        ("北京 市", "北京 市"),
        ('"北京 flood"', "北京flood"),
        ("می‌گويد", '"می گوید"'),
        ("flood - rain", "flood rain"),
        ("--flood rain", "rain -flood"),
        ('"flash flood', '"flash flood"'),
        ('flood ""', "flood"),
        ("or and not", "and not or"),
        ('"OR"', "or"),
    ],
)
def test_what_asks_for_the_same_is_written_the_same(text, written):
    assert read_search(text).written() == written
    assert read_search(written) == read_search(text)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "no letter or digit to search for: it is words"),
        ("+++ 🙂", "no letter or digit to search for"),
        ("-flood", "only what may not be there, and nothing to look for"),
        ("flood (-rain)", "only what may not be there"),
        ("flood OR -rain", "an OR beside an exclusion"),
        ("NOT -flood", "an exclusion of an exclusion"),
        ("OR flood", "nothing before 'OR'"),
        ("AND flood", "an AND with nothing before it"),
        ("flood OR", "nothing at its end"),
        ("(flood", r"a \( that nothing closes"),
        ("flood)", r"a \) that nothing opens"),
        ("(" * 400, "400 characters: a search takes at most 300"),
        ("(" * 9 + "a" + ")" * 9, "more than 5 parentheses in each other"),
        ("\ufdfa" * 60, "characters: a search takes at most 300"),
        ("京" * 41, "41 words: a search takes at most 40"),
    ],
)
def test_what_cannot_be_searched_is_told(text, said):
    with pytest.raises(ValueError, match=said):
        read_search(text)


def test_several_searches_together_have_as_many_words_as_one():
    assert read_searches(("rain", "flood")).written() == "flood OR rain"
    with pytest.raises(ValueError, match="60 words"):
        read_searches(("京" * 30, "市" * 30))


PIECES = st.sampled_from(
    ["flood", "北京", "AND", "OR", "NOT", "-", "(", ")", '"', " ", "*", "a:b", "'", "^"]
)


@settings(
    max_examples=150,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(st.text(max_size=MAX_LENGTH) | st.lists(PIECES, max_size=12).map(" ".join))
def test_no_text_is_an_error_of_a_database(engine, text):
    try:
        found = read_search(text)
    except ValueError:
        return
    assert read_search(found.written()) == found
    with reading(engine) as session:
        counted = select(func.count()).select_from(ArticleRow).where(finds(found))
        assert session.scalar(counted) == 0
