"""Look for sitemaps, and tell the articles in them from the other pages."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import chain
from urllib.parse import urlsplit

from scrapers.clean.variants import key_of, standing
from scrapers.discover.children import Child
from scrapers.discover.detect import usual_news_sitemaps, usual_sitemaps
from scrapers.discover.shapes import (
    LONG_SHAPE,
    by_shape,
    escaped,
    is_archive,
    patterns_for,
    section_of,
    shape_of,
)
from scrapers.discover.sitemap import Sitemap, read_sitemap
from scrapers.discover.visit import XML
from scrapers.draft.scouting import Lead, Scout
from scrapers.fetch.robots import sitemaps_of
from scrapers.items import Candidate, Page

# Of those robots.txt names, and of the usual places.
MOST_NAMED = 3
# Of an index: the newest sitemap of so many families, each being made alike.
MOST_FAMILIES = 3
# Of a family so many are asked for until one lists something.
MOST_EMPTY = 2
# Groups of addresses made alike of which a page is looked at, and how many of each.
MOST_GROUPS = 4
# A group with more is looked at from both ends.
FEW = 3
# A shop's articles are addressed as its products are, but for the first part: where
# there are no more such parts than this, each is looked at by itself.
MOST_PARTS = 6

_ARTICLES = re.compile(
    r"post|article|artikel|news|story|stories|blog|nachricht|noticia|actualit|content",
    re.IGNORECASE,
)
_OTHERS = re.compile(
    r"page|categor|tag|taxonom|author|user|image|video|product|section|topic|static"
    r"|misc|place|event",
    re.IGNORECASE,
)
_NAME = re.compile(r"[^/]*$")


@dataclass(frozen=True, kw_only=True, slots=True)
class Read:
    """One sitemap document: where it was, and what it holds."""

    page: Page
    sitemap: Sitemap


def sitemap_leads(
    scout: Scout, known: frozenset[str], others: frozenset[str]
) -> list[Lead]:
    """Ask the sitemaps and work out how their articles are told from other pages.

    `known` are articles' addresses, `others` those of the site's menus. Sitemaps of
    the latest articles are looked for only where no feed lists these.
    """
    leads = []
    for read in _documents(scout, with_news=not known):
        lead = _lead(scout, read, known, others)
        if lead is not None:
            leads.append(lead)
            known |= frozenset(lead.urls)
    return leads


def _documents(scout: Scout, *, with_news: bool) -> Iterable[Read]:
    """The sitemaps robots.txt names; else the first of the usual, and a news one."""
    home = scout.front.home
    named = sitemaps_of(scout.asker.robots_text(home))[:MOST_NAMED]
    found = [read for url in named if (read := _read(scout, url))]
    if found:
        yield from found
        return
    for urls in (
        usual_sitemaps(home, is_wordpress=scout.front.is_wordpress),
        usual_news_sitemaps(home)[: int(with_news)],
    ):
        for url in urls:
            read = _read(scout, url) if url not in named else None
            if read is not None:
                yield read
                break


def _read(scout: Scout, url: str) -> Read | None:
    page = scout.ask(url, accept=XML)
    if page is None:
        return None
    rules = scout.rules("sitemap", page.url)
    sitemap = scout.read(read_sitemap, page, rules, "UTC", url=page.url)
    return Read(page=page, sitemap=sitemap) if sitemap is not None else None


def _lead(
    scout: Scout, read: Read, known: frozenset[str], others: frozenset[str]
) -> Lead | None:
    families = _families(read.sitemap.children)
    chosen = _chosen(families)
    ordered = [sorted(families[n], key=_freshness, reverse=True) for n in chosen]
    ordered.sort(key=lambda children: _freshness(children[0]), reverse=True)
    read_in = [_read_newest(scout, children) for children in ordered[:MOST_FAMILIES]]
    documents = [read, *(one for one in read_in if one is not None)]
    candidates = {c.url: c for one in documents for c in one.sitemap.candidates}
    told = _told_apart(scout, candidates, known, others)
    if told is None:
        return None
    articles, keys, is_sure = told
    if chosen and len(chosen) < len(families):
        keys = (("children", _children(chosen)), *keys)
    children = [child for name in chosen for child in families[name]]
    tells = all(child.newest_at is not None for child in children)
    return Lead(
        kind="sitemap",
        url=read.page.url,
        page=read.page,
        keys=keys,
        seen=tuple(articles),
        reaches_all=not _is_news(articles),
        total=len(articles) if not children else None,
        requests=1 + (min(1, len(children)) if tells else len(children)),
        is_sure=is_sure,
    )


def _read_newest(scout: Scout, children: list[Child]) -> Read | None:
    """Read the newest of sitemaps made alike; that of a day may yet be empty."""
    for child in children[:MOST_EMPTY]:
        found = _read(scout, child.url)
        if found is not None and found.sitemap.candidates:
            return found
    return None


def _is_news(articles: list[Candidate]) -> bool:
    """Tell whether it is a news sitemap: those hold the last two days alone."""
    return bool(articles) and all(
        c.hints.title and c.hints.published_at for c in articles
    )


def _freshness(child: Child) -> tuple[str, list[int]]:
    """Order an index's sitemaps by their change, then by the numbers in their names."""
    numbers = [int(digits) for digits in re.findall(r"\d{1,9}", child.url)]
    return str(child.newest_at or ""), numbers


def _families(children: tuple[Child, ...]) -> dict[str, list[Child]]:
    """Sort an index's sitemaps into those whose names differ in a number alone."""
    families: dict[str, list[Child]] = {}
    for child in children:
        parts = urlsplit(child.url)
        found = _NAME.search(parts.path)
        name = (found[0] if found else "") + (f"?{parts.query}" if parts.query else "")
        families.setdefault(re.sub(r"\d+", "0", name), []).append(child)
    return families


def _chosen(families: dict[str, list[Child]]) -> list[str]:
    """The families that hold articles by their names; else all that are not others."""
    named = [n for n in families if _ARTICLES.search(n) and not _is_other(n)]
    rest = [n for n in families if not _is_other(n)]
    return named or rest or list(families)


def _is_other(name: str) -> bool:
    # "wp-sitemap-posts-page-1.xml" is about pages, "post_tag" about tags.
    return bool(_OTHERS.search(name))


def _children(chosen: list[str]) -> list[str]:
    return [f"/{escaped(name)}$".replace("0", r"\d+") for name in chosen]


def _told_apart(
    scout: Scout,
    candidates: dict[str, Candidate],
    known: frozenset[str],
    others: frozenset[str],
) -> tuple[list[Candidate], tuple[tuple[str, object], ...], bool] | None:
    """Say which addresses are articles, and what a definition must say to get them.

    A page or two of each group of addresses made alike are looked at, unless some of
    the group are known. None where there is no article.
    """
    articles: list[str] = []
    rest: list[str] = []
    others |= _versions(candidates)
    for group in chain.from_iterable(map(_parts, by_shape(candidates))):
        likely = [u for u in group if u in known or not _is_out(scout, u, others)]
        rest += sorted(set(group) - set(likely))
        alike = frozenset(shape_of(url) for url in articles)
        if likely and _is_of_articles(scout, likely, known, alike):
            articles += [url for url in likely if url not in scout.refused]
            rest += [url for url in likely if url in scout.refused]
        else:
            rest += likely
    if not articles:
        return None
    patterns = patterns_for(articles, rest)
    if patterns is None:
        scout.notes.append("the sitemap's addresses do not tell articles from pages")
        return None
    keys = tuple(
        (key, list(values))
        for key, values in zip(("include", "exclude"), patterns, strict=True)
        if values
    )
    # Where one of a group is no article, others may be none that nobody looked at.
    made = {(section_of(url), shape_of(url)) for url in articles}
    is_sure = not any((section_of(u), shape_of(u)) in made for u in scout.refused)
    return [candidates[url] for url in articles], keys, is_sure


def _parts(group: list[str]) -> list[list[str]]:
    """Sort addresses made alike by their first part; what has few is one of the rest.

    Years and numbers tell nothing apart, and many parts are those of a newspaper.
    """
    named: dict[str, list[str]] = {}
    for url in group:
        named.setdefault(section_of(url), []).append(url)
    large = sorted((u for u in named.values() if len(u) > FEW), key=len, reverse=True)
    rest = [url for urls in named.values() if len(urls) <= FEW for url in urls]
    parts = [*large, rest] if rest else large
    return parts if len(parts) <= MOST_PARTS else [group]


def _versions(urls: Iterable[str]) -> frozenset[str]:
    """The addresses of print, AMP and mobile versions of pages that are listed, too."""
    plain = {key_of(url) for url in urls if standing(url)[0]}
    return frozenset(u for u in urls if not standing(u)[0] and key_of(u) in plain)


def _is_out(scout: Scout, url: str, others: frozenset[str]) -> bool:
    return url in others or url in scout.refused or is_archive(url)


def _is_of_articles(
    scout: Scout,
    group: list[str],
    known: frozenset[str],
    alike: frozenset[tuple[str, ...]],
) -> bool:
    """Tell whether a group made alike are articles, by what is known or is looked at.

    Where no more may be asked for, what is made as articles are (`alike`) is taken for
    one. Pages of the site's own stand last, if they are among them: where addresses are
    bare slugs the last is looked at, too.
    """
    is_known = any(url in known for url in group)
    if not is_known:
        sample = None
        if len(scout.samples) < 2 * MOST_GROUPS:
            sample = scout.judge(group[0])
        if sample is None:
            return shape_of(group[0]) in alike
        if group[0] in scout.refused:
            return False
    is_bare = len(shape_of(group[0])) < LONG_SHAPE
    if len(group) > FEW and (is_bare or not is_known) and group[-1] not in known:
        scout.judge(group[-1])
    return True
