"""Read a date as sites write it, with its zone and how exact it is.

`read` takes one text that should be a date; `find` looks for one inside a line.
Where on a page dates stand is `scrapers.extract.published`'s to know.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from functools import lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from scrapers.compiled import load
from scrapers.extract.calendars import (
    ERA_LETTERS,
    JALALI_MONTHS,
    JALALI_YEARS,
    from_ethiopic,
    from_jalali,
    gregorian_year,
)
from scrapers.extract.date_patterns import (
    AFTERNOON,
    BEFORE_TRACE,
    CJK,
    CLOCK_TRACE,
    COMPACT,
    EPOCH,
    EXACT,
    HALF_ONLY,
    HALF_TRACE,
    ISO,
    LAST_YEAR,
    LEAST,
    MARKS,
    MONGOLIAN,
    MONTH_YEAR,
    OFFSET,
    OTHER_TRACE,
    PLAIN,
    TIME,
    TRACE,
    URL_DAY,
    URL_MONTH,
    URL_NAMED,
    URL_SHORT_DAY,
    URL_STAMP,
    VIETNAMESE,
    WRITTEN,
    YEAR_ANYWHERE,
    YEAR_FIRST,
    YEAR_LAST,
)
from scrapers.extract.months import month_of
from scrapers.extract.spellings import ZEROS, plain_digits, respelt
from scrapers.items import Precision

# A clock or a zone may be wrong by this much; what is later is no date of publication.
TOLERANCE = timedelta(days=1)
EARLIEST = 1990  # the web has no older articles, but many a default of "1970-01-01"
MAX_TEXT = 120  # a text that is a date is short

# Zone names that mean one thing in the news; "IST" and "CST" mean several.
_ZONES = {
    "z": 0, "utc": 0, "gmt": 0, "ut": 0, "wet": 0, "west": 60, "bst": 60,
    "cet": 60, "mez": 60, "cest": 120, "mesz": 120, "eet": 120, "eest": 180,
    "msk": 180, "eat": 180, "wat": 60, "cat": 120, "sast": 120, "trt": 180,
    "irst": 210, "irdt": 270, "pkt": 300, "wib": 420, "ict": 420, "hkt": 480,
    "sgt": 480, "myt": 480, "jst": 540, "kst": 540, "aest": 600, "aedt": 660,
    "nzst": 720, "nzdt": 780, "est": -300, "edt": -240, "et": -300, "cdt": -300,
    "mst": -420, "mdt": -360, "pst": -480, "pdt": -420, "akst": -540, "hst": -600,
    "brt": -180, "art": -180,
}  # fmt: skip

Day = tuple[int, int, int]

_traces = load("traces")
if _traces is not None:
    _traces.learn(ZEROS)


@dataclass(frozen=True, kw_only=True, slots=True)
class Moment:
    """A point in time as exactly as it is known: `at` is in the zone it was stated in.

    A day or month without a time is its first instant in UTC, not in the site's zone:
    it is a date, and its UTC date is the date that was printed.
    """

    at: datetime
    precision: Precision


@lru_cache(maxsize=64)
def zone_of(name: str) -> tzinfo:
    """The zone of an IANA name, UTC for one that is unknown."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return UTC


def read(text: str, zone: tzinfo, *, month_first: bool = False) -> Moment | None:
    """Read a text that is a date and little else; None where it is none.

    `zone` is of times that carry none; `month_first` reads 4/11/2021 as April 11th.
    """
    text = text.strip()
    if not LEAST <= len(text) <= MAX_TEXT:
        return None
    if told := read_exact(text):
        return told
    text = plain_digits(text)
    if found := ISO.match(text):
        return _from_parts(found, zone)
    if found := COMPACT.fullmatch(text):
        year, month, day, *clock, mark = found.groups()
        stamp = f"{year}-{month}-{day}"
        if clock[0]:
            stamp += f"T{clock[0]}:{clock[1]}:{clock[2] or '00'}{mark or ''}"
        again = ISO.match(stamp)
        return _from_parts(again, zone) if again else None
    if found := EPOCH.fullmatch(text):
        at = datetime.fromtimestamp(int(found[1]), UTC)
        return Moment(at=at, precision=Precision.TIME) if _is_sane(at) else None
    return find(text, zone, month_first=month_first)


def find(text: str, zone: tzinfo, *, month_first: bool = False) -> Moment | None:
    """Look for a written date in a line, and a time of day after it."""
    begin = _begin(text)
    if begin is None:
        return None
    plain = PLAIN.fullmatch(text)
    told = _plain_day(plain) if plain else None
    return told or _found(text, begin, zone, month_first=month_first)


def _plain_day(found: re.Match[str]) -> Moment | None:
    """The day of a line that says no more, and says it as most do."""
    month = month_of(found["before"] or found["behind"])
    day = int(found["day"] or found["first"])
    return _moment(int(found["year"]), month, day, None, UTC, None) if month else None


def _found(text: str, begin: int, zone: tzinfo, *, month_first: bool) -> Moment | None:
    if not text.isascii() and (plain := respelt(text)) != text:
        text, begin = plain, 0
    if found := ISO.search(text, begin):
        return _from_parts(found, zone)
    dated = _written(text, begin) or _numeric(text, begin, month_first=month_first)
    if dated is None:
        return _month_of(text, begin)
    (year, month, day), start, end = dated
    rest = text[end : end + 40]
    clock = _clock_of(rest) or _clock_of(text[max(0, start - 25) : start])
    half = None
    if clock is None and HALF_TRACE.search(rest):
        half = HALF_ONLY.search(rest)
    return _moment(year, month, day, clock, zone, half)


def may_hold_date(text: str) -> bool:
    """Tell, at a tenth of the cost, whether `find` could find a date in a text."""
    return _begin(text) is not None


def _begin(text: str) -> int | None:
    """Where the first date in a text may begin; None where there is none."""
    if _traces is not None:
        at: int = _traces.first(text)
        return None if at == -1 else max(0, at - BEFORE_TRACE)
    if found := TRACE.search(text):
        return max(0, found.start() - BEFORE_TRACE)
    if not text.isascii() and OTHER_TRACE.search(text):
        return 0
    return None


def _clock_of(text: str) -> re.Match[str] | None:
    return TIME.search(text) if CLOCK_TRACE.search(text) else None


def read_exact(text: str) -> Moment | None:
    """Read "2021-11-04", or "2021-11-04T10:20:30+03:00": nothing has to be guessed."""
    if not EXACT.fullmatch(text):
        return None
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        return None
    if not _is_sane(at):
        return None
    if at.tzinfo is None:
        return Moment(at=at.replace(tzinfo=UTC), precision=Precision.DAY)
    at = at.replace(microsecond=0) if at.microsecond else at
    return Moment(at=at, precision=Precision.TIME)


def clock_in(text: str) -> tuple[int, int] | None:
    """The hour and minute a text tells, if any."""
    found = TIME.search(text)
    return (_hour(found), int(found["minute"])) if found else None


def from_url(url: str) -> Moment | None:
    """The day or month an address carries: /2021/11/04/ or /2022/04/."""
    path = url.partition("://")[2].partition("/")[2]
    path = "/" + path.partition("#")[0]
    for pattern in (URL_DAY, URL_SHORT_DAY):
        if found := pattern.search(path):
            year, *_, month, day = found.groups()
            made = _moment(int(year), int(month), int(day), None, UTC, None)
            if made:
                return made
    if (found := URL_NAMED.search(path)) and (month := month_of(found[2])):
        return _moment(int(found[1]), month, int(found[3]), None, UTC, None)
    if found := URL_STAMP.search(path):
        year, month, day = map(int, found.groups())
        return _moment(2000 + year, month, day, None, UTC, None)
    if found := URL_MONTH.search(path):
        return _moment(int(found[1]), int(found[2]), None, None, UTC, None)
    return None


def not_after(moment: Moment | None, now: datetime) -> Moment | None:
    """Believe no date beyond a day's tolerance, and give none later than `now`."""
    if moment is None or moment.at > now + TOLERANCE:
        return None
    if moment.at <= now:
        return moment
    return Moment(at=now, precision=moment.precision)


def _written(text: str, begin: int) -> tuple[Day, int, int] | None:
    is_last = LAST_YEAR.search(text, begin)
    for pattern in WRITTEN if is_last else YEAR_ANYWHERE:
        for found in pattern.finditer(text, begin):
            year = int(found["year"].strip("'’"))
            day = _named_day(year, found["name"], int(found["day"]))
            if day:
                return day, found.start(), found.end()
    return None


def _named_day(year: int, name: str, day: int) -> Day | None:
    """A day by the name of its month, which may be of another calendar."""
    if year in JALALI_YEARS:
        month = JALALI_MONTHS.get(name)
        return (year, month, day) if month else None
    if month := month_of(name):
        return year, month, day
    return from_ethiopic(year, name, day)


def _numeric(
    text: str, begin: int, *, month_first: bool
) -> tuple[Day, int, int] | None:
    if ("年" in text or "년" in text) and (found := CJK.search(text)):
        year = gregorian_year(int(found["year"].replace("元", "1")), found["era"])
        date = year, int(found["month"]), int(found["day"])
        return date, found.start(), found.end()
    is_marked = MARKS.search(text, begin)
    if found := (is_marked and YEAR_FIRST.search(text, begin)) or _worded(text):
        date = int(found["year"]), int(found["month"]), int(found["day"])
        return date, found.start(), found.end()
    if is_marked and (found := YEAR_LAST.search(text, begin)):
        one, two, year = int(found["one"]), int(found["two"]), int(found["year"])
        before = text[found.start() - 1] if found.start() else ""
        if before in ERA_LETTERS:  # R8.10.15 is of Reiwa
            return (gregorian_year(one, before), two, year), found.start(), found.end()
        is_month_first = month_first and found["mark"] != "."
        if two > 12 or (is_month_first and one <= 12 and year not in JALALI_YEARS):
            one, two = two, one
        return (year, two, one), found.start(), found.end()
    return None


def _worded(text: str) -> re.Match[str] | None:
    """A date in numbers with words between them."""
    if text.isascii() and "thg" not in text.lower():
        return None  # as nearly always
    small = text.lower()  # what is in them is the cheapest thing to ask
    if "thg" in small or "tháng" in small:
        return VIETNAMESE.search(text)
    return MONGOLIAN.search(text) if "сарын" in small else None


def _month_of(text: str, begin: int) -> Moment | None:
    is_last = LAST_YEAR.search(text, begin)
    for found in MONTH_YEAR.finditer(text, begin) if is_last else ():
        month = month_of(found["name"])
        if month:
            return _moment(int(found["year"]), month, None, None, UTC, None)
    return None


def _from_parts(found: re.Match[str], zone: tzinfo) -> Moment | None:
    day = int(found["day"]) if found["day"] else None
    clock = found if found["hour"] else None
    return _moment(int(found["year"]), int(found["month"]), day, clock, zone, None)


def _moment(
    year: int,
    month: int,
    day: int | None,
    clock: re.Match[str] | None,
    zone: tzinfo,
    half: re.Match[str] | None,
) -> Moment | None:
    try:
        at = _midnight(year, month, day)
        precision = Precision.DAY if day else Precision.MONTH
        if clock is not None:
            at = at.replace(
                hour=_hour(clock),
                minute=int(clock["minute"]),
                second=int(clock["second"] or 0),
                tzinfo=_zone(clock["zone"], zone),
            )
            precision = Precision.TIME
        elif half is not None:
            hour = int(half[1]) % 12 + (12 if half[2].lower() == "p" else 0)
            at = at.replace(hour=hour, tzinfo=zone)
            precision = Precision.TIME
    except (ValueError, OverflowError):
        return None
    return Moment(at=at, precision=precision) if _is_sane(at) else None


def _midnight(year: int, month: int, day: int | None) -> datetime:
    """A day's first instant in UTC; of a month that is not Gregorian, its first day."""
    if year in JALALI_YEARS:
        day_of = from_jalali(year, month, day or 1)
        return datetime(day_of.year, day_of.month, day_of.day, tzinfo=UTC)
    return datetime(gregorian_year(year), month, day or 1, tzinfo=UTC)


def _hour(clock: re.Match[str]) -> int:
    """The hour of a clock, with its half of the day in the page's language."""
    hour, half = int(clock["hour"]), (clock["half"] or "")[:1].lower()
    if clock["late"] or half in AFTERNOON:
        return hour % 12 + 12 if hour <= 12 else hour
    if (half or clock["early"]) and hour <= 12:
        return hour % 12
    return hour


def _zone(text: str | None, default: tzinfo) -> tzinfo:
    if not text:
        return default
    name = text.strip().lower()
    if name in _ZONES:
        return timezone(timedelta(minutes=_ZONES[name]))
    found = OFFSET.search(name)
    if not found:
        return default
    span = timedelta(hours=int(found[2]), minutes=int(found[3] or 0))
    if span >= timedelta(hours=15):
        return default
    return timezone(span if found[1] == "+" else -span)


def _is_sane(at: datetime) -> bool:
    return at.year >= EARLIEST
