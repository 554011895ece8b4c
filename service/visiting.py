"""Make from the settings what visits sites: who asks, how fast, how much."""

from __future__ import annotations

import time
from datetime import timedelta
from functools import partial
from random import Random
from threading import Event

from config.settings import Settings
from scrapers.fetch.client import FetchLimits, build_client, user_agent
from scrapers.fetch.guard import AddressGuard
from scrapers.fetch.visits import Visits
from scrapers.sandbox import Parser, Sandbox
from service.jobs.visit import Worker
from service.services import Services


def build_sandbox(settings: Settings) -> Sandbox:
    """Make the parsing child's keeper; the caller closes it."""
    return Sandbox(memory_bytes=settings.parse_memory, timeout=settings.parse_timeout)


def build_visits(settings: Settings, guard: AddressGuard) -> Visits:
    """Make what opens visits; nothing is connected."""
    limits = FetchLimits(
        max_bytes=settings.fetch_max_bytes, timeout=settings.fetch_timeout
    )
    agent = user_agent(settings.contact_url or f"{settings.base_url}/about")
    return Visits(
        build_client=partial(build_client, guard, limits),
        user_agent=agent,
        pause=settings.host_pause,
        limits=limits,
        sleep=time.sleep,
    )


def build_worker(
    services: Services,
    parser: Parser,
    stopping: Event,
    *,
    longest_visit: timedelta | None = None,
) -> Worker:
    """Make what passes work with; `stopping` ends them at the next page."""
    settings = services.settings
    return Worker(
        engine=services.engine,
        visits=build_visits(settings, services.guard),
        parser=parser,
        name=services.name,
        lease=settings.lease,
        gone_after=settings.gone_after,
        rng=Random(),  # noqa: S311 - jitter, not a secret
        is_stopping=stopping.is_set,
        clock=services.clock,
        monotonic=time.monotonic,
        longest_visit=longest_visit,
    )
