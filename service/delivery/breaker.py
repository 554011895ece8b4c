"""Decide when an endpoint that nobody answers at is left alone, and how long. Pure.

Only silence counts: a time-out, a refused connection, a name that does not resolve. An
answer of any status closes the breaker, and so does a connection that was taken and
closed: who is quick costs us nothing. What it means for a delivery is
`service.delivery.backoff`'s affair.

    closed ─ five unanswered in a row ─► open ─ its time is over ─► half open
       ▲                                  ▲                           │ one delivery
       └──────────── an answer ───────────┼────────── goes as a probe ┤
                                          └── no answer: twice as long ┘

The pauses are short beside the schedule: a delivery waits for a probe that goes well at
most `LONGEST`, and being kept back costs it no attempt.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

# With four under way at once, one lost connection is not yet a verdict.
UNANSWERED_TO_OPEN = 5
# A receiver that restarts is back by then.
FIRST = timedelta(seconds=5)
# A dead receiver costs a probe so often; one that comes back waits no longer.
LONGEST = timedelta(minutes=5)
# Doubled so often, FIRST is past LONGEST.
MOST_DOUBLINGS = 16


@dataclass(frozen=True, kw_only=True, slots=True)
class Breaker:
    """Where an endpoint's breaker stands.

    `unanswered` counts attempts in a row that nobody answered. With `open_until` it is
    open, and half open from that moment on; without it is closed.
    """

    unanswered: int = 0
    open_until: datetime | None = None


CLOSED = Breaker()


def after(
    breaker: Breaker, *, answered: bool, is_probe: bool, now: datetime
) -> Breaker:
    """Give the breaker after one attempt.

    While it is open only its probe counts: what was under way when it opened tells
    nothing new.
    """
    if answered:
        return CLOSED
    if breaker.open_until is not None and not is_probe:
        return breaker
    unanswered = breaker.unanswered + 1
    if unanswered < UNANSWERED_TO_OPEN:
        return Breaker(unanswered=unanswered)
    return Breaker(unanswered=unanswered, open_until=now + _pause(unanswered))


def _pause(unanswered: int) -> timedelta:
    doublings = min(unanswered - UNANSWERED_TO_OPEN, MOST_DOUBLINGS)
    return min(FIRST * (1 << doublings), LONGEST)
