"""Decide what a fetch leaves in its page's row, and when the page is next looked at.

Pure: the visit (service/jobs/visit.py) stores what is decided here.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from random import Random

from db.articles import Stored
from db.known import WAYS
from db.pages import DuePage, PageOutcome
from scrapers import rhythm
from scrapers.extract import obstacles
from scrapers.items import (
    Elsewhere,
    Failure,
    Gone,
    NotArticle,
    NotModified,
    Scrape,
    Validators,
)

# A 404 that never was an article is looked at so often, then left to its listing.
MOST_LOOKS_AT_NOTHING = 3


@dataclass(frozen=True, kw_only=True, slots=True)
class Policy:
    """What the definition and the settings say about looking again.

    `recheck` is None where that goes by an article's age; then it is not sooner than
    `first`.
    """

    recheck: timedelta | None
    first: timedelta = rhythm.RECHECK_FIRST
    gone_after: timedelta


@dataclass(frozen=True, kw_only=True, slots=True)
class Verdict:
    """What to write for one page.

    `again` is when its article is to be looked at, here or where the page leads.
    `leaves` says that its article is withdrawn; `failure` is the reason to count and
    show, None where there is none.
    """

    outcome: PageOutcome
    again: datetime
    leaves: bool = False
    failure: str | None = None


def judge(
    page: DuePage,
    scrape: Scrape,
    stored: Stored | None,
    *,
    published_at: datetime | None,
    policy: Policy,
    now: datetime,
    rng: Random,
) -> Verdict:
    """Say what one visit to a page comes to.

    `stored` is what became of its article, if it gave one; `published_at` that
    article's date, which sets how soon it is looked at again.
    """
    again = rhythm.recheck(
        policy.recheck,
        published_at=published_at or page.first_seen_at,
        now=now,
        rng=rng,
        first=policy.first,
    )
    base = PageOutcome(
        id=page.id,
        status=page.status if page.position is None else "stored",
        position=page.position,
        validators=scrape.validators,
        fetched_at=now,
        next_check_at=again,
    )
    verdict = Verdict(outcome=base, again=again)
    if stored is not None:
        return replace(verdict, outcome=_stored(base, page, scrape, stored))
    match scrape.outcome:
        case NotModified():
            return replace(verdict, outcome=_unchanged(base, page))
        case Gone(status=status):
            gone = _gone(verdict, page, f"answered {status}", now=now)
            return _missed(gone, page, is_final=status == 410, policy=policy, rng=rng)
        case NotArticle(reason=obstacles.NOT_FOUND as reason):
            gone = _gone(verdict, page, reason, now=now)
            return _missed(gone, page, is_final=False, policy=policy, rng=rng)
        case Elsewhere(url=url):
            reason = f"redirects to {url}"
            moved = replace(base, status="moved", reason=reason, next_check_at=None)
            return replace(verdict, outcome=moved)
        case NotArticle(reason=reason):
            return replace(
                verdict, outcome=_refused(base, page, reason), failure=reason
            )
        case Failure() as failure:
            outcome = _failed(base, page, failure, now=now, rng=rng)
            return replace(verdict, outcome=outcome, failure=failure.reason)
    message = f"an article was not stored: {scrape.url}"
    raise ValueError(message)


def hold(
    page: DuePage, reason: str, *, is_lasting: bool, now: datetime, rng: Random
) -> Verdict:
    """Say what is left of a page that is not believed: all as it was, and another look.

    What it gave is forgotten, so that the next look reads it anew. `is_lasting` says
    that this is how the page is, not the site: then it is looked at more seldom.
    """
    attempts = page.attempts + 1
    next_at = rhythm.retry_held(attempts=attempts, now=now, rng=rng)
    if is_lasting:
        next_at = now + rhythm.jittered(rhythm.RECHECK_LAST, rng)
    outcome = PageOutcome(
        id=page.id,
        status="held",
        reason=reason,
        position=page.position,
        attempts=attempts,
        fetched_at=now,
        missing_since=page.missing_since,
        next_check_at=next_at,
    )
    return Verdict(outcome=outcome, again=next_at, failure=reason)


def _stored(
    base: PageOutcome, page: DuePage, scrape: Scrape, stored: Stored
) -> PageOutcome:
    base = replace(base, status="stored", position=stored.position)
    if stored.is_alias:
        reason = "another address of its article"
        return replace(base, status="alias", reason=reason, next_check_at=None)
    if scrape.page_url != page.url:
        reason = f"redirects to {scrape.page_url}"
        return replace(base, status="moved", reason=reason, next_check_at=None)
    return base


def _unchanged(base: PageOutcome, page: DuePage) -> PageOutcome:
    kept = replace(base, reason=page.reason, attempts=page.attempts)
    if page.status in WAYS:
        return replace(kept, status=page.status, next_check_at=None)
    # A page that gave no article gives none again: it keeps its reason.
    return kept if page.position is None else replace(base, reason=None)


def _gone(verdict: Verdict, page: DuePage, reason: str, *, now: datetime) -> Verdict:
    """Say that nothing is there, for this reason, and since when."""
    gone = replace(
        verdict.outcome,
        status="gone",
        reason=reason,
        # None: when the page comes back, the same bytes are to be read again.
        validators=Validators(),
        missing_since=page.missing_since or now,
        attempts=page.attempts + 1,
    )
    return replace(verdict, outcome=gone, failure=reason)


def _missed(
    verdict: Verdict, page: DuePage, *, is_final: bool, policy: Policy, rng: Random
) -> Verdict:
    """Decide what becomes of an article whose page is gone, which is final with 410."""
    gone = verdict.outcome
    now, since = gone.fetched_at, gone.missing_since or gone.fetched_at
    if page.position is None or page.status in WAYS:
        is_over = page.status in WAYS or gone.attempts >= MOST_LOOKS_AT_NOTHING
        next_at = None if is_over else gone.next_check_at
        return replace(verdict, outcome=replace(gone, next_check_at=next_at))
    if is_final or (page.missing_since and now - since >= policy.gone_after):
        # It may come back: looked at after a day at first, then ever more seldom.
        again = rhythm.recheck(policy.recheck, published_at=since, now=now, rng=rng)
        outcome = replace(gone, next_check_at=max(again, now + policy.gone_after))
        return replace(verdict, outcome=outcome, leaves=True, failure=None)
    missing = replace(gone, status="missing", next_check_at=since + policy.gone_after)
    return replace(verdict, outcome=missing, failure=None)


def _refused(base: PageOutcome, page: DuePage, reason: str) -> PageOutcome:
    return replace(base, status="refused", reason=reason, attempts=page.attempts + 1)


def _failed(
    base: PageOutcome, page: DuePage, failure: Failure, *, now: datetime, rng: Random
) -> PageOutcome:
    attempts = page.attempts + 1
    failed = replace(
        base,
        reason=failure.reason,
        attempts=attempts,
        validators=page.validators,
        missing_since=page.missing_since,
    )
    if failure.is_permanent:
        return replace(failed, status="refused")
    retry_at = rhythm.retry_page(attempts=attempts, now=now, rng=rng)
    return replace(failed, status="failed", next_check_at=retry_at)
