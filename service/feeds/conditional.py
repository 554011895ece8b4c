"""What a request's headers ask for: which coding, and whether the reader is up to date.

Pure, and quiet about nonsense: a header that cannot be read is as if it were not there
(RFC 9110 sections 12.5.3, 13.1.2, 13.1.3).
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Set
from datetime import UTC
from email.utils import parsedate_to_datetime
from functools import lru_cache
from typing import Any

from service.feeds.codings import FEED, GZIP, IDENTITY

_TAG = re.compile(r'(?:W/)?"([\x21\x23-\x7e\x80-\xff]*)"')
_WEIGHT = re.compile(r"(?:0(?:\.\d{0,3})?|1(?:\.0{0,3})?)")

# No reader's header is longer: browsers send forty characters, a tag of ours has sixty.
# One thread reads them for everybody, and remembers some.
MAX_HEADER = 1000

# What a proxy that packs by itself hangs on a tag: Apache a `-`, Jetty two, others `;`.
_PACKED = re.compile(r"(?:--?|;)(?:gzip|br|zstd|deflate)$")

_MONTH = "(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)"
_DAY = "(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)"
_TIME = r"\d\d:\d\d:\d\d"
# RFC 9110 section 5.6.7: the one to write and two to read, all of them GMT.
_DATE = re.compile(
    rf"{_DAY}, \d\d {_MONTH} \d{{4}} {_TIME} GMT"
    rf"|(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day, \d\d-{_MONTH}-\d\d {_TIME} GMT"
    rf"|{_DAY} {_MONTH} [ \d]\d {_TIME} \d{{4}}",
    re.ASCII,
)

# What a header's `*` stands for: a reader that takes anything is sent what all know.
_ANY = (GZIP, IDENTITY)


def preferred_coding(accept: str, offered: tuple[str, ...] = FEED) -> str:
    """Choose one of the offered codings by an Accept-Encoding header.

    The one wanted most; of several the first offered, identity last. Nothing acceptable
    is answered with identity, as RFC 9110 section 12.5.3 allows: a reader that can read
    it is better served than by a 406. A header that is too long is not read.
    """
    return _preferred(accept if len(accept) <= MAX_HEADER else "", offered)


@lru_cache(maxsize=512)
def _preferred(accept: str, offered: tuple[str, ...]) -> str:
    weights: dict[str, float] = {}
    for part in accept.lower().split(","):
        name, *parameters = (piece.strip() for piece in part.split(";"))
        weight = _weight(parameters)
        if name and weight is not None:
            weights[name.removeprefix("x-")] = weight
    others = weights.get("*")
    if others is not None:
        weights = dict.fromkeys(_ANY, others) | weights
    # Not named, identity is acceptable, and less than whatever is named.
    weights.setdefault(IDENTITY, 0.0001)
    best = max(offered, key=lambda coding: weights.get(coding, 0.0))
    return best if weights.get(best, 0.0) > 0 else IDENTITY


def _weight(parameters: list[str]) -> float | None:
    """Read ["q=0.5"]; 1 without one, None when it cannot be read."""
    for parameter in parameters:
        name, _, value = parameter.partition("=")
        if name.strip() == "q":
            value = value.strip()
            return float(value) if _WEIGHT.fullmatch(value) else None
    return 1.0


def wants_page(environ: Mapping[str, Any]) -> bool:
    """Say whether somebody opens the address in a browser, to read it there.

    Browsers say so (W3C Fetch Metadata); over plain HTTP only the older header tells,
    which they send when they navigate. No feed reader sends either.
    """
    destination = environ.get("HTTP_SEC_FETCH_DEST")
    if destination is not None:
        return bool(destination == "document")
    return environ.get("HTTP_UPGRADE_INSECURE_REQUESTS") == "1"


def has_tag(header: str, opaque: Set[str]) -> bool:
    """Say whether If-None-Match names one of our tags, compared weakly, or is `*`.

    `opaque` are tags without quotes and prefix. What a proxy that packs hangs on them
    is no part of them; of a header that is too long the beginning is read.
    """
    header = header[:MAX_HEADER]
    if header[1:-1] in opaque and header[0] == header[-1] == '"':
        return True  # what nearly everybody sends
    if header.strip() == "*":
        return True
    tags = _TAG.findall(header)
    return any(tag in opaque or _PACKED.sub("", tag) in opaque for tag in tags)


def seconds_of(header: str) -> int | None:
    """Read an HTTP date as seconds since 1970; None for what is none."""
    if not _DATE.fullmatch(header):
        return None
    try:
        return int(parsedate_to_datetime(header).replace(tzinfo=UTC).timestamp())
    except ValueError:
        return None
