"""Give the text of an element as blocks inside containers, and its HTML in parts.

A block is a run of text between two block boundaries: a paragraph, a list item, a
heading, a line before `<br>`. A container is a block element; its blocks are a range.
What is walked is the element's HTML as lexbor writes it, cut at each tag: asking a tree
for its nodes one by one costs three times as much. Which element it is has been decided
by `scrapers.extract.prose`, which blocks are no article is `scrapers.extract.trim`'s.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import lru_cache

from selectolax.lexbor import LexborNode

from scrapers import compiled
from scrapers.clean.html import (
    ATTRIBUTES,
    HOLLOW,
    TAGS,
    VOID,
    settled,
    shown,
    written,
)
from scrapers.clean.markup import end_of, parts_of, resolved
from scrapers.clean.text import line, lines
from scrapers.extract.boilerplate import BY_TAG, is_hidden, judge_tag
from scrapers.extract.outlines import HEADINGS, HOLDERS, Block, Container, Outline

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
# A list of items so long on average, without a link, is text, whatever its names.
_LISTS = frozenset({"ul", "ol"})
MIN_ITEM = 30

# How headings show the link to themselves.
OWN_LINKS = frozenset("¶#§🔗")

# What spares an element that is furniture by its names: `spare` marks it so.
_SPARED = "data-spared"

INLINE, OPEN, CLOSE, ENDED, LINK, UNLINK, BREAK, SKIP, FURNITURE = range(9)
_KINDS = dict.fromkeys(_BLOCK, OPEN) | {f"/{name}": CLOSE for name in _BLOCK}
_KINDS |= {"a": LINK, "/a": UNLINK}
_KINDS |= dict.fromkeys(("br", "hr", "img", "amp-img"), BREAK)
_KINDS |= dict.fromkeys(_SKIP, SKIP) | dict.fromkeys(BY_TAG, FURNITURE)


def _known() -> dict[str, tuple[int, str, str]]:
    """What tags without attributes do, their names, and how they are written.

    An end tag's name is the start tag that it makes nothing of when nothing is between.
    """
    known = {name: (kind, name, written(name)) for name, kind in _KINDS.items()}
    for name in HOLLOW - _BLOCK:
        known[name] = (_KINDS.get(name, INLINE), name, f"<{name}>")
        end = _KINDS.get(f"/{name}", ENDED)
        known[f"/{name}"] = (end, f"<{name}>", f"</{name}>")
    return known


_KNOWN = _known()
_LINKED = (LINK, "a", "<a>")


def spare(nodes: Iterable[LexborNode]) -> None:
    """Mark elements that are no furniture, whatever their names."""
    for node in nodes:
        node.attrs[_SPARED] = ""


def outline(root: LexborNode) -> Outline:
    """Walk an element, itself the first container; furniture is passed over."""
    if _compiled is not None:
        found: Outline = _compiled.outline(root)
        return found
    return walk(root)


def walk(root: LexborNode) -> Outline:
    """Do as `outline` does, without what is compiled."""
    return _Walk(parts_of(root.html or ""), root.tag or "").run()


@lru_cache(maxsize=32768)
def _tag(tag: str) -> tuple[int, str, str]:
    """What a tag does, its name, and how it is written: "" for one that is not."""
    name = tag.partition(" ")[0]
    kind = _KINDS.get(name, INLINE)
    if name in _BLOCK:
        is_furniture = judge_tag(tag, name) and _SPARED not in tag
        kind = FURNITURE if is_furniture else OPEN
    return kind, name, written(tag)


def _is_told(parts: list[str]) -> bool:
    """Tell whether a list is text, whatever its names: long items without a link."""
    items = sum([part.startswith(("li>", "li ")) for part in parts])
    if 3 * sum([part.startswith("a ") for part in parts]) > items:
        return False
    size = sum([len(part.partition(">")[2].strip()) for part in parts])
    return items > 1 and size >= MIN_ITEM * items


class _Walk:
    """One walk over the parts of an element's HTML."""

    __slots__ = ("around", "in_link", "link_chars", "out", "texts")

    def __init__(self, parts: list[str], tag: str) -> None:
        self.around = Container(tag, None, 0, 0)
        self.out = Outline(parts, containers=[self.around])
        self.texts: list[str] = []
        self.link_chars = 0
        self.in_link = False

    def run(self) -> Outline:
        out, texts, known, handlers = self.out, self.texts, _KNOWN.get, self._handlers()
        parts, pieces, blocks, containers = (
            out.parts,
            out.pieces,
            out.blocks,
            out.containers,
        )
        at, end = 1, len(parts) - 2  # without the end tag of the element itself
        tag, _, text = parts[1].partition(">") if end >= 0 else ("", "", "")
        pieces.append(written(tag) + text)
        while at < end:
            if text and (texts or not text.isspace()):
                self._add(text)
            at += 1
            tag, _, text = parts[at].partition(">")
            # Nearly each link is another: there is nothing to look up.
            kind, name, made = known(tag) or (tag[:2] == "a " and _LINKED) or _tag(tag)
            if 0 < kind <= CLOSE:
                if texts:
                    self._flush()
                if kind == OPEN:
                    around = Container(
                        name, self.around, len(blocks), len(pieces), 0, 0, tag
                    )
                    containers.append(around)
                    self.around = around
                else:
                    self._close()
            elif kind and (passed := handlers[kind](at, name)):
                at, made = passed, ""
                text = parts[at].partition(">")[2]
            if made or text or kind:
                pieces.append(made + text)
        self._add(text)
        self._end()
        return out

    def _end(self) -> None:
        self._flush()
        while self.around.parent:  # what an element without an end tag left open
            self._close()
        self.around.end, self.around.last = len(self.out.blocks), len(self.out.pieces)

    def _handlers(self) -> tuple[Callable[[int, str], int], ...]:
        """What to do at the other tags.

        They give the part that ends what is passed over, or 0 where nothing is.
        """
        return (
            self._ended, self._ended, self._ended, self._ended, self._link,
            self._unlink, self._break, self._skip, self._furniture,
        )  # fmt: skip

    def _add(self, text: str) -> None:
        self.texts.append(text)
        if self.in_link:
            self.link_chars += len(text.strip())

    def _close(self) -> None:
        around, out = self.around, self.out
        if around.parent:
            around.end, around.last = len(out.blocks), len(out.pieces)
            self.around = around.parent

    def _ended(self, at: int, start: str) -> int:
        """Take back an element in which nothing stands."""
        pieces = self.out.pieces
        if pieces[-1] != start:
            return 0
        pieces.pop()
        return at

    def _link(self, at: int, _name: str) -> int:
        tag, _, text = self.out.parts[at].partition(">")
        # A heading that links to itself, so that it can be linked to, leads nowhere.
        is_own = ' href="#' in tag and self.around.tag in HEADINGS
        if is_own and text in OWN_LINKS:
            return end_of(self.out.parts, at, "a")
        self.in_link = not is_own
        if tag != "a":
            self.out.links.append((len(self.out.pieces), tag))
        return 0

    def _unlink(self, at: int, start: str) -> int:
        self.in_link = False
        out = self.out
        if out.links and out.links[-1][0] == len(out.pieces) - 1:
            if passed := self._ended(at, start):
                out.links.pop()
            return passed
        return 0

    def _break(self, at: int, name: str) -> int:
        if name != "img":
            self._flush()
        if name not in _SHOWN:
            return 0
        self.out.shown.append((len(self.out.pieces), at, at))
        return at

    def _skip(self, at: int, name: str) -> int:
        last = end_of(self.out.parts, at, name)
        if name in _SHOWN:
            self.out.shown.append((len(self.out.pieces), at, last))
        return last

    def _furniture(self, at: int, name: str) -> int:
        parts, out = self.out.parts, self.out
        end = end_of(parts, at, name)
        tag = parts[at].partition(">")[0]
        if name not in _LISTS or is_hidden(tag) or not _is_told(parts[at:end]):
            return end
        self._flush()
        around = Container(
            name, self.around, len(out.blocks), len(out.pieces), 0, 0, tag
        )
        out.containers.append(around)
        self.around = around
        return 0

    def _flush(self) -> None:
        texts = self.texts
        text = texts[0] if len(texts) == 1 else "".join(texts)
        is_set = self.around.tag == "pre"  # whose lines are its author's
        if text := (lines if is_set else line)(resolved(text)):
            self.out.blocks.append(Block(text, self.link_chars, self.around))
        texts.clear()
        self.link_chars = 0


def _told() -> dict[str, dict[str, object]]:
    """What each tag is and does, by its name, for what is compiled."""
    names = {name for name in _KINDS if name[0] != "/"} | TAGS
    return {
        name: {
            "kind": _KINDS.get(name, INLINE),
            "end": _KINDS.get(f"/{name}", ENDED if name in HOLLOW else INLINE),
            "is_judged": name in _BLOCK,
            "is_list": name in _LISTS,
            "is_shown": name in _SHOWN,
            "is_heading": name in HEADINGS,
            "is_void": name in VOID,
            "is_image": name == "img",
            "start": written(name),
            "stop": written(f"/{name}"),
        }
        for name in names
    }


def _allowed() -> list[tuple[str, str]]:
    """The attributes that are written, by tag; "" is any."""
    return [
        ("" if tag == "*" else tag, name)
        for tag, names in ATTRIBUTES.items()
        for name in names
    ]


_compiled = compiled.load("walk")
if _compiled is not None:
    _compiled.learn(
        lines,
        OWN_LINKS,
        MIN_ITEM,
        (_told(), _allowed(), is_hidden),
        (shown, settled, HOLDERS),
    )
