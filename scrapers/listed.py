"""Say when a listing has changed: it lists next to nothing, where it used to list ten.

Pure. One such read is a hiccup, for sites answer with a page of maintenance now and
then; the second in a row is a change. An empty feed is a quiet night, unless it stays
empty for a day.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from statistics import median

from scrapers.baseline import MOST_COUNTS, Baseline
from scrapers.drift import Evidence

# A listing of one or two is soon empty; nothing follows from that.
LEAST_LISTED = 3
# A listing page keeps its length, since old articles fill it: a fifth is another page.
DROP = 1 / 5
# From so many on, one more of the same tells nothing.
ENOUGH_COUNTS = 5
# Feeds of the day's articles are empty in the morning, not for a whole day.
LONGEST_QUIET = timedelta(days=1)


@dataclass(frozen=True, kw_only=True, slots=True)
class Listing:
    """What one [[discover]] entry gave in a pass.

    `count` is None where it is what it was; `strange` is why nothing in it was found.
    """

    key: str
    kind: str
    url: str
    count: int | None = None
    strange: str | None = None


def weigh(
    baseline: Baseline, listings: Iterable[Listing], *, now: datetime
) -> tuple[Baseline, Mapping[str, Evidence]]:
    """Give the baseline after a pass, and the evidence against each changed entry."""
    changed: dict[str, Evidence] = {}
    odd = dict(baseline.odd)
    listed = dict(baseline.listed)
    strange = set(baseline.strange)
    for listing in listings:
        counts = listed.get(listing.key, ())
        usual = median(counts) if counts else 0
        # Of what could not be made out nothing is remembered: what is as it was is then
        # as it was when it was good.
        was_odd = listing.key in odd and listing.key not in strange
        strange.discard(listing.key)
        if listing.strange is not None:
            strange.add(listing.key)
        if not _is_odd(listing, usual, was_odd=was_odd):
            odd.pop(listing.key, None)
            # What says nothing new is not written down.
            if listing.count is not None and (
                listing.count != usual or len(counts) < ENOUGH_COUNTS
            ):
                listed[listing.key] = (*counts, listing.count)[-MOST_COUNTS:]
            continue
        first = odd.setdefault(listing.key, now.isoformat())
        quiet = timedelta(0) if _is_sudden(listing) else LONGEST_QUIET
        if listing.key in baseline.odd and now - datetime.fromisoformat(first) >= quiet:
            changed[listing.key] = _evidence(listing, usual)
    known = replace(baseline, listed=listed, odd=odd, strange=tuple(sorted(strange)))
    return known, changed


def _is_odd(listing: Listing, usual: float, *, was_odd: bool) -> bool:
    if usual < LEAST_LISTED:
        return False
    if listing.strange is not None:
        return True
    if listing.count is None:
        return was_odd
    return listing.count <= (usual * DROP if listing.kind == "listing" else 0)


def _is_sudden(listing: Listing) -> bool:
    return listing.strange is not None or listing.kind == "listing"


def _evidence(listing: Listing, usual: float) -> Evidence:
    count = "next to nothing" if listing.count is None else f"{listing.count} addresses"
    return Evidence(
        now=listing.strange or f"the {listing.kind} lists {count}",
        usual=f"where {usual:.0f} are usual",
        urls=(listing.url,),
    )
