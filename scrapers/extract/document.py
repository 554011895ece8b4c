"""A page parsed once, and what every part of extraction reads from it.

`Document` belongs to one call of `extract` and never leaves the sandbox. One walk lists
what tells of the page without being shown (meta, link, script, title) and what is read
of every page; then scripts and styles are taken out of the tree, so that every later
search has half as much to go through. Reading meaning out of it is others' work.
"""

from __future__ import annotations

import html

from selectolax.lexbor import (
    LexborDocumentOptions,
    LexborHTMLParser,
    LexborNode,
    SelectolaxError,
)

from scrapers.clean.text import line
from scrapers.clean.urls import absolute
from scrapers.extract.index import Index
from scrapers.extract.jsonld import Thing, read_things
from scrapers.extract.once import once
from scrapers.extract.streamed import put_in_place

# What is worth reading of one element's text where a name or a date is looked for: a
# class named "author" may sit on a whole page.
MAX_FIELD = 400


# Nothing of ours listens to the tree's changes.
_OPTIONS = LexborDocumentOptions.WO_EVENTS
# Elements that tell of the page, and elements whose text is never shown.
_UNSHOWN = "meta, link, base, title, script, style, noscript, template, svg"


def parse_html(text: bytes) -> LexborHTMLParser:
    """Parse a document in UTF-8; raises MemoryError when lexbor runs out of it.

    Running out of memory is the only way in which lexbor refuses a text.
    """
    try:
        return LexborHTMLParser(text, options=_OPTIONS, scripting=True)
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


_META_NAMES = frozenset({"name", "property", "itemprop", "http-equiv"})
# What is read in the order of the page.
_MARKS = "h1, h2, img, p, time"


class Document:
    """One parsed page: its tree without scripts, its meta elements, its JSON-LD."""

    def __init__(self, text: bytes, url: str) -> None:
        self.text = text
        self.tree = parse_html(text)
        put_in_place(self.tree, text)
        self.url = url
        self._kinds: dict[int, list[LexborNode]] = {number: [] for number in _OTHERS}
        # What is read in the order of the page, with lexbor's number of its tag.
        self._marking: list[tuple[int, LexborNode]] = []
        gone = self._list()
        kinds = self._kinds
        # The addresses of scripts, in the page's order.
        self.script_sources: list[str] = []
        # The meta elements' values by name, property, itemprop or http-equiv.
        self.metas: dict[str, list[str]] = {}
        self._read_metas([node.attributes for node in kinds[META]])
        self._bases = [node.attributes.get("href") or "" for node in kinds[BASE]]
        self._titles = kinds[TITLE]
        self._stated: list[str] = []
        self._read_scripts(kinds[SCRIPT])
        for node in reversed(gone):  # the innermost first
            node.decompose()

    def _list(self) -> list[LexborNode]:
        """Sort the elements that are asked for on every page; give those never shown.

        One walk by lexbor costs what three searches do, and these would be twenty.
        """
        others, marked = self._kinds, self._marking
        gone: list[LexborNode] = []
        root = self.tree.root
        for node in root.traverse() if root is not None else ():
            kind = node.tag_id
            if kind in _MARKED:
                marked.append((kind, node))
            elif kind in others:
                others[kind].append(node)
                if kind in _GONE:
                    gone.append(node)
        return gone

    def elements(self, name: str) -> list[LexborNode]:
        """The elements of one of the kinds listed, in the page's order."""
        return self._kinds[_NUMBERS[name]]

    @once
    def links(self) -> list[dict[str, str | None]]:
        """The attributes of each `link`, in the page's order."""
        return [node.attributes for node in self._kinds[LINK]]

    @once
    def relations(self) -> dict[str, str | None]:
        """Where the first `link` of each relation leads, by the relation."""
        found: dict[str, str | None] = {}
        for attributes in self.links:
            for word in (attributes.get("rel") or "").lower().split():
                found.setdefault(word, attributes.get("href"))
        return found

    def _read_metas(self, every: list[dict[str, str | None]]) -> None:
        metas = self.metas
        for attributes in every:
            if content := attributes.get("content"):
                for key, name in attributes.items():
                    if name and key in _META_NAMES:
                        metas.setdefault(name.strip().lower(), []).append(content)

    def _read_scripts(self, nodes: list[LexborNode]) -> None:
        for node in nodes:
            attributes = node.attributes
            if source := attributes.get("src"):
                self.script_sources.append(source)
            elif "ld+json" in (attributes.get("type") or "").lower():
                self._stated.append(node.text())

    @once
    def base(self) -> str:
        """What links are relative to: `<base href>`, else the page's address."""
        stated = next(filter(None, self._bases), None)
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
        values = (line(html.unescape(v)) for n in names for v in metas.get(n, ()))
        return list(dict.fromkeys(value for value in values if value))

    @once
    def things(self) -> list[Thing]:
        """The objects of the page's JSON-LD, outermost first."""
        return read_things(self._stated)

    @once
    def article(self) -> Thing:
        """The JSON-LD object that describes this article; empty if none does."""
        return _main_article(self.things, self.url)

    @once
    def marks(self) -> list[LexborNode]:
        """Headings, pictures, paragraphs and times in the page's order."""
        return [node for _, node in self._marked]

    @once
    def _marked(self) -> list[tuple[int, LexborNode]]:
        wanted = _MARKS
        if self._amp:
            wanted += ", amp-img"
        if self.index.named("itemprop=headline"):
            wanted += ", [itemprop=headline]:not(h1, h2)"
        if wanted != _MARKS or self._kinds[FOREIGN]:
            return [(node.tag_id, node) for node in self.tree.css(wanted)]
        return self._marking

    @once
    def _amp(self) -> frozenset[int]:
        """AMP's pictures by lexbor's number, which costs nothing where none is."""
        return frozenset(node.tag_id for node in self.tree.tags("amp-img")[:1])

    @once
    def heads(self) -> list[int]:
        """Which of the marks may be the headline."""
        others = _NO_HEADS | self._amp if self._amp else _NO_HEADS
        return [at for at, (kind, _) in enumerate(self._marked) if kind not in others]

    @once
    def times(self) -> list[LexborNode]:
        """The time elements, in the page's order."""
        if not any(kind == TIME for kind, _ in self._marking):
            return []
        return [node for kind, node in self._marked if kind == TIME]

    @once
    def index(self) -> Index:
        """The elements by what their attributes say."""
        return Index(self.tree)

    @once
    def title_element(self) -> str:
        """What the title element says: the first, since pictures have some too."""
        return text_of(self._titles[0]) if self._titles else ""


def _numbered(names: str) -> dict[int, str]:
    """The names of these elements by lexbor's numbers, which are cheaper to ask."""
    tree = LexborHTMLParser("")
    return {tree.create_node(name).tag_id: name for name in names.split(", ")}


# `foreignobject` is HTML inside a picture, and gone with it.
_OTHERS = _numbered(f"{_UNSHOWN}, audio, video, form, foreignobject")
_MARKED = frozenset(_numbered(_MARKS))
_NUMBERS = {name: number for number, name in _OTHERS.items()}
META, LINK, BASE, TITLE, SCRIPT, FOREIGN = (
    _NUMBERS[name]
    for name in ("meta", "link", "base", "title", "script", "foreignobject")
)
TIME = next(iter(_numbered("time")))
_GONE = frozenset(_numbered(_UNSHOWN)) - {META, LINK, BASE, TITLE}
_NO_HEADS = frozenset(_numbered("img, p, time"))
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
