"""Walk a page once and give its text as blocks inside containers.

A block is a run of text between two block boundaries: a paragraph, a list item, a
heading, a line before `<br>`. A container is a block element; its blocks are a range,
so that sums over containers are differences of running sums. Judging them is
`scrapers.extract.generic`'s.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import lru_cache

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
_BY_TAG = dict.fromkeys(("nav", "aside", "footer", "form"), FURNITURE)
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
    # The prose and the noise of each block, once they are weighed.
    weights: tuple[list[float], list[float]] | None = None


def outline(root: LexborNode, *, thorough: bool = True) -> Outline:
    """Walk the tree under an element, itself the first container.

    Unless `thorough`, large elements that are furniture by name are passed over: half
    of a page's elements are in menus and footers.
    """
    return _Walk(root, thorough=thorough).run()


class _Walk:
    """One walk. Crossing into lexbor costs most, so each node is asked least."""

    __slots__ = ("current", "in_link", "link_chars", "out", "pieces", "root", "small")

    def __init__(self, root: LexborNode, *, thorough: bool) -> None:
        self.root = root
        # Inside this container nothing is large enough to be passed over.
        self.small = 0 if thorough else -1
        self.out = Outline()
        self.pieces: list[str] = []
        self.link_chars = 0
        self.in_link = 0
        self.current = -1

    def run(self) -> Outline:
        self._open(self.root, self.root.tag or "")
        stack: list[tuple[LexborNode, int]] = []
        push, pop = stack.append, stack.pop
        node = self.root.first_child
        known, pieces, enter = _KIND.get, self.pieces, self._enter
        while True:
            if node is None:
                if not stack:
                    break
                node, kind = pop()
                if kind:
                    self._leave(kind)
            else:
                kind, tag = known(node.tag_id, _INLINE)
                if kind == TEXT:
                    text = node.text_content
                    if text and (pieces or not text.isspace()):
                        self._take(text)
                elif kind != SKIP and (not kind or enter(node, kind, tag)):
                    inner = node.first_child
                    if inner is not None and len(stack) < MAX_DEPTH:
                        push((node, kind))
                        node = inner
                        continue
                    self._leave(kind)
            node = node.next
        self._leave(BLOCK)
        return self.out

    def _take(self, text: str) -> None:
        self.pieces.append(text)
        if self.in_link:
            self.link_chars += len(text.strip())

    def _enter(self, node: LexborNode, kind: int, tag: str) -> bool:
        """Begin an element; False where nothing in it is to be walked."""
        if kind == BLOCK:
            return self._open(node, tag)
        if kind == LINK:
            self.in_link += 1
            return True
        self._flush()  # at a `<br>`
        return False

    def _leave(self, kind: int) -> None:
        if kind == BLOCK:
            if self.pieces:
                self._flush()
            container = self.out.containers[self.current]
            container.end = len(self.out.blocks)
            if self.small == self.current:
                self.small = -1
            self.current = container.parent
        elif kind == LINK:
            self.in_link -= 1

    def _open(self, node: LexborNode, tag: str) -> bool:
        if self.pieces:
            self._flush()
        attributes = node.attributes
        names, verdict = tag, _BY_TAG.get(tag, NEUTRAL)
        if attributes:
            get, hidden = attributes.get, "hidden" in attributes
            names, verdict = _judge(
                tag, get("class"), get("id"), get("role"), get("style"), hidden
            )
        out, parent = self.out, self.current
        containers = out.containers
        self.current = index = len(containers)
        if parent < 0:
            verdict = NEUTRAL
        container = Container(index, node, tag, parent, len(out.blocks), names, verdict)
        containers.append(container)
        return not (verdict and self.small < 0 and self._pass(container))

    def _pass(self, container: Container) -> bool:
        """Pass over an element of furniture, unless it is small."""
        size = len(container.node.text(strip=True))
        if size < PASSED_CHARS:
            self.small = container.index
            return False
        self.out.blocks.append(Block("", size, container.index))
        self.out.passed.append((container, size - _apart(container.node)))
        self._leave(BLOCK)
        return True

    def _flush(self) -> None:
        pieces = self.pieces
        text = line(pieces[0] if len(pieces) == 1 else "".join(pieces))
        if text:
            self.out.blocks.append(Block(text, self.link_chars, self.current))
        pieces.clear()
        self.link_chars = 0


def _apart(node: LexborNode) -> int:
    """The characters of an element that are links, or no text at all."""
    return sum(len(part.text(strip=True)) for part in node.css("a, script, style"))


@lru_cache(maxsize=16384)
def _judge(
    tag: str,
    name: str | None,
    identity: str | None,
    role: str | None,
    style: str | None,
    hidden: bool,  # noqa: FBT001 - by position, which the cache is much faster with
) -> tuple[str, int]:
    """An element's names, and what they, its tag, role and style say of it."""
    verdict = _BY_TAG.get(tag, NEUTRAL)
    names = f"{name or ''} {identity}" if identity else name or ""
    if names and tag not in _UNNAMED:
        verdict = max(verdict, verdict_of(names))
    if verdict == NEUTRAL:
        is_hidden = hidden and not _STREAMED.match(identity or "")
        if is_hidden or _is_hidden(style):
            verdict = FURNITURE
        elif role:
            verdict = FURNITURE if is_furniture_role(role) else NEUTRAL
    return names or tag, verdict


def _is_hidden(style: str | None) -> bool:
    return style is not None and "display:none" in style.replace(" ", "").lower()
