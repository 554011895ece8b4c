"""Decide when to poll, re-check or try again next. Pure: `now` and dice are handed in.

APScheduler gives the arithmetic of cron lines and nothing else here; its intervals are
not used, because asked after a sleep they answer with the past.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from zoneinfo import ZoneInfo

from apscheduler.triggers.cron import CronTrigger

from scrapers.pace import AUTO_INTERVAL, Pace, allowed

DAYS = ("sun", "mon", "tue", "wed", "thu", "fri", "sat", "sun")
FIELDS = ("minute", "hour", "day of the month", "month", "day of the week")

# A tenth either way: enough that sources added together drift apart.
JITTER = 0.1
# A new article is edited in its first hours, an old one hardly ever: the next look
# comes after half the article's age, within these bounds (about 20 looks a year).
RECHECK_FIRST = timedelta(minutes=15)
RECHECK_LAST = timedelta(days=30)
# A source polled more often has its first look after so many polls.
RECHECK_POLLS = 3
# The first retry of a page or source comes after this long, then twice that, and on.
RETRY_FIRST = timedelta(minutes=1)
RETRY_LAST = timedelta(days=1)
# A page that looks odd may be half written: a quarter of an hour later it is whole.
HELD_FIRST = timedelta(minutes=15)
# More doublings than this only overflow.
MOST_DOUBLINGS = 30


@dataclass(frozen=True, kw_only=True, slots=True)
class Rhythm:
    """How often a source is polled: `every`, or a five-field `cron` line in `timezone`.

    Both None means "auto": as `scrapers.pace` chooses.
    """

    every: timedelta | None = None
    cron: str | None = None
    timezone: str = "UTC"

    @property
    def is_auto(self) -> bool:
        """Whether the site's own rhythm decides."""
        return self.every is None and self.cron is None


def cron_trigger(line: str, timezone: str = "UTC") -> CronTrigger:
    """Read a crontab line (minute hour day month weekday; 0 and 7 are Sunday).

    A day of the month and a weekday must both hold. Raises ValueError naming the field.
    """
    fields = line.split()
    if len(fields) != len(FIELDS):
        message = f"{line!r} has {len(fields)} fields, a cron line has 5: " + ", ".join(
            FIELDS
        )
        raise ValueError(message)
    fields[4] = ",".join(_weekday(part) for part in fields[4].split(","))
    names = ("minute", "hour", "day", "month", "day_of_week")
    for name, field, label in zip(names, fields, FIELDS, strict=True):
        try:
            CronTrigger(**{name: field}, timezone="UTC")
        except ValueError as error:
            message = f"cron {label} {field!r}: {error}"
            raise ValueError(message) from error
    return CronTrigger(
        **dict(zip(names, fields, strict=True)), timezone=ZoneInfo(timezone)
    )


def _weekday(part: str) -> str:
    # APScheduler counts Monday as 0 and refuses 7; crontab's numbers become names.
    span, _, step = part.partition("/")
    first, dash, last = span.partition("-")
    if not first.isdigit():
        return part
    if int(first) > 7 or (dash and not (last.isdigit() and int(last) <= 7)):
        message = f"cron day of the week {part!r}: write 0 to 7 (0 and 7 are Sunday)"
        raise ValueError(message)
    low, high = int(first), int(last) if dash else int(first)
    if low > high or (step and not (step.isdigit() and int(step))):
        message = f"cron day of the week {part!r}: a range goes upwards, as in 1-5"
        raise ValueError(message)
    days = (DAYS[n] for n in range(low, high + 1, int(step or 1)))
    return ",".join(dict.fromkeys(days))


def interval(rhythm: Rhythm) -> timedelta:
    """Give the pause between polls; for a cron line, what back-off starts from."""
    return rhythm.every or AUTO_INTERVAL


def next_poll(
    rhythm: Rhythm,
    *,
    last: datetime | None,
    now: datetime,
    rng: Random,
    pace: Pace | None = None,
) -> datetime:
    """Say when the source is due again; never in the past, however long we slept.

    "auto" goes by `pace`, and keeps out of the hours its feeds forbid.
    """
    if rhythm.cron is not None:
        trigger = cron_trigger(rhythm.cron, rhythm.timezone)
        found = trigger.get_next_fire_time(None, now + timedelta(seconds=1))
        # A line that never comes true (30 February) is looked at once a year.
        return found if found is not None else now + timedelta(days=365)
    if not rhythm.is_auto:
        pace = None
    pause = interval(rhythm) if pace is None else pace.every
    begun = now if last is None or last > now else last
    due = max(now, begun + jittered(pause, rng))
    return due if pace is None else allowed(pace, due)


def after_failure(
    rhythm: Rhythm, *, failures: int, now: datetime, most: timedelta, rng: Random
) -> datetime:
    """Say when a source that failed `failures` times in a row is tried again.

    It starts at a minute or the source's own pause, whichever is shorter, and doubles.
    """
    first = min(interval(rhythm), RETRY_FIRST)
    return now + jittered(_doubled(first, failures, most), rng)


def retry_page(*, attempts: int, now: datetime, rng: Random) -> datetime:
    """Say when a page that failed `attempts` times in a row is tried again."""
    return now + jittered(_doubled(RETRY_FIRST, attempts, RETRY_LAST), rng)


def retry_held(*, attempts: int, now: datetime, rng: Random) -> datetime:
    """Say when a page that was held back `attempts` times in a row is read again."""
    return now + jittered(_doubled(HELD_FIRST, attempts, RETRY_LAST), rng)


def first_recheck(rhythm: Rhythm) -> timedelta:
    """Say how soon an article fresh from the press is looked at again, at the most."""
    return min(RECHECK_FIRST, RECHECK_POLLS * interval(rhythm))


def recheck(
    every: timedelta | None,
    *,
    published_at: datetime,
    now: datetime,
    rng: Random,
    first: timedelta = RECHECK_FIRST,
) -> datetime:
    """Say when a stored article is looked at again, for edits and withdrawal.

    Without `every` that is by its age, and never sooner than `first`.
    """
    if every is not None:
        return now + jittered(every, rng)
    age = max(now - published_at, timedelta(0))
    return now + jittered(min(max(first, age / 2), RECHECK_LAST), rng)


def jittered(pause: timedelta, rng: Random) -> timedelta:
    """Move a pause by up to a tenth either way."""
    return pause * rng.uniform(1 - JITTER, 1 + JITTER)


def _doubled(first: timedelta, failures: int, most: timedelta) -> timedelta:
    doublings: int = 2 ** min(max(failures - 1, 0), MOST_DOUBLINGS)
    return min(most, first * doublings)
