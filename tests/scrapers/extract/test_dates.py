from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scrapers.extract.dates import Moment, find, from_url, not_after, read, zone_of
from scrapers.items import Precision

NAIROBI = zone_of("Africa/Nairobi")
NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2021-11-04T10:20:30+03:00", "2021-11-04T07:20:30"),
        ("2021-11-04T10:20:30Z", "2021-11-04T10:20:30"),
        ("2021-11-04 10:20", "2021-11-04T07:20:00"),
        ("2021-11-04T10:20:30.123+0000", "2021-11-04T10:20:30"),
        ("20211104T102030Z", "2021-11-04T10:20:30"),
        ("1636021230", "2021-11-04T10:20:30"),
        ("Thu, 04 Nov 2021 10:20:30 GMT", "2021-11-04T10:20:30"),
        ("Nov 4th, 2021 at 4:30 pm EST", "2021-11-04T21:30:00"),
        ("4 November 2021 5pm", "2021-11-04T14:00:00"),
        ("November 4, 20215:33 PM ET", "2021-11-04T22:33:00"),
        ("4 November 202110:20", "2021-11-04T07:20:00"),
        ("12:30 am, November 4, 2021 UTC+1", "2021-11-03T21:30:00"),
        ("04.11.2021, 10:20 Uhr", "2021-11-04T07:20:00"),
        ("2021年11月4日 10:20", "2021-11-04T07:20:00"),
    ],
)
def test_a_time_is_read_with_its_zone_or_the_sites(text, expected):
    moment = read(text, NAIROBI)

    assert moment == Moment(
        at=datetime.fromisoformat(expected).replace(tzinfo=UTC),
        precision=Precision.TIME,
    )


@pytest.mark.parametrize(
    "text",
    [
        "2021-11-04", "20211104", "November 4, 2021", "Nov. 4th 2021",
        "4. November 2021",
        "4 de noviembre de 2021", "4 novembre 2021", "04-Nov-2021", "4 ноября 2021",
        "4 Kasım 2021", "٤ نوفمبر ٢٠٢١", "4 Novemba 2021", "2021/11/04", "04.11.2021",
        "04/11/2021", "4 listopada 2021", "2021년 11월 4일", "4 พฤศจิกายน 2564",
        "Posted by: Amina  November 4, 2021  No Comments", "4/11/21",
    ],
)  # fmt: skip
def test_a_day_is_the_day_printed_whatever_the_zone(text):
    moment = read(text, NAIROBI)

    assert moment == Moment(
        at=datetime(2021, 11, 4, tzinfo=UTC), precision=Precision.DAY
    )


def test_a_month_is_no_more_than_a_month():
    for text in ("2022-04", "April 2022", "Abril de 2022"):
        moment = read(text, UTC)
        assert moment == Moment(
            at=datetime(2022, 4, 1, tzinfo=UTC), precision=Precision.MONTH
        )


def test_americans_write_the_month_first():
    for text, month, day in (("4/11/2021", 4, 11), ("31/12/2021", 12, 31)):
        assert find(f"Updated {text}", UTC, month_first=True) == Moment(
            at=datetime(2021, month, day, tzinfo=UTC), precision=Precision.DAY
        )


@pytest.mark.parametrize(
    "text", ["", "yesterday", "12", "2021-13-45", "30 February 2021", "0000-00-00",
             "1970-01-01", "call 020 7946 0018", "9" * 200, "1234567", "Mai Ling 4"],
)  # fmt: skip
def test_what_is_no_date_is_none(text):
    assert read(text, UTC) is None


@pytest.mark.parametrize(
    ("url", "day", "precision"),
    [
        ("https://example.org/2021/11/04/slug/", 4, Precision.DAY),
        ("https://example.org/news/2021-11-04-slug", 4, Precision.DAY),
        ("https://example.org/slug-20211104.html", 4, Precision.DAY),
        ("https://example.org/2021/nov/04/slug", 4, Precision.DAY),
        ("https://example.org/2021/11/4/slug", 4, Precision.DAY),
        ("https://example.org/2021/11/211104-slug/", 4, Precision.DAY),
        ("https://example.org/2021/11/211204-slug/", 1, Precision.MONTH),
        ("https://example.org/2021/11/slug/", 1, Precision.MONTH),
    ],
)
def test_an_address_tells_a_day_or_a_month(url, day, precision):
    assert from_url(url) == Moment(
        at=datetime(2021, 11, day, tzinfo=UTC), precision=precision
    )


@pytest.mark.parametrize(
    "url",
    [
        "https://example.org/a",
        "https://example.org/2021/",
        "https://example.org/12345678",
    ],
)
def test_an_address_without_a_date_tells_none(url):
    assert from_url(url) is None


def test_no_date_is_in_the_future():
    soon = Moment(at=NOW + timedelta(hours=3), precision=Precision.TIME)
    late = Moment(at=NOW + timedelta(days=2), precision=Precision.TIME)

    assert not_after(soon, NOW) == Moment(at=NOW, precision=Precision.TIME)
    assert not_after(late, NOW) is None
    assert not_after(None, NOW) is None


def test_an_unknown_zone_is_utc():
    assert zone_of("Mars/Olympus") is UTC
    assert zone_of("../etc/passwd") is UTC


@given(st.text())
def test_any_text_is_read_or_not_but_never_breaks(text):
    for made in (read(text, NAIROBI), find(text, NAIROBI), from_url(text)):
        assert made is None or made.at.tzinfo is UTC


@given(st.integers(700_000_000, 4_000_000_000))
def test_what_is_written_is_read_back(seconds):
    at = datetime.fromtimestamp(seconds, UTC)

    assert read(at.isoformat(), NAIROBI) == Moment(at=at, precision=Precision.TIME)


@given(
    st.integers(0, 3_000_000_000).map(
        lambda s: datetime(1990, 1, 2, tzinfo=UTC) + s * timedelta(seconds=1)
    ),
    st.sampled_from(["Z", "+00:00", "+03:30", "-08:00", "+14:00"]),
)
def test_the_commonest_spelling_is_read_as_any_other_is(at, zone):
    exact = f"{at:%Y-%m-%dT%H:%M:%S}{zone}"
    spaced = exact.replace("T", " ")
    assert read(exact, UTC) == read(spaced, UTC) == find(exact, UTC)


@pytest.mark.parametrize("year", [1989, 2026])
@pytest.mark.parametrize("day", ["0", "4", "04", "31", "39"])
@pytest.mark.parametrize("name", ["March", "Sept", "février", "Staff"])
@pytest.mark.parametrize("line", ["{name} {day}, {year}", "{day}. {name} {year}"])
def test_a_line_that_is_a_date_is_read_as_one_that_has_it(line, name, day, year):
    text = line.format(name=name, day=day, year=year)

    assert find(text, NAIROBI) == find(f"It was: {text} (at home)", NAIROBI)


@pytest.mark.parametrize(
    "text",
    [
        "2021-11-04T10:20:30+0300", "2021-11-04 10:20:30Z", "2021-11-04T10:20-0500",
        "2021-11-04T10:20:30.987-0000", "2021-11-04", "2021-02-30", "1988-11-04",
        "2021-11-04 10:20+14:59", "2021-11-04T24:00Z", "2021-13-04",
    ],
)  # fmt: skip
def test_an_exact_text_is_read_as_one_with_words_around_it(text):
    assert read(text, NAIROBI) == find(f"on {text}, as told", NAIROBI)
