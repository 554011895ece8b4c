"""Choose the headline: the h1 that agrees with what the metadata calls the page."""

from __future__ import annotations

import re
import unicodedata

from scrapers.extract.document import Document, field_of

MAX_TITLE = 300
# Headings looked at: a page with more has none that is its headline.
MAX_HEADINGS = 40
# Shorter ones agree with too much: "News", "Sport".
MIN_HEADLINE = 12

_WORD = re.compile(r"\w+")
_SUFFIX = re.compile(r"\s+(?:[|–—»·•‹›«~]|-{1,2}|::|/)\s+|\s*[|｜]\s*|(?<=\S): (?=\S)")


def key_of(text: str) -> str:
    """Letters and digits only, casefolded: what two spellings of a title share."""
    return " ".join(_WORD.findall(unicodedata.normalize("NFKC", text).casefold()))


def title_of(document: Document, sites: tuple[str, ...]) -> str | None:
    """The page's headline without the site's name; None where nothing names the page.

    `sites` are the names the site goes by.
    """
    whole = document.title_element
    stated = [text for text in _stated(document) if text]
    bare = [without_site(text, sites) for text in (*stated, whole)]
    found = _agreeing(document, [key_of(text) for text in (*stated, whole)], sites)
    if found is None and not _is_confirmed(document):
        found = _lone(document, sites)
    if found:
        return _without_kicker(found, bare)
    heading = document.tree.css_first("h1")
    short = field_of(heading)[:MAX_TITLE] if heading is not None else ""
    return next((text for text in (*bare, short) if text), None)


def _is_confirmed(document: Document) -> bool:
    """Tell whether the title element repeats the structured data's headline.

    OpenGraph's title it repeats nearly always: search engines and readers get
    different ones, and where there is a lone h1 it is the readers'.
    """
    headline = key_of(document.article.text("headline") or "")
    return len(headline) >= MIN_HEADLINE and headline in key_of(document.title_element)


def _without_kicker(heading: str, stated: list[str]) -> str:
    """Cut what stands before the headline in its element: "Opinion  The flood"."""
    key = key_of(heading)
    for text in stated:
        short = key_of(text)
        if len(short) >= MIN_HEADLINE and key.endswith(" " + short):
            return text
    return heading


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


def _lone(document: Document, sites: tuple[str, ...]) -> str | None:
    """The only h1 that is a headline by its length: sites show others another one."""
    names = {key_of(site) for site in sites}
    texts = [field_of(node) for node in document.tree.css("h1")[:MAX_HEADINGS]]
    found = {
        text
        for text in texts
        if MIN_HEADLINE <= len(text) <= MAX_TITLE and key_of(text) not in names
    }
    return found.pop() if len(found) == 1 else None


def _agree(heading: str, stated: str) -> bool:
    """Tell whether one repeats the other, perhaps with a little more."""
    if heading == stated:
        return True
    shorter, longer = sorted((heading, stated), key=len)
    if len(shorter) < MIN_HEADLINE:
        return False
    return shorter in longer and 2 * len(shorter) > len(longer)


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
