"""Say how often a site is worth a poll: by its own rhythm, and by what it asks for.

Pure; what is known is stored as JSON. The delay of an article is half a poll's pause,
so a given number of polls finds articles soonest when their density goes with the
square root of the rate of publication: four times the articles, twice the polls.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from scrapers.items import Asks

# Until a site's rhythm is known: the pace most feeds ask for.
AUTO_INTERVAL = timedelta(minutes=15)
UNKNOWN = "the site's rhythm is not known yet"
# A site of which few articles are known, and none of late, is polled more seldom, but
# not as if all of them were known.
MOST_UNSURE = timedelta(hours=1)
# A site of an article an hour is polled every so many hours (a quarter), times the root
# of the hours between its articles.
EFFORT = 0.25
# Faster than this nobody reads; slower, an article of a site that woke up is old news.
SHORTEST = timedelta(minutes=2)
LONGEST = timedelta(hours=12)
# `max-age` and `ttl` are set once and forgotten, some of them to a day: as a request
# not to come sooner they are heeded up to this.
MOST_ASKED = timedelta(hours=1)
# A month shows the week's rhythm and forgets the one before.
WINDOW = timedelta(days=28)
MOST_TIMES = 200
# Fewer articles tell no rate; fewer than these no hours, fewer than those no weekdays.
LEAST_TIMES, LEAST_FOR_HOURS, LEAST_FOR_DAYS = 5, 20, 50
# An hour or weekday is believed as if so many days or weeks of the mean had been seen.
PRIOR = 2.0
# Ahead is looked in steps, since a poll in the night must not last into the morning.
STEP = timedelta(minutes=1)
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
# skipHours and skipDays together forbid a week at most.
MOST_SKIPS = 24 * 7
SKIPS = ("skip_hours", "skip_days")


@dataclass(frozen=True, kw_only=True, slots=True)
class Pace:
    """What is known: minutes since 1970 of the last articles, and what was asked for.

    `asks` is by [[discover]] entry. `every` and `why` are what was chosen last.
    """

    minutes: tuple[int, ...] = ()
    asks: Mapping[str, Asks] = field(default_factory=dict)
    every: timedelta = AUTO_INTERVAL
    why: str = UNKNOWN

    def with_times(self, found: Iterable[datetime]) -> Pace:
        """Add when articles appeared; the latest are kept."""
        fresh = {int(at.timestamp() // 60) for at in found}
        return replace(
            self, minutes=tuple(sorted({*self.minutes, *fresh})[-MOST_TIMES:])
        )

    def to_dict(self) -> dict[str, Any]:
        """Give it as JSON types; `from_dict` reads it back."""
        return {
            "minutes": list(self.minutes),
            "asks": {key: asdict(asks) for key, asks in self.asks.items()},
            "every": self.every.total_seconds(),
            "why": self.why,
        }

    @classmethod
    def from_dict(cls, values: Mapping[str, Any] | None) -> Pace:
        """Read what `to_dict` gave; None is a source of which nothing is known."""
        if values is None:
            return cls()
        asks = {
            key: Asks(**{**asked, **{name: tuple(asked[name]) for name in SKIPS}})
            for key, asked in values["asks"].items()
        }
        return cls(
            minutes=tuple(values["minutes"]),
            asks=asks,
            every=timedelta(seconds=values["every"]),
            why=values["why"],
        )


def paced(pace: Pace, *, now: datetime) -> Pace:
    """Choose the pause before the next poll, and say why."""
    every, why = _own(pace, now)
    for asks in pace.asks.values():
        asked, reason = _asked(asks)
        if asked > every:
            every, why = asked, reason
    return replace(pace, every=every, why=why)


def allowed(pace: Pace, due: datetime) -> datetime:
    """Move a poll out of the hours and days (UTC) that a feed asks to be left alone."""
    hours = {hour for asks in pace.asks.values() for hour in asks.skip_hours}
    days = {day for asks in pace.asks.values() for day in asks.skip_days}
    for _ in range(MOST_SKIPS):
        at = due.astimezone(UTC)
        if at.hour not in hours and at.weekday() not in days:
            return due
        due = at.replace(minute=0, second=0, microsecond=0) + HOUR
    return due  # every hour is forbidden: that is no request, but a mistake


def _own(pace: Pace, now: datetime) -> tuple[timedelta, str]:
    times = [datetime.fromtimestamp(60 * each, UTC) for each in pace.minutes]
    times = [at for at in times if at <= now]
    if len(times) < LEAST_TIMES:
        return _unsure(pace, now - times[-1]) if times else _announced(pace)
    rate = _Rate.of(times, now)
    pause = min(max(rate.pause(now), SHORTEST), LONGEST)
    return pause, f"{_often(rate.mean)}{rate.now(now)}"


def _unsure(pace: Pace, silence: timedelta) -> tuple[timedelta, str]:
    """Say how often by how long ago the last of a few articles was published."""
    every, why = _announced(pace)
    quiet = min(timedelta(hours=EFFORT * (silence / HOUR) ** 0.5), MOST_UNSURE)
    if quiet <= every:
        return every, why
    return quiet, f"{why}, and it published nothing of late"


def _announced(pace: Pace) -> tuple[timedelta, str]:
    periods = [a.period_seconds for a in pace.asks.values() if a.period_seconds]
    if not periods:
        return AUTO_INTERVAL, UNKNOWN
    hours = min(periods) / 3600
    pause = timedelta(hours=EFFORT * hours**0.5)
    bounded = min(max(pause, AUTO_INTERVAL), LONGEST)
    return bounded, f"its feed announces {_often(1 / hours)}"


def _asked(asks: Asks) -> tuple[timedelta, str]:
    ttl, fresh = asks.ttl_seconds or 0, asks.fresh_seconds or 0
    name = "ttl" if ttl >= fresh else "cache headers"
    pause = min(timedelta(seconds=max(ttl, fresh)), MOST_ASKED)
    return pause, f"its {name} ask for {pause // MINUTE} min or more"


@dataclass(frozen=True, kw_only=True, slots=True)
class _Rate:
    """Articles an hour: the mean, and what hours of the day and weekdays make of it."""

    mean: float
    hours: tuple[float, ...]
    days: tuple[float, ...]

    @classmethod
    def of(cls, times: list[datetime], now: datetime) -> _Rate:
        """Estimate from times in order; hours and days only where these suffice."""
        start = max(times[0], now - WINDOW)
        recent = [at for at in times if at >= start]
        # A burst of a few is no rate; a list that is full by now is one.
        span = max(now - start, HOUR if len(times) >= MOST_TIMES else DAY)
        if len(recent) < LEAST_TIMES:  # it fell silent: as long as since the last few
            recent = times[-LEAST_TIMES:]
            span = max(now - recent[0], DAY)
        mean = len(recent) / (span / HOUR)
        flat = (1.0,) * 24
        hours = flat if len(recent) < LEAST_FOR_HOURS or span < 3 * DAY else None
        days = flat[:7] if len(recent) < LEAST_FOR_DAYS or span < 14 * DAY else None
        return cls(
            mean=mean,
            hours=hours or _hours(recent, mean, span / DAY),
            days=days or _days(recent, mean, span / DAY / 7),
        )

    def at(self, moment: datetime) -> float:
        """Give the rate at a moment."""
        here = moment.astimezone(UTC)
        return self.mean * self.hours[here.hour] * self.days[here.weekday()]

    def pause(self, now: datetime) -> timedelta:
        """Go ahead until the next poll has been earned."""
        earned, pause = 0.0, timedelta()
        while earned < EFFORT and pause < LONGEST:
            earned += float(self.at(now + pause) ** 0.5) * (STEP / HOUR)
            pause += STEP
        return pause

    def now(self, now: datetime) -> str:
        """Say how this hour differs from the mean, where it does."""
        factor = self.at(now) / self.mean
        if factor > 1.5:
            return ", more at this time"
        return ", fewer at this time" if factor < 1 / 1.5 else ""


def _hours(times: list[datetime], mean: float, days: float) -> tuple[float, ...]:
    counts = [0.0] * 24
    for at in times:
        # Nobody publishes by the clock: an article counts for the hours beside, too.
        for beside, share in ((-1, 0.25), (0, 0.5), (1, 0.25)):
            counts[(at.hour + beside) % 24] += share
    return tuple((n + PRIOR * mean) / ((days + PRIOR) * mean) for n in counts)


def _days(times: list[datetime], mean: float, weeks: float) -> tuple[float, ...]:
    counts = [0] * 7
    for at in times:
        counts[at.weekday()] += 1
    usual = 24 * mean
    return tuple((n + PRIOR * usual) / ((weeks + PRIOR) * usual) for n in counts)


def _often(an_hour: float) -> str:
    for name, hours in (("an hour", 1), ("a day", 24), ("a week", 168)):
        count = round(an_hour * hours)
        if count:
            return f"about {count} article{'s' if count > 1 else ''} {name}"
    return "less than an article a week"
