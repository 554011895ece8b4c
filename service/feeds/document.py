"""A feed as bytes, with everything its answers need made beforehand.

`respond` answers a WSGI request from a Document: 200 or 304, and nothing is computed
that was known when the document was made.
"""

from __future__ import annotations

import gzip
from collections.abc import Mapping
from dataclasses import dataclass, replace
from hashlib import sha256
from typing import Any

from service.feeds.conditional import (
    GZIP,
    IDENTITY,
    has_tag,
    preferred_coding,
    seconds_of,
)
from service.feeds.writing import http_date

# 9 takes longer and saves a hundredth; zlib's own default.
GZIP_LEVEL = 6

# A cache may answer with what it has while it asks for news, for as long again as it
# was fresh; and for a day when we do not answer at all.
STALE_IF_ERROR_SECONDS = 86_400

# An archive changes when an article of it is edited or leaves, which the feed itself
# tells at once; a takedown must be out of caches within the day.
ARCHIVE_SECONDS = 86_400

Headers = list[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Answer:
    """What goes out. `body` is empty for HEAD and 304."""

    status: str
    headers: Headers
    body: bytes = b""


@dataclass(frozen=True, slots=True)
class Coded:
    """A document in one content coding, with the headers of its answers."""

    body: bytes
    ok: Headers
    not_modified: Headers


@dataclass(frozen=True, kw_only=True, slots=True)
class Document:
    """One version of a feed in one format.

    `version` is "seq-hash": the highest event number in it and the hash of its bytes.
    `modified` is when it last changed, in whole seconds; `stamped` is what
    Last-Modified says, the same unless that second is not over yet.
    """

    version: str
    seq: int
    modified: int
    stamped: int
    body: bytes
    zipped: bytes
    headers: tuple[tuple[str, str], ...]
    tags: frozenset[str]
    coded: Mapping[str, Coded]

    @property
    def size(self) -> int:
        """How many bytes it keeps in memory, nearly."""
        return len(self.body) + len(self.zipped)

    def settled(self, now: int) -> Document:
        """Give it with the Last-Modified it has from its second's end on."""
        if self.stamped == self.modified or now < self.modified:
            return self
        return _stamped(replace(self, stamped=self.modified))


def make_document(
    text: str,
    *,
    seq: int,
    changed: int,
    headers: Mapping[str, str],
    previous: Document | None,
    now: int,
) -> Document:
    """Make the document of a text; `previous` is the one it takes the place of.

    `changed` and `now` are seconds since 1970. Equal bytes give `previous` back.
    """
    body = text.encode()
    version = f"{seq}-{sha256(body).hexdigest()[:16]}"
    if previous is not None and previous.version == version:
        return previous.settled(now)
    modified = _modified(changed, previous, now)
    return _stamped(
        Document(
            version=version,
            seq=seq,
            modified=modified,
            stamped=min(modified, now),
            body=body,
            zipped=gzip.compress(body, GZIP_LEVEL, mtime=0),
            headers=tuple(headers.items()),
            tags=frozenset((version, f"{version}-{GZIP}")),
            coded={},
        )
    )


def _modified(changed: int, previous: Document | None, now: int) -> int:
    """Date a version: when its content changed, and always later than the one before.

    Two changes in one second, or one stored later than it is dated, would else leave
    readers that send only If-Modified-Since with the older version for good. The next
    second is as far ahead as it goes, and Last-Modified does not say it before it is.
    """
    later = changed if previous is None else max(changed, previous.modified + 1)
    return min(later, now + 1)


def _stamped(document: Document) -> Document:
    modified = http_date(document.stamped)
    coded = {
        IDENTITY: _coded(document, IDENTITY, document.body, modified),
        GZIP: _coded(document, GZIP, document.zipped, modified),
    }
    return replace(document, coded=coded)


def _coded(document: Document, coding: str, body: bytes, modified: str) -> Coded:
    suffix = "" if coding == IDENTITY else f"-{coding}"
    given = dict(document.headers)
    content_type = given.pop("Content-Type")
    link = given.pop("Link", None)
    always = [
        ("ETag", f'"{document.version}{suffix}"'),
        ("Vary", "Accept-Encoding"),
        *given.items(),
    ]
    ok = [
        ("Content-Type", content_type),
        ("Content-Length", str(len(body))),
        ("Last-Modified", modified),
        ("X-Content-Type-Options", "nosniff"),
        *always,
    ]
    if link is not None:
        ok.append(("Link", link))
    if suffix:
        ok.append(("Content-Encoding", coding))
    return Coded(body, ok, always)


def cache_control(seconds: int, *, is_private: bool = False) -> str:
    """Write for how long a reader need not ask again, and a cache that many share."""
    whose = "private" if is_private else "public"
    return (
        f"{whose}, max-age={seconds}, stale-while-revalidate={seconds}, "
        f"stale-if-error={STALE_IF_ERROR_SECONDS}"
    )


def respond(environ: Mapping[str, Any], document: Document) -> Answer:
    """Answer a GET or HEAD (RFC 9110 section 13.2.2 has the order of conditions)."""
    coding = preferred_coding(environ.get("HTTP_ACCEPT_ENCODING", ""))
    coded = document.coded[coding]
    if _is_up_to_date(environ, document):
        return Answer("304 Not Modified", coded.not_modified.copy())
    body = b"" if environ["REQUEST_METHOD"] == "HEAD" else coded.body
    return Answer("200 OK", coded.ok.copy(), body)


def _is_up_to_date(environ: Mapping[str, Any], document: Document) -> bool:
    tags = environ.get("HTTP_IF_NONE_MATCH")
    if tags is not None:
        return has_tag(tags, document.tags)
    since = environ.get("HTTP_IF_MODIFIED_SINCE")
    if since is None:
        return False
    seconds = seconds_of(since)
    return seconds is not None and seconds >= document.modified
