"""What is told of an element: its blocks inside containers, and its HTML in pieces.

Made by `scrapers.extract.blocks`; a block is a run of text, a container a block
element whose blocks are a range.
"""

from __future__ import annotations

from bisect import bisect
from dataclasses import dataclass, field

from scrapers.clean.html import link, settled, shown

# Elements that mean nothing but what they hold.
HOLDERS = frozenset({"article", "body", "div", "main", "section", "td"})
HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})


@dataclass(slots=True, eq=False)
class Container:
    """A block element: its blocks are `blocks[start:end]`.

    `first` and `last` are the pieces of the HTML that its tags begin; `start_tag` is
    the first of these tags as lexbor writes it.
    """

    tag: str
    parent: Container | None
    start: int
    first: int
    end: int = 0
    last: int = 0
    start_tag: str = ""

    def path(self) -> list[Container]:
        """The containers around it and itself, outermost first."""
        found, one = [], self
        while one.parent:
            found.append(one)
            one = one.parent
        return [one, *reversed(found)]


@dataclass(slots=True, eq=False)
class Block:
    """A run of text; `container` is the innermost block element around it."""

    text: str
    link_chars: int
    container: Container

    def holder(self) -> Container:
        """The element around it that means nothing but what it holds."""
        one = self.container
        while one.tag not in HOLDERS and one.parent:
            one = one.parent
        return one


@dataclass(slots=True)
class Outline:
    """An element's blocks and containers, in document order; itself is the first.

    `parts` is its HTML cut at each `<`, `pieces` the same as it is to be written, but
    for furniture, links, pictures and players. `links` are the pieces that begin links,
    with their tags; `shown` the pieces before which pictures and players stand, with
    the parts that begin and end those.
    """

    parts: list[str]
    pieces: list[str] = field(default_factory=list)
    blocks: list[Block] = field(default_factory=list)
    containers: list[Container] = field(default_factory=list)
    links: list[tuple[int, str]] = field(default_factory=list)
    shown: list[tuple[int, int, int]] = field(default_factory=list)

    def shows(self, container: Container) -> bool:
        """Tell whether there is a picture or a player in an element."""
        at = bisect(self.shown, (container.first,))
        return at < len(self.shown) and self.shown[at][0] < container.last

    def html_of(self, one: Container, without: list[Container], base: str) -> str:
        """An element's clean HTML without some of the elements inside it.

        Links are resolved against `base`.
        """
        first, last = one.first, one.last
        pieces = self.pieces[:last]
        gone: set[int] = set()
        for container in without:
            gone.update(range(container.first, container.last + 1))
        at = bisect(self.links, (first,))
        for n, tag in self.links[at : bisect(self.links, (last,))]:
            if n not in gone:
                pieces[n] = link(tag, base) + pieces[n][len("<a>") :]
        at = bisect(self.shown, (first,))
        for n, start, end in self.shown[at : bisect(self.shown, (last,))]:
            if n not in gone:
                pieces[n] = shown(self.parts, start, end, base) + pieces[n]
        for container in without:
            start, end = container.first, min(container.last, last - 1)
            pieces[start : end + 1] = [*([""] * (end - start)), _after(pieces[end])]
        if one.tag in HOLDERS:
            pieces[first] = _after(pieces[first])
        else:
            pieces.append(f"</{one.tag}>")
        return settled("".join(pieces[first:]), base)


def _after(piece: str) -> str:
    """What of a piece stands after its tag, if it has one."""
    return piece.partition(">")[2] if piece.startswith("<") else piece
