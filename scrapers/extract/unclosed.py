"""Links that a page never closed, and what they made of the text after them.

A browser goes on with such a link in every element that follows, until another begins:
a whole article becomes the text of links, which is no text to the generic reading. Only
a page that gave none is looked at; what extraction makes of the rest is the others'.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

from selectolax.lexbor import LexborNode

from scrapers.extract.document import parse_html
from scrapers.fetch.charset import as_utf8
from scrapers.items import Page

# A link is told twice in a teaser, by picture and headline; in so many paragraphs or
# headings by itself it was left open.
FEWEST = 3
# A teaser that is one link has a paragraph; a link around so many was left open, too.
FEWEST_INSIDE = 2

_BLOCKS = frozenset({"p", "h1", "h2", "h3", "li", "blockquote", "div"})


def with_links_closed(page: Page) -> Page | None:
    """Give a page without its links that were left open; None where none was."""
    tree = parse_html(as_utf8(page.body, page.content_type))
    links = tree.css("a")
    repeated = Counter(_told(node) for node in links if _is_alone(node))
    open_links = [
        node
        for node in links
        if repeated[_told(node)] >= FEWEST or len(node.css("p")) >= FEWEST_INSIDE
    ]
    if not open_links:
        return None
    for node in open_links:
        node.unwrap()
    return replace(
        page,
        body=(tree.html or "").encode(),
        content_type="text/html; charset=utf-8",
    )


def _told(node: LexborNode) -> tuple[tuple[str, str | None], ...]:
    """What a link says of itself: what was left open is made again with all of it."""
    return tuple(sorted(node.attributes.items()))


def _is_alone(node: LexborNode) -> bool:
    """Say whether a link is all that a paragraph or heading has at its beginning."""
    above = node.parent
    return above is not None and above.tag in _BLOCKS and above.first_child == node
