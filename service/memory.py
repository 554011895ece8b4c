"""Let the memory of documents that were thrown away go back to the system.

glibc takes large blocks from the system one by one at first; once some were given back
it keeps them between small ones, in as many heaps as there are threads, and a web
process that makes many documents grows to twice of what it holds (mallopt(3)).
"""

from __future__ import annotations

import sys

# Parameters of mallopt(3). To set the threshold also ends its growing by itself.
M_MMAP_THRESHOLD = -3
M_ARENA_MAX = -8

# A feed of fifty entries stays below it: that is made anew after every change.
LARGE_BYTES = 128 * 1024
# The interpreter lets one thread at a time allocate, nearly.
HEAPS = 2


def give_back() -> None:
    """Tell the C library so; where it is not glibc, nothing is done."""
    if sys.platform != "linux":  # pragma: no cover - the tests run on Linux
        return
    import ctypes  # nobody else here needs it

    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    if mallopt is not None:
        mallopt(M_MMAP_THRESHOLD, LARGE_BYTES)
        mallopt(M_ARENA_MAX, HEAPS)
