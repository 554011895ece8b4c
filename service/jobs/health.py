"""Decide what a poll says of its source's health, and when the source is due again.

Pure. One failure is a hiccup; several in a row are told to subscribers, once, and so is
the recovery.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from random import Random

from db.polls import PollResult
from db.sources import Source
from scrapers import rhythm
from scrapers.items import Failure
from scrapers.pace import Pace
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
    drifted: tuple[bool, bool],
    pace: Pace | None,
    most: timedelta,
    now: datetime,
    rng: Random,
) -> Judgement:
    """Judge one poll; `failure` is None when at least one discovery entry was read.

    `most` is the longest pause of a failing source; `drifted` says whether its site was
    known to have changed before this pass, and whether it is after it. `pace` is what
    was chosen for "auto".
    """
    was_drifting, is_drifting = drifted
    failures = 0 if failure is None else source.failures + 1
    result = (
        _healthy(
            source,
            rhythm.next_poll(rhythm_, last=now, now=now, rng=rng, pace=pace),
            now=now,
        )
        if failure is None
        else _failed(
            source,
            rhythm_,
            failure,
            is_drifting=is_drifting,
            most=most,
            now=now,
            rng=rng,
        )
    )
    event_type = turn(
        source.failures, failures, was_drifting=was_drifting, is_drifting=is_drifting
    )
    kept = pace.to_dict() if pace else None
    return Judgement(result=replace(result, pace=kept), event_type=event_type)


def turn(
    before: int, after: int, *, was_drifting: bool, is_drifting: bool
) -> str | None:
    """Give the event that tells of a turn in health, by the failures in a row.

    Whatever is wrong is told once, and its end when all is well.
    """
    was_told = was_drifting or before >= FAILURES_TO_TELL
    is_wrong = is_drifting or after >= FAILURES_TO_TELL
    if was_told == is_wrong:
        return None
    return "source.failing" if is_wrong else "source.recovered"


def _failed(
    source: Source,
    rhythm_: Rhythm,
    failure: Failure,
    *,
    is_drifting: bool,
    most: timedelta,
    now: datetime,
    rng: Random,
) -> PollResult:
    failures = source.failures + 1
    due = rhythm.after_failure(rhythm_, failures=failures, now=now, most=most, rng=rng)
    if failure.retry_at is not None:
        due = max(due, failure.retry_at)
    # A source that never worked is failing from the first: its operator is watching.
    is_failing = failures >= FAILURES_TO_TELL or source.last_success_at is None
    # A page in which nothing is as it was can be read: the site has changed.
    is_read = failure.is_strange and is_drifting
    health = "failing" if is_failing and not is_read else source.own_health
    has_turned = health != source.health
    return PollResult(
        next_poll_at=due,
        failures=failures,
        health=health,
        health_reason=reason_of(failure),
        health_since=now if has_turned else source.health_since,
        polled_at=now,
        succeeded=False,
    )


def _healthy(source: Source, due: datetime, *, now: datetime) -> PollResult:
    has_turned = source.health != "ok"
    return PollResult(
        next_poll_at=due,
        failures=0,
        health="ok",
        health_reason=None,
        health_since=now if has_turned else source.health_since,
        polled_at=now,
        succeeded=True,
    )


def reason_of(failure: Failure) -> str:
    """Say what failed and where, in a line that fits a table."""
    url = failure.url
    if len(url) > LONGEST_URL:
        url = url.partition("?")[0][:LONGEST_URL] + "…"
    return f"{failure.reason} ({url})"
