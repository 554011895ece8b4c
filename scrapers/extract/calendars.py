"""Years and months of calendars that the press prints beside the Gregorian.

The Persian calendar (Jalali, solar Hijri), the Ethiopian one, the Buddhist years of
Thailand, the eras of Japan and the years of the Republic of China. Finding them in a
text is `scrapers.extract.dates`'s.
"""

from __future__ import annotations

from datetime import date, timedelta
from functools import lru_cache

# The years for which the cycle of 33 years gives what astronomers find.
JALALI_YEARS = range(1300, 1500)
# 1 Farvardin 1300.
_NOWRUZ_1300 = date(1921, 3, 21)
_LONG_MONTHS = 6  # the first six months have 31 days, the others 30
_YEAR, _LEAP_YEAR, _CYCLE = 365, 366, 33

# Spellings of a month are parted by "/"; the second and third line are Afghanistan's,
# in Dari and Pashto.
_JALALI = """
فروردین/فروردين اردیبهشت/ارديبهشت خرداد تیر/تير مرداد/امرداد شهریور/شهريور مهر آبان/ابان آذر/اذر دی/دي بهمن اسفند
حمل ثور جوزا سرطان اسد سنبله/سنبلة میزان/ميزان عقرب قوس جدی/جدي دلو حوت
وری/وري غویی/غويي/غوایي غبرګولی/غبرګولي چنګاښ زمری/زمري وږی/وږي تله/تلې لړم لیندۍ/ليندۍ مرغومی/مرغومي سلواغه/سلواغې کب
"""  # noqa: E501 - a line a country

JALALI_MONTHS: dict[str, int] = {
    name: month
    for row in _JALALI.strip().splitlines()
    for month, spellings in enumerate(row.split(), start=1)
    for name in spellings.split("/")
}

# What is added to the year of an era.
_ERAS = {"令和": 2018, "平成": 1988, "昭和": 1925, "民國": 1911, "民国": 1911}
# The same by the first letter, which offices write.
ERA_LETTERS = {"R": 2018, "H": 1988, "S": 1925}
_BUDDHIST = 543
# What officials of Taiwan write without the era's name.
_BARE_YEARS = range(100, 200)

_ETHIOPIC = """
መስከረም ጥቅምት ኅዳር/ህዳር/ሕዳር ታኅሣሥ/ታህሳስ/ታኅሳስ/ታህሣሥ ጥር የካቲት መጋቢት ሚያዝያ/ሚያዚያ ግንቦት ሰኔ ሐምሌ/ሀምሌ ነሐሴ/ነሀሴ ጳጉሜን/ጳጉሜ
"""  # noqa: E501 - a line
_ETHIOPIC_MONTHS = {
    name: month
    for month, spellings in enumerate(_ETHIOPIC.split(), start=1)
    for name in spellings.split("/")
}
# 1 Meskerem 1900; every fourth year, as 1899, has a day more.
_NEW_YEAR_1900 = date(1907, 9, 12)
_ETHIOPIC_MONTH = 30
_BUDDHIST_YEARS = range(2480, 2660)


def is_jalali_leap(year: int) -> bool:
    """Tell whether Esfand has 30 days: eight years of each 33, as in 1399 and 1403."""
    return (25 * year + 11) % _CYCLE < 8


@lru_cache(maxsize=256)
def _nowruz(year: int) -> date:
    before = range(JALALI_YEARS.start, year)
    days = sum(_LEAP_YEAR if is_jalali_leap(y) else _YEAR for y in before)
    return _NOWRUZ_1300 + timedelta(days=days)


def from_jalali(year: int, month: int, day: int) -> date:
    """The Gregorian date of a day of the Persian calendar.

    Raises ValueError for a day that is none, and for years before 1300 or after 1499.
    """
    longest = 31 if month <= _LONG_MONTHS else 30
    if month == 12 and not is_jalali_leap(year):
        longest = 29
    is_day = year in JALALI_YEARS and 1 <= month <= 12 and 1 <= day <= longest
    if not is_day:
        message = f"{year}/{month}/{day} is no day of the Persian calendar"
        raise ValueError(message)
    past = 31 * (month - 1) - max(0, month - 1 - _LONG_MONTHS)
    return _nowruz(year) + timedelta(days=past + day - 1)


def from_ethiopic(year: int, name: str, day: int) -> tuple[int, int, int] | None:
    """The Gregorian day of one of the Ethiopian calendar; None for one that is none.

    Of years from 1900 on.
    """
    month, before = _ETHIOPIC_MONTHS.get(name), year - 1900
    is_day = month is not None and before >= 0 and 1 <= day <= _ETHIOPIC_MONTH
    if month is None or not is_day:
        return None
    past = _YEAR * before + before // 4 + _ETHIOPIC_MONTH * (month - 1) + day - 1
    made = _NEW_YEAR_1900 + timedelta(days=past)
    return made.year, made.month, made.day


def gregorian_year(year: int, era: str | None = None) -> int:
    """The Gregorian year of one written with two digits, in an era, or by Thais."""
    if era:
        return year + (_ERAS.get(era) or ERA_LETTERS[era])
    if year < 100:
        return 2000 + year if year < 70 else 1900 + year
    if year in _BARE_YEARS:
        return year + _ERAS["民國"]
    return year - _BUDDHIST if year in _BUDDHIST_YEARS else year
