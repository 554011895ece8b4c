"""One hash of what an article says, blind to the furniture that moves around it.

Two fetches of an unedited article hash alike, though counters ran on, related links
changed, the page shows today's date, and pictures carry a new cache-busting query.
Dates are left out: a page that dates itself wrongly is corrected at every fetch.
"""

from __future__ import annotations

import html
import re
from datetime import UTC
from hashlib import sha256
from urllib.parse import urlsplit

from scrapers.clean.enclosures import name_of
from scrapers.clean.text import line, weight
from scrapers.extract.dates import find
from scrapers.items import ScrapedArticle

# A line of so few words with a number in it, or a date and little else, is furniture.
FEW_WORDS = 4
DATED_WORDS = 9
# A longer line is said, however few words a script without spaces makes of it.
LONGEST = 120
# What sentences end with, quoted ones too.
_ENDS = (".", "!", "?", "。", "！", "？", "؟", "।", "”", "」", "』", "»")

_ONLY_LINK = re.compile(
    r"<(p|li|h[2-6]|div|td|dd)>(?:\s|<(?:strong|b|em|i|span)>|[^<>]{0,20}:\s)*"
    r"<a [^<>]*>((?:[^<]|<(?!/a>))*)</a>(?:\s|</(?:strong|b|em|i|span)>|[.»›→…])*</\1>"
)
_TAG = re.compile(r"<[^<>]*>")
_IMAGE = re.compile(r'<img [^<>]*?src="([^"]*)"')
_COUNTER = re.compile(
    r"\d[\d.,\s]*\s?(?:k|m)?\s?(?:views?|comments?|shares?|likes?|reads?|replies|votes?"
    r"|min(?:ute)?s?(?: read)?|hours?|days?|weeks?|months?)\b",
    re.IGNORECASE,
)
_DIGIT = re.compile(r"\d")


def content_hash(article: ScrapedArticle) -> str:
    """Hash what an edit would change: SHA-256, hex.

    Title, summary, text, pictures, authors, categories, tags, language, restrictions,
    enclosures.
    """
    linked = _linked_lines(article.body_html)
    said = [
        text
        for text in article.body_text.splitlines()
        if text not in linked and not is_furniture(text)
    ]
    parts = (
        article.title,
        article.summary or "",
        *said,
        *_picture_names(article),
        *(author.name for author in article.authors),
        *("/".join(path) for path in article.categories),
        *sorted(article.tags),
        article.language or "",
        *sorted(article.restrictions),
        *_files(article),
    )
    return sha256("\x00".join(parts).encode()).hexdigest()


def is_furniture(text: str) -> bool:
    """Tell whether a line is a counter or a date rather than something said."""
    if not _DIGIT.search(text) or weight(text) > LONGEST:
        return False
    words = len(text.split(None, DATED_WORDS))
    if words <= FEW_WORDS or (words <= DATED_WORDS and _COUNTER.search(text)):
        return not text.endswith(_ENDS)
    return words <= DATED_WORDS and find(text, UTC) is not None


def _linked_lines(body_html: str) -> set[str]:
    """The lines that are one link as a whole: related articles, in all likelihood."""
    found = set()
    for match in _ONLY_LINK.finditer(body_html):
        found.add(line(html.unescape(_TAG.sub("", match.group()))))
    return found


def _files(article: ScrapedArticle) -> list[str]:
    """Of each enclosure what an edit would change: nothing where there is none."""
    return [
        f"{name_of(one.url)} {one.media_type} {one.length} {one.title or ''}"
        for one in article.enclosures
    ]


def _picture_names(article: ScrapedArticle) -> list[str]:
    """File names only: hosts rotate and queries bust caches."""
    links = [html.unescape(link) for link in _IMAGE.findall(article.body_html)]
    if article.image:
        links.append(article.image.url)
    return sorted({urlsplit(link).path.rpartition("/")[2] for link in links})
