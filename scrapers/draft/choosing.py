"""Choose how a source is watched: the cheapest poll that finds everything.

Pure: Leads in, those to use out, with the reasons in words.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from scrapers.draft.scouting import Lead
from scrapers.items import Hints

# A link too many is a promotion; more that a listing misses is a fault of it.
MOST_MISSED = 1
# An index whose sitemaps do not say when they changed is asked for all of them.
MOST_REQUESTS = 5
KILO = 1000


@dataclass(frozen=True, kw_only=True, slots=True)
class Chosen:
    """A lead that is used, or left out, and why."""

    lead: Lead
    why: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Choice:
    """What is used, in the definition's order, and what is not.

    `finds_all` is False where nothing found is sure to list everything.
    """

    used: tuple[Chosen, ...] = ()
    unused: tuple[Chosen, ...] = ()
    finds_all: bool = True


def with_cost(choice: Choice, is_conditional: Callable[[Lead], bool]) -> Choice:
    """Add to the reasons whether a poll that finds nothing new is answered 304."""
    used = []
    for chosen in choice.used:
        tail = ", and a 304 when nothing is new" if is_conditional(chosen.lead) else ""
        used.append(replace(chosen, why=chosen.why + tail))
    return replace(choice, used=tuple(used))


def key_of(url: str) -> str:
    """Give what two spellings of an address share: feeds are late to learn of https."""
    return url.partition("://")[2].removeprefix("www.").rstrip("/")


def is_affordable(lead: Lead) -> bool:
    """Tell whether a place can be asked at every poll."""
    return lead.requests <= MOST_REQUESTS


def missed_by(lead: Lead, known: dict[str, Hints]) -> tuple[str, ...]:
    """Give the articles that others list, and this place should and does not.

    A WordPress interface was asked for the posts changed last: what is older than these
    was not to be seen.
    """
    have = _keys([lead])
    missing = [url for url in known if key_of(url) not in have]
    if lead.kind == "wordpress" and (lead.total or 0) > len(lead.seen):
        since = _oldest_change(lead)
        missing = [url for url in missing if _is_after(known[url], since)]
    elif lead.kind == "listing" and lead.reaches_all:
        # Only its first pages were read: the newest of the others must be there.
        newest = set(_newest(known)[: max(1, len(lead.seen) // 2)])
        missing = [url for url in missing if url in newest]
    return tuple(missing)


def choose(
    rest: Lead | None,
    feeds: Sequence[Lead],
    sitemaps: Sequence[Lead],
    listings: Sequence[Lead],
) -> Choice:
    """Choose among what was found; REST before feeds, sitemaps and listings.

    The first tells most and costs least; the others join where it misses something.
    """
    interface = [rest] if rest is not None else []
    known = _known([*interface, *feeds])
    used = interface or [*feeds]
    if rest is not None and len(missed_by(rest, known)) > MOST_MISSED:
        used = [rest, *feeds]
    everything = [*interface, *feeds, *sitemaps, *listings]
    if not _covers(used, everything):
        used = [*used, *_for_history(used, sitemaps, listings)]
    return _explained(used, everything)


def _for_history(
    used: Sequence[Lead], sitemaps: Sequence[Lead], listings: Sequence[Lead]
) -> list[Lead]:
    """What gets to the articles that the kinds before do not: sitemaps, else listings.

    A sitemap that lags behind the feeds still has the history; without feeds one that
    misses what listings show is joined by these. One that costs too much a poll is
    left out, unless there is nothing else.
    """
    whole = [lead for lead in sitemaps if lead.reaches_all and is_affordable(lead)]
    latest = [lead for lead in sitemaps if not lead.reaches_all and not used]
    missing = _keys(listings) - _keys([*used, *whole, *latest])
    chosen = [*latest, *whole]
    if not whole or len(missing) > MOST_MISSED:
        chosen += listings
    return chosen if chosen or used else list(sitemaps)


def _covers(used: Sequence[Lead], everything: Sequence[Lead]) -> bool:
    if any(lead.reaches_all for lead in used):
        return True
    have = _keys(used)
    if any(_leads_beyond(lead, len(have)) for lead in everything):
        return False
    return bool(used) and _keys(everything) <= have


def _leads_beyond(lead: Lead, count: int) -> bool:
    """Tell whether a listing has more pages than were read, and more than `count`."""
    if lead.kind != "listing" or not lead.reaches_all:
        return False
    return lead.total is None or lead.total > count


def _explained(used: Sequence[Lead], everything: Sequence[Lead]) -> Choice:
    known = _keys(everything)
    return Choice(
        used=tuple(Chosen(lead=lead, why=_reason(lead, known)) for lead in used),
        unused=tuple(
            Chosen(lead=lead, why=_reason(lead, known))
            for lead in everything
            if lead not in used
        ),
        finds_all=_covers(used, everything),
    )


def _reason(lead: Lead, known: set[str]) -> str:
    """Say in a sentence what the place gives and what a poll of it costs."""
    missed = len(known - _keys([lead]))
    count = lead.total or len(lead.seen)
    cost = f"{max(1, round(lead.size / KILO))} kB a poll"
    if lead.requests > 1:
        cost += f", {lead.requests} requests"
    match lead.kind:
        case "wordpress":
            return f"REST tells of {count} posts and of every edit; {cost}"
        case "feed" if lead.reaches_all:
            return f"a feed that leads on to older pages; {cost}"
        case "feed":
            tail = f", {missed} known articles are not in it" if missed else ""
            return f"the newest {len(lead.seen)} articles{tail}; {cost}"
        case "sitemap" if not lead.reaches_all:
            return f"a news sitemap of the last days, {count} articles; {cost}"
        case "sitemap" if lead.total is None:
            return f"{count} articles in its newest part, and all before; {cost}"
        case "sitemap":
            return f"all {count} articles; {cost}"
        case _:
            more = " and leads on to older pages" if lead.reaches_all else ""
            return f"shows {len(lead.seen)} articles{more}; {cost}"


def _keys(leads: Sequence[Lead]) -> set[str]:
    return {key_of(url) for lead in leads for url in lead.urls}


def _known(leads: Sequence[Lead]) -> dict[str, Hints]:
    found: dict[str, Hints] = {}
    for lead in leads:
        for candidate in lead.seen:
            found.setdefault(candidate.url, candidate.hints)
    return found


def _oldest_change(lead: Lead) -> datetime | None:
    dates = [c.hints.modified_at for c in lead.seen if c.hints.modified_at]
    return min(dates) if dates else None


def _is_after(hints: Hints, since: datetime | None) -> bool:
    return bool(since and hints.published_at and hints.published_at > since)


def _newest(known: dict[str, Hints]) -> list[str]:
    dated = [(h.published_at, url) for url, h in known.items() if h.published_at]
    return [url for _, url in sorted(dated, reverse=True)]
