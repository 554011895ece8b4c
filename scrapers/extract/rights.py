"""What a page says of its republication (DESIGN 5.6).

Read from the response's headers, the meta elements and the structured data. What
follows from it is decided where things are published.
"""

from __future__ import annotations

import re

from scrapers.extract.document import Document
from scrapers.items import Page, Restriction

# Our name in X-Robots-Tag; other crawlers' rules are not ours.
AGENT = "wireroom"

_RULES = {
    "noindex": Restriction.NOINDEX,
    "none": Restriction.NOINDEX,
    "noarchive": Restriction.NOARCHIVE,
    "nocache": Restriction.NOARCHIVE,
    "noai": Restriction.RESERVED,
    "noimageai": Restriction.RESERVED,
    "notraining": Restriction.RESERVED,
}
_DIRECTIVE_WITH_VALUE = re.compile(
    r"(?:unavailable_after|max-snippet|max-image-preview|max-video-preview)\s*:",
    re.IGNORECASE,
)
_PARTING = re.compile(r"[\s,;]+")
_FALSE = frozenset({"false", "no", "0"})


def restrictions_of(page: Page, document: Document) -> frozenset[Restriction]:
    """Everything the page reserves: paid, reserved, noindex, noarchive."""
    found: set[Restriction] = set()
    for name, value in page.headers:
        if name == "x-robots-tag":
            found |= _robots_tag(value)
        elif name == "tdm-reservation" and value.strip() == "1":
            found.add(Restriction.RESERVED)
    for value in document.meta_all("robots", AGENT, "x-robots-tag"):
        found |= _directives(value)
    if document.meta("tdm-reservation") == "1":
        found.add(Restriction.RESERVED)
    if _is_paid(document):
        found.add(Restriction.PAID)
    return frozenset(found)


def _robots_tag(value: str) -> set[Restriction]:
    """One header line: "noindex, noai", or "wireroom: noai" (other names: not ours)."""
    agent, colon, rest = value.partition(":")
    if colon and "," not in agent and not _DIRECTIVE_WITH_VALUE.match(value.strip()):
        return _directives(rest) if agent.strip().lower() == AGENT else set()
    return _directives(value)


def _directives(value: str) -> set[Restriction]:
    words = _PARTING.split(value.lower())
    return {_RULES[word] for word in words if word in _RULES}


def _is_paid(document: Document) -> bool:
    stated = [thing.get("isAccessibleForFree") for thing in document.things]
    if any(_says_no(value) for value in stated if value is not None):
        return True
    if (document.meta("article:content_tier") or "").lower() == "locked":
        return True
    for value in document.meta_all("isaccessibleforfree"):
        if value.lower() in _FALSE:
            return True
    return False


def _says_no(value: object) -> bool:
    if isinstance(value, str):
        return value.strip().rsplit("/", 1)[-1].lower() in _FALSE
    return value is False or (isinstance(value, int) and value == 0)
