"""Tell articles from other pages by the shape of their addresses.

Pure, and only about addresses: nothing here sees a page.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from urllib.parse import unquote, urlsplit

from scrapers.clean.urls import is_home
from scrapers.extract.dates import from_url

# So many words in a slug are a headline; "privacy-policy" and "contact-us" are two.
HEADLINE_WORDS = 3
LONG_SLUG = 24
# More sections than this are no list to write down.
MOST_WORDS = 8
MOST_EXCLUDED = 20

# Two parts and the end: "/council/5001-bridge-reopens" and not "/about".
LONG_SHAPE = 3

_ARCHIVE = re.compile(
    r"/(?:tags?|categor(?:y|ies)|authors?|topics?|thema|themen|page|search|suche|feed|rss"
    r"|wp-admin|wp-login\.php|login|signin|register|account|cart|checkout|shop|kategorie"
    r"|categoria|etiqueta|schlagwort|autor|user|users|profile|privacy[\w-]*|terms[\w-]*"
    r"|imprint|impressum|datenschutz|contact[\w-]*|about[\w-]*|kontakt|subscribe"
    r"|newsletters?|advertis\w+|cookies?[\w-]*|archives?|sitemap[\w-]*|legal|jobs"
    r"|careers|faq|help|rss[\w-]*)(?:/|\.html?$|\.php$|$)|[?&](?:s|q|cat|tag|author)="
    # What a wiki keeps apart from its articles.
    r"|/(?:category|special|help|talk|user|file|template|project|portal|kategorie"
    r"|spezial|hilfe|benutzer|datei|vorlage|aide|utilisateur|fichier|especial|ayuda"
    r"|usuario|archivo|plantilla)(?:_\w+)?:[^/]",
    re.IGNORECASE,
)
# Sections go by these names too, and archives' articles stand below: the part after
# the word is a section or a year, and what follows that may be an article.
_HOLDER = re.compile(
    r"/(?:archives?|categor(?:y|ies)|kategorie|categoria|topics?|thema|themen)"
    r"/(?:[^/]+/)+(?P<last>[^/]+)/?",
    re.IGNORECASE,
)
_ARCHIVED = re.compile(r"/archives?/(?P<last>[^/]*\d{3,}[^/]*)/?", re.IGNORECASE)
# A number as articles have it, not as the pages of a list do.
_LONG_NUMBER = re.compile(r"\d{4,}|^\d{3}\?")
# The parameter that names an article by its number, as systems call it.
_NUMBERED = re.compile(
    r"[?&](?:p|no?|nr|[ans]?id|(?:news|art|article|artikel|story|post|entry|content)"
    r"_?(?:id|no)?|idxno|wr_id)=\d",
    re.IGNORECASE,
)
_WORDS = re.compile(r"[^\W_]+")
_YEAR = re.compile(r"(?:19|20)\d\d")
_EXTENSION = re.compile(r"\.(?:html?|php|aspx?|shtml|jsp)$")


def is_archive(url: str) -> bool:
    """Tell whether an address is that of a list or of the site's own pages."""
    parts = urlsplit(url)
    path = f"{parts.path}?{parts.query}" if parts.query else parts.path
    found = _ARCHIVE.search(path)
    if found is None:
        return is_home(url)
    if found[0][0] in "?&":
        return not _NUMBERED.search(path)
    return not _is_held(parts.path, found.start())


def _is_held(path: str, start: int) -> bool:
    """Tell whether an article stands below what else would be a list's address."""
    below = _HOLDER.fullmatch(path, start)
    if below is not None:
        return _is_headline(_EXTENSION.sub("", unquote(below["last"])))
    archived = _ARCHIVED.fullmatch(path, start)
    return archived is not None and not _YEAR.fullmatch(archived["last"])


def looks_like_article(url: str) -> bool:
    """Tell whether an address has a date, a headline or a number as articles have."""
    if is_home(url) or is_archive(url):
        return False
    parts = urlsplit(url)
    last = unquote(_segments(parts.path)[-1]) if _segments(parts.path) else ""
    slug = _EXTENSION.sub("", last)
    if from_url(url) is not None and slug and not slug.isdigit():
        return True
    if _is_headline(slug):
        return True
    asked = f"{slug}?{parts.query}"
    return bool(_LONG_NUMBER.search(asked) or _NUMBERED.search(asked))


def _is_headline(slug: str) -> bool:
    return len(_WORDS.findall(slug)) >= HEADLINE_WORDS or len(slug) >= LONG_SLUG


def shape_of(url: str) -> tuple[str, ...]:
    """Give the kind of each part of an address: equal for pages made alike.

    "/2026/02/flood-cuts-off/" → ("year", "number", "text", "/").
    """
    parts = urlsplit(url)
    kinds = [_kind(segment) for segment in _segments(parts.path)]
    end = _EXTENSION.search(parts.path)
    tail = end[0] if end else "/" if parts.path.endswith("/") else ""
    keys = [part.partition("=")[0] for part in parts.query.split("&") if part]
    return (*kinds, tail, *sorted(keys))


def section_of(url: str) -> str:
    """Give the first part of an address with several, if it is a word; else ""."""
    segments = _segments(urlsplit(url).path)
    return segments[0] if len(segments) > 1 and _kind(segments[0]) == "text" else ""


def by_shape(urls: Iterable[str]) -> list[list[str]]:
    """Sort addresses into those made alike, the largest group first."""
    groups: dict[tuple[str, ...], list[str]] = {}
    for url in urls:
        groups.setdefault(shape_of(url), []).append(url)
    return sorted(groups.values(), key=len, reverse=True)


def patterns_for(
    articles: Sequence[str], others: Sequence[str]
) -> tuple[tuple[str, ...], tuple[str, ...]] | None:
    """Give `include` and `exclude` that take these articles and none of the others.

    Nothing is given that is not needed: without others both are empty. None where
    addresses do not tell the two apart.
    """
    if not others:
        return (), ()
    include = tuple(_pattern(group) for group in by_shape(articles))
    if _count(include, articles) < len(articles):
        return None  # addresses with empty parts are beyond a pattern
    wrong = [url for url in others if _matches(include, url)]
    if not wrong:
        return include, ()
    narrow = tuple(_pattern(group, is_narrow=True) for group in by_shape(articles))
    if not any(_matches(narrow, url) for url in others):
        return narrow, ()
    fewest = min((include, narrow), key=lambda made: _count(made, others))
    wrong = [url for url in others if _matches(fewest, url)]
    if len(wrong) > MOST_EXCLUDED:
        return None
    return fewest, tuple(f"^{escaped(url)}$" for url in wrong)


def escaped(text: str) -> str:
    """Make a text a regular expression that a person can still read."""
    return re.escape(text).replace(r"\-", "-").replace(r"\&", "&").replace(r"\#", "#")


def _count(patterns: Sequence[str], urls: Sequence[str]) -> int:
    return sum(_matches(patterns, url) for url in urls)


def _matches(patterns: Sequence[str], url: str) -> bool:
    return any(re.search(pattern, url) for pattern in patterns)


def _pattern(urls: Sequence[str], *, is_narrow: bool = False) -> str:
    """One regular expression for addresses of one shape.

    A narrow one names the sections, and asks for several words in the last part.
    """
    paths = [_segments(urlsplit(url).path) for url in urls]
    parts = []
    for place, column in enumerate(zip(*paths, strict=True)):
        is_last = place == len(paths[0]) - 1
        parts.append(_part(column, is_last=is_last, is_narrow=is_narrow))
    shape = shape_of(urls[0])
    tail = escaped(shape[len(paths[0])])
    keys = shape[len(paths[0]) + 1 :]
    query = rf"\?.*{keys[0]}=" if keys else "$"
    return f"^https?://[^/]+/{'/'.join(parts)}{tail}{query}"


def _part(column: Sequence[str], *, is_last: bool, is_narrow: bool) -> str:
    column = [_EXTENSION.sub("", text) for text in column]
    kinds = {_kind(text) for text in column}
    if kinds == {"year"}:
        return r"\d{4}"
    if kinds <= {"year", "number"}:
        return r"\d+"
    words = Counter(column)
    if not is_last and (len(words) == 1 or (is_narrow and len(words) <= MOST_WORDS)):
        texts = sorted(escaped(word) for word in words)
        return texts[0] if len(texts) == 1 else f"(?:{'|'.join(texts)})"
    if is_last and is_narrow:
        if all(re.search(r"\d{4,}", text) for text in column):
            return r"[^/]*\d{4,}[^/]*"
        if all(text.count("-") >= HEADLINE_WORDS - 1 for text in column):
            return r"[^/]+-[^/]+-[^/]+"
    return "[^/]+"


def _segments(path: str) -> list[str]:
    return [segment for segment in path.split("/") if segment]


def _kind(segment: str) -> str:
    segment = _EXTENSION.sub("", segment)
    if _YEAR.fullmatch(segment):
        return "year"
    return "number" if segment.isdigit() else "text"
