"""The sentence or two that stand for an article."""

from __future__ import annotations

import re

from scrapers.clean.text import line, shorten
from scrapers.extract.reading import Reading
from scrapers.extract.titles import key_of

MAX_SUMMARY = 600

_MARKUP = re.compile(r"<[^<>]{1,200}>")
# What WordPress and feeds put at the end of an excerpt.
_TAIL = re.compile(
    r"\s*(?:\[?(?:…|\.\.\.|&hellip;)\]?|\(?(?:read|continue reading|weiterlesen|lire)"
    r"(?: more)?\W*)\s*$",
    re.IGNORECASE,
)


def summary_of(reading: Reading) -> str | None:
    """The standfirst a recipe names, else the page's own description, else the hint."""
    document = reading.document
    stated = (
        reading.first_text(reading.recipe.summary),
        document.meta("og:description"),
        document.article.text("description"),
        document.meta("description", "twitter:description", "dc.description"),
        reading.hints.summary,
    )
    for text in stated:
        made = tidy(text or "")
        if made and key_of(made) != key_of(reading.title):
            return made
    return None


def tidy(text: str) -> str:
    """One line without markup or "[…]", at most MAX_SUMMARY characters."""
    made = line(_MARKUP.sub(" ", text))
    cut = _TAIL.sub("", made)
    if cut != made and not cut.endswith((".", "!", "?", "。")):
        cut += "…"
    return shorten(cut, MAX_SUMMARY) if cut.strip("…") else ""
