"""Learn selectors for an article page from examples: pages, and what stands on them.

Where a feed or REST tells a field that the generic reading misses, the element that
says the same on every page is looked for. Pure: runs in the parsing child.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import partial
from statistics import fmean

from selectolax.lexbor import LexborHTMLParser, LexborNode

from scrapers.clean.text import word_count
from scrapers.discover.classes import classes_of, id_of
from scrapers.extract.article import extract
from scrapers.extract.dates import find
from scrapers.extract.document import field_of, parse_html, text_of
from scrapers.extract.recipe import Recipe
from scrapers.extract.titles import key_of
from scrapers.fetch.charset import as_utf8
from scrapers.items import Hints, Page, ScrapedArticle, Site

# Fewer pages prove nothing.
FEWEST = 2
MOST_NODES = 3_000
# A generic body this like the feed's needs no help; help must bring so much.
GOOD_BODY, BETTER_BY = 0.90, 0.04
# A text shorter than this is an excerpt, and no measure of a body.
FULL_WORDS = 120
# What is counted as a word: of scripts that set none apart, each character.
_WORD = re.compile(r"[\u3040-\u9fff]|[^\s\u3040-\u9fff]+")
# Attributes that say how an element looks, and how long what they say may be.
LOOKS = ("size", "color", "face", "style", "bgcolor")
MAX_LOOK = 60
# Selectors of a body that are tried, and how roundabout they may be.
MOST_TRIED, MOST_COST = 6, 1.0


@dataclass(frozen=True, kw_only=True, slots=True)
class Example:
    """A page, and what is known of its article from elsewhere; "" where nothing is.

    `called` is the text of the link that led to it, which may be a button's.
    """

    page: Page
    called: str = ""
    title: str = ""
    author: str = ""
    day: date | None = None
    text: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Learned:
    """One key of a recipe, its selector, and why it helps."""

    key: str
    selector: str
    why: str


Pair = tuple[Example, ScrapedArticle]


def learn(examples: Sequence[Example], site: Site) -> tuple[Learned, ...]:
    """Find the selectors that help on these pages; none where nothing needs help."""
    if len(examples) < FEWEST:
        return ()
    made = [extract(one.page, Recipe(), Hints(), site) for one in examples]
    pairs = [
        (one, article)
        for one, article in zip(examples, made, strict=True)
        if isinstance(article, ScrapedArticle)
    ]
    if len(pairs) < FEWEST:
        return ()
    trees = [
        parse_html(as_utf8(one.page.body, one.page.content_type)) for one, _ in pairs
    ]
    found = (
        _title(pairs, trees),
        _author(pairs, trees),
        _date(pairs, trees),
        _body(pairs, trees, site),
    )
    return tuple(one for one in found if one is not None)


def _title(pairs: list[Pair], trees: list[LexborHTMLParser]) -> Learned | None:
    wanted = [key_of(one.title) for one, _ in pairs]
    read = [key_of(article.title) for _, article in pairs]
    if len(set(read)) == 1:  # every page gives the same: that is no headline
        called = [key_of(one.called) for one, _ in pairs]
        wanted = called if len(set(called)) == len(called) else wanted
    wrong = sum(key != own for key, own in zip(wanted, read, strict=True))
    if not all(wanted) or not wrong:
        return None
    selector = _agreed(trees, [partial(_says, key) for key in wanted])
    why = f"the headline was read otherwise on {wrong} of {len(pairs)} pages"
    return Learned(key="title", selector=selector, why=why) if selector else None


def _author(pairs: list[Pair], trees: list[LexborHTMLParser]) -> Learned | None:
    wanted = [key_of(one.author) for one, _ in pairs]
    wrong = sum(
        key not in {key_of(author.name) for author in article.authors}
        for key, (_, article) in zip(wanted, pairs, strict=True)
    )
    if not all(wanted) or not wrong:
        return None
    selector = _agreed(trees, [partial(_says, key) for key in wanted])
    why = f"{wrong} of {len(pairs)} pages did not tell who wrote them"
    return Learned(key="author", selector=selector, why=why) if selector else None


def _date(pairs: list[Pair], trees: list[LexborHTMLParser]) -> Learned | None:
    days = [one.day for one, _ in pairs if one.day is not None]
    if len(days) < len(pairs):
        return None
    wrong = sum(
        not _is_about(article.published_at, day)
        for day, (_, article) in zip(days, pairs, strict=True)
    )
    if not wrong:
        return None
    selector = _agreed(trees, [partial(_is_dated, day) for day in days])
    why = f"{wrong} of {len(pairs)} pages told another date, or none"
    return Learned(key="date", selector=selector, why=why) if selector else None


def _says(key: str, node: LexborNode) -> bool:
    return key_of(field_of(node)) == key


def _is_dated(day: date, node: LexborNode) -> bool:
    found = find(field_of(node), UTC)
    return found is not None and _is_about(found.at, day)


def _is_about(at: datetime | None, day: date) -> bool:
    # A day in one zone is the next in another.
    return at is not None and abs((at.date() - day).days) <= 1


def _agreed(
    trees: list[LexborHTMLParser], tests: Sequence[Callable[[LexborNode], bool]]
) -> str | None:
    """The best selector whose first match passes its page's test on every page."""
    found: dict[str, float] = {}
    body = trees[0].body
    if body is None:
        return None
    for node in body.css("*")[:MOST_NODES]:
        if tests[0](node):
            for css, cost in _selectors(node):
                found[css] = min(cost, found.get(css, cost))
    for css in sorted(found, key=lambda css: found[css]):
        firsts = [tree.css_first(css) for tree in trees]
        if all(
            node is not None and test(node)
            for node, test in zip(firsts, tests, strict=True)
        ):
            return css
    return None


def _selectors(node: LexborNode) -> Iterator[tuple[str, float]]:
    """Name an element so that its like is found on the next page."""
    for name in classes_of(node):
        yield f".{name}", 0.0
    identity = id_of(node)
    if identity:
        yield f"#{identity}", 0.1
    if node.tag in ("h1", "time", "address"):
        yield str(node.tag), 0.3
    yield from ((css, 0.4) for css in _looks(node))
    above = node.parent
    for depth in range(2):
        if above is None:
            return
        for name in classes_of(above):
            yield f".{name} {node.tag}", 0.5 + depth
        above = above.parent


def _looks(node: LexborNode) -> Iterator[str]:
    """Name an element by how it looks, as pages without classes tell things apart."""
    for name in LOOKS:
        value = node.attributes.get(name) or ""
        if value and len(value) <= MAX_LOOK and '"' not in value and "\\" not in value:
            yield f'{node.tag}[{name}="{value}"]'


def _body(
    pairs: list[Pair], trees: list[LexborHTMLParser], site: Site
) -> Learned | None:
    """A selector of the body, where the generic one differs from the feed's whole text.

    A selector is tried on the pages as extraction would use it.
    """
    full = [(n, one) for n, (one, _) in enumerate(pairs) if _is_full(one.text)]
    if len(full) < FEWEST:
        return None
    generic = fmean(likeness(pairs[n][1].body_text, one.text) for n, one in full)
    if generic >= GOOD_BODY:
        return None
    first, example = full[0]
    best, best_score = None, generic + BETTER_BY
    for css in _holders(trees[first], example.text):
        score = fmean(_with_body(css, one, site) for _, one in full)
        if score > best_score:
            best, best_score = css, score
    if best is None:
        return None
    why = f"its text is {best_score:.0%} like the feed's, the generic one {generic:.0%}"
    return Learned(key="body", selector=best, why=why)


def _is_full(text: str) -> bool:
    return word_count(text) >= FULL_WORDS


def _with_body(css: str, one: Example, site: Site) -> float:
    found = extract(one.page, Recipe(body=(css,)), Hints(), site)
    if not isinstance(found, ScrapedArticle):
        return 0.0
    return likeness(found.body_text, one.text)


def _holders(tree: LexborHTMLParser, text: str) -> list[str]:
    """Selectors of the elements whose text is most like this one."""
    body = tree.body
    if body is None:
        return []
    scored: dict[str, float] = {}
    for node in body.css("div, section, article, main, td")[:MOST_NODES]:
        own = text_of(node)
        if not len(text) / 2 <= len(own) <= len(text) * 4:
            continue
        score = likeness(own, text)
        for css, cost in _selectors(node):
            if cost < MOST_COST and tree.css_first(css) is not None:
                scored[css] = max(score - cost / 10, scored.get(css, 0.0))
    return sorted(scored, key=lambda css: scored[css], reverse=True)[:MOST_TRIED]


def likeness(one: str, other: str) -> float:
    """How alike two texts are by their words: F1 of the two bags, 0 to 1."""
    first, second = Counter(_WORD.findall(one)), Counter(_WORD.findall(other))
    common = (first & second).total()
    total = first.total() + second.total()
    return 2 * common / total if total else 0.0
