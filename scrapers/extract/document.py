"""A page parsed once, and what every part of extraction reads from it.

`Document` belongs to one call of `extract` and never leaves the sandbox. One walk lists
what tells of the page without being shown (meta, link, script, title) and what is read
of every page; then scripts and styles are taken out of the tree, so that every later
search has half as much to go through. Reading meaning out of it is others' work.
"""

from __future__ import annotations

import html
from collections.abc import Sequence

from selectolax.lexbor import (
    LexborDocumentOptions,
    LexborHTMLParser,
    LexborNode,
    SelectolaxError,
)

from scrapers.clean.text import line
from scrapers.clean.urls import absolute
from scrapers.compiled import compiled_in, load
from scrapers.extract.index import Index
from scrapers.extract.jsonld import Thing, read_things
from scrapers.extract.listing import index_of, listed
from scrapers.extract.once import once
from scrapers.extract.streamed import put_in_place

# What is worth reading of one element's text where a name or a date is looked for: a
# class named "author" may sit on a whole page.
MAX_FIELD = 400


# Nothing of ours listens to the tree's changes.
_OPTIONS = LexborDocumentOptions.WO_EVENTS


_shown = load("shown")


def parse_html(text: bytes) -> LexborHTMLParser:
    """Parse a document in UTF-8; raises MemoryError when lexbor runs out of it.

    Running out of memory is the only way in which lexbor refuses a text.
    """
    try:
        return LexborHTMLParser(text, options=_OPTIONS, scripting=True)
    except SelectolaxError as error:
        message = "the parser ran out of memory"
        raise MemoryError(message) from error


@compiled_in("shown")
def text_of(node: LexborNode) -> str:
    """The text of an element as one clean line; a space where elements meet."""
    return line(node.text(separator=" "))


@compiled_in("shown")
def field_of(node: LexborNode) -> str:
    """The text of an element that should hold one short fact, "" if it holds more."""
    text = node.text(separator=" ")
    return line(text) if len(text) < 2 * MAX_FIELD else ""


if _shown:
    _shown.fields_are_below(2 * MAX_FIELD)


class Document:
    """One parsed page: its tree without scripts, its meta elements, its JSON-LD."""

    def __init__(self, text: bytes, url: str) -> None:
        self.text = text
        self.url = url
        self.tree = parse_html(text)
        listing = listed(self.tree)
        if listing.elements("template") and put_in_place(self.tree, text):
            listing = listed(self.tree)
        self._listing = listing
        # The meta elements' values by name, property, itemprop or http-equiv.
        self.metas = listing.metas()
        self._stated = listing.stated()
        listing.clear()

    def elements(self, name: str) -> list[LexborNode]:
        """The elements of one of the kinds listed, in the page's order."""
        return self._listing.elements(name)

    def values(self, name: str, attribute: str) -> list[str]:
        """What this attribute says in the elements of a kind that have it."""
        return self._listing.values(name, attribute)

    @property
    def script_sources(self) -> list[str]:
        """The addresses of scripts, in the page's order."""
        return [source for source in self.values("script", "src") if source]

    @once
    def links(self) -> list[dict[str, str | None]]:
        """The attributes of each `link`, in the page's order."""
        return [node.attributes for node in self.elements("link")]

    def relation(self, name: str) -> str | None:
        """Where the first `link` of a relation leads."""
        return self._listing.relation(name)

    @once
    def base(self) -> str:
        """What links are relative to: `<base href>`, else the page's address."""
        stated = next(filter(None, self.values("base", "href")), None)
        return (absolute(self.url, stated) if stated else None) or self.url

    def meta(self, *names: str) -> str | None:
        """The first value, as a clean line, of the first of these that has one."""
        for name in names:
            for value in self.metas.get(name, ()):
                if cleaned := line(html.unescape(value)):
                    return cleaned
        return None

    def meta_all(self, *names: str) -> list[str]:
        """All values of all of these, clean, in order, none twice."""
        metas = self.metas
        if metas.keys().isdisjoint(names):
            return []
        found: dict[str, None] = {}
        for name in names:
            for value in metas.get(name, ()):
                if cleaned := line(html.unescape(value)):
                    found[cleaned] = None
        return list(found)

    @once
    def things(self) -> list[Thing]:
        """The objects of the page's JSON-LD, outermost first."""
        return read_things(self._stated)

    @once
    def article(self) -> Thing:
        """The JSON-LD object that describes this article; empty if none does."""
        return _main_article(self.things, self.url)

    @once
    def marks(self) -> Sequence[LexborNode]:
        """Headings, pictures, paragraphs and times in the page's order."""
        return self._listing.marks

    @once
    def heads(self) -> list[int]:
        """Which of the marks may be the headline."""
        return self._listing.heads()

    @once
    def times(self) -> list[LexborNode]:
        """The time elements, in the page's order."""
        return self._listing.times()

    @once
    def index(self) -> Index:
        """The elements by what their attributes say."""
        return index_of(self._listing)

    @once
    def title_element(self) -> str:
        """What the title element says."""
        node = self._listing.title()
        return text_of(node) if node is not None else ""


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
    articles = [thing for thing in things if thing.is_a(ARTICLES)]
    likely = [thing for thing in articles if not thing.is_a(_WEAK)] or articles
    if len(likely) < 2:
        return likely[0] if likely else Thing({})
    best, best_rank = likely[0], (False, False)
    for thing in likely:
        headline = bool(thing.text("headline") or thing.text("articleBody"))
        rank = (thing.describes(url), headline)
        if rank > best_rank:
            best, best_rank = thing, rank
    return best
