"""Tell whether two articles of one site are the same one under two addresses.

Pure. `marks` are few numbers by which the candidates are looked up; `is_same_text` and
`resembles` then look at both texts, since boilerplate alone makes no two reports of the
weather one article.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from datetime import datetime, timedelta
from functools import lru_cache
from hashlib import blake2b
from typing import NamedTuple, Protocol
from urllib.parse import urlsplit

from scrapers.items import Image, Precision

# Sentences that stand for a text: of two that share four fifths of theirs, all four of
# the least hashes differ in one case of six hundred.
SENTENCES = 4
# A shorter sentence is furniture as often as news.
SHORTEST_SENTENCE = 12
# Letters a text needs to be recognised by nothing but itself: fewer are a teaser, a
# caption, or a form that is filled in every day.
SHORTEST_TEXT = 300
# Of the letters of both texts, how many both have: an edited or differently cut copy.
MOST_OF_BOTH = 0.8
# Of the words of both headlines.
TITLES = 2 / 3
# Of the shorter text, for addresses that the site itself says belong together.
HALF = 0.5
# A copy carries its original's date; the next number of a column does not.
ONE_DATE = timedelta(hours=1)
ONE_DAY = timedelta(hours=20)

# Ends of sentences become line breaks, and all else but letters and digits goes: first
# what is of ASCII, which most texts are, then the rest.
_ASCII_ENDS = bytes(10 if chr(code) in ".!?;:" else code for code in range(256))
_ASCII_SIGNS = bytes(
    code
    for code in range(128)
    if not chr(code).isalnum() and chr(code) not in "_.!?;:\n"
)
_ENDS = re.compile(r"[…。！？؟।]")
_SIGNS = re.compile(r"[^\w\n]+")
_WORD = re.compile(r"\w+")
_NUMBER = re.compile(r"\d+")
_SIZE = re.compile(r"[-_]\d{2,4}x\d{2,4}(?=\.)|[-_]scaled(?=\.)")


class Told(Protocol):
    """What is compared: a scraped article, or a stored one."""

    @property
    def title(self) -> str:
        """The headline."""

    @property
    def body_text(self) -> str:
        """The text, a paragraph a line; "" where none is kept."""

    @property
    def language(self) -> str | None:
        """The language's tag."""

    @property
    def image(self) -> Image | None:
        """The lead picture."""

    @property
    def published_at(self) -> datetime | None:
        """When it was published."""

    @property
    def published_precision(self) -> Precision | None:
        """How exactly that is known."""


class Text(NamedTuple):
    """A text as it is compared: its sentences by their letters alone."""

    sentences: frozenset[str]
    length: int


def marks(text: str) -> tuple[int, ...]:
    """Give numbers of 63 bits that a copy of this text shares.

    One of all of it, the others of some sentences, chosen by their hashes. A text too
    short to be told by has none.
    """
    read = read_text(text)
    if read.length < SHORTEST_TEXT:
        return ()
    hashes = sorted(mark(sentence) for sentence in read.sentences)
    whole = mark("\n".join(sorted(read.sentences)))
    return tuple(dict.fromkeys((whole, *hashes[:SENTENCES])))


def mark(text: str) -> int:
    """Hash a text to a number of 63 bits, which both databases keep as an integer."""
    return int.from_bytes(blake2b(text.encode(), digest_size=8).digest()) >> 1


@lru_cache(maxsize=128)
def read_text(text: str) -> Text:
    """Take a text apart into what is compared."""
    raw = text.casefold().encode()
    plain = raw.translate(_ASCII_ENDS, _ASCII_SIGNS).decode()
    if not plain.isascii():
        plain = _SIGNS.sub("", _ENDS.sub("\n", plain))
    found = plain.split("\n")
    sentences = frozenset(s for s in found if len(s) >= SHORTEST_SENTENCE)
    return Text(sentences=sentences, length=_length(sentences))


def is_same_text(one: Told, other: Told) -> bool:
    """Say whether two are one article by nothing but what they tell.

    Both are long enough, and have nearly all sentences in common; headline, language,
    picture and date do not gainsay it, nor do numbers: a report that comes every day
    has the same words and other figures.
    """
    first, second = read_text(one.body_text), read_text(other.body_text)
    if min(first.length, second.length) < SHORTEST_TEXT:
        return False
    shared = _length(first.sentences & second.sentences)
    of_both = shared / (first.length + second.length - shared)
    return (
        of_both >= MOST_OF_BOTH
        and _titles_agree(one.title, other.title)
        and _numbers_agree(one.body_text, other.body_text)
        and (one.language or "")[:2] == (other.language or "")[:2]
        and _pictures_agree(one.image, other.image)
        and _apart(one, other) <= (ONE_DAY if of_both == 1 else ONE_DATE)
    )


def resembles(one: Told, other: Told) -> bool:
    """Say whether two may be one article where their addresses say that they are.

    One headline not many days apart, or half of the shorter text.
    """
    first, second = read_text(one.body_text), read_text(other.body_text)
    if _plain(one.title) == _plain(other.title) and _apart(one, other) <= ONE_DAY:
        return True
    if not first.length or not second.length:
        return bool(one.body_text) and one.body_text == other.body_text
    shared = _length(first.sentences & second.sentences)
    return shared >= HALF * min(first.length, second.length)


def _length(sentences: Iterable[str]) -> int:
    return sum(map(len, sentences))


def _plain(title: str) -> str:
    return "".join(_WORD.findall(title.casefold()))


def _titles_agree(one: str, other: str) -> bool:
    """Nearly the same words, and the same numbers: "Day 2" is not "Day 3"."""
    first, second = (set(_WORD.findall(t.casefold())) for t in (one, other))
    if _NUMBER.findall(one) != _NUMBER.findall(other):
        return False
    return len(first & second) >= TITLES * len(first | second)


def _numbers_agree(one: str, other: str) -> bool:
    """A copy may have more (a counter, the date of the print), never others."""
    first, second = (Counter(_NUMBER.findall(text)) for text in (one, other))
    return not (first - second and second - first)


def _pictures_agree(one: Image | None, other: Image | None) -> bool:
    return one is None or other is None or _file(one.url) == _file(other.url)


def _file(url: str) -> str:
    name = urlsplit(url).path.rpartition("/")[2]
    return _SIZE.sub("", name).rpartition(".")[0]


def _apart(one: Told, other: Told) -> timedelta:
    """How far apart the dates are; nothing where one is not known to the day."""
    known = (Precision.TIME, Precision.DAY)
    first, second = one.published_at, other.published_at
    if (
        first is None
        or second is None
        or one.published_precision not in known
        or other.published_precision not in known
    ):
        return timedelta(0)
    apart = abs(first - second)
    # A day stands for all of its hours, in whatever zone.
    is_a_day = Precision.DAY in (one.published_precision, other.published_precision)
    return timedelta(0) if is_a_day and apart < ONE_DAY else apart
