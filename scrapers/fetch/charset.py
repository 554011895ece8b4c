"""Tell the character set of a document as browsers do, and decode it.

WHATWG HTML 13.2.3.2 and the Encoding Standard: byte order mark, Content-Type, the
document's own declaration, then what the bytes look like. Labels mean what browsers
take them for: iso-8859-1 is windows-1252, gb2312 is gb18030.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator

import webencodings

# Browsers look into 1024 bytes first, but obey a later declaration too; no real page
# has it further down.
PRESCAN_BYTES = 64 * 1024

_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16le"),
    (codecs.BOM_UTF16_BE, "utf-16be"),
)
# So many bytes beyond ASCII are UTF-8 by chance in no other encoding: of two bytes in
# GBK one pair in ten is, and of letters in windows-1252 none that anybody writes.
MIN_TELLING = 30

_XML_IN_UTF16 = ((b"<\x00?\x00x\x00", "utf-16le"), (b"\x00<\x00?\x00x", "utf-16be"))
_UNICODE = frozenset({"utf-8", "utf-16le", "utf-16be"})
_BEYOND_ASCII = bytes(range(0x80, 0x100))
_WESTERN = webencodings.lookup("windows-1252")
# What browsers decode otherwise than Python's codec of the name does.
_CODECS = {"gbk": "gb18030", "euc-jp": "euc_jis_2004"}
_PARAMETER = re.compile(r"""charset\s*=\s*["']?\s*([^\s"';,]+)""", re.IGNORECASE)
_XML_DECLARATION = re.compile(
    rb"""\s*<\?xml\s[^>]{0,200}?encoding\s*=\s*["']([^"'>]+)"""
)
# Comments and scripts are passed over, to the end where they are not closed.
_MARKUP = re.compile(
    rb"<(?:!--|(script|style|title|textarea)\b|meta[\s/](?P<meta>[^>]*))", re.IGNORECASE
)
_ENDS = {
    name: re.compile(b"</" + name, re.IGNORECASE)
    for name in (b"script", b"style", b"title", b"textarea")
}
# A letter beyond ASCII whose bytes were taken for letters and encoded once more. The
# second of the two would be a control character, which no text has (ISO 6429's C1).
_TWICE = re.compile(rb"\xc3[\x82-\xb4]\xc2[\x80-\x9f]")
# How marks of the press begin in UTF-8, which no page has that was encoded twice
# throughout; nearly all others have them, and one byte is found at once.
_ONCE = b"\xe2"
_ATTRIBUTE = re.compile(
    r"""([^\s=/"'>]+)(?:\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+)))?"""
)


def decode(body: bytes, content_type: str) -> str:
    """Decode a document as a browser would; bytes that fit nowhere become U+FFFD.

    `content_type` is the header's value, which may be empty. Never raises. Control
    characters and NUL are left as they are. A document that was encoded twice
    throughout, or is UTF-8 under another label, is read as it was meant, where browsers
    show signs that nobody wrote.
    """
    body, encoding = _told_apart(body, content_type)
    return _decoded(body, encoding)


def as_utf8(body: bytes, content_type: str) -> bytes:
    """Give the document in UTF-8, for a parser that wants bytes.

    What is UTF-8 already, most of the web, is given as it is; bytes in it that fit
    nowhere are left to the parser.
    """
    body, encoding = _told_apart(body, content_type)
    if encoding.name == "utf-8":
        return body
    return _decoded(body, encoding).encode("utf-8", "replace")


def _told_apart(body: bytes, content_type: str) -> tuple[bytes, webencodings.Encoding]:
    """What stands after the byte order mark, and its encoding."""
    start, encoding = _told(body, content_type)
    if start:
        body = body[start:]
    if encoding.name == "utf-8" and _ONCE not in body and _TWICE.search(body):
        body = _encoded_once(body)
    return body, encoding


def _told(body: bytes, content_type: str) -> tuple[int, webencodings.Encoding]:
    """How long the byte order mark is, and the encoding of what follows it."""
    for mark, label in _BOMS:
        if body.startswith(mark):
            return len(mark), webencodings.lookup(label)
    encoding = _labelled(content_type) or _declared(body[:PRESCAN_BYTES])
    if encoding is not None:
        return 0, webencodings.UTF8 if _is_mislabelled(body, encoding) else encoding
    for start, label in _XML_IN_UTF16:
        if body.startswith(start):
            return 0, webencodings.lookup(label)
    return 0, webencodings.UTF8 if _is_utf8(body) else _WESTERN


def _is_mislabelled(body: bytes, encoding: webencodings.Encoding) -> bool:
    """Tell whether a document is UTF-8 throughout, though it says otherwise.

    Servers state one character set for all they have; a saved page keeps its own
    declaration.
    """
    if encoding.name in _UNICODE or body.isascii() or not _is_utf8(body):
        return False
    return len(body) - len(body.translate(None, _BEYOND_ASCII)) >= MIN_TELLING


def _encoded_once(body: bytes) -> bytes:
    """Undo the second encoding of a document; one that has any other letter stays."""
    try:
        once = body.decode("utf-8").encode("latin-1")
        once.decode("utf-8")
    except UnicodeError:
        return body
    return once


def _is_utf8(body: bytes) -> bool:
    try:
        body.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _labelled(content_type: str) -> webencodings.Encoding | None:
    """Look up the charset parameter of a Content-Type; None for an unknown label."""
    match = _PARAMETER.search(content_type)
    return _lookup(match[1]) if match else None


def _declared(start: bytes) -> webencodings.Encoding | None:
    """Look for an XML declaration or a meta element that names the character set.

    A declaration that can be read as ASCII is not UTF-16, whatever it says (WHATWG
    HTML 13.2.3.2): it means UTF-8 then.
    """
    for label in _labels(start):
        found = _lookup(label)
        if found is not None:
            return _in_ascii(found)
    return None


def _labels(start: bytes) -> Iterator[str]:
    xml = _XML_DECLARATION.match(start)
    if xml:
        yield xml[1].decode("latin-1")
    found = _MARKUP.search(start)
    while found:
        meta = found["meta"]
        if meta and b"charset" in meta.lower():
            yield _meta_label(meta)
        at = found.end() if meta is not None else _passed(start, found)
        found = _MARKUP.search(start, at) if at >= 0 else None


def _passed(start: bytes, begun: re.Match[bytes]) -> int:
    """Where a comment, or an element that holds no markup, ends; -1 for nowhere."""
    name = begun[1]
    at = start.find(b"</" + name if name else b"-->", begun.end())
    if at < 0 and name:  # many a site mixes cases
        end = _ENDS[name.lower()].search(start, begun.end())
        at = end.start() if end else -1
    return at


def _in_ascii(found: webencodings.Encoding) -> webencodings.Encoding:
    if found.name in ("utf-16le", "utf-16be"):
        return webencodings.UTF8
    if found.name == "x-user-defined":
        return webencodings.lookup("windows-1252")
    return found


def _meta_label(attributes: bytes) -> str:
    values: dict[str, str] = {}
    for name, *quoted in _ATTRIBUTE.findall(attributes.decode("latin-1")):
        values.setdefault(name.lower(), "".join(quoted))
    if "charset" in values:
        return values["charset"]
    if values.get("http-equiv", "").lower() == "content-type":
        match = _PARAMETER.search(values.get("content", ""))
        return match[1] if match else ""
    return ""


def _lookup(label: str) -> webencodings.Encoding | None:
    # A label is ASCII; lookup folds case by way of UTF-8.
    return webencodings.lookup(label) if label.isascii() else None


def _decoded(body: bytes, encoding: webencodings.Encoding) -> str:
    if encoding.name == "utf-8":
        return body.decode("utf-8", "replace")
    codec = _CODECS.get(encoding.name)
    if codec is not None:
        return body.decode(codec, "replace")
    text: str = encoding.codec_info.decode(body, "replace")[0]
    return text
