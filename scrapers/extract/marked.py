"""Find the elements that are marked up as bylines, by what they say of themselves.

The names in them are read by `scrapers.extract.bylines`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from selectolax.lexbor import LexborNode

from scrapers.compiled import load
from scrapers.extract.document import Document

# What names of bylines have in them, and whole names.
_PARTS = ("byline", "author", "autor", "auteur")
_NAMES = ("posted-by", "submitted", "writer", "reporter")
_CARD, _CARD_NAME = "vcard", "fn"
# Names of elements that hold no more than a name, in lower case.
_NAME_ONLY = re.compile(
    r"(?:author|byline)(?:-|__|_)?name|byline-?author|\bp-author\b|\bfn\b"
)
_PLACES = (
    "/author", "/autor/", "/auteur/", "/autores/", "/auteurs/", "/autori/", "/profile/",
    "/staff/", "/journalist/", "/journalists/", "/people/", "/by/", "/contributor/",
)  # fmt: skip
# How far above a byline a figure is looked for.
DEPTH = 8
_OF_PICTURES = ("figure", "figcaption")
_around = load("around")
_figures = _around.Around(_OF_PICTURES, DEPTH) if _around else None


def marked_of(document: Document) -> Iterator[list[LexborNode]]:
    """Give the elements that may be bylines, in groups, the surest group first."""
    authors = document.index.named("itemprop=author")
    yield [n for node in authors for n in (*node.css("[itemprop~=name]"), node)]
    yield document.index.named("rel=author")
    listed = document.index.classed(*_PARTS, *_NAMES, _CARD_NAME)
    bylines = [(names, node) for names, node in listed if _is_byline(names, node)]
    yield [node for names, node in bylines if _NAME_ONLY.search(names)]
    yield [node for _, node in document.index.links_to(*_PLACES)]
    yield [node for _, node in bylines]


def is_credit(node: LexborNode) -> bool:
    """Tell whether a name belongs to a picture, as a photographer's does."""
    if _figures:
        return _figures.nearest(node) is not None
    above = node.parent
    for _ in range(DEPTH):
        if above is None:
            return False
        if above.tag in _OF_PICTURES:
            return True
        above = above.parent
    return False


def _is_byline(names: str, node: LexborNode) -> bool:
    """Tell whether an element with these names, in lower case, may be a byline."""
    if "comment" in names:
        return False
    if any(part in names for part in _PARTS):
        return True
    whole = names.split()
    return any(name in whole for name in _NAMES) or (
        _CARD_NAME in whole and _is_in_card(node)
    )


def _is_in_card(node: LexborNode) -> bool:
    above = node.parent
    while above is not None:
        names = above.attributes.get("class") or ""
        if _CARD in names.split():
            return "comment" not in names
        above = above.parent
    return False
