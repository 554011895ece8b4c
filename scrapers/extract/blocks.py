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
from collections.abc import Callable
from dataclasses import dataclass, field

from selectolax.lexbor import LexborHTMLParser, LexborNode

from scrapers.clean.markup import without_comments
from scrapers.clean.text import line
from scrapers.extract.boilerplate import judge

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
# Of these, the ones whose content lexbor writes as it came: tags in it are none.
_RAW = frozenset(
    "script style noscript iframe noembed noframes xmp plaintext".split()  # noqa: SIM905
)
# What is worth showing though it has no text.
_SHOWN = frozenset({"img", "amp-img", "iframe", "video", "audio", "amp-youtube", "hr"})
# Elements that mean nothing but what they hold.
_HOLDERS = frozenset({"article", "body", "div", "main", "section", "td"})
HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})

OPEN, CLOSE, LINK, UNLINK, BREAK, SKIP = range(6)
# What the tags do that do anything, by name.
_KINDS = {"a": LINK, "/a": UNLINK}
_KINDS |= dict.fromkeys(_BLOCK, OPEN) | {f"/{name}": CLOSE for name in _BLOCK}
_KINDS |= dict.fromkeys(("br", "hr", "img", "amp-img"), BREAK)
_KINDS |= dict.fromkeys(_SKIP, SKIP)


def _ids(names: frozenset[str]) -> dict[int, str]:
    """These tags by the numbers lexbor has for them, which are cheaper to ask for."""
    tree = LexborHTMLParser("")
    return {tree.create_node(name).tag_id: name for name in names}


_BLOCK_IDS = _ids(_BLOCK)


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
    pictures and players.
    """

    parts: list[str]
    blocks: list[Block] = field(default_factory=list)
    containers: list[Container] = field(default_factory=list)
    shown: list[tuple[int, int]] = field(default_factory=list)

    def shows(self, container: Container) -> bool:
        """Tell whether there is a picture or a player in an element."""
        at = bisect(self.shown, (container.first, 0))
        return at < len(self.shown) and self.shown[at][0] < container.last

    def html_of(
        self, one: Container, without: list[Container], written: Callable[[str], str]
    ) -> str:
        """An element's HTML without some of the elements inside it, given in order.

        `written` writes pictures and players anew; an h1 becomes an h2, since the
        page's own headline is its h1.
        """
        parts = self.parts
        changes = [(gone.first, gone.last, "") for gone in without]
        for first, last in self.shown:
            markup = "<".join(("", *parts[first:last], _tag(parts[last])))
            changes.append((first, last, written(markup)))
        for heading in self.containers[one.index + 1 :]:
            if heading.tag == "h1":
                changes += (
                    (heading.first, heading.first, "<h2>"),
                    (heading.last, heading.last, "</h2>"),
                )
        changes.sort(key=lambda change: (change[0], -change[1]))
        inner = self._inner(one, changes)
        if one.tag in _HOLDERS:
            return inner
        return f"<{_tag(parts[one.first])}{inner}</{one.tag}>"

    def _inner(self, one: Container, changes: list[tuple[int, int, str]]) -> str:
        """What is in an element, with parts of it replaced; outer ones come first."""
        parts, at = self.parts, one.first
        made = [parts[at].partition(">")[2]]
        for first, last, instead in changes:
            if first <= at or first >= one.last:
                continue  # inside another change, or outside the element
            for part in parts[at + 1 : first]:
                made += "<", part
            made += instead, parts[last].partition(">")[2]
            at = last
        for part in parts[at + 1 : one.last]:
            made += "<", part
        return "".join(made)


def _tag(part: str) -> str:
    return part[: part.find(">") + 1]


def take_out(root: LexborNode, spared: frozenset[int]) -> None:
    """Take the furniture out of an element, except what is spared (by `mem_id`)."""
    root_id, known = root.mem_id, _BLOCK_IDS.get
    for node in root.css("*"):
        name = known(node.tag_id)
        if name and judge(node, name)[1]:
            identity = node.mem_id
            if identity not in spared and identity != root_id:
                node.decompose()


def outline(root: LexborNode) -> Outline:
    """Walk an element, itself the first container."""
    return _Walk(without_comments(root.html or "").split("<"), root.tag or "").run()


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
            kind, name = known(tag), tag
            if kind is None and " " in tag:
                name = tag.partition(" ")[0]
                kind = known(name)
            if kind is not None:
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
            self._open, self._close, self._link, self._unlink, self._break, self._skip
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
        last = self._passed(at, name)
        if name in _SHOWN:
            self.out.shown.append((at, last))
        return last

    def _passed(self, at: int, name: str) -> int:
        """The part that begins with the end tag of the element that begins here."""
        parts, end = self.out.parts, f"/{name}>"
        starts, is_raw = (f"{name} ", f"{name}>"), name in _RAW
        depth = 1
        for n in range(at + 1, len(parts)):
            part = parts[n]
            if part.startswith(end):
                depth -= 1
                if not depth or is_raw:
                    return n
            elif part.startswith(starts):
                depth += 1
        return len(parts) - 1

    def _flush(self) -> None:
        pieces = self.pieces
        text = pieces[0] if len(pieces) == 1 else "".join(pieces)
        if text := line(html.unescape(text) if "&" in text else text):
            self.out.blocks.append(Block(text, self.link_chars, self.current))
        pieces.clear()
        self.link_chars = 0
