"""Which edition of the extractor read an article, and what is an edit between two.

An upgrade reads the same page a little differently: a caption goes, a line is joined to
the next. That is no edit, and readers are not told. Pure but for a look at our own
files; what is done about it is the caller's.
"""

from __future__ import annotations

import re
from collections import Counter
from datetime import datetime
from functools import cache
from hashlib import sha256
from importlib import metadata, resources
from typing import Protocol

from scrapers.fingerprint import FEW_WORDS, is_furniture
from scrapers.items import Restriction

# Modules of `scrapers`, and folders of them, that have a say in what is read.
READERS = ("extract", "clean", "compiled", "fingerprint.py", "reading.py")
LIBRARIES = ("selectolax", "w3lib")
EDITION_DIGITS = 8
# Of the words of the shorter of two lines, how many both have if one was made of the
# other.
SHARED = 0.5

_WORD = re.compile(r"\w+")


class Read(Protocol):
    """What is compared: a stored article, or one just scraped."""

    @property
    def title(self) -> str:
        """The headline."""

    @property
    def body_text(self) -> str:
        """The text, a paragraph a line."""

    @property
    def modified_at(self) -> datetime | None:
        """When its site says that it was edited."""

    @property
    def restrictions(self) -> frozenset[Restriction]:
        """What the page says about its republication."""


@cache
def edition() -> str:
    """Name this edition: eight hex digits that any change of the extractor changes.

    Made of our modules and the versions of the libraries that parse, so that nobody has
    to remember to count.
    """
    digest = sha256()
    for name in LIBRARIES:
        digest.update(f"{name} {metadata.version(name)}\n".encode())
    for name in READERS:
        entry = resources.files("scrapers") / name
        modules = [entry] if entry.is_file() else list(entry.iterdir())
        for module in sorted(modules, key=lambda one: one.name):
            if module.name.endswith((".py", ".pyx", ".pxd", ".h")):
                digest.update(module.read_bytes())
    return digest.hexdigest()[:EDITION_DIGITS]


def signed(content_hash: str) -> str:
    """Say in a content hash which edition took it: "edition:hash"."""
    return f"{edition()}:{content_hash}"


def is_another(one: str, other: str) -> bool:
    """Say whether two signed hashes are of two editions; unsigned is the oldest."""
    return _edition_of(one) != _edition_of(other)


def is_edit(before: Read, after: Read) -> bool:
    """Tell an edit from another edition's reading of the same page.

    Whole lines, or words within a line, that only came or only went are the extractor's
    doing, unless the site says that it has edited since. Words in place of others are
    an edit. So are other restrictions, which have to be obeyed at once.
    """
    if before.restrictions != after.restrictions:
        return True
    if _is_reworded(_words(before.title), _words(after.title)):
        return True
    old, new = _lines(before), _lines(after)
    gone, came = old - new, new - old
    long = [words for words in came if len(words) > FEW_WORDS]
    if any(_is_reworded(one, other) for one in gone for other in long):
        return True
    known, said = before.modified_at, after.modified_at
    is_later = known is not None and said is not None and said > known
    return is_later and bool(gone or came)


def _edition_of(signed_hash: str) -> str:
    name, colon, _ = signed_hash.partition(":")
    return name if colon and len(name) == EDITION_DIGITS else ""


def _words(text: str) -> tuple[str, ...]:
    return tuple(_WORD.findall(text.casefold()))


def _lines(article: Read) -> set[tuple[str, ...]]:
    """Give the lines of a text as words; counters and the like left out."""
    lines = article.body_text.splitlines()
    return {_words(text) for text in lines if not is_furniture(text)}


def _is_reworded(one: tuple[str, ...], other: tuple[str, ...]) -> bool:
    """Say whether a line has words in place of some of the other's."""
    first, second = Counter(one), Counter(other)
    shared = (first & second).total()
    if shared < SHARED * min(len(one), len(other)):
        return False
    gone = "".join(word for word in one if word not in second)
    came = "".join(word for word in other if word not in first)
    # The same letters, parted otherwise, are the same words.
    return bool(gone) and bool(came) and gone != came
