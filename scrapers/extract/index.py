"""What elements say of themselves in attributes, read once for all fields of a page.

A search of the tree costs a few hundredths of parsing for an attribute, a tenth for a
part of a value, and each further part as much again. So elements are listed once, and
told apart here.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from selectolax.lexbor import LexborHTMLParser, LexborNode

from scrapers.extract.once import once

# Elements that say what they are by these attributes.
_NAMED = {
    "itemprop": "[itemprop]",
    "rel": "a[rel~=tag], a[rel~=author]:not([rel~=tag])",
    "property": "[property~=datePublished]",
}

Listed = tuple[str, LexborNode]
_END = "\x00"  # which no parsed page has


class Index:
    """The elements of one page by what they say; each list is made when asked for."""

    def __init__(self, tree: LexborHTMLParser) -> None:
        self._tree = tree
        self._words: dict[str, dict[str, list[LexborNode]]] = {}

    def named(self, *names: str) -> list[LexborNode]:
        """The elements whose itemprop, property or rel has one of these words.

        Names are written as `rel=tag` and `itemprop=author`; of properties and
        relations only the few in `_NAMED` are known, and relations only of shown links.
        """
        found: list[LexborNode] = []
        for name in names:
            key, _, word = name.partition("=")
            if key not in self._words:
                self._words[key] = self._by_word(key)
            found.extend(self._words[key].get(word, ()))
        return found

    @property
    def has_microdata(self) -> bool:
        """Whether an element says what it holds by an itemprop."""
        self.named("itemprop=")
        return bool(self._words["itemprop"])

    def _by_word(self, key: str) -> dict[str, list[LexborNode]]:
        found: dict[str, list[LexborNode]] = {}
        for node in self._tree.css(_NAMED[key]):
            for word in dict.fromkeys((node.attrs.get(key) or "").split()):
                found.setdefault(word, []).append(node)
        return found

    def links_to(self, *parts: str) -> Iterator[Listed]:
        """The links whose address has one of these in it, with their addresses."""
        return self._links.having(parts)

    def classed(self, *parts: str) -> Iterator[Listed]:
        """The elements that have one of these in their class or test id.

        With class and test id in lower case, which is how the parts are written.
        """
        return self._classed.having(parts)

    def holding(self, *pairs: tuple[str, str]) -> list[LexborNode]:
        """The elements that have such a part in such an attribute, in either case.

        Of attributes those are known that are asked for.
        """
        wanted = ", ".join(f'[{name}*="{part}" i]' for name, part in pairs)
        # What fits two selectors of a list is found twice.
        return list({node.mem_id: node for node in self._tree.css(wanted)}.values())

    @once
    def _links(self) -> _Texts:
        nodes = self._tree.tags("a")
        return _Texts(nodes, [node.attrs.get("href") or "" for node in nodes])

    @once
    def _classed(self) -> _Texts:
        nodes, names = self._named_by_class()
        lowered = _END.join(names).lower().split(_END) if names else []
        return _Texts(nodes, lowered)

    def _named_by_class(self) -> tuple[list[LexborNode], list[str]]:
        """The elements that have a class or a test id, and both."""
        tree = self._tree
        if not tree.css_first("[data-testid]"):  # as on most pages
            nodes = tree.css("[class]")
            return nodes, [node.attrs["class"] or "" for node in nodes]
        # What fits two selectors of a list is found twice.
        nodes = tree.css("[class], [data-testid]:not([class])")
        every = [node.attributes for node in nodes]
        return nodes, [
            f"{one.get('class') or ''} {one['data-testid'] or ''}"
            if "data-testid" in one
            else one["class"] or ""
            for one in every
        ]


class _Texts:
    """Elements and a text of each, which are all searched as one."""

    def __init__(self, nodes: list[LexborNode], texts: list[str]) -> None:
        self.nodes = nodes
        self.texts = texts
        self.whole = _END.join(set(texts))

    def having(self, parts: Iterable[str]) -> Iterator[Listed]:
        """The elements that have a part in their text, and their texts, in order."""
        found = {text for part in parts for text in self._having(part)}
        for text, node in zip(self.texts, self.nodes, strict=True) if found else ():
            if text in found:
                yield text, node

    def _having(self, part: str) -> Iterator[str]:
        whole = self.whole
        at = whole.find(part)
        while at >= 0:
            end = whole.find(_END, at)
            yield whole[whole.rfind(_END, 0, at) + 1 : end if end >= 0 else None]
            at = whole.find(part, end) if end >= 0 else -1
