"""Delta feeds (RFC 3229, with the `feed` manipulation): what changed since a version.

Which versions a document had is remembered beside it, in numbers alone. Of a version
that is not among them, because it is too old or another process made it, the tag tells
the number of its last event: what happened since is asked of the database. Where that
cannot be told, the whole feed is given, which is always right.
"""

from __future__ import annotations

import re
from array import array
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from db.feeds import Left, Listed, Outline
from db.records import SourceHead
from service.feeds.assembling import Whole
from service.feeds.codings import Packed
from service.feeds.conditional import MAX_HEADER
from service.feeds.document import Document
from service.feeds.headers import PAGE_VARY

# The one instance manipulation there is.
FEED = "feed"

# A reader that asks four times an hour of a feed that changes twice as often finds its
# version. Each takes some 2 KB beside a document of 64 KB.
MAX_PAST = 16

STATUS = "226 IM Used"
# Which delta it is depends on the reader's version; a cache that does not know of
# deltas must not keep one (RFC 3229 section 10.8.3).
HEADERS = {
    "IM": FEED,
    "Vary": f"Accept-Encoding, A-IM, If-None-Match, {PAGE_VARY}",
    "Cache-Control": "no-store",
}

# With whatever coding we, or a proxy that packs, hang on it.
_TAG = re.compile(r'"(\d{1,18}-[0-9a-f]{16})(?:(?:--?|;)[a-z]+)*"')


@dataclass(frozen=True, kw_only=True, slots=True)
class Past:
    """What a version of a feed held: position and number by turns, in `entries`."""

    version: str
    entries: array[int]
    left: frozenset[int]
    sources: tuple[tuple[int, SourceHead], ...]

    @property
    def number(self) -> int:
        """The number of the last event in it."""
        return int(self.version.partition("-")[0])


@dataclass(frozen=True, kw_only=True, slots=True)
class Difference:
    """What came, changed or left since a version.

    `missing` are positions that were listed and are not: they left, or others pushed
    them out of the window.
    """

    entries: tuple[Listed, ...]
    left: tuple[Left, ...]
    missing: tuple[int, ...]

    @property
    def is_any(self) -> bool:
        """Whether anything differs."""
        return bool(self.entries or self.left or self.missing)

    def and_missing(self, changed: Iterable[int], found: Outline) -> Difference:
        """Add what changed and is not listed."""
        listed = {one.position for one in found.entries}
        more = (one for one in changed if one not in listed)
        return replace(self, missing=tuple(dict.fromkeys((*self.missing, *more))))


def remember(version: str, found: Outline, past: Sequence[Past]) -> tuple[Past, ...]:
    """Put a version that is replaced before those it replaced."""
    pairs = ((one.position, one.seq) for one in found.entries)
    one = Past(
        version=version,
        entries=array("q", [number for pair in pairs for number in pair]),
        left=frozenset(left.seq for left in found.left),
        sources=found.sources,
    )
    return (one, *past)[:MAX_PAST]


def asks_for_delta(a_im: str) -> bool:
    """Say whether an A-IM header accepts `feed`."""
    for part in a_im[:MAX_HEADER].lower().split(","):
        name, _, weight = part.replace(" ", "").partition(";q=")
        if name == FEED:
            return weight.strip("0.") != "" or not weight
    return False


def find_base(header: str, past: Sequence[Past]) -> Past | None:
    """Find the newest version that If-None-Match names, in any coding."""
    named = set(_TAG.findall(header[:MAX_HEADER]))
    return next((one for one in past if one.version in named), None)


def find_number(header: str) -> int | None:
    """Give the number of the last event that a version of If-None-Match tells of."""
    numbers = [
        int(version.partition("-")[0]) for version in _TAG.findall(header[:MAX_HEADER])
    ]
    return max(numbers, default=None)


def has_slid(number: int, found: Outline, window: int) -> bool:
    """Say whether something may have come since an event number and slid past the end.

    `window` is how many entries the feed has. Positions are numbers of events too.
    """
    if found.next_before is None or len(found.entries) < window:
        return False
    return found.entries[window - 1].position > number


def compare_since(number: int, found: Outline, changed: Sequence[int]) -> Difference:
    """Tell what differs from what a feed was at an event number.

    `changed` are the articles in it then that were edited or withdrawn since. As many
    as these may have come up from below the window: they are told too.
    """
    listed = {one.position for one in found.entries}
    missing = tuple(one for one in changed if one not in listed)
    end = len(found.entries) - len(changed)
    return Difference(
        entries=tuple(
            one
            for place, one in enumerate(found.entries)
            if one.seq > number or place >= end
        ),
        left=tuple(one for one in found.left if one.seq > number),
        missing=missing,
    )


def compare(base: Past, found: Outline) -> Difference | None:
    """Tell what differs; None when the whole feed says it better.

    So it is when a source of both is called or licensed otherwise now: then entries
    read differently without having been edited.
    """
    heads = dict(base.sources)
    if any(heads.get(number, head) != head for number, head in found.sources):
        return None
    known = dict(zip(base.entries[::2], base.entries[1::2], strict=True))
    listed = {one.position for one in found.entries}
    return Difference(
        entries=tuple(
            one for one in found.entries if known.get(one.position) != one.seq
        ),
        left=tuple(one for one in found.left if one.seq not in base.left),
        missing=tuple(one for one in known if one not in listed),
    )


def delta_document(text: Whole, current: Document) -> Document:
    """Make the document of a delta; its tags are those of the current version."""
    headers = dict(current.headers) | HEADERS
    return replace(
        current,
        packed=Packed(text.body),
        headers=tuple(headers.items()),
        status=STATUS,
        coded={},
    )
