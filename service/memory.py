"""Let the memory of documents that were thrown away go back to the system.

glibc takes large blocks from the system one by one at first; once some were given back
it keeps them between small ones, in as many heaps as there are threads, and a web
process that makes many documents grows to twice of what it holds (mallopt(3)).
"""

from __future__ import annotations

import ctypes

# Parameters of mallopt(3). To set the threshold also ends its growing by itself.
M_MMAP_THRESHOLD = -3
M_ARENA_MAX = -8

# A feed of fifty entries stays below it: that is made anew after every change.
LARGE_BYTES = 128 * 1024
# The interpreter lets one thread at a time allocate, nearly.
HEAPS = 2


def this_library() -> object:
    """Give the C library that this process runs on."""
    return ctypes.CDLL(None)


def give_back(library: object) -> None:
    """Tell the C library so; one that has no `mallopt` is not glibc, and left alone."""
    mallopt = getattr(library, "mallopt", None)
    if mallopt is not None:
        mallopt(M_MMAP_THRESHOLD, LARGE_BYTES)
        mallopt(M_ARENA_MAX, HEAPS)
