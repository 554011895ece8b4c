"""Make the bytes of a feed or sitemap a text that is safe to parse as XML.

What XML allows and no honest feed needs is refused here, before any parser sees it.
"""

from __future__ import annotations

import re
import zlib

from scrapers.clean.text import legal
from scrapers.errors import DiscoverError, Unrecognised
from scrapers.fetch.charset import decode
from scrapers.items import Page

GZIP = b"\x1f\x8b"
# A sitemap may have 50 MB unpacked (sitemaps.org); 200 times its packed size is a bomb.
MOST_UNPACKED = 50 * 2**20
MOST_RATIO = 200

_DECLARATION = re.compile(r"<\?xml\b[^>]*>")
# Possessive, so that a hostile prolog costs no backtracking; text does not belong here,
# but must not hide a document type from us that a lenient parser then finds.
_PROLOG = re.compile(r"(?:[^<]++|<\?.*?\?>|<!--.*?-->)*+", re.DOTALL)
_DOCTYPE = re.compile(r"<!DOCTYPE\s++([^\[>]*+)(\[|>)", re.IGNORECASE)


def xml_text(page: Page) -> str:
    """Give the document without declaration, document type and illegal characters.

    Gzip is unpacked; the encoding is that of the byte order mark, of Content-Type or of
    the declaration, in this order (RFC 7303, section 3). Raises DiscoverError for a
    document type with declarations (entities), for HTML, for a gzip bomb.
    """
    body = unpacked(page.body, url=page.url)
    text = legal(decode(body, page.content_type))
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


def _without_doctype(text: str, *, url: str) -> str:
    start = _PROLOG.match(text)
    begin = start.end() if start else 0
    if text[begin : begin + 9].upper() != "<!DOCTYPE":
        return text
    found = _DOCTYPE.match(text, begin)
    if found is None:
        raise DiscoverError("a document type that does not end", url=url)
    if found.group(1).split()[:1] in (["html"], ["HTML"]):
        raise Unrecognised("an HTML page, no XML document", url=url)
    if found.group(2) == "[":
        reason = "refused: the document type declares entities or elements of its own"
        raise DiscoverError(reason, url=url)
    # One that only names a DTD (RSS 0.91 does) is harmless once it is gone.
    return text[:begin] + text[found.end() :]
