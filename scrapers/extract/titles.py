"""Choose the headline: the h1 that agrees with what the metadata calls the page."""

from __future__ import annotations

import re
import unicodedata

from scrapers.extract.document import Document, field_of

MAX_TITLE = 300
# Headings looked at: a page with more has none that is its headline.
MAX_HEADINGS = 40

_WORD = re.compile(r"\w+")
_SUFFIX = re.compile(r"\s+(?:[|–—»·•‹›«~]|-{1,2}|::|/)\s+|\s*[|｜]\s*|(?<=\S): (?=\S)")


def key_of(text: str) -> str:
    """Letters and digits only, casefolded: what two spellings of a title share."""
    return " ".join(_WORD.findall(unicodedata.normalize("NFKC", text).casefold()))


def title_of(document: Document, sites: tuple[str, ...]) -> str | None:
    """The page's headline without the site's name; None where nothing names the page.

    `sites` are the names the site goes by.
    """
    stated = _stated(document)
    keys = [key_of(text) for text in stated]
    whole = key_of(document.title_element)
    if found := _agreeing(document, [*keys, whole], sites):
        return found
    for text in stated:
        if bare := without_site(text, sites):
            return bare
    first = document.tree.css("h1")
    if len(first) == 1 and (text := field_of(first[0])):
        return text[:MAX_TITLE]
    return without_site(document.title_element, sites) or None


def _stated(document: Document) -> list[str]:
    article = document.article
    found = (
        article.text("headline"),
        document.meta("og:title"),
        document.meta("twitter:title"),
        article.text("name"),
        document.meta("dc.title", "parsely-title", "sailthru.title", "headline"),
    )
    return [text[:MAX_TITLE] for text in found if text]


def _agreeing(
    document: Document, keys: list[str], sites: tuple[str, ...]
) -> str | None:
    """The heading that most of the stated titles repeat."""
    known = [key for key in keys if key]
    names = {key_of(site) for site in sites}
    best, best_rank = None, (0, 0)
    for node in document.tree.css("h1, h2, [itemprop=headline]")[:MAX_HEADINGS]:
        text = field_of(node)
        key = key_of(text)
        if not key or key in names or len(text) > MAX_TITLE:
            continue
        votes = sum(_agree(key, other) for other in known)
        rank = (votes, 1 if node.tag == "h1" else 0)
        if votes and rank > best_rank:
            best, best_rank = text, rank
    return best


def _agree(heading: str, stated: str) -> bool:
    if heading == stated:
        return True
    shorter, longer = sorted((heading, stated), key=len)
    return len(shorter) >= 12 and shorter in longer and 2 * len(shorter) > len(longer)


def without_site(text: str, sites: tuple[str, ...]) -> str:
    """Cut the site's name off a title: "Flood – The Daily" → "Flood"."""
    names = {key_of(site) for site in sites} - {""}
    parts = _SUFFIX.split(text)
    marks = [found.group() for found in _SUFFIX.finditer(text)]
    while len(parts) > 1 and _is_site(parts[-1], parts[:-1], names, marks[-1]):
        parts, marks = parts[:-1], marks[:-1]
    while len(parts) > 1 and key_of(parts[0]) in names:
        parts, marks = parts[1:], marks[1:]
    made = parts[0] + "".join(m + p for m, p in zip(marks, parts[1:], strict=True))
    return made.strip()[:MAX_TITLE]


def _is_site(last: str, rest: list[str], names: set[str], mark: str) -> bool:
    if key_of(last) in names:
        return True
    if mark.strip() == ":":
        return False
    # An unknown name is the site's when it is short beside what it follows.
    words = len(last.split())
    return words <= 5 and len(last) < 0.6 * sum(map(len, rest)) and len(last) < 40
