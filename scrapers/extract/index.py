"""What elements say of themselves in attributes, read once for all fields of a page.

A search of the tree costs a few hundredths of parsing for an attribute, a tenth for a
part of a value, and each further part as much again. So elements are listed once, and
told apart here.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property

from selectolax.lexbor import LexborHTMLParser, LexborNode

# Elements that say what they are by these attributes.
_NAMED = {
    "itemprop": "[itemprop]",
    "rel": "[rel~=tag], [rel~=author]",
    "property": "[property~=datePublished]",
}

Listed = tuple[str, LexborNode]


class Index:
    """The elements of one page by what they say; each list is made when asked for."""

    def __init__(self, tree: LexborHTMLParser) -> None:
        self._tree = tree
        self._words: dict[str, dict[str, list[LexborNode]]] = {}

    def named(self, *names: str) -> list[LexborNode]:
        """The elements whose itemprop, property or rel has one of these words.

        Names are written as `rel=tag` and `itemprop=author`; of properties and
        relations only the few in `_NAMED` are known.
        """
        found: list[LexborNode] = []
        for name in names:
            key, _, word = name.partition("=")
            if key not in self._words:
                self._words[key] = self._by_word(key)
            found.extend(self._words[key].get(word, ()))
        return found

    def _by_word(self, key: str) -> dict[str, list[LexborNode]]:
        found: dict[str, list[LexborNode]] = {}
        for node in self._tree.css(_NAMED[key]):
            for word in (node.attributes.get(key) or "").split():
                found.setdefault(word, []).append(node)
        return found

    def links_to(self, *parts: str) -> list[Listed]:
        """The links whose address has one of these in it, with their addresses."""
        return list(_having(parts, *self._links))

    def classed(self, *parts: str) -> Iterator[Listed]:
        """The elements that have one of these in their class or test id.

        With class and test id in lower case, which is how the parts are written.
        """
        return _having(parts, *self._classed)

    @cached_property
    def _links(self) -> tuple[str, list[Listed]]:
        links = ((node.attrs.get("href"), node) for node in self._tree.tags("a"))
        return _joined([(href, node) for href, node in links if href])

    @cached_property
    def _classed(self) -> tuple[str, list[Listed]]:
        listed = []
        # What fits two selectors of a list is found twice.
        for node in self._tree.css("[class], [data-testid]:not([class])"):
            attributes = node.attributes
            names = attributes.get("class") or ""
            if test := attributes.get("data-testid"):
                names = f"{names} {test}"
            listed.append((names.lower(), node))
        return _joined(listed)


def _joined(listed: list[Listed]) -> tuple[str, list[Listed]]:
    """The texts in one, in which what no element has is known to be missing at once."""
    return "\n".join([text for text, _ in listed]), listed


def _having(
    parts: tuple[str, ...], every: str, listed: list[Listed]
) -> Iterator[Listed]:
    there = [part for part in parts if part in every]
    for text, node in listed if there else ():
        if any(part in text for part in there):
            yield text, node
