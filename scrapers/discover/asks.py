"""Read what a document asks of those who poll it: cache headers, `ttl`, `skipHours`.

Pure. What comes of it is scrapers/pace.py's.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from scrapers.discover.loose import text
from scrapers.items import Asks, Page

# RSS 2.0 <skipDays>; Monday is 0, as in Python.
DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
# The syndication module's periods (RSS 1.0), in seconds.
PERIODS = {
    "hourly": 3600,
    "daily": 86_400,
    "weekly": 604_800,
    "monthly": 2_592_000,
    "yearly": 31_536_000,
}
# These elements stand before the items.
HEAD_BYTES = 16_384
# Longer is no request, but a way to say "never changes".
MOST_SECONDS = 31_536_000

_MAX_AGE = re.compile(r"(?:^|[,\s])max-age=\"?(\d{1,10})", re.IGNORECASE)
_SKIP = re.compile(rb"<skip(Hours|Days)>(.{0,2000}?)</skip", re.DOTALL)
_HOUR = re.compile(rb"<hour>\s*(\d{1,2})\s*</hour>")
_DAY = re.compile(rb"<day>\s*([A-Za-z]{6,9})\s*</day>")


def of_headers(page: Page) -> Asks:
    """Read how long the answer is fresh (RFC 9111, 4.2.1 and 4.2.3), its age taken off.

    `no-cache` and `no-store` are no pace: they say nothing.
    """
    control = page.header("cache-control") or ""
    found = _MAX_AGE.search(control)
    if found is not None:
        seconds = int(found[1])
    elif re.search(r"no-(?:cache|store)", control, re.IGNORECASE):
        seconds = 0
    else:
        seconds = _until_expiry(page)
    left = min(seconds, MOST_SECONDS) - _number(page.header("age") or "")
    return Asks(fresh_seconds=left if left > 0 else None)


def of_feed(page: Page, head: dict[str, object]) -> Asks:
    """Read what a feed says beside; `head` is what feedparser made of its channel."""
    skipped = dict(_SKIP.findall(page.body[:HEAD_BYTES]))
    hours = {int(hour) % 24 for hour in _HOUR.findall(skipped.get(b"Hours", b""))}
    names = (day.decode().lower() for day in _DAY.findall(skipped.get(b"Days", b"")))
    days = {DAYS.index(name) for name in names if name in DAYS}
    period = PERIODS.get(text(head, "sy_updateperiod").strip().lower())
    frequency = _number(text(head, "sy_updatefrequency")) or 1
    ttl = min(60 * _number(text(head, "ttl")), MOST_SECONDS)
    return Asks(
        fresh_seconds=of_headers(page).fresh_seconds,
        ttl_seconds=ttl or None,
        period_seconds=max(1, period // frequency) if period else None,
        skip_hours=tuple(sorted(hours)) if len(hours) < 24 else (),
        skip_days=tuple(sorted(days)) if len(days) < 7 else (),
    )


def _until_expiry(page: Page) -> int:
    expires, sent = (_moment(page.header(name)) for name in ("expires", "date"))
    if expires is None:
        return 0
    return int((expires - (sent or page.fetched_at)).total_seconds())


def _moment(header: str | None) -> datetime | None:
    try:
        found = parsedate_to_datetime(header or "")
    except (ValueError, TypeError):
        return None
    return found.replace(tzinfo=UTC) if found.tzinfo is None else found


def _number(told: str) -> int:
    found = re.fullmatch(r"\s*([0-9]{1,8})\s*", told)
    return int(found[1]) if found else 0
