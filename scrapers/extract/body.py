"""The article's body as text and as clean HTML.

From the elements a recipe names, else from the generic extractor, else from the
structured data where the page shows too little of it.
"""

from __future__ import annotations

import html
import re
from dataclasses import dataclass

from selectolax.lexbor import LexborNode

from scrapers.clean.markup import without_tags
from scrapers.clean.text import legal, lines, weighs
from scrapers.extract.generic import Body, find_body, whole
from scrapers.extract.hydration import story_of
from scrapers.extract.reading import Reading
from scrapers.extract.titles import key_of

# `articleBody` stands in where the page shows less than this share of it.
STAND_IN_SHARE = 0.4
MIN_STAND_IN = 250
# Where the page shows less, it may be its scripts that show the article.
FEW_SHOWN = 1000
# A description is a standfirst's if the line below the headline begins like it.
MIN_STANDFIRST = 40
START = 4 * MIN_STANDFIRST  # what has so many letters, even if half of it is marks
# A text of a few sentences is a notice or a teaser: what describes it is no part of it.
MIN_LED = 800
# What the text says in so many characters, the line above it need not say again.
OPENING = 2000

_BREAK = re.compile(r"\\[rn]+|\s*\n\s*|\s{4,}")


@dataclass(frozen=True, kw_only=True, slots=True)
class BodyText:
    """The body in its two forms."""

    html: str = ""
    text: str = ""


def body_text_of(reading: Reading) -> BodyText:
    """Read the body; changes the tree, so everything else is read before.

    The text is empty where the page has none.
    """
    led = [] if reading.recipe.body else _described(reading)  # of the whole tree
    bodies = _bodies(reading)
    text = "\n".join(body.text for body in bodies if body.text)
    stated = _stated(reading, text)
    if stated:
        return BodyText(html=_paragraphs(stated), text=stated)
    first = _standfirst(led, text)
    clean = "".join([body.html(reading.document.base) for body in bodies])
    if first:
        clean, text = _paragraphs(first) + clean, f"{first}\n{text}"
    return BodyText(html=clean, text=text)


def _standfirst(described: list[str], text: str) -> str:
    """The first of these lines that the text has not; "" if it has all, or is short."""
    if not described or not weighs(text, MIN_LED):
        return ""
    begun = text[:OPENING]
    if all(one[:START] in begun for one in described):  # as nearly always
        return ""
    opening = key_of(begun)
    starts = ((text, key_of(text[:START])[:MIN_STANDFIRST]) for text in described)
    return next((text for text, start in starts if start not in opening), "")


def _described(reading: Reading) -> list[str]:
    """The lines below the headline that the page gives as its description too."""
    document = reading.document
    stated = (
        document.meta("og:description"),
        document.meta("description"),
        document.article.text("description"),
    )
    starts = {key_of(value[:START])[:MIN_STANDFIRST] for value in stated if value}
    starts = {start for start in starts if len(start) == MIN_STANDFIRST}
    found = []
    for text in reading.lines_below if starts else ():
        start = key_of(text[:START])[:MIN_STANDFIRST]
        if start in starts:
            found.append(text)
            starts.remove(start)
        if not starts:
            break
    return found


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


def _stated(reading: Reading, text: str) -> str:
    """What stands in for a text that is not shown, a paragraph a line; else "".

    It is the structured data's `articleBody`, else what the page's scripts are to show.
    """
    if reading.recipe.body and text:
        return ""
    document = reading.document
    stated = document.article.long_text("articleBody") or ""
    if _is_fuller(stated, text):
        stated = lines(_BREAK.sub("\n", without_tags(html.unescape(stated))))
        if _is_fuller(stated, text):
            return stated
    if not weighs(text, FEW_SHOWN):
        story = story_of(document.text, reading.title, text)
        return story if _is_fuller(story, text) else ""
    return ""


def _is_fuller(stated: str, text: str) -> bool:
    """Tell whether what is stated stands in for the text that the page shows."""
    return len(text) < STAND_IN_SHARE * len(stated) and len(stated) > MIN_STAND_IN


def _paragraphs(text: str) -> str:
    parts = (html.escape(legal(part), quote=False) for part in text.splitlines())
    return "".join(f"<p>{part}</p>" for part in parts)
