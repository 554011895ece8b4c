"""Headers of a subscriber's own, sent with every request: which may be. Pure.

They are for whoever guards the receiver (`Authorization`, an API key), so their values
count as secrets. What Wireroom or the connection says itself cannot be overwritten.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping

# RFC 9110 7.6.1: of one connection, not of the message.
HOP_BY_HOP = frozenset(
    {
        "connection",
        "keep-alive",
        "proxy-authenticate",
        "proxy-authorization",
        "proxy-connection",
        "te",
        "trailer",
        "transfer-encoding",
        "upgrade",
    }
)
# What the sender says: about the request, itself, and what it can read.
OURS = frozenset(
    {
        "accept-encoding",
        "date",
        "expect",
        "host",
        "link",
        "user-agent",
    }
)
OUR_PREFIXES = ("content-", "webhook-", "x-hub-signature")
# Stands for a value wherever people look: in the log, in what commands print.
MASK = "…"
# Servers take 8 KiB of headers in all, more or less; ours need a part of it.
MOST = 20
LONGEST_VALUE = 2048

# What is shorter is no secret, and would be found in every other word.
SHORTEST_HIDDEN = 6

TOKEN = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
# Visible characters of ASCII, spaces and tabs between them.
VALUE = re.compile(r"[!-~]([ \t!-~]*[!-~])?")


def read_headers(lines: Iterable[str]) -> dict[str, str]:
    """Read "Name: value" lines; a name without a value stands for its removal.

    Names are compared without case; the last of a name counts. ValueError says what is
    wrong, never repeating a value.
    """
    found: dict[str, tuple[str, str]] = {}
    for line in lines:
        name, colon, value = line.partition(":")
        name, value = name.strip(), value.strip()
        if not colon or not TOKEN.fullmatch(name):
            message = "a header is written 'Name: value', as in 'X-Api-Key: abc'"
            raise ValueError(message)
        _check(name, value)
        found[name.lower()] = (name, value)
    return dict(found.values())


def check_count(names: Collection[str]) -> None:
    """Raise ValueError when these are more than a request should carry."""
    if len(names) > MOST:
        message = f"{len(names)} headers of your own: at most {MOST} are sent"
        raise ValueError(message)


def _check(name: str, value: str) -> None:
    lower = name.lower()
    if lower in HOP_BY_HOP | OURS or lower.startswith(OUR_PREFIXES):
        message = f"{name} cannot be set: Wireroom or the connection sets it"
        raise ValueError(message)
    if len(value) > LONGEST_VALUE:
        message = f"the value of {name} is longer than {LONGEST_VALUE} characters"
        raise ValueError(message)
    if value and not VALUE.fullmatch(value):
        message = f"the value of {name} may hold visible ASCII characters only"
        raise ValueError(message)


def hidden_in(headers: Mapping[str, str]) -> tuple[str, ...]:
    """Give what may not be read in an answer that repeats a request, the longest first.

    That is each value, and of "Bearer abc" what follows the scheme.
    """
    found = set(headers.values())
    found |= {value.partition(" ")[2].strip() for value in found}
    long = [value for value in found if len(value) >= SHORTEST_HIDDEN]
    return tuple(sorted(long, key=len, reverse=True))


def hide(body: bytes, hidden: Iterable[str]) -> bytes:
    """Mask these in what a receiver sent, also one that the end of it cuts off."""
    for value in hidden:
        secret, mask = value.encode(), MASK.encode()
        body = body.replace(secret, mask)
        for size in range(len(secret) - 1, SHORTEST_HIDDEN - 1, -1):
            if body.endswith(secret[:size]):
                body = body[:-size] + mask
                break
    return body
