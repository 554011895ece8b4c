"""The article's body as text and as clean HTML.

From the elements a recipe names, else from the generic extractor, else from the
structured data where the page shows too little of it.
"""

from __future__ import annotations

import html
import re
from dataclasses import dataclass

from selectolax.lexbor import LexborNode

from scrapers.clean.html import clean_node
from scrapers.clean.text import lines
from scrapers.extract.generic import Body, find_body, whole
from scrapers.extract.pictures import first_picture
from scrapers.extract.reading import Reading
from scrapers.items import Image

# `articleBody` stands in where the page shows less than this share of it.
STAND_IN_SHARE = 0.4
MIN_STAND_IN = 250

_BLOCK = re.compile(r"</?(?:p|div|br|li|h\d|blockquote)\b[^<>]*>", re.IGNORECASE)
_MARKUP = re.compile(r"<[^<>]{1,500}>")
_BREAK = re.compile(r"\\[rn]+|\s*\n\s*|\s{4,}")


@dataclass(frozen=True, kw_only=True, slots=True)
class BodyText:
    """The body in its two forms, and the first picture in it."""

    html: str = ""
    text: str = ""
    picture: Image | None = None


def body_text_of(reading: Reading) -> BodyText:
    """Read the body; changes the tree, so everything else is read before.

    The text is empty where the page has none.
    """
    bodies = _bodies(reading)
    text = "\n".join(body.text for body in bodies if body.text)
    stated = _stated(reading) if not reading.recipe.body or not text else ""
    if len(stated) > MIN_STAND_IN and len(text) < STAND_IN_SHARE * len(stated):
        return BodyText(html=_paragraphs(stated), text=stated)
    base = reading.document.base
    pictures = (first_picture(body.node, base) for body in bodies)
    picture = next((image for image in pictures if image), None)
    made = [_html(body, base) for body in bodies]
    return BodyText(html="".join(made), text=text, picture=picture)


def _bodies(reading: Reading) -> list[Body]:
    nodes = _outermost(reading.chosen(reading.recipe.body[:1]))
    for selector in reading.recipe.body[1:]:
        if nodes:
            break
        nodes = _outermost(reading.chosen((selector,)))
    if nodes:
        return [whole(node, reading.title) for node in nodes]
    found = find_body(reading.survey, reading.title)
    return [found] if found else []


def _outermost(nodes: list[LexborNode]) -> list[LexborNode]:
    """Leave out elements inside others of the list."""
    ids = {node.mem_id for node in nodes}
    kept = []
    for node in nodes:
        parent = node.parent
        while parent is not None and parent.mem_id not in ids:
            parent = parent.parent
        if parent is None:
            kept.append(node)
    return kept


def _html(body: Body, base: str) -> str:
    for node in body.unwanted:
        if node.parent is not None:
            node.decompose()
    return clean_node(body.node, base)


def _stated(reading: Reading) -> str:
    """The structured data's `articleBody`, a paragraph a line."""
    stated = html.unescape(reading.document.article.long_text("articleBody") or "")
    return lines(_BREAK.sub("\n", _MARKUP.sub("", _BLOCK.sub("\n", stated))))


def _paragraphs(text: str) -> str:
    return "".join(f"<p>{html.escape(part)}</p>" for part in text.splitlines())
