"""How many requests an endpoint may be sent in a while: a sliding window. Pure.

No span of the rate's length holds more than its count. The window is what was sent in
it, as (time, how many); beyond `MOST_ENTRIES` neighbours are put together under the
later time, so that it may say too much and never too little.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import pairwise

# What is taken goes out after a commit, some milliseconds later, and what is taken next
# perhaps sooner: a span is longer by this, so that it mostly holds at the receiver.
DELAY = timedelta(milliseconds=60)
# A twentieth of the span is exact enough, and fits a row.
MOST_ENTRIES = 20
# More is no limit: it is more than one worker sends.
HIGHEST = 10_000
SECONDS = {"s": 1, "second": 1, "m": 60, "minute": 60, "h": 3600, "hour": 3600}

# When (seconds since 1970), and how many.
Window = tuple[tuple[float, int], ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Rate:
    """So many requests in so many seconds."""

    count: int
    seconds: int

    def __str__(self) -> str:
        """Write it as it is read."""
        names = {seconds: name for name, seconds in SECONDS.items()}
        return f"{self.count}/{names.get(self.seconds, f'{self.seconds}s')}"


def read_rate(text: str) -> Rate:
    """Read "10/second", "10/s", "30/minute" or "500/h"; ValueError says what is."""
    found = re.fullmatch(r"\s*(\d{1,6})\s*/\s*([a-z]+)\s*", text, re.ASCII)
    if not found or found[2] not in SECONDS or not 0 < int(found[1]) <= HIGHEST:
        message = (
            f"{text!r} is no rate: write 10/second, 30/minute or 500/hour,"
            f" at most {HIGHEST}"
        )
        raise ValueError(message)
    return Rate(count=int(found[1]), seconds=SECONDS[found[2]])


def allowed(rate: Rate, window: Window, now: datetime) -> int:
    """Give how many may be sent now."""
    return max(0, rate.count - sum(n for _, n in _recent(rate, window, now)))


def spend(rate: Rate, window: Window, count: int, now: datetime) -> Window:
    """Give the window after so many were sent now."""
    entries = [*_recent(rate, window, now), (now.timestamp(), count)]
    while len(entries) > MOST_ENTRIES:
        gaps = [b[0] - a[0] for a, b in pairwise(entries)]
        at = gaps.index(min(gaps))
        later = (entries[at + 1][0], entries[at][1] + entries[at + 1][1])
        entries[at : at + 2] = [later]
    return tuple(entries)


def free_at(rate: Rate, window: Window, now: datetime) -> datetime | None:
    """Give when the next may be sent; None: at once."""
    recent = _recent(rate, window, now)
    left = rate.count - sum(n for _, n in recent)
    for at, n in recent:
        if left > 0:
            break
        left += n
        if left > 0:
            return datetime.fromtimestamp(at, UTC) + _span(rate)
    return None


def _recent(rate: Rate, window: Window, now: datetime) -> Window:
    """Leave out what is past, and what a clock since set back has put ahead."""
    moment, oldest = now.timestamp(), (now - _span(rate)).timestamp()
    return tuple(e for e in window if oldest < e[0] <= moment)


def _span(rate: Rate) -> timedelta:
    return timedelta(seconds=rate.seconds) + DELAY
