"""A feed as bytes, with everything its answers need made beforehand.

`respond` answers a WSGI request from a Document: 200 or 304 (226 from a delta), and
nothing is computed that was known when the document was made.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from hashlib import sha256
from threading import Lock
from typing import Any

from service.feeds.assembling import Whole, whole
from service.feeds.codings import FEED, IDENTITY, Packed
from service.feeds.conditional import has_tag, preferred_coding, seconds_of
from service.feeds.writing import http_date

# What a 304 leaves out: it is about a representation that the reader has (RFC 9110
# section 15.4.5).
_OF_200 = frozenset(("Content-Type", "Link", "X-Robots-Tag", "Accept-Ranges"))

# Addresses whose last date is remembered; each takes some 300 bytes, long or short.
MAX_DATED = 4096

Headers = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Answer:
    """What goes out, as often as it is asked for. `body` is empty for HEAD and 304.

    `status` is WSGI's ("200 OK"); `head` is both as HTTP/1.1 writes them, but for the
    empty line at the end. A header that would be two raises ValueError.
    """

    status: str
    headers: Headers
    body: bytes = b""
    head: bytes = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Write the head."""
        lines = [f"{name}: {value}" for name, value in self.headers]
        if any("\r" in line or "\n" in line for line in lines):
            message = f"a header holds a line end: {self.headers}"
            raise ValueError(message)
        head = "\r\n".join((f"HTTP/1.1 {self.status}", *lines, ""))
        object.__setattr__(self, "head", head.encode("latin-1"))


@dataclass(frozen=True, slots=True)
class Coded:
    """The answers of a document in one content coding."""

    whole: Answer
    head: Answer
    not_modified: Answer


@dataclass(frozen=True, kw_only=True, slots=True)
class Document:
    """One version of a feed in one format.

    `version` is "seq-name": the highest event number in it and its bytes' own name.
    `modified` is when it last changed, in whole seconds; `stamped` is what
    Last-Modified says, the same unless that second is not over yet. `tags` are its
    entity tags without quotes, one a coding; `codings` are those offered, the first
    before the others, each made when it is first asked for.
    """

    version: str
    seq: int
    modified: int
    stamped: int
    packed: Packed
    headers: tuple[tuple[str, str], ...]
    tags: frozenset[str]
    codings: tuple[str, ...] = FEED
    status: str = "200 OK"
    coded: dict[str, Coded] = field(default_factory=dict, compare=False)

    @property
    def body(self) -> bytes:
        """Its bytes without a coding."""
        return self.packed.get(IDENTITY)

    @property
    def size(self) -> int:
        """How many bytes it keeps in memory, nearly: a coding takes a sixth or less."""
        told = sum(len(name) + len(value) for name, value in self.headers)
        return len(self.body) * 3 // 2 + told

    def settled(self, now: int) -> Document:
        """Give it with the Last-Modified it has from its second's end on."""
        if self.stamped == self.modified or now < self.modified:
            return self
        return replace(self, stamped=self.modified, coded={})

    def answers(self, coding: str) -> Coded:
        """Give what is answered in a coding."""
        found = self.coded.get(coding)
        if found is None:
            found = self.coded[coding] = _coded(self, coding)
        return found


@dataclass(frozen=True, slots=True)
class Dated:
    """Which version was given last, and when it was modified, in seconds since 1970."""

    version: str
    modified: int


class Dates:
    """What was given last at each address, also when its bytes were thrown away.

    So a date never goes back. The address dated longest ago is forgotten first. Safe to
    use from all threads.
    """

    def __init__(self, most: int = MAX_DATED) -> None:
        self._most = most
        self._dated: dict[bytes, Dated] = {}
        self._lock = Lock()

    def find(self, address: Sequence[str]) -> Dated | None:
        """Give what is remembered of an address."""
        return self._dated.get(_digest(address))

    def keep(self, address: Sequence[str], document: Document) -> None:
        """Remember the document given at an address."""
        digest = _digest(address)
        with self._lock:
            self._dated.pop(digest, None)
            self._dated[digest] = Dated(document.version, document.modified)
            while len(self._dated) > self._most:
                del self._dated[next(iter(self._dated))]


def _digest(address: Sequence[str]) -> bytes:
    # NUL stands in no address.
    return sha256("\0".join(address).encode()).digest()


def make_document(
    given: str | Whole,
    *,
    seq: int,
    changed: int,
    headers: Mapping[str, str],
    previous: Document | None,
    now: int,
    codings: tuple[str, ...] = FEED,
    dated: Dated | None = None,
) -> Document:
    """Make a document of a text; `previous` is the one it takes the place of.

    `changed` and `now` are seconds since 1970. Equal bytes give `previous` back; where
    it was thrown away, `dated` is what is remembered of it.
    """
    text = given if isinstance(given, Whole) else whole(given)
    version = f"{seq}-{text.name}"
    told = tuple(headers.items())
    if previous is not None and previous.version == version:
        same = previous.headers == told
        kept = previous if same else replace(previous, headers=told, coded={})
        return kept.settled(now)
    if previous is not None:
        dated = Dated(previous.version, previous.modified)
    modified = _modified(version, changed, dated, now)
    return Document(
        version=version,
        seq=seq,
        modified=modified,
        stamped=min(modified, now),
        packed=Packed(text.body),
        headers=told,
        tags=frozenset(tag_of(version, coding) for coding in codings),
        codings=codings,
    )


def tag_of(version: str, coding: str) -> str:
    """Give the entity tag of a version in a coding, without quotes."""
    return version if coding == IDENTITY else f"{version}-{coding}"


def _modified(version: str, changed: int, dated: Dated | None, now: int) -> int:
    """Date a version: when its content changed, and always later than the one before.

    Two changes in one second, or one stored later than it is dated, would else leave
    readers that send only If-Modified-Since with the older version for good. The next
    second is as far ahead as it goes, and Last-Modified does not say it before it is.
    """
    if dated is None:
        return min(changed, now + 1)
    if dated.version == version:
        return dated.modified
    return min(max(changed, dated.modified + 1), now + 1)


def _coded(document: Document, coding: str) -> Coded:
    body = document.packed.get(coding)
    given = {"Vary": "Accept-Encoding"} | dict(document.headers)
    content_type = given.pop("Content-Type")
    always = (
        ("ETag", f'"{tag_of(document.version, coding)}"'),
        *((name, value) for name, value in given.items() if name not in _OF_200),
    )
    headers = (
        ("Content-Type", content_type),
        ("Content-Length", str(len(body))),
        ("Last-Modified", http_date(document.stamped)),
        ("X-Content-Type-Options", "nosniff"),
        *always,
        *((name, value) for name, value in given.items() if name in _OF_200),
        *((("Content-Encoding", coding),) if coding != IDENTITY else ()),
    )
    return Coded(
        whole=Answer(document.status, headers, body),
        head=Answer(document.status, headers),
        not_modified=Answer("304 Not Modified", always),
    )


def respond(environ: Mapping[str, Any], document: Document) -> Answer:
    """Answer a GET or HEAD (RFC 9110 section 13.2.2 has the order of conditions).

    Ranges are not offered, so that asking for one gives the whole (section 14.2).
    """
    accepted = environ.get("HTTP_ACCEPT_ENCODING", "")
    coded = document.answers(preferred_coding(accepted, document.codings))
    return _choose(environ, document, coded)


def respond_at_once(environ: Mapping[str, Any], document: Document) -> Answer | None:
    """Answer as `respond` does; None where the coding has not been made yet."""
    accepted = environ.get("HTTP_ACCEPT_ENCODING", "")
    coded = document.coded.get(preferred_coding(accepted, document.codings))
    return None if coded is None else _choose(environ, document, coded)


def _choose(environ: Mapping[str, Any], document: Document, coded: Coded) -> Answer:
    if is_up_to_date(environ, document):
        return coded.not_modified
    return coded.head if environ["REQUEST_METHOD"] == "HEAD" else coded.whole


def is_up_to_date(environ: Mapping[str, Any], document: Document) -> bool:
    """Say whether the reader has this version, by its tag or else by its date."""
    tags = environ.get("HTTP_IF_NONE_MATCH")
    if tags is not None:
        return has_tag(tags, document.tags)
    since = environ.get("HTTP_IF_MODIFIED_SINCE")
    if since is None:
        return False
    seconds = seconds_of(since)
    return seconds is not None and seconds >= document.modified
