"""Look for listing pages: the front page, and those its menus lead to.

What a listing's links are is learned by `scrapers.discover.links`; here some of them
are looked at, and what turns out to be no article is learned from.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from scrapers.discover.calendar import MONTH, MONTH_NAME, NAMES, YEAR
from scrapers.discover.links import Group, Section, Survey, link_texts, survey_page
from scrapers.discover.listing import read_listing
from scrapers.discover.onward import Onward
from scrapers.discover.paging import Found
from scrapers.discover.shapes import (
    LONG_SHAPE,
    MOST_EXCLUDED,
    escaped,
    patterns_for,
    section_of,
    shape_of,
)
from scrapers.discover.visit import HTML
from scrapers.draft.choosing import MOST_MISSED, missed_by
from scrapers.draft.scouting import Lead, Scout
from scrapers.items import Page

# Fewer links are no listing to learn from, unless they are known articles.
FEWEST = 3
# Of a listing's links so many are looked at: those least alike, and the first.
MOST_DOUBTFUL = 2
MOST_ROUNDS = 3
# Of those to a section that has no more than so many links, as many are looked at.
FEW, MOST_STRAYS = 3, 2
# Pages of the menu that are looked at, the likeliest first.
MOST_SECTIONS = 5
# What must be left for looking at articles when another section is asked for.
RESERVE = 5
# `pages` is a limit: a listing that ends sooner ends, and one that grows needs room.
PAGES_ROOM, LEAST_PAGES, MOST_PAGES = 2, 20, 2_000
SECOND = 2
SINCE = "`wireroom sync --since`"
# More shapes of addresses than this are none: then the wrong ones are named.
MOST_PATTERNS = 3

_LATEST = re.compile(
    r"\b(?:news\w*|latest|all|more|archives?|blog|posts|articles?|stories|press|media"
    r"|magazine?|journal|episodes|announcements|updates|nachrichten|aktuell\w*|presse\w*"
    r"|meldungen|mehr|weitere|plus|más|mais|prensa|stampa|pers|media-?centre|media-?center"
    r"|neueste\w*|alle|actualités?|articles|toutes?|noticias|últimas|todas|notizie"
    r"|nieuws|nyheter|nyheder|uutiset|aktualności|zprávy|hírek|știri|новости|новини"
    r"|все|νέα|ειδήσεις|haberler|güncel|berita|terbaru|tin tức|mới nhất)\b"
    r"|اخبار|أخبار|الأحدث|آرشیو|أرشيف|חדשות|ताज़ा|ข่าว|新闻|新聞|滚动|最新"
    r"|ニュース|新着|뉴스|최신|更多|もっと|一覧|더보기|전체|المزيد|بیشتر|עוד",
    re.IGNORECASE,
)
_MONTH = re.compile(
    r"(?P<before>[^?#]+/)(?:19|20)\d\d/(?:0[1-9]|1[0-2]|(?P<name>{}))"
    r"(?P<after>/|\.html?|)".format("|".join(NAMES))
)
_NUMBER = re.compile(r"\d+")
_OWN = re.compile(
    r"about|contact|privacy|terms|imprint|impressum|datenschutz|login|account|register"
    r"|subscribe|newsletter|cookie|search|advert|jobs|career|legal|help|faq|rss|feed"
    r"|/tags?/|/authors?/|shop|cart|donate",
    re.IGNORECASE,
)


def listing_leads(
    scout: Scout, known: frozenset[str]
) -> tuple[list[Lead], tuple[Section, ...]]:
    """Look at the front page, then at sections, as long as they bring something new.

    Gives the leads that are needed, and the links of the front page's menus.
    """
    first = _survey(scout, scout.page, known)
    if first is None:
        return [], ()
    leads = []
    front = _lead(scout, scout.page, first, known)
    if front is not None:
        front = _with_archive(scout, front, first.navigation)
        leads.append(front)
        if front.reaches_all and _has_newest(front, known, scout):
            return [front], first.navigation
        known |= frozenset(front.urls)
    for section in _sections(first.navigation):
        if any(_is_page_of(lead, section.url) for lead in leads):
            continue
        if scout.asker.left <= RESERVE:
            scout.notes.append("not all sections were looked at")
            break
        page = scout.ask(section.url, accept=HTML)
        found = _survey(scout, page, known) if page is not None else None
        lead = _lead(scout, page, found, known) if page and found else None
        if lead is not None and found is not None:
            leads.append(_with_archive(scout, lead, found.navigation))
            known |= frozenset(lead.urls)
    return _needed(leads), first.navigation


def _with_archive(scout: Scout, lead: Lead, navigation: Sequence[Section]) -> Lead:
    """Add the archives by month that a listing's menus link, where it needs one."""
    archive = _archive_of(navigation)
    if archive is None or lead.reaches_all:
        return lead
    scout.notes.append(f"{archive} has older articles: {SINCE} reads them")
    return replace(lead, keys=(*lead.keys, ("archive", archive)))


def _archive_of(navigation: Sequence[Section]) -> str | None:
    """The address of a month's archive, as a listing's `archive` says it."""
    months = [found for one in navigation if (found := _MONTH.fullmatch(one.url))]
    made = [
        f"{found['before']}{YEAR}/{MONTH_NAME if found['name'] else MONTH}"
        f"{found['after']}"
        for found in months
    ]
    return made[0] if len(made) > 1 and "{" not in months[0]["before"] else None


def _is_page_of(lead: Lead, url: str) -> bool:
    """Say whether an address is a further page of a listing, or a month it archived."""
    if "archive" in dict(lead.keys) and _MONTH.fullmatch(url):
        return True
    if not lead.reaches_all or lead.onward is None:
        return False
    return _NUMBER.sub("#", url) == _NUMBER.sub("#", lead.onward)


def _has_newest(front: Lead, known: frozenset[str], scout: Scout) -> bool:
    """Tell whether the front page shows what feeds call new: then it lists all."""
    hints = {url: scout.hints[url] for url in known if url in scout.hints}
    return bool(hints) and len(missed_by(front, hints)) <= MOST_MISSED


def menus(scout: Scout) -> tuple[Section, ...]:
    """Give the links of the front page's menus: of these none is an article."""
    found = _survey(scout, scout.page, frozenset())
    navigation = found.navigation if found is not None else ()
    return tuple(section for section in navigation if section.in_menu)


def _survey(scout: Scout, page: Page, known: frozenset[str]) -> Survey | None:
    rules = scout.rules("listing", page.url, links="a")
    known |= scout.confirmed
    return scout.read(survey_page, page, rules, known, scout.refused, url=page.url)


def _sections(navigation: Sequence[Section]) -> list[Section]:
    """The pages of the menu that may list articles, the likeliest first."""
    likely = [one for one in navigation if not _OWN.search(_said_of(one))]
    likely.sort(key=lambda one: 0 if _LATEST.search(_said_of(one)) else 1)
    return likely[:MOST_SECTIONS]


def _said_of(section: Section) -> str:
    """What a page's address below its host, and its label, say of it."""
    return f"/{section.url.partition('://')[2].partition('/')[2]} {section.text}"


def _lead(
    scout: Scout, page: Page, found: Survey, known: frozenset[str]
) -> Lead | None:
    verified = _verified(scout, page, found, known)
    if verified is None or verified.group is None:
        return None
    keys: dict[str, object] = {"links": verified.group.selector}
    keys |= _told_apart(verified.group, known | scout.confirmed, scout.refused)
    seen = _read(scout, page, keys, number=SECOND)
    if seen is None:
        return None
    lead = Lead(kind="listing", url=page.requested_url, page=page, seen=seen.candidates)
    onward = verified.onward
    if onward.url is None:
        return replace(lead, keys=(*keys.items(), ("pages", 1)))
    plain = (*keys.items(), ("pages", 1))
    if onward.next:
        keys["next"] = onward.next
    elif onward.pattern:
        keys["pattern"] = onward.pattern
    second = _second(scout, onward.url, keys)
    more = second.candidates if second is not None else ()
    fresh = [c for c in more if c.url not in lead.urls]
    if second is not None and not fresh:
        return replace(lead, keys=plain)
    if second is None:
        scout.notes.append(f"{page.url}: the way to its older pages was not tried")
    keys["pages"] = min(max(LEAST_PAGES, onward.last * PAGES_ROOM), MOST_PAGES)
    return replace(
        lead,
        keys=tuple(keys.items()),
        seen=(*seen.candidates, *fresh),
        reaches_all=True,
        onward=onward.url,
        total=_total(len(seen.candidates), onward, second),
    )


def _total(shown: int, onward: Onward, second: Found | None) -> int | None:
    """How many articles a listing has, about: as its pager says, or where it ends."""
    if onward.last > SECOND:
        return shown * onward.last
    is_over = second is not None and second.next is None and not onward.pattern
    return shown + len(second.candidates) if second and is_over else None


def _told_apart(
    group: Group, known: frozenset[str], refused: frozenset[str]
) -> dict[str, object]:
    """Say by addresses what the selector cannot: which of its links are no articles.

    One that merely stands in an odd place, made as the articles are, is one of them,
    unless those of its kind that were looked at all turned out to be none. So is all
    that is in a small section of which one was looked at and is none.
    """
    none = {section_of(url) for url in refused} - {section_of(u) for u in known} - {""}
    strays = {u for urls in _small(group) if section_of(urls[0]) in none for u in urls}
    right = [url for url in group.urls if url not in {*group.wrong, *strays}]
    alike = _alike(group)
    are_none = refused & alike and not known & alike
    wrong = [u for u in group.wrong if u in refused or u not in alike or are_none]
    wrong += sorted(strays - set(wrong))
    found = patterns_for(right, wrong)
    if found is None or len(found[0]) > MOST_PATTERNS:
        found = (), tuple(f"^{escaped(url)}$" for url in wrong[:MOST_EXCLUDED])
    names = ("include", "exclude")
    return {n: list(texts) for n, texts in zip(names, found, strict=True) if texts}


def _alike(group: Group) -> frozenset[str]:
    """Those that are no articles by their place, but made as the articles are."""
    shapes = {shape_of(url) for url in group.urls if url not in group.wrong}
    return frozenset(url for url in group.wrong if shape_of(url) in shapes)


def _second(scout: Scout, url: str, keys: dict[str, object]) -> Found | None:
    """Read the second page, to see whether the way on is one; None when too dear."""
    if scout.asker.left <= RESERVE:
        return None
    page = scout.ask(url, accept=HTML)
    found = _read(scout, page, keys, number=SECOND + 1) if page is not None else None
    return found or Found(candidates=())


def _read(
    scout: Scout, page: Page, keys: dict[str, object], *, number: int
) -> Found | None:
    options = scout.options("listing", page.url, **keys)
    rules = scout.rules("listing", page.url, **keys)
    for address, text in scout.read(link_texts, page, rules, url=page.url) or ():
        scout.texts.setdefault(address, text)
    arguments = (page, rules, options, number, scout.site.timezone)
    return scout.read(read_listing, *arguments, url=page.url)


def _verified(
    scout: Scout, page: Page, found: Survey, known: frozenset[str]
) -> Survey | None:
    """Look at some of the links; learn again from those that are no articles."""
    for _ in range(MOST_ROUNDS):
        group = found.group
        if group is None or (len(group.urls) < FEWEST and not known & set(group.urls)):
            return None
        before = scout.refused
        _tell_dates(scout, page, group)
        for url in _picks(group, known | scout.confirmed, scout.refused):
            scout.judge(url)
        if scout.refused == before:
            return found if _is_credible(group, known | scout.confirmed) else None
        again = _survey(scout, page, known)
        if again is None:
            return None
        found = again
    return None


def _tell_dates(scout: Scout, page: Page, group: Group) -> None:
    """Keep the dates a listing shows: its articles' own pages may tell none."""
    found = _read(scout, page, {"links": group.selector}, number=SECOND)
    for candidate in found.candidates if found is not None else ():
        scout.listed.setdefault(candidate.url, candidate.hints)


def _is_credible(group: Group, known: frozenset[str]) -> bool:
    """Tell whether some of a group are articles, or made as known ones are."""
    shapes = {shape_of(url) for url in known}
    return any(url in known or shape_of(url) in shapes for url in group.urls)


def _picks(group: Group, known: frozenset[str], refused: frozenset[str]) -> list[str]:
    """The links to look at: those least like the others, and one of the rest.

    An address with several parts that is made as those of known articles are needs no
    look, unless its link is odd; one that is a bare slug might be anything, and so
    might one that stands as no article does but is made as they are.
    """
    shapes = {shape_of(url) for url in known}
    settled = known | refused | (frozenset(group.wrong) - _alike(group))
    strays = _strays(group, known | refused)
    odd = [url for url in group.odd if url not in settled]
    unknown = [
        url
        for url in group.doubtful
        if url not in settled
        and (shape_of(url) not in shapes or len(shape_of(url)) < LONG_SHAPE)
    ]
    picks = list(dict.fromkeys([*odd, *unknown]))[:MOST_DOUBTFUL]
    is_known = len(group.urls) > len(unknown)
    return [*picks, *strays] if is_known else [*picks, *strays, group.urls[0]]


def _strays(group: Group, judged: frozenset[str]) -> list[str]:
    """The last links to sections that few lead to: boxes beside a list mix them in."""
    last = [urls[-1] for urls in _small(group) if not judged & set(urls)]
    return last[-MOST_STRAYS:]


def _small(group: Group) -> list[list[str]]:
    """The links of a group by section, of those that few lead to; none if all are."""
    sections: dict[str, list[str]] = {}
    for url in group.urls:
        sections.setdefault(section_of(url), []).append(url)
    small = [urls for urls in sections.values() if len(urls) <= FEW]
    return small if len(small) < len(sections) else []


def _needed(leads: list[Lead]) -> list[Lead]:
    """Drop the listings whose articles others list too."""
    kept: list[Lead] = []
    for lead in sorted(leads, key=lambda one: one.reaches_all, reverse=True):
        seen = {url for one in kept for url in one.urls}
        is_part = any(
            one.reaches_all and lead.urls and lead.urls[0] in one.urls for one in kept
        )
        if set(lead.urls) - seen and not is_part:
            kept.append(lead)
    return kept
