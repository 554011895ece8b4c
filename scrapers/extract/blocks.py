"""Give the text of an element as blocks inside containers, and its HTML in parts.

A block is a run of text between two block boundaries: a paragraph, a list item, a
heading, a line before `<br>`. A container is a block element; its blocks are a range.
What is walked is the element's HTML as lexbor writes it, cut at each tag: asking a tree
for its nodes one by one costs three times as much. Which element it is has been decided
by `scrapers.extract.prose`, which blocks are no article is `scrapers.extract.trim`'s.
"""

from __future__ import annotations

import html
from bisect import bisect
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import lru_cache

from selectolax.lexbor import LexborNode

from scrapers.clean.html import cleaned
from scrapers.clean.markup import end_of, parts_of
from scrapers.clean.text import line
from scrapers.extract.boilerplate import BY_TAG, judge_tag

_BLOCK = frozenset(
    """
    address article aside blockquote body caption center dd details div dl dt fieldset
    figcaption figure footer h1 h2 h3 h4 h5 h6 header hgroup li main nav ol p pre
    section summary table tbody td tfoot th thead tr ul form
    """.split()  # noqa: SIM905 - a table of words reads better than a list of strings
)
# Elements whose text is not shown, or is no text.
_SKIP = frozenset(
    """
    script style noscript iframe object svg math canvas audio video select button
    textarea option datalist head title progress meter map template dialog noembed
    noframes xmp plaintext
    """.split()  # noqa: SIM905
)
# What is worth showing though it has no text.
_SHOWN = frozenset({"img", "amp-img", "iframe", "video", "audio", "amp-youtube", "hr"})
# Elements that mean nothing but what they hold.
_HOLDERS = frozenset({"article", "body", "div", "main", "section", "td"})
HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})

# What spares an element that is furniture by its names: `spare` marks it so.
_SPARED = "data-spared"

OPEN, CLOSE, LINK, UNLINK, BREAK, SKIP, FURNITURE = range(7)
# What the tags do that do anything, by name.
_KINDS = {"a": LINK, "/a": UNLINK}
_KINDS |= dict.fromkeys(_BLOCK, OPEN) | {f"/{name}": CLOSE for name in _BLOCK}
_KINDS |= dict.fromkeys(("br", "hr", "img", "amp-img"), BREAK)
_KINDS |= dict.fromkeys(_SKIP, SKIP) | dict.fromkeys(BY_TAG, FURNITURE)


@dataclass(slots=True)
class Container:
    """A block element: its blocks are `blocks[start:end]`.

    `first` and `last` are the parts of the HTML that its tags begin.
    """

    index: int
    tag: str
    parent: int
    start: int
    first: int
    end: int = 0
    last: int = 0


@dataclass(slots=True)
class Block:
    """A run of text: `container` is the index of the innermost block element."""

    text: str
    link_chars: int
    container: int


@dataclass(slots=True)
class Outline:
    """An element's blocks and containers, in document order; itself is the first.

    `parts` is its HTML cut at each `<`; `shown` are those of them that begin and end
    pictures and players; `furniture` has those that begin furniture, and their ends.
    """

    parts: list[str]
    blocks: list[Block] = field(default_factory=list)
    containers: list[Container] = field(default_factory=list)
    shown: list[tuple[int, int]] = field(default_factory=list)
    furniture: dict[int, int] = field(default_factory=dict)

    def shows(self, container: Container) -> bool:
        """Tell whether there is a picture or a player in an element."""
        at = bisect(self.shown, (container.first, 0))
        return at < len(self.shown) and self.shown[at][0] < container.last

    def html_of(self, one: Container, without: list[Container], base: str) -> str:
        """An element's clean HTML, links resolved against `base`.

        Furniture is left out, and so are some of the elements inside.
        """
        passed = self.furniture | {gone.first: gone.last for gone in without}
        parts, first, last = self.parts, one.first, one.last
        if one.tag not in _HOLDERS:
            parts = [*parts[:last], f"/{one.tag}>"]
            first, last = first - 1, last + 1
            parts[first] = ""
        return cleaned(parts, first, last, passed, base)


def spare(nodes: Iterable[LexborNode]) -> None:
    """Mark elements that are no furniture, whatever their names."""
    for node in nodes:
        node.attrs[_SPARED] = ""


def outline(root: LexborNode) -> Outline:
    """Walk an element, itself the first container; furniture is passed over."""
    return _Walk(parts_of(root.html or ""), root.tag or "").run()


@lru_cache(maxsize=32768)
def _kind_of(tag: str) -> tuple[int, str]:
    """What a start tag with attributes does, and its name; -1 for nothing."""
    name = tag.partition(" ")[0]
    if name not in _BLOCK:
        return _KINDS.get(name, -1), name
    is_furniture = judge_tag(tag, name)[1] and _SPARED not in tag
    return (FURNITURE if is_furniture else OPEN), name


class _Walk:
    """One walk over the parts of an element's HTML."""

    __slots__ = ("current", "in_link", "link_chars", "out", "pieces")

    def __init__(self, parts: list[str], tag: str) -> None:
        self.out = Outline(parts, [], [Container(0, tag, -1, 0, 1)])
        self.pieces: list[str] = []
        self.link_chars = 0
        self.in_link = 0
        self.current = 0

    def run(self) -> Outline:
        parts, pieces, known = self.out.parts, self.pieces, _KINDS.get
        handlers = self._handlers()
        at, end = 1, len(parts) - 1
        text = parts[1].partition(">")[2] if end else ""
        while at < end:
            if text and (pieces or not text.isspace()):
                pieces.append(text)
                if self.in_link:
                    self.link_chars += len(text.strip())
            at += 1
            tag, _, text = parts[at].partition(">")
            kind, name = known(tag, -1), tag
            if kind < 0 and " " in tag:
                kind, name = _kind_of(tag)
            if kind >= 0:
                passed = handlers[kind](at, name)
                if passed:
                    at = passed
                    text = parts[at].partition(">")[2]
        self._flush()
        while self.current:  # what an element without an end tag left open
            self._close(end, "")
        root = self.out.containers[0]
        root.end, root.last = len(self.out.blocks), end
        return self.out

    def _handlers(self) -> tuple[Callable[[int, str], int], ...]:
        """What to do at a tag; gives the part that ends what is passed over, or 0."""
        return (
            self._open, self._close, self._link, self._unlink, self._break, self._skip,
            self._furniture,
        )  # fmt: skip

    def _open(self, at: int, name: str) -> int:
        if self.pieces:
            self._flush()
        out = self.out
        containers = out.containers
        index = len(containers)
        containers.append(Container(index, name, self.current, len(out.blocks), at))
        self.current = index
        return 0

    def _close(self, at: int, _name: str) -> int:
        if self.pieces:
            self._flush()
        if self.current:
            container = self.out.containers[self.current]
            container.end, container.last = len(self.out.blocks), at
            self.current = container.parent
        return 0

    def _link(self, _at: int, _name: str) -> int:
        self.in_link += 1
        return 0

    def _unlink(self, _at: int, _name: str) -> int:
        self.in_link -= 1
        return 0

    def _break(self, at: int, name: str) -> int:
        if name in _SHOWN:
            self.out.shown.append((at, at))
        if name != "img":
            self._flush()
        return 0

    def _skip(self, at: int, name: str) -> int:
        last = end_of(self.out.parts, at, name)
        if name in _SHOWN:
            self.out.shown.append((at, last))
        return last

    def _furniture(self, at: int, name: str) -> int:
        last = end_of(self.out.parts, at, name)
        self.out.furniture[at] = last
        return last

    def _flush(self) -> None:
        pieces = self.pieces
        text = pieces[0] if len(pieces) == 1 else "".join(pieces)
        if text := line(html.unescape(text) if "&" in text else text):
            self.out.blocks.append(Block(text, self.link_chars, self.current))
        pieces.clear()
        self.link_chars = 0
