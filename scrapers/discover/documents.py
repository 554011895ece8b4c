"""Make the bytes of a feed or sitemap a text that is safe to parse as XML.

What XML allows and no honest feed needs is refused here, before any parser sees it.
"""

from __future__ import annotations

import re
import zlib

import webencodings

from scrapers.errors import DiscoverError
from scrapers.items import Page

GZIP = b"\x1f\x8b"
# A sitemap may have 50 MB unpacked (sitemaps.org); 200 times its packed size is a bomb.
MOST_UNPACKED = 50 * 2**20
MOST_RATIO = 200
# Looking further for the declaration of an encoding is of no use: it stands first.
DECLARATION_BYTES = 1_024

_DECLARATION = re.compile(r"<\?xml\b[^>]*>")
_ENCODING = re.compile(rb"""<\?xml\b[^>]*?encoding\s*=\s*["']([\w.:-]+)["']""")
_CHARSET = re.compile(r"""charset\s*=\s*["']?([\w.:-]+)""", re.IGNORECASE)
# Possessive, so that a hostile prolog costs no backtracking.
_PROLOG = re.compile(r"(?:\s++|<\?.*?\?>|<!--.*?-->)*+", re.DOTALL)
_DOCTYPE = re.compile(r"<!DOCTYPE\s++([^\[>]*+)(\[|>)", re.IGNORECASE)
_ILLEGAL = re.compile(
    "[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]"
)  # XML 1.0, section 2.2
_MARKS = (
    (b"\xef\xbb\xbf", "utf-8"),
    (b"\xff\xfe\x00\x00", "utf-32-le"),
    (b"\x00\x00\xfe\xff", "utf-32-be"),
    (b"\xff\xfe", "utf-16-le"),
    (b"\xfe\xff", "utf-16-be"),
    (b"<\x00?\x00", "utf-16-le"),
    (b"\x00<\x00?", "utf-16-be"),
)


def xml_text(page: Page) -> str:
    """Give the document without declaration, document type and illegal characters.

    Gzip is unpacked. The encoding is that of the byte order mark, of Content-Type or of
    the declaration, in this order (RFC 7303, section 3); bytes that do not fit it are
    replaced. Raises DiscoverError for entities, for HTML, for a bomb.
    """
    body = unpacked(page.body, url=page.url)
    text = _ILLEGAL.sub("", _decoded(body, page.content_type))
    return _without_doctype(_DECLARATION.sub("", text, count=1), url=page.url)


def unpacked(body: bytes, *, url: str) -> bytes:
    """Unpack gzip bytes, others are given back; raises DiscoverError for a bomb."""
    if not body.startswith(GZIP):
        return body
    most = min(MOST_UNPACKED, len(body) * MOST_RATIO)
    unpacker = zlib.decompressobj(wbits=16 + zlib.MAX_WBITS)
    try:
        out = unpacker.decompress(body, most + 1)
    except zlib.error as error:
        raise DiscoverError(f"broken gzip: {error}", url=url) from error
    if len(out) > most:
        reason = f"refused: gzip that unpacks to more than {most} bytes"
        raise DiscoverError(reason, url=url)
    return out


def _decoded(body: bytes, content_type: str) -> str:
    for mark, name in _MARKS:
        if body.startswith(mark):
            return body.decode(name, "replace").removeprefix("\ufeff")
    labels = [m.group(1) for m in [_CHARSET.search(content_type)] if m]
    declared = _ENCODING.search(body[:DECLARATION_BYTES])
    if declared:
        labels.append(declared.group(1).decode("ascii"))
    for label in labels:
        encoding = webencodings.lookup(label)
        if encoding is not None:
            text: str = webencodings.decode(body, encoding, "replace")[0]
            return text
    try:
        return body.decode("utf-8")
    except UnicodeDecodeError:
        # Not what XML says an unlabelled document is: as browsers take it.
        return body.decode("cp1252", "replace")


def _without_doctype(text: str, *, url: str) -> str:
    start = _PROLOG.match(text)
    begin = start.end() if start else 0
    if text[begin : begin + 9].upper() != "<!DOCTYPE":
        return text
    found = _DOCTYPE.match(text, begin)
    if found is None:
        raise DiscoverError("a document type that does not end", url=url)
    if found.group(1).split()[:1] in (["html"], ["HTML"]):
        raise DiscoverError("an HTML page, no XML document", url=url)
    if found.group(2) == "[":
        reason = "refused: the document type declares entities or elements of its own"
        raise DiscoverError(reason, url=url)
    # One that only names a DTD (RSS 0.91 does) is harmless once it is gone.
    return text[:begin] + text[found.end() :]
