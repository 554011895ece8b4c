"""Where a feed's pages begin, and how they go on (RFC 5005 section 3). Pure.

Pages follow positions. What a walk through archives brought may stand above the end of
the window without being in it: then the pages begin there, and have the past alone
until they come to the place where the window ended.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True, slots=True)
class Next:
    """What a page holds: all below `before`; down to `window`, the past alone."""

    before: int | None = None
    window: int | None = None


NONE = Next()


def first_page(found: Sequence[int], past: int | None, limit: int) -> Next:
    """Give the page after the feed itself.

    `found` are positions: the window's, at most `limit`, and one more if there is one.
    `past` is the newest that the window leaves out.
    """
    bottom = found[:limit][-1] if found else None
    if past is not None and (bottom is None or past > bottom):
        return Next(before=past + 1, window=bottom)
    return Next(before=bottom) if len(found) > limit or past is not None else NONE


def page_after(found: Sequence[int], window: int | None, limit: int) -> Next:
    """Give the page after one that holds `found`, one more among them if there is."""
    if len(found) <= limit:
        return NONE
    last = found[limit - 1]
    is_above = window is not None and window < last
    return Next(before=last, window=window if is_above else None)
