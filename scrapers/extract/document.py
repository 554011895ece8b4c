"""A page parsed once, and what every part of extraction reads from it.

`Document` belongs to one call of `extract` and never leaves the sandbox. Reading
meaning out of it is the other modules' work.
"""

from __future__ import annotations

import html
from functools import cached_property

from selectolax.lexbor import LexborHTMLParser, LexborNode, SelectolaxError

from scrapers.clean.text import line
from scrapers.clean.urls import absolute
from scrapers.extract.jsonld import Thing, read_things

# What is worth reading of one element's text where a name or a date is looked for: a
# class named "author" may sit on a whole page.
MAX_FIELD = 400


def parse_html(text: str) -> LexborHTMLParser:
    """Parse a document; raises MemoryError when lexbor runs out of it.

    Running out of memory is the only way in which lexbor refuses a text.
    """
    try:
        return LexborHTMLParser(text)
    except SelectolaxError as error:
        message = "the parser ran out of memory"
        raise MemoryError(message) from error


def text_of(node: LexborNode) -> str:
    """The text of an element as one clean line; a space where elements meet."""
    return line(node.text(separator=" "))


def field_of(node: LexborNode) -> str:
    """The text of an element that should hold one short fact, "" if it holds more."""
    text = node.text(separator=" ")
    return line(text) if len(text) < 2 * MAX_FIELD else ""


class Document:
    """One parsed page: its tree, its meta elements, its JSON-LD."""

    def __init__(self, text: str, url: str) -> None:
        self.tree = parse_html(text)
        self.url = url

    @cached_property
    def base(self) -> str:
        """What links are relative to: `<base href>`, else the page's address."""
        node = self.tree.css_first("base[href]")
        href = node.attributes.get("href") if node else None
        return (absolute(self.url, href) if href else None) or self.url

    @cached_property
    def metas(self) -> dict[str, list[str]]:
        """The meta elements' values by name, property, itemprop or http-equiv."""
        found: dict[str, list[str]] = {}
        for node in self.tree.css("meta"):
            attributes = node.attributes
            content = attributes.get("content")
            if not content:
                continue
            for key in ("name", "property", "itemprop", "http-equiv"):
                name = attributes.get(key)
                if name:
                    found.setdefault(name.strip().lower(), []).append(content)
        return found

    def meta(self, *names: str) -> str | None:
        """The first value, as a clean line, of the first of these that has one."""
        for name in names:
            for value in self.metas.get(name, ()):
                if cleaned := line(html.unescape(value)):
                    return cleaned
        return None

    def meta_all(self, *names: str) -> list[str]:
        """All values of all of these, clean, in order, none twice."""
        values = (line(html.unescape(v)) for n in names for v in self.metas.get(n, ()))
        return list(dict.fromkeys(value for value in values if value))

    @cached_property
    def things(self) -> list[Thing]:
        """The objects of the page's JSON-LD, outermost first."""
        scripts = self.tree.css('script[type*="ld+json" i]')
        return read_things([node.text() for node in scripts])

    @cached_property
    def article(self) -> Thing:
        """The JSON-LD object that describes this article; empty if none does."""
        return _main_article(self.things, self.url)

    @cached_property
    def marks(self) -> list[LexborNode]:
        """Headings, pictures and paragraphs in the page's order: one search for all."""
        return self.tree.css("h1, h2, [itemprop=headline], img, amp-img, p")

    @cached_property
    def title_element(self) -> str:
        """What the title element in the head says."""
        node = self.tree.css_first("head title, title")
        return text_of(node) if node else ""


ARTICLES = frozenset(
    {
        "article",
        "newsarticle",
        "blogposting",
        "reportagenewsarticle",
        "analysisnewsarticle",
        "opinionnewsarticle",
        "reviewnewsarticle",
        "backgroundnewsarticle",
        "asknewsarticle",
        "advertisercontentarticle",
        "satiricalarticle",
        "scholarlyarticle",
        "techarticle",
        "liveblogposting",
        "socialmediaposting",
        "report",
        "review",
        "recipe",
        "howto",
        "podcastepisode",
        "videoobject",
        "webpage",
        "creativework",
    }
)
# Types that often describe the page around the article, or a part of it.
_WEAK = frozenset({"webpage", "videoobject", "creativework", "review", "howto"})


def _main_article(things: list[Thing], url: str) -> Thing:
    """Of several articles take the one with this address, else the fullest."""
    best: Thing = Thing({})
    best_rank: tuple[bool, bool, bool] | None = None
    for thing in things:
        if not thing.is_a(ARTICLES):
            continue
        fits = thing.describes(url)
        headline = bool(thing.text("headline") or thing.text("articleBody"))
        rank = (not thing.is_a(_WEAK), fits, headline)
        if best_rank is None or rank > best_rank:
            best, best_rank = thing, rank
    return best
