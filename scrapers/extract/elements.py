"""An element above a page's prose, and about how much text an element has.

Made by `scrapers.extract.prose`, judged by `scrapers.extract.guards`.
"""

from __future__ import annotations

from dataclasses import dataclass

from selectolax.lexbor import LexborNode

from scrapers.clean.text import weight
from scrapers.compiled import compiled_in


@dataclass(slots=True, eq=False)
class Element:
    """An element above prose: how much of it, and whether it is furniture.

    `outer` is the innermost element around it whose names tell something. `linked` says
    that it is inside a link. `kept` is the prose outside furniture.
    """

    node: LexborNode
    parent: Element | None
    outer: Element | None
    depth: int
    tag: str
    names: str
    verdict: int
    linked: bool
    prose: float = 0
    kept: float = 0
    pruned: bool = False
    measured: int | None = None

    @property
    def size(self) -> int:
        """About what its text weighs."""
        if self.measured is None:
            self.measured = size_of(self.node)
        return self.measured

    def above(self) -> list[Element]:
        """The elements around it, inner first."""
        found = []
        one = self.parent
        while one is not None:
            found.append(one)
            one = one.parent
        return found

    def is_in(self, other: Element) -> bool:
        """Tell whether it stands inside another."""
        return other in self.above()


def size_of(node: LexborNode) -> int:
    """About what the text of an element weighs, without indentation."""
    return without_indentation(node.text_lexbor())


@compiled_in("texts")
def without_indentation(text: str) -> int:
    """About what a text weighs without what does not show."""
    return weight(text) - text.count("\n") - text.count("\t") - 2 * text.count("  ")
