"""Keep endpoints to their rates: take fewer, and have the worker look again in time."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from db import rates
from db.claims import Claimed, Turn
from db.engine import Session
from db.rates import Limit
from service.delivery.rate import Rate, allowed, free_at, spend


class Pacing:
    """What one worker knows of endpoints that wait for their rate."""

    def __init__(self) -> None:
        self._rests: dict[int, datetime] = {}

    def limit(
        self,
        session: Session,
        takes: Mapping[int, int],
        turns: Sequence[Turn],
        *,
        now: datetime,
    ) -> tuple[dict[int, int], dict[int, Limit]]:
        """Give what may be taken, and the limits that hold, locked until the commit."""
        limited = {turn.id for turn in turns if turn.is_limited and turn.id in takes}
        if not limited:
            return dict(takes), {}
        limits = rates.lock(session, limited)
        left = {key: n for key, n in takes.items() if key not in limited}
        for key, limit in limits.items():
            count = min(takes[key], allowed(_rate(limit), limit.sent, now))
            if count:
                left[key] = count
        return left, limits

    def spend(
        self,
        session: Session,
        limits: Mapping[int, Limit],
        claimed: Sequence[Claimed],
        *,
        now: datetime,
    ) -> None:
        """Note what was taken under these limits."""
        if not limits:
            return
        taken = Counter(each.subscription_id for each in claimed)
        written: dict[int, tuple[rates.Entries, datetime | None]] = {}
        for key, limit in limits.items():
            rate, sent = _rate(limit), limit.sent
            if count := taken.get(key, 0):
                sent = spend(rate, sent, count, now)
            until = free_at(rate, sent, now)
            written[key] = (sent, until)
            if until is not None:
                self._rests[key] = until
        rates.record(session, written)

    def heal_clock(self, session: Session, *, now: datetime, jump: timedelta) -> None:
        """Bring forward what waits for a time that a clock set back has moved away."""
        self._rests.clear()
        rates.heal_clock(session, now=now, jump=jump)

    def again_in(self, now: datetime) -> timedelta | None:
        """Give how soon one of these may be sent to again; None: no rest is known of.

        What is over is forgotten.
        """
        self._rests = {key: at for key, at in self._rests.items() if at > now}
        return min(self._rests.values()) - now if self._rests else None


def _rate(limit: Limit) -> Rate:
    return Rate(count=limit.count, seconds=limit.seconds)
