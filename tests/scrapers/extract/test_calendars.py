from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scrapers.extract.calendars import (
    JALALI_MONTHS,
    from_jalali,
    gregorian_year,
    is_jalali_leap,
)
from scrapers.extract.dates import Moment, find
from scrapers.items import Precision


@pytest.mark.parametrize(
    ("jalali", "gregorian"),
    [
        ((1300, 1, 1), "1921-03-21"),
        ((1357, 11, 22), "1979-02-11"),
        ((1379, 10, 12), "2001-01-01"),
        ((1391, 12, 30), "2013-03-20"),
        ((1399, 12, 30), "2021-03-20"),
        ((1400, 1, 1), "2021-03-21"),
        ((1402, 9, 12), "2023-12-03"),
        ((1403, 12, 30), "2025-03-20"),
        ((1404, 1, 1), "2025-03-21"),
        ((1408, 12, 30), "2030-03-20"),
    ],
)
def test_days_known_in_both_calendars_agree(jalali, gregorian):
    assert from_jalali(*jalali) == date.fromisoformat(gregorian)


@given(st.dates(date(1922, 1, 1), date(2120, 12, 30)))
def test_every_day_has_one_persian_date_and_they_follow_each_other(day):
    def persian(of):
        year = (
            of.year - 621 if from_jalali(of.year - 621, 1, 1) <= of else of.year - 622
        )
        past = (of - from_jalali(year, 1, 1)).days
        month, rest = divmod(past, 31) if past < 186 else divmod(past - 186, 30)
        return year, month + (1 if past < 186 else 7), rest + 1

    assert from_jalali(*persian(day)) == day
    assert from_jalali(*persian(day + timedelta(days=1))) == day + timedelta(days=1)


@given(st.integers(1300, 1498))
def test_a_persian_year_has_a_day_more_when_it_is_leap(year):
    length = from_jalali(year + 1, 1, 1) - from_jalali(year, 1, 1)

    assert length.days == (366 if is_jalali_leap(year) else 365)
    assert date(year + 621, 3, 19) < from_jalali(year, 1, 1) < date(year + 621, 3, 23)


@pytest.mark.parametrize(
    "day", [(1402, 12, 30), (1402, 7, 31), (1402, 13, 1), (1402, 0, 1), (1299, 1, 1),
            (1500, 1, 1), (1402, 1, 32), (1402, 1, 0)],
)  # fmt: skip
def test_what_is_no_day_of_the_calendar_is_refused(day):
    with pytest.raises(ValueError, match="no day of the Persian calendar"):
        from_jalali(*day)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("۱۲ آذر ۱۴۰۲", "2023-12-03"),
        ("یکشنبه ۱۲ آذر ۱۴۰۲", "2023-12-03"),
        ("تاریخ انتشار: ١٢ آذر ١٤٠٢", "2023-12-03"),
        ("1402/09/12", "2023-12-03"),
        ("۱۴۰۲-۰۹-۱۲", "2023-12-03"),
        ("۱۲/۰۹/۱۴۰۲", "2023-12-03"),
        ("12 Azar 1402", None),
        ("۱۲ قوس ۱۴۰۲", "2023-12-03"),
        ("۳۰ اسفند ۱۴۰۲", None),
        ("۱۴۴۵/۰۹/۰۵", "2066-11-25"),  # far ahead: whoever asks does not believe it
    ],
)
def test_persian_dates_are_found_in_lines(text, expected):
    day = expected and datetime.fromisoformat(expected).replace(tzinfo=UTC)

    found = find(text, UTC)

    assert found == (Moment(at=day, precision=Precision.DAY) if day else None)


@given(
    st.sampled_from(sorted(JALALI_MONTHS)), st.integers(1, 29), st.integers(1370, 1404)
)
def test_any_day_written_in_persian_is_read_back(name, day, year):
    digits = str.maketrans("0123456789", "۰۱۲۳۴۵۶۷۸۹")
    text = f"{day} {name} {year}".translate(digits)

    found = find(text, UTC)

    assert found.at.date() == from_jalali(year, JALALI_MONTHS[name], day)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("۱۲ آذر ۱۴۰۲ ساعت ۱۴:۳۰", "2023-12-03T14:30"),
        ("۱۴:۳۰ - ۱۴۰۲/۰۹/۱۲", "2023-12-03T14:30"),
        ("24 نيسان / أبريل 2020 09:22 مساءً", "2020-04-24T21:22"),
        ("2023年12月3日 下午2:30", "2023-12-03T14:30"),
        ("2023년 12월 3일 오후 2:30", "2023-12-03T14:30"),
        ("令和5年12月3日 14時30分", "2023-12-03T14:30"),
        ("3 ธ.ค. 2566 14.30 น.", "2023-12-03T14:30"),
        ("3 Dec 2023 12:30 am", "2023-12-03T00:30"),
    ],
)
def test_the_time_of_day_is_read_in_the_pages_language(text, expected):
    found = find(text, UTC)

    assert found.at == datetime.fromisoformat(expected).replace(tzinfo=UTC)
    assert found.precision is Precision.TIME


@pytest.mark.parametrize(
    "text",
    [
        "3 ธันวาคม 2566", "3 ธ.ค. 66", "03/12/2566", "令和5年12月3日",
        "民國112年12月3日",
        "3 كانون الأول 2023", "3 ديسمبر 2023", "3 tháng 12, 2023", "3 בדצמבר 2023",
        "3 gruodžio 2023", "3. prosinca 2023", "3 december 2023", "3 դեկտեմբերի 2023",
        "3 დეკემბერი 2023", "3 желтоқсан 2023", "3 दिसंबर 2023", "3 ডিসেম্বর ২০২৩",
        "2023. december 3.", "3 dhjetor 2023", "3 Disemba 2023", "3 دسمبر 2023",
        "03 | 12 | 2023", "3 Δεκεμβρίου 2023", "3 декабря 2023",
    ],
)  # fmt: skip
def test_a_day_is_read_in_many_languages_and_calendars(text):
    day = datetime(2023, 12, 3, tzinfo=UTC)

    assert find(text, UTC) == Moment(at=day, precision=Precision.DAY)


def test_years_of_eras_and_with_two_digits_are_gregorian_ones():
    written = (gregorian_year(5, "令和"), gregorian_year(21), gregorian_year(98))

    assert written == (2023, 2021, 1998)
    assert (gregorian_year(2566), gregorian_year(2023)) == (2023, 2023)
