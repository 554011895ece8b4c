"""Decide what comes after an attempt. Pure: knows no HTTP client and no database.

Redirects are failures, and so are other 4xx: receivers get deployed broken, and then
mended. Only 410 is final: the receiver says that it wants nothing more.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from enum import StrEnum
from random import Random

# So that what failed together does not come back together.
JITTER = 0.2
# A receiver may ask for a pause between these; anything else is brought into them.
SHORTEST_WAIT = timedelta(seconds=1)
LONGEST_WAIT = timedelta(hours=24)

GONE = 410

# So often a receiver's Retry-After is the pause, however short. One that asks again and
# again to be tried in a second would else use up a schedule of days in seconds.
TAKEN_AT_ITS_WORD = 4

# Several are joined by commas, and a comma stands behind a date's name of the day.
_ONE = re.compile(r"\s*[A-Za-z]+\s*,[^,]+|[^,]+")


class Fate(StrEnum):
    """What becomes of a delivery after an attempt."""

    DELIVERED = "delivered"
    RETRY = "retry"
    FAILED = "failed"  # the schedule is through
    GONE = "gone"  # 410: failed, and its subscription is disabled


@dataclass(frozen=True, kw_only=True, slots=True)
class Verdict:
    """The fate, and for a retry the pause before it."""

    fate: Fate
    after: timedelta = timedelta(0)


def judge(
    status: int | None,
    headers: Mapping[str, str],
    *,
    step: int,
    schedule: Sequence[timedelta],
    now: datetime,
    rng: Random,
) -> Verdict:
    """Give the verdict on the attempt at place `step` (from 0) of the schedule.

    `status` is None when no answer came; `headers` are the answer's, names in lower
    case. `schedule` holds the pause before each attempt, so its length is their number.
    """
    if status is not None and 200 <= status < 300:
        return Verdict(fate=Fate.DELIVERED)
    if status == GONE:
        return Verdict(fate=Fate.GONE)
    if step + 1 >= len(schedule):
        return Verdict(fate=Fate.FAILED)
    asked = retry_after(headers, now=now)
    usual = jittered(schedule[step + 1], rng)
    if asked is None:
        return Verdict(fate=Fate.RETRY, after=usual)
    after = asked if step < TAKEN_AT_ITS_WORD else max(asked, usual)
    return Verdict(fate=Fate.RETRY, after=after)


def jittered(pause: timedelta, rng: Random) -> timedelta:
    """Give the pause, up to 20 % shorter or longer."""
    return pause * rng.uniform(1 - JITTER, 1 + JITTER)


def retry_after(headers: Mapping[str, str], *, now: datetime) -> timedelta | None:
    """Read Retry-After (RFC 9110 10.2.3), seconds or a date; None when it says nothing.

    Of several, as a proxy and a server may send them, the longest that can be read. A
    date is held against the answer's own Date where there is one: both come from the
    receiver's clock, so its being wrong does no harm.
    """
    theirs = _date(headers.get("date", "")) or now
    values = _ONE.findall(headers.get("retry-after", ""))
    waits = [_wait(value.strip(), theirs) for value in values]
    return max((_bounded(each) for each in waits if each is not None), default=None)


def _wait(value: str, now: datetime) -> timedelta | None:
    if value.isascii() and value.isdigit():
        # More digits than a day has seconds need no arithmetic, and could overflow it.
        return timedelta(seconds=int(value) if len(value) < 10 else int(1e9))
    until = _date(value)
    return None if until is None else until - now


def _bounded(wait: timedelta) -> timedelta:
    return min(max(wait, SHORTEST_WAIT), LONGEST_WAIT)


def _date(value: str) -> datetime | None:
    try:
        moment = parsedate_to_datetime(value)
    except (ValueError, OverflowError, TypeError, IndexError):
        return None
    # "-0000" gives a naive time; an HTTP-date is always GMT.
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
