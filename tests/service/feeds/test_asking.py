from datetime import UTC, datetime
from urllib.parse import parse_qsl

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.feeds.asking import MAX_VALUES, PLAIN, read_parameters


def asked(query):
    return read_parameters(parse_qsl(query, keep_blank_values=True))


def test_no_parameter_asks_for_the_plain_feed():
    assert asked("") is PLAIN
    assert (PLAIN.query, PLAIN.description) == ("", "")


@pytest.mark.parametrize(
    ("query", "normal"),
    [
        ("tag=Flood&source=daily&tag=b", "source=daily&tag=b&tag=flood"),
        ("tag=a&tag=A", "tag=a"),
        ("category=News/Iran%20News", "category=news/iran-news"),
        ("category=اخبار", "category=%D8%A7%D8%AE%D8%A8%D8%A7%D8%B1"),
        ("lang=EN_gb&limit=007", "lang=en-gb&limit=7"),
        ("since=2026-03-01", "since=2026-03-01T00:00:00Z"),
        ("since=2026-03-01T12:00:00.5%2B02:00", "since=2026-03-01T10:00:00Z"),
        ("since=0987-01-01", "since=0987-01-01T00:00:00Z"),
        ("tag=a&before=9&content=summary", "before=9&content=summary&tag=a"),
        ("tag=a&archive=0064-095", "archive=64-95&tag=a"),
        ("q=Kenya  FLOOD", "q=flood%20kenya"),
        (
            "q=“Flash flood” NOT (rain AND mud)",
            "q=%22flash%20flood%22%20-%28mud%20rain%29",
        ),
    ],
)
def test_what_asks_for_the_same_is_written_the_same(query, normal):
    assert asked(query).query == normal
    assert asked(normal) == asked(query)


def test_the_next_page_is_of_the_same_feed():
    assert asked("before=9&tag=a").parameters == asked("tag=a").parameters


def test_each_parameter_is_read():
    found = asked("limit=5&content=headline&since=2026-03-01T12:00Z&before=8&lang=en")

    assert (found.limit, found.content, found.narrowing.before) == (5, "headline", 8)
    assert found.narrowing.since == datetime(2026, 3, 1, 12, tzinfo=UTC)
    assert found.description == "lang en, since 2026-03-01T12:00:00Z"


@pytest.mark.parametrize(
    ("query", "said"),
    [
        (
            "colour=red",
            "'colour' = 'red' is no parameter: a feed takes archive, author",
        ),
        ("q=-flood", "'q' = '-flood': there is only what may not be there"),
        ("q=%26", "'q' = '&': there is no letter or digit to search for"),
        ("q=a OR", 'nothing at its end: it is words, "a phrase", -without'),
        ("q=a&q=" + "b" * 301, "these are 301 characters: a search takes at most 300"),
        ("limit=0", "'limit' = '0': it is a whole number from 1 to 500"),
        ("limit=501", "from 1 to 500"),
        ("limit=ten", "from 1 to 500"),
        ("limit=%D9%A3", "from 1 to 500"),
        ("before=soon", "'before' = 'soon': it is a position"),
        ("before=-1", "a position"),
        ("before=9223372036854775808", "a position"),
        ("archive=64", "'archive' = '64': it is two positions, as 1024-1087"),
        ("archive=95-64", "two positions"),
        ("archive=-1-9", "two positions"),
        ("archive=1-9223372036854775807", "two positions"),
        ("archive=1-9&before=4", "'before' and 'archive' exclude each other"),
        ("since=yesterday", "'since' = 'yesterday': it is a time of ISO 8601"),
        ("since=2026-02-30", "a time"),
        ("since=0001-01-01T00:00%2B14:00", "a time"),
        ("since=2026-03-01T12:00+01:00", "a + is sent as %2B"),
        ("content=all", "'content' = 'all': it is one of full, summary, headline"),
        ("limit=2&limit=3", "'limit' = '2, 3': it is given once"),
        ("token=secret&token=x", "'token' = '…': it is given once"),
        ("token=sec/ret", "'token' = '…': it is letters, digits"),
        ("lang=english please", "a language tag"),
        ("tag=", "'tag' = '': leave it out for any"),
        ("token=a b", "it is letters, digits, - and _, as the operator gave it"),
        ("category=/", "leave it out"),
        ("tag=" + "a" * 301, "'tag' takes at most 300"),
        ("source=" + "a" * 301, "these are 301 characters: 'source' takes at most 300"),
        ("tag=" + "%EF%B7%BA" * 40, "'tag' takes at most 300"),
        ("lang=en&author=" + "%C3%BC" * 301, "'author' takes at most 300"),
    ],
)
def test_what_is_wrong_is_named_with_what_would_be_right(query, said):
    with pytest.raises(ValueError, match="Parameter") as error:
        asked(query)
    assert said in str(error.value)


def test_every_mistake_is_told_at_once():
    with pytest.raises(ValueError, match=r"'limit'.*'colour'"):
        asked("limit=0&colour=red")


def test_of_thousands_of_mistakes_the_first_are_told():
    with pytest.raises(ValueError, match="'x0' = '1' is no parameter") as told:
        asked("&".join(f"x{number}=1" for number in range(9000)))

    assert str(told.value).count("is no parameter") == 10


def test_too_many_values_are_refused():
    many = "&".join(f"tag={n}" for n in range(MAX_VALUES + 1))
    with pytest.raises(ValueError, match="more values than 50"):
        asked(many)


@pytest.mark.parametrize("value", ["\u05d0" * 250, "\ufdfa" * 16])
def test_an_address_that_grows_too_long_is_refused(value):
    many = [("tag", f"{value}{n}") for n in range(4)]

    assert read_parameters(many[:1])
    with pytest.raises(ValueError, match="more than 4000: ask for several"):
        read_parameters(many)


NAMES = [
    "source",
    "category",
    "tag",
    "author",
    "lang",
    "since",
    "before",
    "limit",
    "archive",
    "q",
    "q",
]


@given(st.lists(st.tuples(st.sampled_from(NAMES), st.text(max_size=12)), max_size=4))
def test_any_request_is_refused_or_has_one_way_of_writing(pairs):
    try:
        found = read_parameters(pairs)
    except ValueError:
        return
    assert asked(found.query) == found
    assert found.query.isascii()
