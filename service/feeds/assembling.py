"""Put a document together: what stands around its entries, and the entries, as bytes.

An entry is encoded and hashed once, when it is written. A whole of fifty then costs one
copy of its bytes, and a hash of their hashes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256


@dataclass(frozen=True, slots=True)
class Written:
    """One entry as a format writes it, in UTF-8, with the hash of that."""

    body: bytes
    digest: bytes


@dataclass(frozen=True, kw_only=True, slots=True)
class Frame:
    """What stands around the entries: `after` are further parts as long as theirs.

    `separator` stands between all of those.
    """

    opening: str
    closing: str
    after: tuple[str, ...] = ()
    separator: str = ""


@dataclass(frozen=True, slots=True)
class Whole:
    """A document's bytes, with a name that other bytes do not have."""

    body: bytes
    name: str


def write(fragment: str) -> Written:
    """Encode and hash one entry."""
    body = fragment.encode()
    return Written(body, sha256(body).digest())


def whole(text: str) -> Whole:
    """Give a text as a document that has no entries."""
    body = text.encode()
    return Whole(body, _name(sha256(body).digest()))


def assemble(frame: Frame, entries: Sequence[Written]) -> Whole:
    """Put the entries into their frame."""
    around = (frame.opening, frame.separator, *frame.after, frame.closing)
    opening, separator, *after, closing = (part.encode() for part in around)
    inner = [entry.body for entry in entries] + after
    if separator and len(inner) > 1:
        inner = [inner[0], *(separator + part for part in inner[1:])]
    body = b"".join((opening, *inner, closing))
    # NUL stands in no text of ours: it tells the parts apart.
    parts = b"\0".join((opening, separator, *after, closing))
    digests = b"".join([entry.digest for entry in entries])
    return Whole(body, _name(sha256(parts + b"\0" + digests).digest()))


def _name(digest: bytes) -> str:
    return digest.hex()[:16]
