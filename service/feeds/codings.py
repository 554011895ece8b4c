"""The content codings of documents: which there are, and a text in each, made once.

gzip is what every reader knows, zstd is packed in less time, and brotli is the smallest
and slow: worth it for archives alone, which stay what they are.
"""

from __future__ import annotations

import gzip
from collections.abc import Callable, Mapping
from threading import Lock

import brotli
import zstandard

IDENTITY = "identity"
GZIP = "gzip"
ZSTD = "zstd"
BROTLI = "br"

# Of a feed and of an archive, the one we would rather send first.
FEED = (ZSTD, GZIP, IDENTITY)
ARCHIVE = (BROTLI, ZSTD, GZIP, IDENTITY)

# Of 50 entries, 98 KB, in one pass each. gzip: 6 makes 12.3 KB in 2.0 ms; 9 takes
# longer and saves a hundredth.
GZIP_LEVEL = 6
# 12.5 KB in 1.5 ms; 12 takes 11 ms. Its window stays below the 8 MB that readers must
# grant (RFC 9659).
ZSTD_LEVEL = 9
# 11.3 KB in 7 ms; 11 makes 10.5 KB in 245 ms, and any stranger can ask for it.
BROTLI_QUALITY = 9


def _gzipped(body: bytes) -> bytes:
    return gzip.compress(body, GZIP_LEVEL, mtime=0)


def _zstandard(body: bytes) -> bytes:
    return zstandard.ZstdCompressor(level=ZSTD_LEVEL).compress(body)


def _brotli(body: bytes) -> bytes:
    packed: bytes = brotli.compress(body, mode=brotli.MODE_TEXT, quality=BROTLI_QUALITY)
    return packed


_PACK: Mapping[str, Callable[[bytes], bytes]] = {
    IDENTITY: bytes,
    GZIP: _gzipped,
    ZSTD: _zstandard,
    BROTLI: _brotli,
}


class Packed:
    """A text in the codings that were asked for. Safe to use from all threads."""

    def __init__(self, body: bytes) -> None:
        self._packed = {IDENTITY: body}
        self._lock = Lock()

    def get(self, coding: str) -> bytes:
        """Give it in a coding; who asks at once waits for the one who packs."""
        found = self._packed.get(coding)
        if found is not None:
            return found
        with self._lock:
            if coding not in self._packed:
                self._packed[coding] = _PACK[coding](self._packed[IDENTITY])
            return self._packed[coding]
