"""Share endpoints with other workers: their concurrency is one for all of them.

A worker alone, which is the common case, pays nothing for this.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from db import concurrency
from db.claims import Turn
from db.engine import Session
from service.heartbeat import BEAT_SECONDS
from service.jobs.endpoints import share

# Whether there are others is looked up so often; until then a new one only looks on.
LOOK_EVERY = timedelta(seconds=5)
# Who has missed so many beats is taken for dead, and what it had for free.
DEAD_AFTER = timedelta(seconds=3 * BEAT_SECONDS)
# Of the longest due, this many times the concurrency is looked through for leases.
LOOKED_THROUGH = 2
# So many endpoints are claimed for at once: PostgreSQL has room for 6,400 locks in all.
AT_ONCE = 100


class Sharing:
    """What one worker knows of the others."""

    def __init__(self, owner: str) -> None:
        self._owner = owner
        self._is_alone = True
        self._looked_at: datetime | None = None

    def share(
        self,
        session: Session,
        turns: Sequence[Turn],
        under_way: Mapping[int, int],
        room: int,
        *,
        now: datetime,
        claims: bool = False,
    ) -> dict[int, int]:
        """Decide how many to take for each endpoint, as `endpoints.share` does.

        With `claims` no other worker takes any of the same until the commit; one that
        was quicker has the endpoint for now.
        """
        takes = share(turns, under_way, room)
        since = now - DEAD_AFTER
        if not takes or self._is_surely_alone(session, now, since):
            return takes
        chosen = [turn for turn in turns if turn.id in takes][:AT_ONCE]
        ids = {turn.id for turn in chosen}
        mine = concurrency.lock(session, ids) if claims else ids
        ours = [turn for turn in chosen if turn.id in mine]
        if not ours:
            return {}
        theirs = concurrency.count_elsewhere(
            session,
            [turn.id for turn in ours],
            self._owner,
            among=LOOKED_THROUGH * max(turn.concurrency for turn in ours),
            since=since,
            now=now,
        )
        return share(ours, Counter(under_way) + Counter(theirs), room)

    def _is_surely_alone(
        self, session: Session, now: datetime, since: datetime
    ) -> bool:
        last = self._looked_at
        if last is None or not last <= now < last + LOOK_EVERY:
            self._is_alone = concurrency.is_alone(session, self._owner, since=since)
            self._looked_at = now
        return self._is_alone
