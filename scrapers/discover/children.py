"""Tell which sitemaps of an index may hold something new.

By the time each is said to have changed, else by the days its name says it is of. Pure.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

# lastmod may be a day without a time, in a zone we do not know, and caches are stale.
STALE_BY = timedelta(days=2)
# The longest month: what is of one has ended when so many days passed since its first.
MONTH = timedelta(days=31)

# "articles-2026-11-22.xml", "/2026/11/", "?year=2026&month=11", "202611.xml"; the 1 of
# "2026-1.xml" is the first part of a year.
_PERIOD = re.compile(
    r"(?<!\d)(?P<year>(?:19|20)\d\d)"
    r"(?:[-_/.]?(?P<month>0[1-9]|1[0-2])(?:[-_/.]?(?P<day>0[1-9]|[12]\d|3[01]))?"
    r"|&(?:month|mm?)=(?P<asked>\d\d?)(?:&(?:day|dd?)=(?P<on>\d\d?))?)(?!\d)",
    re.IGNORECASE,
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Child:
    """One sitemap an index names; `changed_at` is its lastmod."""

    url: str
    changed_at: datetime | None = None

    @property
    def newest_at(self) -> datetime | None:
        """No article in it is newer: its lastmod, else the end of its day or month."""
        return self.changed_at or end_of(self.url)


def end_of(url: str) -> datetime | None:
    """Give when the day or month is over that the last part of an address names."""
    name = url.partition("://")[2].partition("/")[2]
    found = list(_PERIOD.finditer(name))
    if not found:
        return None
    last = found[-1]
    month, day = last["month"] or last["asked"], last["day"] or last["on"]
    try:
        first = datetime(int(last["year"]), int(month), int(day or 1), tzinfo=UTC)
    except ValueError:
        return None
    return first + (timedelta(days=1) if day else MONTH)


def changed_after(children: Iterable[Child], since: datetime) -> tuple[Child, ...]:
    """Leave out what did not change after `since`: nothing newer can be in it."""
    edge = since - STALE_BY
    dated = ((child, child.newest_at) for child in children)
    return tuple(child for child, at in dated if at is None or at >= edge)


def newest_first(children: Iterable[Child]) -> list[Child]:
    """Give the most recently changed first, those that tell nothing last."""
    never = datetime.min.replace(tzinfo=UTC)
    return sorted(children, key=lambda child: child.newest_at or never, reverse=True)
