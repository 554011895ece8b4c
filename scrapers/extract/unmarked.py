"""Find a headline that is marked up as none: bold letters, a table cell, a plain `div`.

Asked only where no heading says the title, which is so on one page of twenty: what
stands around it tells who wrote the article and when.
"""

from __future__ import annotations

from dataclasses import dataclass

from selectolax.lexbor import LexborNode

from scrapers.clean.text import line
from scrapers.extract.document import Document
from scrapers.extract.titles import (
    MAX_TITLE,
    is_in_trail,
    is_stated,
    key_of,
    may_be_headline,
)

_SEPARATOR = "\x00"  # which no text of a parsed page has
# How far above its text the link that a headline stands in may be.
LINK_DEPTH = 3
# What a headline is at least of the title that it begins.
BEGUN_SHARE = 0.5


@dataclass(frozen=True, slots=True, eq=False)
class Unmarked:
    """The element that says a title in a text of its own, and that text."""

    node: LexborNode
    text: str


def unmarked_of(document: Document, titles: list[str]) -> Unmarked | None:
    """Find the element that says the first of these titles that any says.

    It stands in no trail; one in no link comes before one in a link. Where only the
    title element states the title, it may begin with what the element says: names of
    the site follow a headline behind any mark or none.
    """
    body = document.tree.body
    if body is None:
        return None
    said = {key for key in map(_key, _texts(body)) if key}
    wanted = next((key for key in map(_key, titles) if key in said), None)
    if wanted is None and not is_stated(document):
        wanted = _begun(titles[0], said)
    found: Unmarked | None = None
    for node in body.traverse(include_text=True, skip_empty=True) if wanted else ():
        if not node.is_text_node or _key(text := node.text_content or "") != wanted:
            continue
        around = node.parent
        if around is None or is_in_trail(around):
            continue
        if not _is_linked(around):
            return Unmarked(around, _bare(text))
        found = found or Unmarked(around, _bare(text))
    return found


def _bare(text: str) -> str:
    return line(text).lstrip(" >»›·•")


def _begun(title: str, said: set[str]) -> str | None:
    """The longest of these keys that a title begins with, if it is most of it."""
    whole = key_of(title.replace("_", " "))
    likely = (key for key in said if whole.startswith(key + " "))
    longest = max(likely, key=len, default="")
    return longest if len(longest) > BEGUN_SHARE * len(whole) else None


def _texts(body: LexborNode) -> list[str]:
    return body.text(separator=_SEPARATOR, skip_empty=True).split(_SEPARATOR)


def _key(text: str) -> str:
    """What of a text is compared; "" for one that is too short or long for a title."""
    if len(text) >= 2 * MAX_TITLE or not may_be_headline(text):
        return ""
    key = key_of(text)
    return key if may_be_headline(key) else ""


def _is_linked(node: LexborNode) -> bool:
    above: LexborNode | None = node
    for _ in range(LINK_DEPTH):
        if above is None:
            return False
        if above.tag == "a":
            return True
        above = above.parent
    return False
