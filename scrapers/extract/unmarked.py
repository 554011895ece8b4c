"""Find a headline that is marked up as none: bold letters, a table cell, a plain `div`.

Asked only where no heading says the title, which is so on one page of twenty: what
stands around it tells who wrote the article and when.
"""

from __future__ import annotations

from dataclasses import dataclass

from selectolax.lexbor import LexborNode

from scrapers.clean.text import line
from scrapers.compiled import load
from scrapers.extract.document import Document
from scrapers.extract.titles import (
    MAX_TITLE,
    is_in_trail,
    is_stated,
    key_of,
    may_be_headline,
)

_compiled = load("shown")
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
    keys = [_key(title) for title in titles]
    whole = _whole_key(titles[0])
    texts = _texts(body, [*keys, whole])
    told = [_key(text) for text, _ in texts]
    said = {key for key in told if key}
    wanted = next((key for key in keys if key in said), None)
    if wanted is None and not is_stated(document):
        wanted = _begun(whole, said)
    found: Unmarked | None = None
    for (text, node), key in zip(texts, told, strict=True) if wanted else ():
        if key != wanted:
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


def _whole_key(title: str) -> str:
    """What is compared of a title element, whose site may write spaces as "_"."""
    return key_of(title.replace("_", " "))


def _begun(whole: str, said: set[str]) -> str | None:
    """The longest of these keys that a title's begins with, if it is most of it."""
    likely = (key for key in said if whole.startswith(key + " "))
    longest = max(likely, key=len, default="")
    return longest if len(longest) > BEGUN_SHARE * len(whole) else None


def _texts(body: LexborNode, keys: list[str]) -> list[tuple[str, LexborNode]]:
    """The texts of a page, at least those whose key one of these may begin with."""
    if _compiled:
        return list(_compiled.beginnings(body, keys))
    texts = body.traverse(include_text=True, skip_empty=True)
    return [(node.text_content or "", node) for node in texts if node.is_text_node]


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
