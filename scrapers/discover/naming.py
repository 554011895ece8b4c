"""Name a link of a listing by selectors: what it is, and where it stands.

Which of them takes the articles and nothing else is `scrapers.discover.links`'s.
"""

from __future__ import annotations

from collections.abc import Iterator

from selectolax.lexbor import LexborNode

from scrapers.discover.classes import classes_of, id_of

# How far above a link the block that shows one article may begin.
ITEM_LEVELS = 4

HEADINGS = ("h1", "h2", "h3", "h4", "h5")
# Where headlines are no headings they are often set in bold, and menus are not.
_EMPHASIS = ("b", "strong", "big", "font")


def item_of(link: LexborNode, above: list[LexborNode]) -> LexborNode:
    """Give the block that shows a link's article among others: an item, card or row.

    `above` are the elements around the link, the inner first.
    """
    item = link
    for node in above[:ITEM_LEVELS]:
        if node.tag in ("main", "ul", "ol", "nav", "table", "tbody"):
            break
        if len(node.css(", ".join(HEADINGS))) > 1:
            break
        item = node
        if node.tag in ("article", "li", "tr", "dd"):
            break
    return item


def selectors_of(
    link: LexborNode, above: list[LexborNode]
) -> Iterator[tuple[str, float]]:
    """Give the selectors that take a link, and what each costs.

    `above` are the elements around it, the inner first.
    """
    near, rest = _near(link, above)
    for css, cost in near:
        yield css, cost
        for depth, node in enumerate(rest):
            for name, extra in _places(node):
                yield f"{name} {css}", cost * 0.5 + extra + 0.02 * depth


def _near(
    link: LexborNode, above: list[LexborNode]
) -> tuple[list[tuple[str, float]], list[LexborNode]]:
    """Name the link itself: by its class, its heading, or what stands right above."""
    found = [("a", 0.9)]
    found += [(f"a.{name}", 0.2) for name in classes_of(link)]
    for depth, node in enumerate(above[:ITEM_LEVELS]):
        if node.tag in HEADINGS:
            found.append((f"{node.tag} a", 0.6))
            found += [(f"{node.tag}.{name} a", 0.0) for name in classes_of(node)]
            return found, above[depth + 1 :]
    inner = link.css_first(", ".join(HEADINGS))
    if inner is not None:
        found.append((f"a {inner.tag}", 0.6))
        found += [(f"a {inner.tag}.{name}", 0.1) for name in classes_of(inner)]
    found += [(f"a {name}", 0.7) for name in _EMPHASIS if link.css_first(name)]
    if above and above[0].tag in _EMPHASIS:
        found.append((f"{above[0].tag} a", 0.7))
    return found, above


def _is_nested(cell: LexborNode) -> bool:
    above = cell.parent
    while above is not None and above.tag != "td":
        above = above.parent
    return above is not None


def _places(node: LexborNode) -> Iterator[tuple[str, float]]:
    for name in classes_of(node):
        yield f".{name}", 0.1
    identity = id_of(node)
    if identity:
        yield f"#{identity}", 0.15
    if node.tag in ("article", "main", "li", "section", "td", "dl"):
        yield str(node.tag), 0.2
    if node.tag == "td" and _is_nested(node):  # pages laid out by tables
        yield "td td", 0.3
