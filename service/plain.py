"""Text that can be mistaken for nothing else: no markup, no control, one line.

A title goes into places that read it as text, as HTML, or as either by guessing (RSS
never said which), so what is published means the same in all of them.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from html import unescape
from urllib.parse import quote, urlsplit

from scrapers.clean.urls import absolute

# XML 1.0 (2.2) forbids C0 controls but tab and line ends, surrogates, U+FFFE and
# U+FFFF; C1 controls and the other non-characters it discourages, and no text needs.
# Written as what is neither: `re` decides that for a letter with one look.
_ILLEGAL = re.compile(
    "[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufdcf\ufdf0-\ufffd"
    + "".join(f"{chr(p << 16)}-{chr((p << 16) + 0xFFFD)}" for p in range(1, 17))
    + "]"
)
# Embeddings, overrides and isolates: unbalanced ones turn the reader's own line around.
# And byte order marks, which are not text.
_CONTROL = re.compile("[\u202a-\u202e\u2066-\u2069\ufeff]")
_BLANKS = re.compile("[ \t\n\r\x0b\x0c\x85\u2028\u2029]+")
_ENTITY = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});")
# HTML also knows some without their semicolon: "&copy", "&#0". Validators take what
# holds a digit for one, too: "1&1".
_LOOSE_ENTITY = re.compile(r"&(?:#\d+|#[xX][0-9a-fA-F]+|\w+);?")
_TAG = re.compile(r"<(/?[A-Za-z!?][^<>]*)>")
# One that never ends swallows the rest of the line.
_OPEN_TAG = re.compile(r"<(?=[A-Za-z/!?])")
# Tags that a publishing system left in a headline; the words inside are the headline.
_INLINE_TAG = re.compile(
    r"</?(?:b|i|em|strong|u|s|small|sub|sup|span|font|cite|mark|br|a)(?:\s[^<>]*)?/?>",
    re.IGNORECASE,
)
# What a printable text may hold that is not plain yet; nearly none does.
_NEEDS_WORK = re.compile("[&<\N{REPLACEMENT CHARACTER}]|  ")
# Twice escaped happens, three times has been seen; more is somebody playing.
MAX_UNESCAPES = 3

# Spaces and joiners without a width, marks of direction, fillers: alone they show
# nothing at all.
_UNSEEN = re.compile(
    "[\\s\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f"
    "\u200b-\u200f\u2060-\u206f\u2800\u3164\ufe00-\ufe0f\uffa0]*"
)

_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{1,8})*")
_BAD_PERCENT = re.compile(r"%(?![0-9A-Fa-f]{2})")
# Enough to tell which way a text runs, whatever name or number it begins with.
DIRECTION_SAMPLE = 300


def legal(text: str) -> str:
    """Drop what no XML document may hold (XML 1.0, 2.2)."""
    if text.replace("\n", "").isprintable():  # what can be printed is all legal
        return text
    return _ILLEGAL.sub("", text)


def plain(text: str | None) -> str:
    """Make one line of text without markup, entities or control characters.

    Entities are resolved, inline tags dropped; what still looks like a tag keeps its
    words between ‹ and ›, so that "How <b> works" stays a title and starts nothing, and
    what HTML would still take for an entity gets another ampersand. What shows nothing
    is empty.
    """
    if not text:
        return ""
    if text.isprintable() and not _NEEDS_WORK.search(text):
        return text.strip()
    found = _sound(text)
    for _ in range(MAX_UNESCAPES):
        once = _ENTITY.sub(lambda match: unescape(match[0]), found)
        if once == found:
            break
        found = _sound(once)
    found = _TAG.sub(r"‹\1›", _INLINE_TAG.sub("", found))
    found = _OPEN_TAG.sub("‹", found)
    found = _LOOSE_ENTITY.sub(_disarmed, found)
    return "" if _UNSEEN.fullmatch(found) else _BLANKS.sub(" ", found).strip()


def _sound(text: str) -> str:
    # U+FFFD stands for a sign that was lost: validators hold it for a mistake of ours.
    return _CONTROL.sub("", legal(text)).replace("\N{REPLACEMENT CHARACTER}", "")


def _disarmed(match: re.Match[str]) -> str:
    entity = match[0]
    is_harmless = unescape(entity) == entity and entity[1:].rstrip(";").isalpha()
    return entity if is_harmless else "＆" + entity[1:]


def excerpt(text: str, limit: int) -> str:
    """Give the beginning of a plain text, at most `limit` characters, whole words.

    An ellipsis ends what was cut. Scripts without spaces are cut between letters, never
    between a letter and its marks.
    """
    if len(text) <= limit:
        return text
    cut = limit - 1
    space = text.rfind(" ", int(limit * 0.6), cut + 1)
    if space > 0:
        cut = space
    while cut > 1 and _joins(text[cut]):
        cut -= 1
    return text[:cut].rstrip(" ,;:–—-") + "…"


def _joins(character: str) -> bool:
    return character in "\u200d\ufe0f" or unicodedata.category(character)[0] == "M"


def direction(text: str) -> str:
    """Tell which way a text runs, "rtl" or "ltr", by most of its letters."""
    if text.isascii():
        return "ltr"
    balance = 0
    for character in text[:DIRECTION_SAMPLE]:
        kind = unicodedata.bidirectional(character)
        if kind in ("R", "AL"):
            balance += 1
        elif kind == "L":
            balance -= 1
    return "rtl" if balance > 0 else "ltr"


@lru_cache(maxsize=256)
def language_tag(language: str | None) -> str | None:
    """Give a well-formed language tag ("en_GB" → "en-GB"), or None (BCP 47)."""
    tag = (language or "").strip().replace("_", "-")
    return tag if _LANGUAGE.fullmatch(tag) else None


@lru_cache(maxsize=4096)
def web_address(url: str | None) -> str | None:
    """Give an http(s) address in URI characters alone (RFC 3986), or None.

    Of a host's name in its own script it is the one that is looked up (IDNA).
    """
    if not url:
        return None
    if not url.isascii():
        url = absolute(url, url) or url
    safe = quote(url.strip(), safe="%/:?#[]@!$&'()*+,;=~", errors="ignore")
    safe = _BAD_PERCENT.sub("%25", safe)
    try:
        parts = urlsplit(safe)
        is_web = parts.scheme in ("http", "https") and bool(parts.hostname)
    except ValueError:
        return None
    return safe if is_web else None
