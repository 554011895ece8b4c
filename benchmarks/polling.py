"""Polls spent and delay of articles: every = "auto" beside a fixed quarter of an hour.

Simulated sites, no network: `python -m benchmarks.polling`. The table of
docs/operator.md is this one's.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from random import Random
from statistics import median

from scrapers import rhythm
from scrapers.pace import AUTO_INTERVAL, WINDOW, Pace, paced
from scrapers.rhythm import Rhythm

START = datetime(2026, 3, 2, tzinfo=UTC)  # a Monday
DAYS = 14
MINUTE = timedelta(minutes=1)
WEEKEND = 5  # Saturday


@dataclass(frozen=True, kw_only=True, slots=True)
class Site:
    """How much a simulated site publishes a day, by day or round the clock."""

    name: str
    a_day: float
    by_day: bool = True
    weekend: float = 1.0

    def rate(self, at: datetime) -> float:
        """Give the articles a minute at a time."""
        hours = (1.9 if 6 <= at.hour < 18 else 0.1) if self.by_day else 1.0
        days = self.weekend if at.weekday() >= WEEKEND else 1.0
        return self.a_day / 1440 * hours * days


SITES = (
    Site(name="150 a day, round the clock", a_day=150, by_day=False),
    Site(name="40 a day, by day", a_day=40, weekend=0.5),
    Site(name="10 a day, by day", a_day=10, weekend=0.5),
    Site(name="1 a day, by day", a_day=1, weekend=0.3),
)


def published(site: Site, rng: Random) -> list[datetime]:
    """Give a site's articles of the four weeks before the start, and after it."""
    at, found = START - WINDOW, []
    while at < START + timedelta(days=DAYS):
        if rng.random() < site.rate(at):
            found.append(at)
        at += MINUTE
    return found


def polled(
    articles: list[datetime], rhythm_: Rhythm, rng: Random
) -> tuple[float, float]:
    """Give polls a day, and the median delay in minutes."""
    now, polls, delays = START, 0, [0.0]
    pace = Pace().with_times(at for at in articles if at <= START)
    waiting = [at for at in articles if at > START]
    while now < START + timedelta(days=DAYS):
        pace = paced(pace, now=now)
        now = rhythm.next_poll(rhythm_, last=now, now=now, rng=rng, pace=pace)
        polls += 1
        new = [at for at in waiting if at <= now]
        delays += [(now - at) / MINUTE for at in new]
        waiting = waiting[len(new) :]
        pace = pace.with_times(new)
    return polls / DAYS, median(delays)


def main(say: Callable[[str], object] = print) -> None:
    """Print a line a site."""
    say("site                        auto: polls a day, delay   fixed: polls, delay")
    for site in SITES:
        articles = published(site, Random(1))
        auto = polled(articles, Rhythm(), Random(2))
        fixed = polled(articles, Rhythm(every=AUTO_INTERVAL), Random(2))
        say(
            f"{site.name:28}{auto[0]:12.0f}{auto[1]:9.1f} min"
            f"{fixed[0]:13.0f}{fixed[1]:7.1f} min"
        )


if __name__ == "__main__":
    main()
