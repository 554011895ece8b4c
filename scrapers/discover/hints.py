"""Make what a listing says of an article plain: words, names, dates, a version.

Pages are read elsewhere (scrapers/extract); this is for the few fields of a feed entry,
a sitemap line or a REST record.
"""

from __future__ import annotations

import html
import json
import re
from datetime import UTC, datetime, tzinfo
from hashlib import sha256
from zoneinfo import ZoneInfo

from selectolax.lexbor import LexborHTMLParser

from scrapers.clean.text import line, shorten
from scrapers.items import Author, Precision

# A hint fills a gap; whatever is longer is no headline, name or summary.
LONGEST_TEXT = 5_000
LONGEST_NAME = 200
# WordPress escapes names once for HTML and once more for its feed.
MOST_ESCAPES = 3

_MARKUP = re.compile(r"<[a-zA-Z/!]|&(?:#\w+|\w+);")
_BREAK = re.compile(
    r"</?(?:p|br|div|li|ul|ol|h[1-6]|tr|td|th|blockquote|figcaption|section)\b",
    re.IGNORECASE,
)
_MORE = re.compile(r"\s*\[(?:…|\.\.\.)\]\s*$")
_DAY = re.compile(r"(\d{4})-(\d\d)(?:-(\d\d))?$")
_TIME = re.compile(r"\d{4}-?\d\d-?\d\d[T ]\d\d")
_MAIL = re.compile(r"[^\s()<>]+@[^\s()<>]+")
# 2026 in the Jalali calendar is 1405: such a year in an ISO date is another calendar's.
FIRST_YEAR, LAST_YEAR = 1900, 2200
NOON = 12


def plain(text: str) -> str:
    """Turn a bit of HTML, or plain text, into words separated by single spaces."""
    text = text[: LONGEST_TEXT * 4]
    if _MARKUP.search(text):
        tree = LexborHTMLParser(_BREAK.sub(r" \g<0>", text))
        tree.strip_tags(["script", "style", "template"])
        text = tree.body.text() if tree.body else ""
    return shorten(line(text), LONGEST_TEXT)


def summary(text: str) -> str | None:
    """Turn an excerpt into plain words; WordPress's " […]" becomes "…"."""
    return _MORE.sub("…", plain(text)) or None


def name(text: str) -> str | None:
    """Unescape the name of a person, category or tag, however often it was escaped."""
    for _ in range(MOST_ESCAPES):
        unescaped = html.unescape(text)
        if unescaped == text:
            break
        text = unescaped
    return shorten(plain(text), LONGEST_NAME) or None


def author(text: str, *, url: str | None = None) -> Author | None:
    """Make an author of a byline; mail addresses are dropped, alone they are nobody.

    "ann@example.org (Ann Otieno)" → "Ann Otieno".
    """
    found = name(text)
    if found is None:
        return None
    bare = _MAIL.sub("", found)
    if bare != found:
        bare = bare.strip(" ()<>,")
    return Author(name=bare, url=url) if bare else None


def moment(text: str, zone: tzinfo | None) -> tuple[datetime, Precision] | None:
    """Read an ISO 8601 date (W3C's profile) as aware UTC and how exact it is.

    A time without an offset is in `zone`, or unknown when that is None. A day stands
    for its noon, a month for its first day, so that no zone moves it to another.
    """
    text = text.strip()
    day = _DAY.match(text)
    try:
        if day:
            year, month = int(day.group(1)), int(day.group(2))
            found = datetime(year, month, int(day.group(3) or 1), NOON, tzinfo=UTC)
            precision = Precision.DAY if day.group(3) else Precision.MONTH
        elif _TIME.match(text):
            found, precision = datetime.fromisoformat(text), Precision.TIME
        else:
            return None
    except ValueError:
        return None
    at = aware(found, zone)
    return (at, precision) if at is not None else None


def aware(found: datetime, zone: tzinfo | None) -> datetime | None:
    """Give a time as UTC; one without an offset is in `zone`, or unknown without it.

    None too for a year that no news is of.
    """
    if not FIRST_YEAR <= found.year <= LAST_YEAR:
        return None
    if found.tzinfo is None:
        if zone is None:
            return None
        found = found.replace(tzinfo=zone)
    return found.astimezone(UTC)


def zone_of(timezone: str) -> ZoneInfo:
    """Give the zone of an IANA name; definitions are checked, so it exists."""
    return ZoneInfo(timezone)


def version_of(*parts: object) -> str:
    """Hash what matters of an entry: the same entry gives the same version."""
    text = json.dumps(parts, ensure_ascii=False, default=str)
    return sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:32]
