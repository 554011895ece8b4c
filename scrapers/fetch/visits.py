"""Open visits to hosts: a client, a fetcher and the settings they share.

One a process; who may visit which host when is decided by leases, elsewhere.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta

import httpx

from scrapers.fetch.client import FetchLimits
from scrapers.fetch.fetcher import Fetcher
from scrapers.items import HostState


@dataclass(frozen=True, kw_only=True, slots=True)
class Visits:
    """How hosts are visited: by which client, under which name, how fast, how much."""

    build_client: Callable[[], httpx.BaseTransport]
    user_agent: str
    pause: timedelta
    limits: FetchLimits
    sleep: Callable[[float], None]

    @contextmanager
    def open(
        self, state: HostState, clock: Callable[[], datetime]
    ) -> Iterator[Fetcher]:
        """Open a visit to the host of `state`; its connection closes at the end."""
        with self.build_client() as client:
            yield Fetcher(
                client,
                state,
                pause=self.pause,
                user_agent=self.user_agent,
                limits=self.limits,
                clock=clock,
                sleep=self.sleep,
            )
