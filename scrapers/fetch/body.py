"""Read a body within limits: bytes, decompression ratio, kind of content.

A bomb is never unpacked: 64 KiB come out at a time, and the count stops it. The
character set is left alone (charset.py).
"""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Iterator

from scrapers.errors import TooBig, Unreachable, Unreadable
from scrapers.fetch.client import FetchLimits

CODINGS = "gzip, deflate"
# What comes out of a decoder at a time.
PIECE = 64 * 1024
# Below this a ratio says nothing: a small page of one repeated line packs 500 times.
RATIO_FROM = 2**20
_GZIP_MEMBER = b"\x1f\x8b"
_HEADER_BYTES = 2  # what zlib's and gzip's headers are told by

_BINARY_TYPES = ("image/", "video/", "audio/", "font/", "model/")
_TEXT_TYPES = ("image/svg+xml",)
_BINARY_APPLICATIONS = frozenset(
    f"application/{name}"
    for name in (
        "epub+zip",
        "java-archive",
        "msword",
        "pdf",
        "postscript",
        "rtf",
        "vnd.android.package-archive",
        "vnd.rar",
        "wasm",
        "x-7z-compressed",
        "x-msdownload",
        "x-rar-compressed",
        "x-shockwave-flash",
        "x-tar",
        "zip",
    )
)
_BINARY_FAMILIES = (
    "application/vnd.ms-",
    "application/vnd.oasis.",
    "application/vnd.openxmlformats-",
)
# First bytes of what is no text, whatever the header calls it.
_SIGNATURES = (
    (b"\x89PNG\r\n", "PNG"),
    (b"\xff\xd8\xff", "JPEG"),
    (b"GIF87a", "GIF"),
    (b"GIF89a", "GIF"),
    (b"%PDF-", "PDF"),
    (b"PK\x03\x04", "ZIP"),
    (b"Rar!\x1a\x07", "RAR"),
    (b"7z\xbc\xaf\x27\x1c", "7-Zip"),
    (b"\x7fELF", "a program"),
    (b"ID3\x03", "MP3"),
    (b"ID3\x04", "MP3"),
    (b"OggS\x00", "Ogg"),
    (b"wOFF", "a font"),
    (b"wOF2", "a font"),
    (b"\x1aE\xdf\xa3", "Matroska"),
)


def refuse_binary(content_type: str, *, url: str) -> None:
    """Raise Unreadable for a Content-Type that is obviously no document.

    gzip and octet-stream pass: sitemaps are sent so.
    """
    kind = content_type.partition(";")[0].strip().lower()
    if kind in _TEXT_TYPES:
        return
    if (
        kind.startswith((*_BINARY_TYPES, *_BINARY_FAMILIES))
        or kind in _BINARY_APPLICATIONS
    ):
        raise Unreadable(f"binary content: {kind[:80]}", url=url)


def read(
    chunks: Iterable[bytes], coding: str, limits: FetchLimits, *, url: str
) -> bytes:
    """Join and decode a body.

    `chunks` are as sent, `coding` is the value of Content-Encoding. Raises TooBig
    past a limit, Unreachable for a body cut short or not in the coding it names,
    Unreadable for an unknown coding or bytes that are no text.
    """
    pieces: list[bytes] = []
    size = 0
    for piece in decoded(chunks, coding, limits.max_ratio, url=url):
        if not size:
            _refuse_signature(piece, url)
        size += len(piece)
        if size > limits.max_bytes:
            raise TooBig(f"more than {limits.max_bytes} bytes", url=url)
        pieces.append(piece)
    return b"".join(pieces)


def read_start(
    chunks: Iterable[bytes], coding: str, size: int, *, max_ratio: int, url: str
) -> bytes:
    """Decode the first `size` bytes of a body and leave the rest unread.

    Raises what `read` does, but for a body that is merely long.
    """
    start = b""
    for piece in decoded(chunks, coding, max_ratio, url=url):
        start += piece
        if len(start) >= size:
            break
    return start[:size]


def decoded(
    chunks: Iterable[bytes], coding: str, max_ratio: int, *, url: str
) -> Iterator[bytes]:
    """Undo Content-Encoding (RFC 9110 8.4), at most 64 KiB at a time.

    Knows gzip, deflate (with and without zlib's header, as servers send both) and
    lists of them. Raises TooBig, Unreachable and Unreadable as `read` does.
    """
    names = [name.strip().lower() for name in coding.split(",") if name.strip()]
    # Two are a proxy's doing; more are an attempt to multiply ratios.
    if len(names) > 2:
        raise Unreadable(f"{len(names)} content codings", url=url)
    count = _Counter(chunks)
    pieces: Iterator[bytes] = filter(None, count)
    for name in reversed(names):
        if name in ("gzip", "x-gzip"):
            pieces = _Inflater(zlib.MAX_WBITS | 16, url).unpacked(pieces)
        elif name == "deflate":
            pieces = _Inflater(zlib.MAX_WBITS, url).unpacked(pieces)
        elif name != "identity":
            raise Unreadable(f"unknown content coding {name[:40]!r}", url=url)
    size = 0
    for piece in filter(None, pieces):
        size += len(piece)
        if size > max(RATIO_FROM, count.size * max_ratio):
            raise TooBig(f"unpacks to more than {max_ratio} times its size", url=url)
        yield piece


class _Counter:
    """Passes chunks on and counts their bytes."""

    def __init__(self, chunks: Iterable[bytes]) -> None:
        self._chunks = chunks
        self.size = 0

    def __iter__(self) -> Iterator[bytes]:
        for chunk in self._chunks:
            self.size += len(chunk)
            yield chunk


class _Inflater:
    """Undoes one coding: gzip, of one or several members, or deflate."""

    def __init__(self, wbits: int, url: str) -> None:
        self._wbits = wbits
        self._url = url
        self._unpacker: zlib._Decompress | None = None
        self._data = b""
        self._is_over = False

    def unpacked(self, chunks: Iterable[bytes]) -> Iterator[bytes]:
        for chunk in chunks:
            self._data += chunk
            while self._data and (unpacker := self._ready()):
                yield self._next_piece(unpacker)
            if self._is_over:
                return
        if self._unpacker is not None:
            yield self._unpacker.flush()
            is_cut = not self._unpacker.eof
        else:
            is_cut = bool(self._data)  # nothing sent means nothing
        if is_cut:
            raise Unreachable("cut short within its content coding", url=self._url)

    def _ready(self) -> zlib._Decompress | None:
        """Have an unpacker for what comes next; what follows the last is padding."""
        if self._unpacker is not None and not self._unpacker.eof:
            return self._unpacker
        if len(self._data) < _HEADER_BYTES:
            return None
        if self._unpacker is None:
            self._unpacker = _unpacker(self._wbits, self._data)
        elif self._data.startswith(_GZIP_MEMBER):  # RFC 1952 2.2
            self._unpacker = zlib.decompressobj(self._wbits)
        else:
            self._is_over = True
            return None
        return self._unpacker

    def _next_piece(self, unpacker: zlib._Decompress) -> bytes:
        try:
            piece = unpacker.decompress(self._data, PIECE)
        except zlib.error as error:
            raise Unreachable("content coding is broken", url=self._url) from error
        self._data = unpacker.unconsumed_tail or unpacker.unused_data
        return piece


def _unpacker(wbits: int, start: bytes) -> zlib._Decompress:
    if wbits == zlib.MAX_WBITS and not _has_zlib_header(start):
        return zlib.decompressobj(-zlib.MAX_WBITS)
    return zlib.decompressobj(wbits)


def _has_zlib_header(start: bytes) -> bool:
    # RFC 1950 2.2: method 8, and the first two bytes are a multiple of 31.
    return start[0] & 0x0F == 8 and int.from_bytes(start[:2], "big") % 31 == 0


def _refuse_signature(start: bytes, url: str) -> None:
    for signature, name in _SIGNATURES:
        if start.startswith(signature):
            raise Unreadable(f"binary content: {name}", url=url)
    if start[4:8] == b"ftyp":
        raise Unreadable("binary content: MP4", url=url)
