"""Heads of requests: what they may say beyond what the parser lets through.

And how one is refused, and one written anew. What is done about it is the connection's
business (`service.connection`).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from http import HTTPStatus

# A browser's head has a tenth of it; hyper and nginx allow about as much.
MAX_HEAD_BYTES = 64 * 1024
MAX_HEADERS = 100
# No method is longer that anybody registered (RFC 9110 section 16.1.1).
MAX_METHOD = 32
_METHOD = re.compile(rb"\s*([A-Z][A-Z-]*) [/*]")

# What a request is refused with: the status, and a sentence.
Fault = tuple[HTTPStatus, str]

# Fields of a head; names are in lower case.
Fields = Sequence[tuple[bytes, bytes]]

# The last field of the last answer.
CLOSE = b"connection: close\r\n\r\n"


def fault_of(
    method: bytes, target: bytes, version: str, headers: Fields
) -> Fault | None:
    """Say what is wrong with a head, or None."""
    size = len(target) + sum(len(name) + len(value) for name, value in headers)
    if size > MAX_HEAD_BYTES:
        return too_large()
    if len(headers) > MAX_HEADERS:
        text = f"A request may have {MAX_HEADERS} headers at most."
        return HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE, text
    hosts = sum(name == b"host" for name, _ in headers)
    if hosts > 1 or (not hosts and version != "1.0"):
        text = "A request names its host, once (RFC 9112 section 3.2)."
        return HTTPStatus.BAD_REQUEST, text
    if method == b"CONNECT":
        return HTTPStatus.METHOD_NOT_ALLOWED, "This is no proxy."
    return None


def unread(start: bytes) -> Fault:
    """Say what is wrong with a request that the parser cannot read.

    `start` are its first bytes, where they are no method that it knows.
    """
    if named := _METHOD.match(start):
        text = f"The method {named[1].decode()} is none that is answered here."
        return HTTPStatus.NOT_IMPLEMENTED, text  # RFC 9110 section 9.1
    return HTTPStatus.BAD_REQUEST, "This is no request that can be read as HTTP/1.1."


def too_large() -> Fault:
    """Refuse a head that is too large."""
    text = f"The head of a request may have {MAX_HEAD_BYTES} bytes at most."
    return HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE, text


def refusal(fault: Fault, fields: Fields) -> bytes:
    """Write the last answer of a connection, with these fields."""
    status, text = fault
    body = f"{status.value} {status.phrase}\n{text}\n".encode()
    own = (
        (b"content-type", b"text/plain; charset=utf-8"),
        (b"content-length", b"%d" % len(body)),
    )
    line = f"HTTP/1.1 {status.value} {status.phrase}\r\n".encode()
    lines = [b"%s: %s\r\n" % pair for pair in (*fields, *own)]
    return b"".join((line, *lines, CLOSE, body))


def without_upgrade(
    method: bytes, target: bytes, version: str, headers: Fields
) -> bytes:
    """Write a head as one that offers no other protocol.

    We speak no other, and may leave the offer unheard (RFC 9110 section 7.8); the
    parser would take a body for the other protocol's.
    """
    lines = [b"%s: %s" % pair for pair in headers if pair[0] != b"upgrade"]
    request = b"%s %s HTTP/%s" % (method, target, version.encode())
    return b"\r\n".join((request, *lines, b"", b""))
