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


def missed_by(lead: Lead, known: dict[str, Hints]) -> tuple[str, ...]:
    """Give the articles that others list, and this place should and does not.

    A WordPress interface was asked for the posts changed last: what is older than these
    was not to be seen.
    """
    missing = [url for url in known if url not in lead.urls]
    if lead.kind == "wordpress" and (lead.total or 0) > len(lead.seen):
        since = _oldest_change(lead)
        missing = [url for url in missing if _is_after(known[url], since)]
    elif lead.kind == "listing" and lead.reaches_all:
        # Only its first pages were read: the newest of the others must be there.
        newest = _newest(known)[: max(1, len(lead.seen) // 2)]
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
    known = _known([*([rest] if rest else []), *feeds])
    everything = _known([*([rest] if rest else []), *feeds, *sitemaps, *listings])
    used: list[Lead] = []
    if rest is not None:
        used.append(rest)
        if len(missed_by(rest, known)) > MOST_MISSED:
            used += feeds
    elif feeds:
        used += feeds
    if not _covers(used, everything):
        used += _for_history(used, sitemaps, listings)
    return _explained(used, [*feeds, *sitemaps, *listings], everything)


def _for_history(
    used: Sequence[Lead], sitemaps: Sequence[Lead], listings: Sequence[Lead]
) -> list[Lead]:
    """What gets to the articles that the kinds before do not: sitemaps, else listings.

    A sitemap that lags behind the feeds still has the history; without feeds one that
    misses what listings show is joined by these.
    """
    whole = [lead for lead in sitemaps if lead.reaches_all]
    latest = [lead for lead in sitemaps if not lead.reaches_all and not used]
    known = set(_known(listings))
    have = {url for lead in (*used, *whole, *latest) for url in lead.urls}
    if whole and len(known - have) <= MOST_MISSED:
        return [*latest, *whole]
    return [*latest, *whole, *listings]


def _covers(used: Sequence[Lead], everything: dict[str, Hints]) -> bool:
    if not used:
        return False
    if any(lead.kind == "wordpress" for lead in used):
        return True
    if any(lead.reaches_all for lead in used):
        return True
    have = {url for lead in used for url in lead.urls}
    return not set(everything) - have


def _explained(
    used: Sequence[Lead], found: Sequence[Lead], everything: dict[str, Hints]
) -> Choice:
    have = {url for lead in used for url in lead.urls}
    reaches = any(lead.reaches_all for lead in used)
    return Choice(
        used=tuple(Chosen(lead=lead, why=_reason(lead, everything)) for lead in used),
        unused=tuple(
            Chosen(lead=lead, why=_reason(lead, everything))
            for lead in found
            if lead not in used
        ),
        finds_all=bool(used) and (reaches or not set(everything) - have),
    )


def _reason(lead: Lead, everything: dict[str, Hints]) -> str:
    """Say in a sentence what the place gives and what a poll of it costs."""
    missed = len(set(everything) - set(lead.urls))
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
