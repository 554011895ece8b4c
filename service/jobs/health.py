"""Decide what a poll says of its source's health, and when the source is due again.

Pure. One failure is a hiccup; several in a row are told to subscribers, once, and so is
the recovery.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

from db.sources import PollResult, Source
from scrapers import rhythm
from scrapers.items import Failure
from scrapers.rhythm import Rhythm

# Three polls in a row: a restart of the site is over by then.
FAILURES_TO_TELL = 3
# REST addresses have queries that nobody reads in a table.
LONGEST_URL = 100


@dataclass(frozen=True, kw_only=True, slots=True)
class Judgement:
    """What goes into the source's row, and the event to tell, if any."""

    result: PollResult
    event_type: str | None = None


def judge_poll(
    source: Source,
    rhythm_: Rhythm,
    failure: Failure | None,
    *,
    most: timedelta,
    now: datetime,
    rng: Random,
) -> Judgement:
    """Judge one poll; `failure` is None when at least one discovery entry was read.

    `most` is the longest pause of a failing source.
    """
    if failure is None:
        due = rhythm.next_poll(rhythm_, last=now, now=now, rng=rng)
        return _healthy(source, due, now=now)
    failures = source.failures + 1
    due = rhythm.after_failure(rhythm_, failures=failures, now=now, most=most, rng=rng)
    if failure.retry_at is not None:
        due = max(due, failure.retry_at)
    # A source that never worked is failing from the first: its operator is watching.
    is_failing = failures >= FAILURES_TO_TELL or source.last_success_at is None
    health = "failing" if is_failing else source.health
    has_turned = health != source.health
    return Judgement(
        result=PollResult(
            next_poll_at=due,
            failures=failures,
            health=health,
            health_reason=reason_of(failure),
            health_since=now if has_turned else source.health_since,
            polled_at=now,
            succeeded=False,
        ),
        event_type="source.failing" if failures == FAILURES_TO_TELL else None,
    )


def _healthy(source: Source, due: datetime, *, now: datetime) -> Judgement:
    has_turned = source.health != "ok"
    was_told = source.failures >= FAILURES_TO_TELL
    return Judgement(
        result=PollResult(
            next_poll_at=due,
            failures=0,
            health="ok",
            health_reason=None,
            health_since=now if has_turned else source.health_since,
            polled_at=now,
            succeeded=True,
        ),
        event_type="source.recovered" if was_told else None,
    )


def reason_of(failure: Failure) -> str:
    """Say what failed and where, in a line that fits a table."""
    url = failure.url
    if len(url) > LONGEST_URL:
        url = url.partition("?")[0][:LONGEST_URL] + "…"
    return f"{failure.reason} ({url})"
