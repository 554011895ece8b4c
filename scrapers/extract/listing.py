"""What a page has that is asked for on every page, listed in one walk.

One walk by lexbor costs what three searches of the tree do, and these would be twenty.
What is compiled walks the same in a tenth of the time.
"""

from __future__ import annotations

from collections.abc import Sequence

from selectolax.lexbor import LexborHTMLParser, LexborNode

from scrapers.compiled import load
from scrapers.extract.index import Index
from scrapers.extract.once import once

# What is read in the order of the page, and what of it may be the headline.
_MARKS = ("h1", "h2", "img", "p", "time")
_HEADS = frozenset({"h1", "h2"})
# Elements whose text is never shown, those that tell of the page, and others asked for.
_GONE = ("script", "style", "noscript", "template", "svg")
_TELLING = ("meta", "link", "base", "title")
_OTHERS = (*_GONE, *_TELLING, "audio", "video", "form", "iframe")
_META_NAMES = frozenset({"name", "property", "itemprop", "http-equiv"})


def _numbered(names: Sequence[str]) -> dict[int, str]:
    """The names of these elements by lexbor's numbers, which are cheaper to ask."""
    tree = LexborHTMLParser("")
    return {tree.create_node(name).tag_id: name for name in names}


_OTHER_NUMBERS = _numbered(_OTHERS)
_MARK_NUMBERS = _numbered(_MARKS)
_NUMBERS = {name: number for number, name in _OTHER_NUMBERS.items()}
_TIME = next(n for n, name in _MARK_NUMBERS.items() if name == "time")
_NO_HEADS = frozenset(n for n, name in _MARK_NUMBERS.items() if name not in _HEADS)

_index = load("index")  # which reads what the other lists
_module = load("listing") if _index else None
_compiled = _module.Lister(_MARKS, _HEADS, _OTHERS, _GONE) if _module else None


def listed(tree: LexborHTMLParser) -> Listing:
    """List a page."""
    made: Listing = _compiled(tree) if _compiled else Listing(tree)
    return made


def index_of(listing: Listing) -> Index:
    """The elements of a page by what their attributes say."""
    made: Index = _index.Index(listing) if _index else listing.index
    return made


class Listing:
    """The elements of one page that are asked for on every page."""

    def __init__(self, tree: LexborHTMLParser) -> None:
        self._tree = tree
        self._kinds: dict[int, list[LexborNode]] = {n: [] for n in _OTHER_NUMBERS}
        self._marking: list[tuple[int, LexborNode]] = []
        root = tree.root
        for node in root.traverse() if root is not None else ():
            kind = node.tag_id
            if kind in _MARK_NUMBERS:
                self._marking.append((kind, node))
            elif kind in _OTHER_NUMBERS:
                self._kinds[kind].append(node)

    def clear(self) -> None:
        """Take out of the tree what is never shown."""
        for name in _GONE:  # what pictures hold before the pictures
            for node in reversed(self.elements(name)):
                node.decompose()

    def elements(self, name: str) -> list[LexborNode]:
        """The elements of one of the kinds listed, in the page's order."""
        return self._kinds[_NUMBERS[name]]

    def values(self, name: str, attribute: str) -> list[str]:
        """What this attribute says in the elements of a kind that have it."""
        found = (node.attributes.get(attribute) for node in self.elements(name))
        return [value for value in found if value is not None]

    def metas(self) -> dict[str, list[str]]:
        """The meta elements' values by name, property, itemprop or http-equiv."""
        found: dict[str, list[str]] = {}
        for attributes in [node.attributes for node in self.elements("meta")]:
            if content := attributes.get("content"):
                for key, name in attributes.items():
                    if name and key in _META_NAMES:
                        found.setdefault(name.strip().lower(), []).append(content)
        return found

    def stated(self) -> list[str]:
        """The texts of the scripts that are JSON-LD."""
        found = []
        for node in self.elements("script"):
            attributes = node.attributes
            kind = attributes.get("type") or ""
            if not attributes.get("src") and "ld+json" in kind.lower():
                found.append(node.text())
        return found

    def title(self) -> LexborNode | None:
        """The first title element that is no picture's."""
        shown = (node for node in self.elements("title") if node.parent is not None)
        return next(shown, None)

    def relation(self, name: str) -> str | None:
        """Where the first link of a relation leads."""
        return self._relations.get(name)

    @once
    def _relations(self) -> dict[str, str | None]:
        found: dict[str, str | None] = {}
        for attributes in [node.attributes for node in self.elements("link")]:
            for word in (attributes.get("rel") or "").lower().split():
                found.setdefault(word, attributes.get("href"))
        return found

    @once
    def index(self) -> Index:
        """The elements by what their attributes say."""
        return Index(self._tree)

    @property
    def marks(self) -> Sequence[LexborNode]:
        """Headings, pictures, paragraphs and times in the page's order."""
        return [node for _, node in self._marked]

    def heads(self) -> list[int]:
        """Which of the marks may be the headline."""
        others = _NO_HEADS | self._amp
        return [at for at, (kind, _) in enumerate(self._marked) if kind not in others]

    def times(self) -> list[LexborNode]:
        """The time elements, in the page's order."""
        return [node for kind, node in self._marked if kind == _TIME]

    @once
    def _marked(self) -> list[tuple[int, LexborNode]]:
        """The marks with lexbor's numbers of their tags."""
        wanted = ", ".join(_MARKS)
        others = ""
        if self._amp:
            others += ", amp-img"
        if self.index.named("itemprop=headline"):
            others += f", [itemprop=headline]:not({wanted})"
        if others:
            found = self._tree.css(wanted + others)
            return [(node.tag_id, node) for node in found]
        # What is in a picture is gone with it.
        return [pair for pair in self._marking if pair[1].parent is not None]

    @once
    def _amp(self) -> frozenset[int]:
        """AMP's pictures by lexbor's number, which costs nothing where none is."""
        return frozenset(node.tag_id for node in self._tree.tags("amp-img")[:1])
