"""Draft a definition from an address: look, judge, choose, write down.

    front      the page, and what it says of its site               (`arriving`)
    places     REST, feeds, sitemaps, listings, as many as needed   (`_look`)
    articles   some of what was found, fetched and judged           (`_judge_some`)
    choice     the cheapest poll that finds everything              (`choosing`)
    recipe     selectors, where the generic reading misses things   (`learning`)

Asks the site for MOST_DOCUMENTS documents at most (`asking`). Writing it as TOML is
`scrapers.draft.writing`'s; nothing here sees a file or a database.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import partial
from itertools import pairwise
from urllib.parse import urljoin

from scrapers.discover.visit import FEED, HTML, JSON, XML
from scrapers.draft import facts, listings, rest, sitemaps
from scrapers.draft.arriving import Refusal, arrive, no_articles, nothing_found
from scrapers.draft.asking import Asker
from scrapers.draft.choosing import (
    MOST_MISSED,
    Choice,
    choose,
    is_affordable,
    missed_by,
    with_cost,
)
from scrapers.draft.feeds import FeedLead, feed_leads
from scrapers.draft.judging import Sample
from scrapers.draft.learning import FEWEST, Example, Learned, learn
from scrapers.draft.scouting import Lead, Scout
from scrapers.draft.zones import Zone, guess_zone
from scrapers.extract.article import extract
from scrapers.extract.recipe import Recipe
from scrapers.fetch.visits import Visits
from scrapers.items import Candidate, Hints, Restriction, ScrapedArticle
from scrapers.sandbox import Parser

# Articles fetched to see what extraction makes of them.
SAMPLES = 3
DATED = 2
# A feed of whose first articles so many are gone is that of an older site.
MOST_DEAD = 2
ACCEPTED = {"wordpress": JSON, "feed": FEED, "sitemap": XML, "listing": HTML}
TDMREP = "/.well-known/tdmrep.json"
EVERYWHERE = ("/", "/*", "*")


@dataclass(frozen=True, kw_only=True, slots=True)
class Draft:
    """Everything that was found out; `writing` makes a definition of it.

    `samples` are articles that were fetched, `candidates` all that were found, newest
    first as listed; `texts` are what links call them. `doubts` say where a person
    should look.
    """

    home: str
    name: str
    language: str | None
    zone: Zone
    pace: facts.Pace
    choice: Choice
    learned: tuple[Learned, ...]
    samples: tuple[Sample, ...]
    candidates: tuple[Candidate, ...]
    restrictions: frozenset[Restriction]
    reserves_rights: bool
    doubts: tuple[str, ...]
    notes: tuple[str, ...]
    texts: Mapping[str, str] = field(default_factory=dict)


def draft(
    url: str,
    visits: Visits,
    parser: Parser,
    *,
    clock: Callable[[], datetime],
    tell: Callable[[str], None],
) -> Draft | Refusal:
    """Look at the site at `url` and draft its definition, or say why there is none.

    `tell` hears of each document before it is asked for. Raises nothing for what a
    site answers.
    """
    with Asker(visits, clock=clock, tell=tell) as asker:
        found = arrive(asker, parser, url)
        if isinstance(found, Refusal):
            return found
        looked = _look(found)
        if not looked.choice.used:
            return nothing_found(found)
        samples = _judge_some(found, looked.choice)
        if not any(sample.is_page for sample in samples):
            return no_articles(found, samples)
        asked = partial(_is_conditional, found)
        looked = replace(looked, choice=with_cost(looked.choice, asked))
        return _drafted(found, looked, samples, clock())


@dataclass(frozen=True, kw_only=True, slots=True)
class _Looked:
    choice: Choice
    feeds: tuple[FeedLead, ...]


def _look(scout: Scout) -> _Looked:
    """Ask for each kind of listing, the cheap ones first, as far as needed."""
    lead = rest.rest_lead(scout)
    others = frozenset(section.url for section in listings.menus(scout))
    feeds = feed_leads(scout, others)
    if lead is None:
        while feeds and not _is_alive(scout, feeds[0].lead):
            gone = feeds.pop(0).lead
            scout.notes.append(f"{gone.url} lists articles that are not there any more")
    leads = [one.lead for one in feeds]
    for one in ([lead] if lead else []) + leads:
        scout.remember(one.seen)
    if lead is not None and len(missed_by(lead, scout.hints)) <= MOST_MISSED:
        return _Looked(choice=choose(lead, leads, (), ()), feeds=tuple(feeds))
    known = frozenset(scout.hints)
    _confirm(scout, leads)
    maps = sitemaps.sitemap_leads(scout, known, others - known)
    for one in maps:
        scout.remember(one.seen)
    whole = [one for one in maps if one.reaches_all and is_affordable(one)]
    listed: list[Lead] = []
    if not whole or any(missed_by(one, scout.hints) for one in whole):
        listed, _ = listings.listing_leads(scout, frozenset(scout.hints))
        for one in listed:
            scout.remember(one.seen)
    if leads and not (lead or maps or listed):
        count = len(scout.hints)
        scout.notes.append(f"only a feed was found: nothing older than its {count}")
    return _Looked(choice=choose(lead, leads, maps, listed), feeds=tuple(feeds))


def _confirm(scout: Scout, feeds: Sequence[Lead]) -> None:
    """Look at one article of a feed: a page known to be one teaches the rest."""
    for lead in feeds[:1]:
        scout.judge(lead.urls[0])


def _is_alive(scout: Scout, feed: Lead) -> bool:
    """Tell whether what a feed lists is there: that of an older site may be left."""
    return not all(scout.asker.is_gone(url) for url in feed.urls[:MOST_DEAD])


def _is_conditional(scout: Scout, lead: Lead) -> bool:
    """Ask a place again as a poll does, and see whether it answers 304."""
    return scout.asker.is_unchanged(lead.page, accept=ACCEPTED[lead.kind])


def _judge_some(scout: Scout, choice: Choice) -> tuple[Sample, ...]:
    """Look at articles of what was chosen until there are enough, new and old."""
    listed = {url for chosen in choice.used for url in chosen.lead.urls}
    for chosen in choice.used:
        urls = chosen.lead.urls
        # Between two of a long listing the others' dates can be told.
        is_long = chosen.lead.kind == "listing" and chosen.lead.reaches_all
        least = DATED if is_long else 0
        for place in (0, len(urls) // 2, len(urls) - 1, 1):
            done = {u for u, s in scout.samples.items() if s.is_page and u in listed}
            if len(done) >= SAMPLES and len(done & set(urls)) >= least:
                break
            if place < len(urls):
                scout.judge(urls[place])
    return tuple(s for url, s in scout.samples.items() if url in listed)


def _drafted(
    scout: Scout, looked: _Looked, samples: tuple[Sample, ...], now: datetime
) -> Draft:
    told = [one.told for one in looked.feeds]
    good = tuple(sample for sample in samples if sample.is_page)
    candidates = _candidates(looked.choice)
    dates = [at for one in told for at in one.stated]
    dates += [sample.stated for sample in good if sample.stated is not None]
    language = facts.language_of(scout.front, told, good)
    stated = scout.front.language or language
    home = scout.front.home
    restrictions = scout.front.restrictions | frozenset(
        each
        for sample in good
        if sample.article
        for each in sample.article.restrictions
    )
    learned = _learned(scout, looked.feeds, good)
    return Draft(
        home=home,
        name=facts.name_of(scout.front, told, good),
        language=language,
        zone=guess_zone(home, stated, dates),
        pace=_pace(scout, looked.choice, now),
        choice=looked.choice,
        learned=learned,
        samples=good,
        candidates=candidates,
        restrictions=restrictions,
        reserves_rights=_reserves(scout),
        doubts=(
            *_doubts(scout, looked.choice, samples),
            *_unnamed(scout, learned, good),
        ),
        notes=tuple(
            dict.fromkeys(
                (
                    *scout.notes,
                    *_reach(looked.choice),
                    *facts.tongues_of(scout.front, good),
                )
            )
        ),
        texts=scout.texts,
    )


def _reach(choice: Choice) -> tuple[str, ...]:
    """Say that older articles are out of reach, where nothing found leads to them."""
    leads = [chosen.lead for chosen in (*choice.used, *choice.unused)]
    if any(lead.reaches_all or "archive" in dict(lead.keys) for lead in leads):
        return ()
    if all(lead.kind == "feed" for lead in leads):
        return ()  # that was told where it was found
    count = len(_candidates(choice))
    return (f"no way to articles older than the {count} listed was found",)


def _candidates(choice: Choice) -> tuple[Candidate, ...]:
    found: dict[str, Candidate] = {}
    for chosen in choice.used:
        for candidate in chosen.lead.seen:
            found.setdefault(candidate.url, candidate)
    return tuple(found.values())


def _dates(scout: Scout, choice: Choice) -> list[datetime]:
    """When articles were published: as a listing tells it, else the page that was read.

    Between two that are known the others of a listing are taken to be spread evenly.
    """
    known = {url: hints.published_at for url, hints in scout.hints.items()}
    is_told = sum(at is not None for at in known.values()) > SAMPLES + 1
    for sample in scout.samples.values():
        if sample.article is not None and sample.is_article:
            known[sample.url] = known.get(sample.url) or sample.article.published_at
    dates = [at for at in known.values() if at is not None]
    if is_told:
        return dates
    for chosen in choice.used:
        dates += _between([known.get(url) for url in chosen.lead.urls])
    return dates


def _between(dates: Sequence[datetime | None]) -> Iterator[datetime]:
    """Give dates for the gaps in a row that goes from new to old."""
    known = [(place, at) for place, at in enumerate(dates) if at is not None]
    for (place, at), (end, last) in pairwise(known):
        step = (last - at) / (end - place)
        yield from (at + step * number for number in range(1, end - place))


def _pace(scout: Scout, choice: Choice, now: datetime) -> facts.Pace:
    return facts.pace_of(_dates(scout, choice), window=_window(choice), now=now)


def _window(choice: Choice) -> int | None:
    leads = [chosen.lead for chosen in choice.used]
    if any(lead.reaches_all for lead in leads):
        return None
    return max((len(lead.seen) for lead in leads), default=None)


def _learned(
    scout: Scout, feeds: Sequence[FeedLead], samples: Sequence[Sample]
) -> tuple[Learned, ...]:
    """Learn selectors from what listings tell of the articles that were fetched."""
    texts = {url: body for one in feeds for url, body in one.told.texts}
    examples = tuple(
        _example(
            sample,
            scout.hints.get(sample.url, Hints()),
            text=texts.get(sample.url, ""),
            called=scout.texts.get(sample.url, ""),
        )
        for sample in samples
    )
    return scout.read(learn, examples, scout.site, url=scout.front.url) or ()


def _example(sample: Sample, hints: Hints, *, text: str, called: str) -> Example:
    return Example(
        page=sample.page,
        called=called,
        title=hints.title or "",
        author=hints.authors[0].name if hints.authors else "",
        day=hints.published_at.date() if hints.published_at else None,
        text=text,
    )


def _reserves(scout: Scout) -> bool:
    """Tell whether the site reserves its rights for machines (TDMRep, section 6.1)."""
    if Restriction.RESERVED in scout.front.restrictions:
        return True
    page = scout.ask(urljoin(scout.front.home, TDMREP), accept=JSON)
    if page is None:
        return False
    try:
        rules = json.loads(page.body)
    except (ValueError, RecursionError):
        return False
    listed = rules if isinstance(rules, list) else [rules]
    return any(
        isinstance(rule, dict)
        and rule.get("tdm-reservation") in (1, "1")
        and rule.get("location", "/") in EVERYWHERE
        for rule in listed
    )


def _unnamed(
    scout: Scout, learned: Sequence[Learned], samples: Sequence[Sample]
) -> Iterator[str]:
    """Say that all pages call themselves the same, where no selector helps."""
    if len(samples) < FEWEST or any(one.key == "title" for one in learned):
        return
    arguments = Recipe(), Hints(), scout.site
    made = [scout.read(extract, s.page, *arguments, url=s.url) for s in samples]
    titles = {one.title for one in made if isinstance(one, ScrapedArticle)}
    if len(titles) == 1:
        yield f"every page is called {titles.pop()!r}, and none marks its headline"


def _doubts(scout: Scout, choice: Choice, samples: Sequence[Sample]) -> tuple[str, ...]:
    found = []
    bad = [sample for sample in samples if sample.url in scout.refused]
    if bad:
        urls = ", ".join(f"{s.url} ({s.reason or 'no date, no author'})" for s in bad)
        found.append(
            f"{len(bad)} of {len(samples)} pages looked at are doubtful: {urls}"
        )
    if not choice.finds_all:
        found.append("nothing that was found is sure to list every article")
    found += [
        f"which addresses of {chosen.lead.url} are articles is a guess"
        for chosen in choice.used
        if not chosen.lead.is_sure
    ]
    if samples and not any(s.article and s.article.published_at for s in samples):
        found.append("no page tells when it was published")
    return tuple(found)
