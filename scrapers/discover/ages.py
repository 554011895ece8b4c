"""Put the lines of a sitemap in the order of their age, newest first.

Many list the oldest first, and state at each line when the file was made.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import pairwise

from scrapers.extract.dates import from_url
from scrapers.items import Candidate

# So many lines with the one same time tell when the file was written, nothing more.
SAME_STAMP = 5
# In so many lines numbers are compared, so many of which, and such a share, tell that
# they grow.
SAMPLED, MIN_PAIRS, COUNTED_UP = 1000, 4, 0.8

_NUMBER = re.compile(r"\d{1,18}")
_NEVER = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, kw_only=True, slots=True)
class Line:
    """What a line of a sitemap gives, and when it says that this last changed."""

    candidate: Candidate
    at: datetime | None


def by_age(lines: list[Line]) -> tuple[Candidate, ...]:
    """Give the lines' candidates, newest first, without a version that tells nothing.

    By the stated change, then by the day in the address, then as they are listed: those
    whose numbers grow from the last to the first.
    """
    listed = lines[::-1] if _count_up(lines) else lines
    candidates = [line.candidate for line in sorted(listed, key=_age, reverse=True)]
    stamps = {candidate.version for candidate in candidates}
    if len(candidates) >= SAME_STAMP and len(stamps) == 1:
        candidates = [Candidate(url=c.url, hints=c.hints) for c in candidates]
    return tuple(candidates)


def _count_up(lines: list[Line]) -> bool:
    """Tell whether the numbers in the addresses grow: the oldest is listed first."""
    found = (_NUMBER.findall(line.candidate.url) for line in lines[:SAMPLED])
    numbers = [int(digits[-1]) for digits in found if digits]
    pairs = list(pairwise(numbers))
    growing = sum(before < after for before, after in pairs)
    return len(pairs) >= MIN_PAIRS and growing >= COUNTED_UP * len(pairs)


def _age(line: Line) -> tuple[bool, datetime, datetime]:
    """What tells older lines: the stated change, else the day in the address.

    Many sitemaps list the oldest first, with the time they were made at each line.
    """
    told = from_url(line.candidate.url)
    day = told.at if told else _NEVER
    return line.at is not None, line.at or _NEVER, day
