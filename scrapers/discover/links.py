"""Learn from a listing's own structure which of its links are its articles.

Each link is weighed by where it stands, what it says and what its address looks like;
then that selector is chosen which takes what looks like articles and nothing else.
Pure: runs in the parsing child. Fetching some of them to see whether the guess was
right is `scrapers.draft`'s; what is known from elsewhere comes in and counts for more.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC
from statistics import median

from selectolax.lexbor import LexborHTMLParser, LexborNode

from scrapers.clean.text import weight
from scrapers.discover.beside import is_apart, is_beside_listing, names_of
from scrapers.discover.captions import buttons, heading_of, leads_on, picture_text
from scrapers.discover.listing import base_of, link_of
from scrapers.discover.naming import HEADINGS, ITEM_LEVELS, item_of, selectors_of
from scrapers.discover.onward import Onward, onward_of
from scrapers.discover.rules import Rules
from scrapers.discover.shapes import is_archive, looks_like_article
from scrapers.extract.dates import find
from scrapers.extract.document import parse_html, text_of
from scrapers.fetch.charset import as_utf8
from scrapers.items import Page

# A page with more links is a directory; the first ones show how it is made.
MOST_LINKS = 800
# What a link says beyond this is no headline.
LONGEST_TEXT = 200
MOST_ANCESTORS = 25
ITEM_CHARS = 1500
# A headline has so many letters, a label of a menu so few.
HEADLINE_CHARS, SHORT_HEADLINE_CHARS, LABEL_CHARS = 25, 15, 9
# What a link must be worth to be taken for an article, and below what it is none.
ENOUGH, TOO_LITTLE = 1.0, 0.3
# Where none is: a list without dates, of plain addresses, is told by its headlines.
ENOUGH_TOGETHER, FEWEST_TOGETHER = 0.7, 5
# A link in a menu or a box beside the listing is worth so much less.
BESIDE = 2.0
# A link without a date where the others have one is worth so much less.
ODD = 0.4
# A link to something else costs what several articles bring.
COST_OF_WRONG, COST_OF_DOUBTFUL, COST_OF_MORE = 3.0, 0.4, 0.3
COST_OF_BUTTON = 0.5
# A page may show its first article in a markup of its own, and one more beside it.
MOST_SELECTORS = 3
MOST_CSS = 400

# A block is a menu when so much of its text is short links.
MENU_SHARE = 0.7
_BLOCKS = frozenset({"ul", "ol", "div", "p", "td", "tr", "section", "nav", "header"})
_NO_ARTICLE = re.compile(r"\b(?:tag|author|category|nofollow|privacy-policy|license)\b")


@dataclass(frozen=True, kw_only=True, slots=True)
class Section:
    """A link of the site's navigation: `text` is its label.

    One that is in no menu leads on from a list, by what it says: "All news".
    """

    url: str
    text: str
    in_menu: bool = True


@dataclass(frozen=True, kw_only=True, slots=True)
class Group:
    """What one selector takes from a page, in the page's order.

    `doubtful` are all of them, the least likely first; `odd` those worth clearly less
    than the others, which may yet be articles. `wrong` are those the selector
    cannot tell apart from articles, though they are none.
    """

    selector: str
    urls: tuple[str, ...]
    doubtful: tuple[str, ...] = ()
    odd: tuple[str, ...] = ()
    wrong: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Survey:
    """The links of a page: its articles if there are any, its menus, the page after."""

    group: Group | None = None
    navigation: tuple[Section, ...] = ()
    onward: Onward = field(default_factory=Onward)


@dataclass(slots=True)
class _Link:
    url: str
    text: str
    node: LexborNode
    above: list[LexborNode]
    worth: float = 0.0
    is_furniture: bool = False
    in_heading: bool = False
    is_dated: bool = False


def survey(
    page: Page,
    rules: Rules,
    *,
    known: frozenset[str] = frozenset(),
    refused: frozenset[str] = frozenset(),
) -> Survey:
    """Read the links of a page. Pure; runs in the parsing child.

    `known` are addresses of articles, `refused` of what is none, both canonical.
    """
    tree = parse_html(as_utf8(page.body, page.content_type))
    base = base_of(tree, page.url)
    links = list(_links(tree, base, rules))
    _mark_menus(links)
    _entitle(links)
    dated: dict[int, bool] = {}
    for link in links:
        _weigh(link, dated)
    _mark_beside(links)
    worth = _worths(links, known, refused)
    group = _choose(tree, base, rules, links, worth, known)
    return Survey(
        group=group,
        navigation=_navigation(links, worth),
        onward=onward_of(tree, base, page.url),
    )


def survey_page(
    page: Page, rules: Rules, known: frozenset[str], refused: frozenset[str]
) -> Survey:
    """Do as `survey` does, called by position as the parsing child is."""
    return survey(page, rules, known=known, refused=refused)


def link_texts(page: Page, rules: Rules) -> tuple[tuple[str, str], ...]:
    """Give what a page calls the addresses it links: a headline, else the longest text.

    Pure; runs in the parsing child.
    """
    tree = parse_html(as_utf8(page.body, page.content_type))
    base = base_of(tree, page.url)
    found: dict[str, tuple[bool, int, str]] = {}
    for node in tree.css("a[href]")[:MOST_LINKS]:
        url = rules.admit(base, node.attributes.get("href") or "")
        inner = node.css_first("h1, h2, h3, h4")
        text = text_of(inner or node)
        is_headline = inner is not None or _has_heading_above(node)
        if url and 0 < len(text) <= LONGEST_TEXT:
            said = is_headline, len(text), text
            found[url] = max(said, found.get(url, said))
    return tuple((url, text) for url, (_, _, text) in found.items())


def _has_heading_above(node: LexborNode) -> bool:
    above = node.parent
    for _ in range(ITEM_LEVELS):
        if above is None or above.tag in HEADINGS:
            return above is not None
        above = above.parent
    return False


def _links(tree: LexborHTMLParser, base: str, rules: Rules) -> Iterator[_Link]:
    for node in tree.css("a[href]")[:MOST_LINKS]:
        url = rules.admit(base, node.attributes.get("href") or "")
        if url is None:
            continue
        above: list[LexborNode] = []
        parent = node.parent
        while parent is not None and parent.tag not in ("body", "html"):
            above.append(parent)
            if len(above) >= MOST_ANCESTORS:
                break
            parent = parent.parent
        yield _Link(url=url, text=text_of(node), node=node, above=above)


def _mark_menus(links: list[_Link]) -> None:
    """Mark the links of blocks that hold short links alone: menus, pagers."""
    blocks: dict[int, tuple[LexborNode, list[_Link]]] = {}
    for link in links:
        for node in link.above:
            if node.tag in _BLOCKS:
                blocks.setdefault(node.mem_id, (node, []))[1].append(link)
                break
    for node, inside in blocks.values():
        linked = sum(len(link.text) for link in inside)
        is_short = all(weight(link.text) < SHORT_HEADLINE_CHARS for link in inside)
        if is_short and len(inside) > 1 and linked >= MENU_SHARE * len(text_of(node)):
            for link in inside:
                link.is_furniture = True


def _entitle(links: list[_Link]) -> None:
    """Call buttons by their card's headline, pictures that no text links by theirs."""
    told = {link.url for link in links if link.text}
    labels = buttons((link.text, link.url) for link in links)
    for link in links:
        if link.url not in told:
            link.text = picture_text(link.node)
        elif link.text in labels:
            headline = heading_of(item_of(link.node, link.above))
            link.in_heading = bool(headline)
            link.text = headline or link.text


def _weigh(link: _Link, dated: dict[int, bool]) -> None:
    """Say what a link is worth by itself: above 1 it may well be an article.

    `dated` keeps which blocks show a date: one may hold all links of a page.
    """
    relation = (link.node.attributes.get("rel") or "").lower()
    link.in_heading |= _in_heading(link)
    link.is_dated = _is_dated(link, dated)
    size = weight(link.text)
    worth = 0.0
    if size >= HEADLINE_CHARS:
        worth += 1.0
    elif size >= SHORT_HEADLINE_CHARS:
        worth += 0.5
    elif 0 < size < LABEL_CHARS:
        worth -= 0.4
    worth += 0.7 * link.in_heading + 0.5 * link.is_dated
    worth += 0.5 if looks_like_article(link.url) else -0.3
    if is_archive(link.url) or _NO_ARTICLE.search(relation):
        worth -= 2.0
    link.worth = worth


def _mark_beside(links: list[_Link]) -> None:
    """Mark what stands in menus, footers and boxes by tag, role or name.

    Names of elements that hold most of what looks like articles are those of the list.
    """
    for link in links:
        link.is_furniture |= any(is_apart(node) for node in link.above)
    likely = [one for one in links if not one.is_furniture and one.worth >= ENOUGH]
    held: dict[str, set[str]] = {}
    for link in likely:
        for names in map(names_of, link.above):
            if is_beside_listing(names):
                held.setdefault(names, set()).add(link.url)
    fewest = max(FEWEST_TOGETHER, len({link.url for link in likely}) / 2)
    lists = {names for names, urls in held.items() if len(urls) >= fewest}
    for link in links:
        named = set(map(names_of, link.above)) - lists
        if link.is_furniture or any(map(is_beside_listing, named)):
            link.is_furniture = True
            link.worth -= BESIDE


def _in_heading(link: _Link) -> bool:
    if any(node.tag in HEADINGS for node in link.above[:ITEM_LEVELS]):
        return True
    return link.node.css_first(", ".join(HEADINGS)) is not None


def _is_dated(link: _Link, dated: dict[int, bool]) -> bool:
    item = item_of(link.node, link.above)
    if item.mem_id not in dated:
        text = text_of(item)
        is_short = len(text) <= ITEM_CHARS
        has_time = item.css_first("time") is not None
        dated[item.mem_id] = has_time or (is_short and find(text, UTC) is not None)
    return dated[item.mem_id]


def _worths(
    links: list[_Link], known: frozenset[str], refused: frozenset[str]
) -> dict[str, float]:
    """Say what each address is worth: as much as its best link."""
    worth: dict[str, float] = {}
    for link in links:
        worth[link.url] = max(link.worth, worth.get(link.url, link.worth))
    worth |= {url: max(worth[url], 2 * ENOUGH) for url in known & worth.keys()}
    return worth | dict.fromkeys(refused & worth.keys(), -2 * ENOUGH)


def _choose(
    tree: LexborHTMLParser,
    base: str,
    rules: Rules,
    links: list[_Link],
    worth: dict[str, float],
    known: frozenset[str],
) -> Group | None:
    """Choose the selector that takes most articles and least else; then add to it."""
    wanted = _wanted(worth, known)
    if not wanted:
        return None
    taken = {
        css: (cost, _urls(tree, base, rules, css))
        for css, cost in _selectors(links, wanted).items()
    }
    chosen: list[str] = []
    covered: set[str] = set()
    while len(chosen) < MOST_SELECTORS:
        css, score = _best(taken, worth, wanted - covered, covered)
        if css is None or score <= 0:
            break
        chosen.append(css)
        covered |= set(taken[css][1])
    if not chosen:
        return None
    selector = ", ".join(chosen)
    urls = tuple(_urls(tree, base, rules, selector))
    doubtful = sorted(urls, key=lambda url: worth.get(url, 0.0))
    usual = median(worth.get(url, 0.0) for url in urls)
    return Group(
        selector=selector,
        urls=urls,
        doubtful=tuple(doubtful),
        odd=tuple(u for u in doubtful if worth.get(u, 0.0) <= usual - ODD),
        wrong=tuple(url for url in urls if worth.get(url, 0.0) < TOO_LITTLE),
    )


def _wanted(worth: dict[str, float], known: frozenset[str]) -> set[str]:
    """The addresses that look like articles."""
    likely = {url for url, value in worth.items() if value >= ENOUGH}
    if likely <= known:
        together = {url for url, value in worth.items() if value >= ENOUGH_TOGETHER}
        if len(together) >= FEWEST_TOGETHER:
            return together
    return likely


def _best(
    taken: dict[str, tuple[float, list[str]]],
    worth: dict[str, float],
    wanted: set[str],
    covered: set[str],
) -> tuple[str | None, float]:
    best, best_score = None, 0.0
    for css, (cost, urls) in taken.items():
        fresh = (set(urls) & worth.keys()) - covered
        right = len(fresh & wanted)
        wrong = sum(worth[url] < TOO_LITTLE for url in fresh)
        doubtful = len(fresh) - right - wrong
        score = right - COST_OF_WRONG * wrong - COST_OF_DOUBTFUL * doubtful
        # One more selector is worth it only for what is beyond doubt.
        score -= cost + (COST_OF_MORE if covered else 0.0)
        if score > best_score:
            best, best_score = css, score
    return best, best_score


def _urls(tree: LexborHTMLParser, base: str, rules: Rules, css: str) -> list[str]:
    found = (rules.admit(base, link_of(node)) for node in tree.css(css))
    return list(dict.fromkeys(url for url in found if url is not None))


def _navigation(links: list[_Link], worth: dict[str, float]) -> tuple[Section, ...]:
    found: dict[str, Section] = {}
    for link in links:
        # What looks like an article is one, in whatever box beside the listing.
        alone = link.worth + BESIDE * link.is_furniture
        looks_like_one = max(alone, worth[link.url]) >= ENOUGH
        is_menu = link.is_furniture or leads_on(link.text)
        if is_menu and link.text and not looks_like_one:
            section = Section(url=link.url, text=link.text, in_menu=link.is_furniture)
            found.setdefault(link.url, section)
    return tuple(found.values())


def _selectors(links: list[_Link], wanted: set[str]) -> dict[str, float]:
    """Give selectors that would take the wanted links, and what each costs.

    Those that name what the link is (its class, its heading) cost least, those that
    only tell where it stands more: they break first.
    """
    found: dict[str, float] = {}
    best: dict[str, float] = {}
    for link in links:
        best[link.url] = max(link.worth, best.get(link.url, link.worth))
    for link in links:
        if link.url not in wanted or link.is_furniture or len(found) > MOST_CSS:
            continue
        # A button below the headline is there as long as the theme has one.
        extra = COST_OF_BUTTON if link.worth < best[link.url] else 0.0
        for css, cost in selectors_of(link.node, link.above):
            found[css] = min(cost + extra, found.get(css, cost + extra))
    return found
