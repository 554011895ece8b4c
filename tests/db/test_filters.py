import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, select

from db.engine import reading, transaction
from db.filters import Filter
from db.models import ArticleRow, SourceRow, TermRow
from scrapers.items import Author, Restriction
from tests.factories_feeds import add_article, add_source, article

WORDS = st.sampled_from(["News", "Iran News", "اخبار", "news", "A/B", "Ünal", "ünal"])
PATHS = st.lists(WORDS, min_size=1, max_size=3).map(tuple)
LANGUAGES = st.sampled_from(["en", "en-GB", "EN", "e", "sw", "en_", "%", None])

TEXTS = st.lists(
    st.sampled_from(["flood", "Flood,", "kenya's", "北京市", "می‌گوید", "C++", "Ünal"]),
    max_size=4,
).map(" ".join)
SEARCHES = st.sampled_from(
    [
        "flood",
        "-flood kenya",
        '"flood kenya"',
        "flood OR 北京",
        "京市 -(flood kenya)",
        "گوید",
        "unal OR c++",
        "kenya's flood",
        "(flood unal) OR می گويد",
    ]
)
ARTICLES = st.builds(
    dict,
    title=TEXTS,
    summary=TEXTS | st.none(),
    body_text=TEXTS,
    restrictions=st.sets(st.sampled_from(Restriction), max_size=1).map(frozenset),
    source=st.sampled_from(["daily", "weekly"]),
    categories=st.lists(PATHS, max_size=2).map(tuple),
    tags=st.lists(WORDS, max_size=2).map(tuple),
    authors=st.lists(WORDS.map(lambda n: Author(name=n)), max_size=2).map(tuple),
    language=LANGUAGES,
)
FILTERS = st.builds(
    Filter,
    sources=st.lists(st.sampled_from(["daily", "weekly", "none"]), max_size=2),
    categories=st.lists(PATHS.map("/".join), max_size=2),
    tags=st.lists(WORDS, max_size=2),
    authors=st.lists(WORDS, max_size=2),
    languages=st.lists(LANGUAGES.filter(bool), max_size=2),
    words=st.lists(SEARCHES, max_size=2),
)


@settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(values=st.lists(ARTICLES, min_size=1, max_size=4), wanted=FILTERS)
def test_where_and_matches_agree(engine, values, wanted):
    stored = [article(n, **v) for n, v in enumerate(values, 1)]
    with transaction(engine) as session:
        for table in (ArticleRow, TermRow, SourceRow):
            session.execute(delete(table))
        for slug in ("daily", "weekly"):
            add_source(session, slug)
        for one in stored:
            add_article(session, one)

    with reading(engine) as session:
        found = set(session.scalars(select(ArticleRow.position).where(wanted.where())))

    assert found == {one.position for one in stored if wanted.matches(one)}


@given(FILTERS)
def test_a_filter_survives_its_dictionary(wanted):
    assert Filter.from_dict(wanted.to_dict()) == wanted


def test_an_empty_filter_lets_everything_through():
    assert Filter().is_empty
    assert Filter().to_dict() == {}
    assert Filter().matches(article())


def test_spelling_does_not_matter():
    assert Filter(categories=("News/Iran News",)) == Filter(
        categories=("news/iran-news",)
    )


def test_a_category_covers_what_lies_below():
    below = article(categories=(("News", "Iran News"),))

    assert Filter(categories=("news",)).matches(below)
    assert not Filter(categories=("iran-news",)).matches(below)


def test_fields_narrow_and_values_widen():
    wanted = Filter.from_pairs([("tag", "flood"), ("tag", "rain"), ("lang", "en")])

    assert wanted.matches(article(tags=("Rain",), language="en-GB"))
    assert not wanted.matches(article(tags=("Rain",), language="sw"))


def test_an_unknown_parameter_is_named_with_the_known_ones():
    with pytest.raises(ValueError, match=r"'colour' \(source, category, tag, author"):
        Filter.from_pairs([("colour", "red")])
    with pytest.raises(ValueError, match=r"unknown filter colours \(sources"):
        Filter.from_dict({"colours": ["red"]})


@pytest.mark.parametrize(
    ("name", "value", "right"),
    [
        ("lang", "no language", "it is a language tag, as en"),
        ("category", " / ", "leave it out for any"),
        ("q", "-rain", "only what may not be there"),
    ],
)
def test_what_cannot_be_is_refused_with_the_name_of_its_parameter(name, value, right):
    with pytest.raises(ValueError, match=f"filter '{name}' = '{value}': .*{right}"):
        Filter.from_pairs([(name, value)])


def test_a_parameter_without_value_is_refused():
    with pytest.raises(ValueError, match="'tag' has no value"):
        Filter.from_pairs([("tag", " ")])
