"""How endpoints fare: whose turn is how large, who is left alone, who is given up.

The deliveries' own fates are `service.jobs.deliver`'s; here is what outcomes mean for
the endpoint: its breaker, its health, and the end of its subscription.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import structlog

from db import breakers, subscription_events, subscriptions
from db.claims import Claimed, Turn
from db.engine import Session
from db.subscriptions import Subscription
from service.delivery.backoff import GONE, Fate, Verdict
from service.delivery.breaker import LONGEST, Breaker, after
from service.delivery.messages import Outcome

# What decides about an endpoint's health: not what an operator sent by hand.
COUNTS = frozenset({"event", "backfill"})
# What goes well is written so often: a write per delivery would be a third of its cost.
WELL_EVERY = timedelta(seconds=10)

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Held:
    """A delivery that a worker has under way, and the turn it was taken in."""

    claimed: Claimed
    turn: Turn


@dataclass(frozen=True, slots=True)
class Judged:
    """An outcome with what it was held as and what follows from it.

    There is no verdict on what was cut off by the worker's own end.
    """

    outcome: Outcome
    held: Held
    verdict: Verdict | None

    @property
    def endpoint(self) -> int:
        """The subscription it went to."""
        return self.outcome.message.endpoint

    @property
    def is_gone(self) -> bool:
        """Whether the receiver wants nothing more."""
        return self.verdict is not None and self.verdict.fate is Fate.GONE

    @property
    def counts(self) -> bool:
        """Whether it says something of the endpoint's health."""
        is_known = self.verdict is not None
        return is_known and (self.held.claimed.origin in COUNTS or self.is_gone)

    @property
    def stirs(self) -> bool:
        """Whether it says something new to the endpoint's breaker."""
        turn = self.held.turn
        return not self.outcome.was_reached or turn.unanswered > 0 or turn.is_probe


class Endpoints:
    """What one worker knows of the endpoints it sends to."""

    def __init__(self, *, disable_after: timedelta) -> None:
        self._disable_after = disable_after
        self._well: dict[int, datetime] = {}
        self._disabled: list[Subscription] = []

    def record(self, session: Session, judged: Sequence[Judged], now: datetime) -> None:
        """Write what outcomes, in their order, say of their endpoints."""
        self._disabled.clear()
        counted = [each for each in judged if each.counts]
        last = {each.endpoint: each.outcome for each in counted}
        ill = {endpoint for endpoint, o in last.items() if not o.succeeded}
        well = self._news({e.endpoint for e in counted if e.outcome.succeeded}, now)
        stirring = [each for each in judged if each.stirs]
        changed = {each.endpoint for each in stirring} | ill | well
        if not changed:
            return
        kept = breakers.lock(session, changed)
        self._record_breakers(session, stirring, kept, now)
        if well:
            self._well.update(dict.fromkeys(well, now))
            subscriptions.record_success(session, well, now=now)
        gone = {each.endpoint for each in counted if each.is_gone}
        if ill:
            self._record_failures(session, ill, gone, now)
        self._disable(session, gone, f"it answered {GONE}: it wants nothing more")

    def tell(self, session: Session, now: datetime) -> None:
        """Tell of those that have been disabled; last, for it locks the stream."""
        subscription_events.record_disabled(session, self._disabled, now=now)
        self._disabled.clear()

    def take_probes(
        self,
        session: Session,
        takes: Mapping[int, int],
        probes: Sequence[Turn],
        *,
        now: datetime,
        until: datetime,
    ) -> dict[int, int]:
        """Give `takes` without those probes that another worker has taken."""
        ids = {turn.id for turn in probes}
        mine = breakers.take_probes(session, ids, now=now, until=until)
        return {key: n for key, n in takes.items() if key not in ids or key in mine}

    def give_back_probes(
        self,
        session: Session,
        takes: Mapping[int, int],
        probes: Sequence[Turn],
        claimed: Sequence[Claimed],
        *,
        now: datetime,
    ) -> None:
        """Let others probe where we took the probe and found nothing to send."""
        sent = {each.subscription_id for each in claimed}
        mine = {turn.id for turn in probes if turn.id in takes}
        if unused := mine - sent:
            breakers.allow_probe(session, unused, now=now)

    def heal_clock(self, session: Session, now: datetime) -> None:
        """Bring forward breakers that a clock since set back keeps open."""
        breakers.heal_clock(session, now=now, longest=LONGEST)

    def _record_breakers(
        self,
        session: Session,
        stirring: Sequence[Judged],
        kept: Mapping[int, breakers.Kept],
        now: datetime,
    ) -> None:
        before = {
            key: Breaker(unanswered=count, open_until=until)
            for key, (count, until) in kept.items()
        }
        found = dict(before)
        for each in stirring:
            breaker = found.get(each.endpoint)
            if breaker is None:  # its subscription has been removed
                continue
            is_probe = each.held.turn.is_probe
            if each.verdict is None:
                if is_probe:
                    found[each.endpoint] = replace(breaker, open_until=now)
                continue
            found[each.endpoint] = after(
                breaker, answered=each.outcome.was_reached, is_probe=is_probe, now=now
            )
        changed = {key: each for key, each in found.items() if each != before[key]}
        breakers.record(
            session, {key: (b.unanswered, b.open_until) for key, b in changed.items()}
        )
        _tell(before, changed, {e.endpoint: e.outcome for e in stirring})

    def _news(self, well: set[int], now: datetime) -> set[int]:
        """Leave out those of which the row has said lately that they are well."""
        stale = now - WELL_EVERY
        return {each for each in well if self._well.get(each, stale) <= stale}

    def _record_failures(
        self, session: Session, ill: set[int], gone: set[int], now: datetime
    ) -> None:
        for endpoint in ill:
            self._well.pop(endpoint, None)
        subscriptions.record_failure(session, ill, now=now)
        since = now - self._disable_after
        given_up = subscriptions.list_failing(session, ill, since=since)
        days = f"{self._disable_after / timedelta(days=1):g}"
        reason = f"nothing but failures for {days} days"
        self._disable(session, {each.id for each in given_up} - gone, reason)

    def _disable(self, session: Session, ids: set[int], reason: str) -> None:
        if ids:
            self._disabled += subscriptions.disable(session, ids, reason=reason)
            log.warning("subscriptions disabled", ids=sorted(ids), reason=reason)


def _tell(
    before: Mapping[int, Breaker],
    changed: Mapping[int, Breaker],
    last: Mapping[int, Outcome],
) -> None:
    """Log the two turns of a breaker that an operator wants to know of."""
    for key, breaker in changed.items():
        outcome = last[key]
        was_open = before[key].open_until is not None
        if breaker.open_until and not was_open:
            log.warning(
                "nobody answers: sending rests, with a try now and then",
                subscription=key,
                url=outcome.message.url,
                reason=outcome.error,
            )
        elif was_open and not breaker.open_until:
            log.info("it answers again", subscription=key, url=outcome.message.url)


def share(
    turns: Sequence[Turn], under_way: Mapping[int, int], room: int
) -> dict[int, int]:
    """Decide how many deliveries to take for each endpoint, the longest waiting first.

    One that has not proved itself yet, or that fails, gets one at a time: what hangs
    holds one lane, and one that answers 410 is not asked four times. So does one whose
    breaker is half open.
    """
    takes: dict[int, int] = {}
    for turn in turns:
        cap = turn.concurrency if turn.is_proven and not turn.is_probe else 1
        take = min(cap - under_way.get(turn.id, 0), room)
        if take > 0:
            takes[turn.id] = take
            room -= take
    return takes
