"""Take the date out of a byline: what stands before, among or after its names."""

from __future__ import annotations

import re

from scrapers.extract.months import MONTHS

# "03.02.2026 10:20 von Amina", "Publié le 3 mars 2026 par Amina", "3 март 2026 г.,
# 10:20 ч. | Автор: Амина": what a byline may begin with.
_DATED = re.compile(
    r"^(?:[^\W\d_]{2,14}:?\s){0,3}?(?:\d{1,4}[./-]\d\d?[./-]\d{2,4}"
    r"|\d\d?(?:er|\.)?\s(?:de\s)?[^\W\d_]{3,12}\.?,?\s(?:de\s)?\d{4}"
    r"|[^\W\d_]{3,12}\.?\s\d\d?(?:st|nd|rd|th)?,?\s\d{4})"
    r"(?:\s?[гр]\.)?[\d:,\s|·•–—-]*(?:(?:Uhr|h|ч\.)[\s|·•–—-]+)?"
)
_DIGIT = re.compile(r"\d")
_WORD = re.compile(r"[^\W\d_]+")
_DATE_WORD = re.compile(r"[^\W\d_]{3,14}")
# How a date begins that follows a name: "March 7", "le 7 mars", "Tue 7 March".
_DATE_START = re.compile(r"\s*[^\W\d_]{1,14}\.?\s+\d")


def after_date(text: str) -> str:
    """Leave out the date that a byline begins with."""
    found = _DATED.match(text) if _DIGIT.search(text) else None
    return text[found.end() :] if found else text


def before_date(parts: list[str]) -> list[str]:
    """Leave out a date that follows a name, with its weekday, and what comes after.

    `parts` are the names of a byline; dates at their start are left out, too.
    """
    while parts and _DATE_START.match(parts[0]):
        if not MONTHS.get(_WORD.findall(parts[0])[0].casefold()):
            break
        parts = parts[1:]
    for n, part in enumerate(parts):
        if n and _DATE_START.match(part):
            words = _DATE_WORD.findall(part.casefold())
            if not MONTHS.keys().isdisjoint(words):
                has_weekday = n > 1 and " " not in parts[n - 1].strip()
                return parts[: n - 1 if has_weekday else n]
    return parts


def without_month(name: str) -> str:
    """Cut at the name of a month that a date begins with: "Amina November"."""
    for found in _DATE_WORD.finditer(name):
        is_month = MONTHS.get(found.group().casefold()) and found.start() > 0
        if is_month and found.end() == len(name.rstrip()):
            return name[: found.start()]
    return name
