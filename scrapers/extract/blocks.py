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


def _kinds() -> dict[int, int]:
    """The kind of each element, by lexbor's number of its tag (cheaper than names)."""
    tree = LexborHTMLParser("<p>x")
    paragraph = tree.css_first("p")
    assert paragraph is not None and paragraph.first_child is not None  # noqa: S101, PT018
    kinds = {paragraph.first_child.tag_id: TEXT}
    names = [(_BLOCK, BLOCK), (_SKIP, SKIP), ("a", LINK), ("br", BREAK)]
    for words, kind in names:
        for word in words.split():
            kinds[tree.create_node(word).tag_id] = kind
    comment = LexborHTMLParser("<body><!-- x -->").body
    if comment is not None and comment.first_child is not None:
        kinds[comment.first_child.tag_id] = SKIP
    return kinds


_KIND = _kinds()


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
    """A run of text: `container` is the index of the innermost block element."""

    text: str
    link_chars: int
    container: int


@dataclass(slots=True)
class Outline:
    """A page's blocks and containers, in document order."""

    blocks: list[Block] = field(default_factory=list)
    containers: list[Container] = field(default_factory=list)


def outline(root: LexborNode) -> Outline:
    """Walk the tree under an element, itself the first container."""
    return _Walk(root).run()


class _Walk:
    def __init__(self, root: LexborNode) -> None:
        self.root = root
        self.out = Outline()
        self.pieces: list[str] = []
        self.link_chars = 0
        self.current = -1
        self.in_link = 0

    def run(self) -> Outline:
        self._open(self.root)
        stack: list[tuple[LexborNode, int]] = []
        node = self.root.first_child
        while True:
            if node is None:
                if not stack:
                    break
                node, kind = stack.pop()
                self._leave(kind)
            else:
                kind = _KIND.get(node.tag_id, INLINE)
                if kind == TEXT:
                    self._take(node.text_content or "")
                elif kind == BREAK:
                    self._flush()
                elif kind != SKIP and len(stack) < MAX_DEPTH:
                    self._enter(node, kind)
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

    def _enter(self, node: LexborNode, kind: int) -> None:
        if kind == BLOCK:
            self._open(node)
        elif kind == LINK:
            self.in_link += 1

    def _leave(self, kind: int) -> None:
        if kind == BLOCK:
            self._close()
        elif kind == LINK:
            self.in_link -= 1

    def _open(self, node: LexborNode) -> None:
        self._flush()
        tag = node.tag or ""
        names, verdict = _judge(tag, node.attributes)
        self.out.containers.append(
            Container(
                index=len(self.out.containers),
                node=node,
                tag=tag,
                parent=self.current,
                start=len(self.out.blocks),
                names=names or tag,
                verdict=verdict if self.current >= 0 else NEUTRAL,
            )
        )
        self.current = len(self.out.containers) - 1

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
