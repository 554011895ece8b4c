"""Tell the zone a page writes its times in, where its data say none, or only UTC.

Sites store times in UTC and print them in their own zone. The day they print is the
day of publication as their readers know it; the instant stays what was stated. Where
nothing tells the zone, the language does, if its press lives by one clock.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from functools import lru_cache
from itertools import chain

from scrapers.extract.calendars import ERA_LETTERS
from scrapers.extract.dates import Moment, find, zone_of
from scrapers.extract.document import field_of
from scrapers.extract.language import language_of
from scrapers.extract.reading import Reading
from scrapers.items import Precision

# Zones lie between these, and at quarters of an hour.
WESTMOST, EASTMOST = timedelta(hours=-12), timedelta(hours=14)
QUARTER = timedelta(minutes=15)
# A printed time leaves the seconds out.
ROUNDING = timedelta(minutes=1)
# From a Gregorian year to those of Persians, Thais and the Taiwanese.
CALENDARS = (-622, -621, 543, -1911)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
# Time elements looked at: the first are the article's own.
MAX_TIMES = 3

_STATED = re.compile(r"\d\d:?\d\d[\d.:]*\s?(?P<sign>[+-])(?P<h>\d\d):?(?P<m>[0-5]\d)$")
_SIGN = slice(-6, -4)  # where the sign of such an offset stands
_METAS = (
    "article:published_time", "article:modified_time", "datepublished", "datemodified",
    "og:updated_time", "date", "dcterms.date",
)  # fmt: skip

# Languages whose press lives by one clock, or nearly all of it.
_CLOCKS = {
    "Asia/Shanghai": "zh yue", "Asia/Tokyo": "ja", "Asia/Seoul": "ko",
    "Asia/Bangkok": "th", "Asia/Ho_Chi_Minh": "vi", "Asia/Phnom_Penh": "km",
    "Asia/Vientiane": "lo", "Asia/Yangon": "my", "Asia/Jakarta": "id",
    "Asia/Kuala_Lumpur": "ms", "Asia/Kolkata": "hi ta te mr gu pa kn ml or as",
    "Asia/Kathmandu": "ne", "Asia/Colombo": "si", "Asia/Tehran": "fa",
    "Asia/Jerusalem": "he", "Asia/Tbilisi": "ka", "Asia/Yerevan": "hy",
    "Asia/Baku": "az", "Asia/Ulaanbaatar": "mn", "Asia/Tashkent": "uz",
    "Europe/Istanbul": "tr", "Europe/Athens": "el", "Europe/Sofia": "bg",
    "Europe/Kyiv": "uk", "Europe/Minsk": "be", "Europe/Bucharest": "ro",
    "Europe/Helsinki": "fi et lv lt",
    "Europe/Berlin": "de nl it pl cs sk sl hr hu sv da nb nn no sq mk",
    "Africa/Nairobi": "sw", "Africa/Addis_Ababa": "am ti",
}  # fmt: skip
_ZONES = {word: name for name, words in _CLOCKS.items() for word in words.split()}
# Where the same languages are written by another clock.
_ELSEWHERE = frozenset({"fa-AF", "nl-SR", "zh-US", "zh-CA", "zh-AU", "de-NA"})


def zone_of_language(reading: Reading) -> tzinfo:
    """The zone that the press in the page's language lives by; UTC if in several."""
    name = clock_of(language_of(reading, ""))
    return zone_of(name) if name else UTC


def clock_of(language: str | None) -> str | None:
    """The IANA zone of a language whose press lives by one clock, else None."""
    told = language or ""
    return None if told in _ELSEWHERE else _ZONES.get(told.partition("-")[0])


def zone_of_page(reading: Reading) -> tzinfo:
    """The site's zone if it has one, else the offset its dates are stated with."""
    if reading.site.timezone != "UTC":
        return zone_of(reading.site.timezone)
    for text in _stated(reading):
        is_offset = text[_SIGN].strip("0123456789 .:") in ("+", "-")
        found = _STATED.search(text) if is_offset else None
        if found and (found["h"], found["m"]) != ("00", "00"):
            span = timedelta(hours=int(found["h"]), minutes=int(found["m"]))
            span = span if found["sign"] == "+" else -span
            if WESTMOST <= span <= EASTMOST:
                return timezone(span)
    return UTC


def _stated(reading: Reading) -> Iterator[str]:
    document, article = reading.document, reading.document.article
    for key in ("datePublished", "dateModified", "dateCreated"):
        yield article.text(key) or ""
    yield from document.meta_all(*_METAS)
    for node in document.times[:MAX_TIMES]:
        yield (node.attributes.get("datetime") or "").rstrip("\n")


def is_plain_utc(moment: Moment) -> bool:
    """Tell whether it is an instant stated in UTC: other zones were meant."""
    return moment.precision is Precision.TIME and not moment.at.utcoffset()


def in_page_zone(moment: Moment, reading: Reading, zone: tzinfo) -> Moment:
    """The same instant in the zone the page prints it in; as it is if nothing tells.

    `zone` is what `zone_of_page` tells.
    """
    if zone is not UTC:
        return Moment(at=moment.at.astimezone(zone), precision=moment.precision)
    times = reading.document.times[:MAX_TIMES]
    is_dated = False
    years = _years_of(moment.at)
    for text in chain(map(field_of, times), reading.lines):
        if text.isascii() and True not in [year in text for year in years]:
            continue
        printed = find(text, UTC)
        if printed is None or printed.precision is Precision.MONTH:
            continue
        span = _offset(moment.at, printed, is_dated=is_dated)
        if span is not None:
            at = moment.at.astimezone(timezone(span))
            return Moment(at=at, precision=moment.precision)
        # What is printed after the day of this instant is another's day.
        is_dated |= printed.at.date() == moment.at.date()
    return moment


def _years_of(at: datetime) -> frozenset[str]:
    """What a date near this instant has of its year in ASCII."""
    return _spelt((at - DAY).year) | _spelt((at + DAY).year)


@lru_cache(maxsize=64)
def _spelt(year: int) -> frozenset[str]:
    """What any date in a year has of it in ASCII, in any calendar."""
    ours = {str(year)[-2:], *(str(year + span) for span in CALENDARS)}
    eras = {f"{era}{year - first}" for era, first in ERA_LETTERS.items()}
    short = {f"{era}{year - first:02}" for era, first in ERA_LETTERS.items()}
    return frozenset(ours | eras | short)


def _offset(at: datetime, printed: Moment, *, is_dated: bool) -> timedelta | None:
    """What a printed date says the zone is, if it is this instant's."""
    if printed.precision is Precision.DAY:
        return None if is_dated else _offset_of_day(at, printed.at)
    if printed.at.utcoffset():
        is_same = abs(printed.at - at) <= ROUNDING
        return printed.at.utcoffset() if is_same else None
    return _quarter(printed.at - at)


def _offset_of_day(at: datetime, day: datetime) -> timedelta | None:
    """The offset nearest to UTC at which it is that day; None if it is in UTC."""
    if day.date() == at.date():
        return None
    span = day - at if day > at else day + DAY - timedelta(seconds=1) - at
    whole = math.ceil(span / HOUR) if day > at else math.floor(span / HOUR)
    return whole * HOUR if WESTMOST <= whole * HOUR <= EASTMOST else None


def _quarter(span: timedelta) -> timedelta | None:
    """A span rounded to a quarter of an hour if it is an offset, else None."""
    offset = QUARTER * round((span + ROUNDING / 2) / QUARTER)
    is_offset = abs(span + ROUNDING / 2 - offset) <= ROUNDING / 2
    return offset if is_offset and WESTMOST <= offset <= EASTMOST and offset else None
