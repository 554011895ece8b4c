"""Walk a page once and give its text as blocks inside containers.

A block is a run of text between two block boundaries: a paragraph, a list item, a
heading, a line before `<br>`. A container is a block element; its blocks are a range,
so that sums over containers are differences of running sums. Judging them is
`scrapers.extract.generic`'s.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from selectolax.lexbor import LexborHTMLParser, LexborNode

from scrapers.clean.text import line
from scrapers.extract.boilerplate import (
    FURNITURE,
    NEUTRAL,
    is_furniture_role,
    verdict_of,
)

# Unclosed inline tags nest a few hundred deep on old pages; deeper is an attack.
MAX_DEPTH = 2000
# Smaller elements are walked even so: a byline or a trail may be in them.
PASSED_CHARS = 400

_BLOCK = (
    "address article aside blockquote body caption center dd details div dl dt fieldset"
    " figcaption figure footer h1 h2 h3 h4 h5 h6 header hgroup hr li main nav ol p pre"
    " section summary table tbody td tfoot th thead tr ul form"
)
_SKIP = (
    "script style noscript iframe object embed svg math canvas audio video select"
    " button input textarea option datalist head link meta title progress meter map"
    " template dialog"
)
# Furniture by its element alone.
_FURNITURE = frozenset({"nav", "aside", "footer", "form"})
# Their names tell of the theme's state, not of what they hold.
_UNNAMED = frozenset({"main", "article", "body", "h1", "h2", "h3", "h4", "h5", "h6"})
# React streams a page's parts hidden, and its script shows them.
_STREAMED = re.compile(r"[SB]:[0-9a-f]+$")
HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})

INLINE, BLOCK, SKIP, LINK, BREAK, TEXT = range(6)


def _kinds() -> dict[int, tuple[int, str]]:
    """Kind and name of each element by lexbor's number of its tag, which is cheaper."""
    tree = LexborHTMLParser("<p>x<!-- x -->")
    text = next(tree.tags("p")[0].iter(include_text=True))
    kinds = {text.tag_id: (TEXT, "")}
    for words, kind in ((_BLOCK, BLOCK), (_SKIP, SKIP), ("a", LINK), ("br", BREAK)):
        for word in words.split():
            kinds[tree.create_node(word).tag_id] = (kind, word)
    if text.next is not None:
        kinds[text.next.tag_id] = (SKIP, "")  # a comment
    return kinds


_KIND = _kinds()
_INLINE = (INLINE, "")


@dataclass(slots=True)
class Container:
    """A block element: its blocks are `blocks[start:end]`."""

    index: int
    node: LexborNode
    tag: str
    parent: int
    start: int
    names: str = ""
    verdict: int = NEUTRAL
    end: int = 0
    # Set by the judge:
    pruned: bool = False


@dataclass(slots=True)
class Block:
    """A run of text: `container` is the index of the innermost block element.

    What was passed over is a block without text; its length is in `link_chars`.
    """

    text: str
    link_chars: int
    container: int


@dataclass(slots=True)
class Outline:
    """A page's blocks and containers, in document order.

    `passed` are the elements of furniture that were not walked into, and how much
    text without links each holds at most.
    """

    blocks: list[Block] = field(default_factory=list)
    containers: list[Container] = field(default_factory=list)
    passed: list[tuple[Container, int]] = field(default_factory=list)


def outline(root: LexborNode, *, thorough: bool = True) -> Outline:
    """Walk the tree under an element, itself the first container.

    Unless `thorough`, large elements that are furniture by name are passed over: half
    of a page's elements are in menus and footers.
    """
    return _Walk(root, thorough=thorough).run()


class _Walk:
    def __init__(self, root: LexborNode, *, thorough: bool) -> None:
        self.root = root
        self.thorough = thorough
        self.out = Outline()
        self.pieces: list[str] = []
        self.link_chars = 0
        self.in_link = 0
        self.current = -1

    def run(self) -> Outline:
        self._open(self.root, self.root.tag or "")
        stack: list[tuple[LexborNode, int]] = []
        node = self.root.first_child
        known, pieces = _KIND.get, self.pieces
        while True:
            if node is None:
                if not stack:
                    break
                node, kind = stack.pop()
                if kind == BLOCK:
                    self._close()
                elif kind == LINK:
                    self.in_link -= 1
            else:
                kind, tag = known(node.tag_id, _INLINE)
                if kind == TEXT:
                    text = node.text_content
                    if text and (pieces or not text.isspace()):
                        self._take(text)
                elif kind != SKIP and self._enter(node, kind, tag, len(stack)):
                    stack.append((node, kind))
                    node = node.first_child
                    continue
            node = node.next
        self._close()
        return self.out

    def _take(self, text: str) -> None:
        self.pieces.append(text)
        if self.in_link:
            self.link_chars += len(text.strip())

    def _enter(self, node: LexborNode, kind: int, tag: str, depth: int) -> bool:
        """Begin an element; False where nothing in it is to be walked."""
        if kind == BLOCK:
            return depth < MAX_DEPTH and self._open(node, tag)
        if kind == LINK:
            self.in_link += 1
        elif kind == BREAK:
            self._flush()
            return False
        return depth < MAX_DEPTH

    def _open(self, node: LexborNode, tag: str) -> bool:
        self._flush()
        names, verdict = _judge(tag, node.attributes)
        out = self.out
        container = Container(
            len(out.containers),
            node,
            tag,
            self.current,
            len(out.blocks),
            names or tag,
            verdict if self.current >= 0 else NEUTRAL,
        )
        out.containers.append(container)
        if verdict and not self.thorough and self.current >= 0:
            size = len(node.text(strip=True))
            if size >= PASSED_CHARS:
                out.blocks.append(Block("", size, container.index))
                out.passed.append((container, size - _linked(node)))
                container.end = len(out.blocks)
                return False
        self.current = container.index
        return True

    def _close(self) -> None:
        self._flush()
        container = self.out.containers[self.current]
        container.end = len(self.out.blocks)
        self.current = container.parent

    def _flush(self) -> None:
        if self.pieces:
            text = line("".join(self.pieces))
            if text:
                self.out.blocks.append(Block(text, self.link_chars, self.current))
            self.pieces.clear()
            self.link_chars = 0


def _linked(node: LexborNode) -> int:
    """The characters of an element that are links, or no text at all."""
    return sum(len(part.text(strip=True)) for part in node.css("a, script, style"))


def _judge(tag: str, attributes: dict[str, str | None]) -> tuple[str, int]:
    """An element's names, and what they, its tag, role and style say of it."""
    verdict = FURNITURE if tag in _FURNITURE else NEUTRAL
    if not attributes:
        return "", verdict
    name, identity = attributes.get("class") or "", attributes.get("id") or ""
    names = f"{name} {identity}" if identity else name
    if names and tag not in _UNNAMED:
        verdict = max(verdict, verdict_of(names))
    if verdict == NEUTRAL:
        hidden = "hidden" in attributes and not _STREAMED.match(identity)
        if hidden or _is_hidden(attributes.get("style")):
            verdict = FURNITURE
        elif role := attributes.get("role"):
            verdict = FURNITURE if is_furniture_role(role) else NEUTRAL
    return names, verdict


def _is_hidden(style: str | None) -> bool:
    return style is not None and "display:none" in style.replace(" ", "").lower()
