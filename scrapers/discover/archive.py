"""Walk an archive back in time, one document a step, so that a walk can be resumed.

Each kind has a `step(options, visit, since, place)`; what it gives says where to go on.
`place` is plain JSON, kept in a row between two steps. Limits of a definition bound
polls: a walk goes on to the end, or to `since`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from hashlib import blake2b
from typing import Any

from scrapers.discover.options import MOST_CANDIDATES, Options
from scrapers.discover.paging import Found, document
from scrapers.discover.rules import Rules, rules_of
from scrapers.discover.visit import Visit
from scrapers.extract.dates import from_url
from scrapers.items import Candidate, Gone, Page, Precision, Site

Place = dict[str, Any]

# A listing that always has a next page is a calendar, or a trap.
MOST_STEPS = 10_000


@dataclass(frozen=True, kw_only=True, slots=True)
class Step:
    """What one document of an archive gave.

    `place` is where to go on, None at the end. `is_ordered`: what comes next is older.
    `total`: how many articles the site says there are in the stretch that is walked.
    `unread`: documents known to wait, where that is known.
    """

    candidates: tuple[Candidate, ...] = ()
    place: Place | None = None
    is_ordered: bool = False
    total: int | None = None
    unread: int | None = None
    notes: tuple[str, ...] = ()


def rules_for(options: Options, site: Site) -> Rules:
    """Make the rules of a walk: those of the entry, without its limit."""
    return rules_of(options.model_copy(update={"limit": MOST_CANDIDATES}), site)


def follow_pages(
    visit: Visit,
    start: str,
    place: Place,
    read: Callable[[Page, int], Found],
    *,
    accept: str,
) -> Step:
    """Read the next page of a paged listing or feed.

    Past its end a listing may say 404, answer with its last page again, or lead in a
    circle, which shows when a page comes again that was noted at a power of two.
    """
    url, number = place.get("url", start), place.get("number", 1)
    answer = visit.get(url, accept=accept)
    if isinstance(answer, Gone) and number > 1:
        return Step(is_ordered=True)
    found = read(document(answer), number)
    seen = digest_of(found.candidates)
    known = (place.get("seen"), place.get("noted"))
    if found.next in {None, url} or seen in known or number >= MOST_STEPS:
        return Step(candidates=found.candidates, is_ordered=True, notes=found.notes)
    goes_on = {"url": found.next, "number": number + 1, "seen": seen}
    if number & (number - 1) == 0:
        goes_on["noted"] = seen
    return Step(
        candidates=found.candidates,
        place={**place, **goes_on},
        is_ordered=True,
        notes=found.notes,
    )


def digest_of(candidates: tuple[Candidate, ...]) -> str:
    """Give a short mark of a page's links: the same page again has the same."""
    text = "\n".join(candidate.url for candidate in candidates)
    return blake2b(text.encode(), digest_size=8).hexdigest()


def is_older(candidate: Candidate, since: datetime) -> bool | None:
    """Say whether an article is from before `since`; None where nothing tells.

    Told by its listing, else by a date in its address, which may be but a month.
    """
    hints = candidate.hints
    if hints.published_at is not None:
        return hints.published_at < since
    dated = from_url(candidate.url)
    if dated is None:
        return None
    if dated.precision is Precision.MONTH:
        return (dated.at.year, dated.at.month) < (since.year, since.month)
    return dated.at.date() < since.date()


def is_past(dates: list[bool | None]) -> bool:
    """Say whether a page lies before the walk's end, by what `is_older` says of each.

    Those without a date count for nothing; one older than the rest is pinned on top.
    """
    known = [one for one in dates if one is not None]
    return bool(known) and all(known)
