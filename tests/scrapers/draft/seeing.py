"""Draft the definition of a small site, everything real but network and clock."""

from __future__ import annotations

from datetime import timedelta

from scrapers.draft.arriving import Refusal
from scrapers.draft.drafting import Draft, draft
from scrapers.fetch.visits import Visits
from scrapers.sandbox import InProcess
from tests.fakes import LIMITS, USER_AGENT, FakeWeb


def visits_of(web: FakeWeb) -> Visits:
    return Visits(
        build_client=web.client,
        user_agent=USER_AGENT,
        pause=timedelta(seconds=1),
        limits=LIMITS,
        sleep=web.clock.sleep,
    )


def look(web: FakeWeb, url: str, told: list[str] | None = None) -> Draft | Refusal:
    told = [] if told is None else told
    return draft(url, visits_of(web), InProcess(), clock=web.clock, tell=told.append)
