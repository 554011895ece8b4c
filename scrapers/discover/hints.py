"""Make what a listing says of an article plain: words, names, dates, a version.

Pages are read elsewhere (scrapers/extract); this is for the few fields of a feed entry,
a sitemap line or a REST record.
"""

from __future__ import annotations

import html
import json
import re
from datetime import UTC
from hashlib import sha256
from zoneinfo import ZoneInfo

from selectolax.lexbor import LexborHTMLParser

from scrapers.clean.text import line, shorten
from scrapers.extract.dates import Moment, read, zone_of
from scrapers.items import Author

# A hint fills a gap; whatever is longer is no headline, name or summary.
LONGEST_TEXT = 5_000
LONGEST_NAME = 200
# WordPress escapes names once for HTML and once more for its feed.
MOST_ESCAPES = 3

_MARKUP = re.compile(r"<[a-zA-Z/!]|&(?:#\w+|\w+);")
_BREAK = re.compile(
    r"</?(?:p|br|div|li|ul|ol|h[1-6]|tr|td|th|blockquote|figcaption|section)\b",
    re.IGNORECASE,
)
_MORE = re.compile(r"\s*\[(?:…|\.\.\.)\]\s*$")
_MAIL = re.compile(r"[^\s()<>]+@[^\s()<>]+")


def words(text: str) -> str:
    """Turn a bit of HTML, or plain text, into words separated by single spaces."""
    if _MARKUP.search(text):
        tree = LexborHTMLParser(_BREAK.sub(r" \g<0>", text))
        tree.strip_tags(["script", "style", "template"])
        text = tree.body.text() if tree.body else ""
    return line(text)


def plain(text: str) -> str:
    """Give the words of a title, name or excerpt: not more than such a thing has."""
    return shorten(words(text[: LONGEST_TEXT * 4]), LONGEST_TEXT)


def summary(text: str) -> str | None:
    """Turn an excerpt into plain words; WordPress's " […]" becomes "…"."""
    return _MORE.sub("…", plain(text)) or None


def name(text: str) -> str | None:
    """Unescape the name of a person, category or tag, however often it was escaped."""
    for _ in range(MOST_ESCAPES):
        unescaped = html.unescape(text)
        if unescaped == text:
            break
        text = unescaped
    return shorten(plain(text), LONGEST_NAME) or None


def moment(text: str, timezone: str) -> Moment | None:
    """Read a date; one that states no offset is of the site's `timezone`, given in UTC.

    A zone with its rules is no plain value, and in no answer of the parsing child.
    """
    found = read(text, zone_of(timezone))
    if found is None or not isinstance(found.at.tzinfo, ZoneInfo):
        return found
    return Moment(at=found.at.astimezone(UTC), precision=found.precision)


def author(text: str, *, url: str | None = None) -> Author | None:
    """Make an author of a byline; mail addresses are dropped, alone they are nobody.

    "ann@example.org (Ann Otieno)" → "Ann Otieno".
    """
    found = name(text)
    if found is None:
        return None
    bare = _MAIL.sub("", found)
    if bare != found:
        bare = bare.strip(" ()<>,")
    return Author(name=bare, url=url) if bare else None


def version_of(*parts: object) -> str:
    """Hash what matters of an entry: the same entry gives the same version."""
    text = json.dumps(parts, ensure_ascii=False, default=str)
    return sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:32]
