"""Walk an element once and give its text as blocks inside containers.

A block is a run of text between two block boundaries: a paragraph, a list item, a
heading, a line before `<br>`. A container is a block element; its blocks are a range.
Furniture is not walked into. Which element is walked is `scrapers.extract.prose`'s to
choose, and which blocks are no article `scrapers.extract.trim`'s.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from operator import attrgetter

from selectolax.lexbor import LexborHTMLParser, LexborNode

from scrapers.clean.text import line
from scrapers.extract.boilerplate import judge

# Unclosed inline tags nest a few hundred deep on old pages; deeper is an attack.
MAX_DEPTH = 2000
# Lines around the headline are looked for in so many nodes at most.
MAX_STEPS = 300

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
_ENDS = frozenset(tag for tag, (_, name) in _KIND.items() if name == "body")


@dataclass(slots=True)
class Container:
    """A block element: its blocks are `blocks[start:end]`, none where it is pruned."""

    index: int
    node: LexborNode
    tag: str
    parent: int
    start: int
    end: int = 0
    pruned: bool = False


@dataclass(slots=True)
class Block:
    """A run of text: `container` is the index of the innermost block element."""

    text: str
    link_chars: int
    container: int


@dataclass(slots=True)
class Outline:
    """An element's blocks and containers, in document order; itself is the first."""

    blocks: list[Block] = field(default_factory=list)
    containers: list[Container] = field(default_factory=list)


def outline(root: LexborNode, spared: frozenset[int] = frozenset()) -> Outline:
    """Walk the tree under an element, itself the first container.

    `spared` are elements, by `mem_id`, that are walked into though they are furniture
    by name.
    """
    return _Walk(root, spared).run()


class _Walk:
    """One walk. Crossing into lexbor costs most, so each node is asked least."""

    __slots__ = ("current", "in_link", "link_chars", "out", "pieces", "root", "spared")

    def __init__(self, root: LexborNode, spared: frozenset[int]) -> None:
        self.root = root
        self.spared = spared
        self.out = Outline()
        self.pieces: list[str] = []
        self.link_chars = 0
        self.in_link = 0
        self.current = -1

    def run(self) -> Outline:
        self.out.containers.append(Container(0, self.root, self.root.tag or "", -1, 0))
        self.current = 0
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
            self.current = container.parent
        elif kind == LINK:
            self.in_link -= 1

    def _open(self, node: LexborNode, tag: str) -> bool:
        if self.pieces:
            self._flush()
        _, verdict, _ = judge(node)
        out, parent = self.out, self.current
        containers = out.containers
        index, start = len(containers), len(out.blocks)
        container = Container(index, node, tag, parent, start)
        containers.append(container)
        if verdict and node.mem_id not in self.spared:
            container.pruned = True
            container.end = start
            return False
        self.current = index
        return True

    def _flush(self) -> None:
        pieces = self.pieces
        text = line(pieces[0] if len(pieces) == 1 else "".join(pieces))
        if text:
            self.out.blocks.append(Block(text, self.link_chars, self.current))
        pieces.clear()
        self.link_chars = 0


def lines_after(node: LexborNode, limit: int) -> list[str]:
    """The first lines after an element in document order, at most `limit`."""
    return _lines(node, limit, "next", "first_child")


def lines_before(node: LexborNode, limit: int) -> list[str]:
    """The last lines before an element in document order, at most `limit`."""
    return _lines(node, limit, "prev", "last_child")[::-1]


def _lines(start: LexborNode, limit: int, onward: str, inward: str) -> list[str]:
    found = _Lines(onward, inward)
    node: LexborNode | None = start
    for _ in range(MAX_STEPS):
        node = found.next_after(node) if node is not None else None
        while node is not None and len(found.lines) < limit:
            deeper = found.enter(node)
            if deeper is None:
                break
            node = deeper
        if node is None or len(found.lines) >= limit:
            break
    found.flush()
    return found.lines[:limit]


class _Lines:
    """The lines met on a walk from one element onward, or backward."""

    def __init__(self, onward: str, inward: str) -> None:
        self.further, self.inner = attrgetter(onward), attrgetter(inward)
        self.order = 1 if onward == "next" else -1
        self.lines: list[str] = []
        self.pieces: list[str] = []

    def next_after(self, node: LexborNode) -> LexborNode | None:
        """The node after this one and all that is in it; None at the body's end."""
        following: LexborNode | None = self.further(node)
        while following is None:
            parent = node.parent
            if parent is None or parent.tag_id in _ENDS:
                return None
            node = parent
            if _KIND.get(node.tag_id, _INLINE)[0] == BLOCK:
                self.flush()
            following = self.further(node)
        return following

    def enter(self, node: LexborNode) -> LexborNode | None:
        """Take a node's text; give what is first in it."""
        kind = _KIND.get(node.tag_id, _INLINE)[0]
        if kind == TEXT:
            self.pieces.append(node.text_content or "")
        elif kind in (BLOCK, BREAK):
            self.flush()
        if kind in (SKIP, TEXT):
            return None
        inner: LexborNode | None = self.inner(node)
        return inner

    def flush(self) -> None:
        """End a line."""
        if text := line("".join(self.pieces[:: self.order])):
            self.lines.append(text)
        self.pieces.clear()
