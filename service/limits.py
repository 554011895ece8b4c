"""How often a client may ask: a bucket of tokens for each, refilled steadily."""

from __future__ import annotations

import math
from collections.abc import Callable
from threading import Lock

# A client may burst so many requests, then so many a second (DESIGN 5.7).
BURST = 200
PER_SECOND = 20.0
# Clients remembered at once; a full bucket is forgotten first.
MAX_CLIENTS = 10_000


class Limits:
    """Buckets by the client's name, of one process. Safe to use from all threads.

    `monotonic` is a clock in seconds.
    """

    def __init__(
        self,
        *,
        monotonic: Callable[[], float],
        burst: int = BURST,
        per_second: float = PER_SECOND,
        max_clients: int = MAX_CLIENTS,
    ) -> None:
        self._monotonic = monotonic
        self._burst = burst
        self._per_second = per_second
        self._max_clients = max_clients
        self._buckets: dict[str, tuple[float, float]] = {}
        self._lock = Lock()

    def take(self, client: str) -> int | None:
        """Take a token of a client's; None: it may go on. Else the seconds to wait."""
        with self._lock:
            now = self._monotonic()
            left, seen_at = self._buckets.get(client, (float(self._burst), now))
            left = min(self._burst, left + (now - seen_at) * self._per_second)
            allowed = left >= 1
            self._buckets[client] = (left - 1 if allowed else left, now)
            if len(self._buckets) > self._max_clients:
                self._forget(now)
        return None if allowed else math.ceil((1 - left) / self._per_second)

    def _forget(self, now: float) -> None:
        """Forget those whose bucket is full again; where none is, the oldest half."""
        full_after = self._burst / self._per_second
        kept = {
            client: bucket
            for client, bucket in self._buckets.items()
            if now - bucket[1] < full_after
        }
        if len(kept) > self._max_clients:
            newest = sorted(kept.items(), key=lambda each: each[1][1])
            kept = dict(newest[self._max_clients // 2 :])
        self._buckets = kept
