"""Archives by month or day: their addresses, and which one is before which."""

from __future__ import annotations

import re
from datetime import date, timedelta

from scrapers.discover.options import check_address

# What a pattern names is what its steps are as long as: a day, or a month.
YEAR, MONTH, DAY = "{year}", "{month}", "{day}"
# The month in small letters of English, as "/news/2026/november/" has it.
MONTH_NAME = "{month_name}"
NAMES = (
    "january", "february", "march", "april", "may", "june", "july", "august",
    "september", "october", "november", "december",
)  # fmt: skip


def check_archive(text: str) -> str:
    """Give back the address of archives; ValueError says what it lacks."""
    if YEAR not in text or (not has_month(text) and DAY in text):
        message = (
            f"{text!r} needs {{year}}, and {{month}} or both {{month}} and {{day}};"
            " the month may be {month_name}"
        )
        raise ValueError(message)
    check_address(archive_of(text, date(2026, 1, 2)))
    return text


def has_month(pattern: str) -> bool:
    """Tell whether an address names the month, by number or by name."""
    return MONTH in pattern or MONTH_NAME in pattern


def is_archive(pattern: str, url: str) -> bool:
    """Tell whether an address is that of some month or day."""
    form = re.escape(pattern)
    for part in (YEAR, MONTH, DAY):
        form = form.replace(re.escape(part), r"\d{1,4}")
    form = form.replace(re.escape(MONTH_NAME), r"[a-z]+")
    return re.fullmatch(form + "/?", url) is not None


def archive_of(pattern: str, day: date) -> str:
    """Give the address of the archive a day is in: 2026, 03 and 04 are filled in."""
    return (
        pattern.replace(YEAR, f"{day.year:04}")
        .replace(MONTH, f"{day.month:02}")
        .replace(MONTH_NAME, NAMES[day.month - 1])
        .replace(DAY, f"{day.day:02}")
    )


def before(pattern: str, day: date) -> date:
    """Give a day of the archive before that of `day`: the last one."""
    if DAY in pattern:
        return day - timedelta(days=1)
    first = day.replace(day=1) if has_month(pattern) else day.replace(month=1, day=1)
    return first - timedelta(days=1)
