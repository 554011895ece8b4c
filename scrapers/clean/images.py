"""What is stated of pictures: where they really are, their type and size.

Lazy loading hides the address in many attributes.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

# In order of trust; `src` comes after them since lazy pages put a placeholder there.
LAZY = (
    "data-src",
    "data-lazy-src",
    "data-original",
    "data-lazy",
    "data-url",
    "data-img-src",
    "data-orig-file",
    "data-large-file",
    "data-full-url",
    "data-hi-res-src",
    "data-image",
    "data-echo",
)
_LAZY = frozenset(LAZY)
SETS = ("data-srcset", "data-lazy-srcset", "srcset")
# Wider is no better on a page, and some sites list the print original.
WIDEST = 2000
# No picture has a side of a million pixels; what says so was counting something else.
LONGEST_SIDE = 10**6

_PLACEHOLDER = re.compile(
    r"/(?:blank|spacer|pixel|placeholder|lazy|loading|transparent|1x1)"
    r"[\w-]*\.(?:gif|png|svg|jpe?g)"
)
_MEDIA_TYPE = re.compile(r"image/[a-z0-9.+-]{1,60}")
_CANDIDATE = re.compile(
    r"\s*,*\s*(?P<url>[^\s,]\S*[^\s,]|[^\s,])(?:\s+(?P<size>[\d.]+)[wx])?\s*(?:,|$)"
)


def source_of(attributes: Mapping[str, str | None]) -> str | None:
    """The address of a picture as its element's attributes tell it, not resolved."""
    for name in LAZY if not _LAZY.isdisjoint(attributes) else ():
        value = (attributes.get(name) or "").strip()
        if value and not value.startswith(("{", "[")) and not _is_placeholder(value):
            return value
    source = (attributes.get("src") or "").strip()
    if source and not _is_placeholder(source):
        return source
    for name in SETS:
        if found := largest(attributes.get(name) or ""):
            return found
    return None


def _is_placeholder(address: str) -> bool:
    small = address.lower()
    return small.startswith(("data:", "about:")) or bool(_PLACEHOLDER.search(small))


def largest(srcset: str) -> str | None:
    """The widest address of a srcset that is not absurdly wide (HTML 4.8.4.2.1)."""
    best: str | None = None
    best_size = -1.0
    for found in _CANDIDATE.finditer(srcset[:20_000]):
        url = found["url"]
        size = _number(found["size"])
        if url.startswith("data:") or size > WIDEST or size <= best_size:
            continue
        best, best_size = url, size
    return best


def stated_type(text: str) -> str | None:
    """The media type that is stated of a picture; None for what is none."""
    stated = text.partition(";")[0].strip().lower()
    return stated if _MEDIA_TYPE.fullmatch(stated) else None


def stated_side(pixels: int | None) -> int | None:
    """The width or height that is stated of a picture; None for what cannot be."""
    return pixels if pixels is not None and 0 < pixels < LONGEST_SIDE else None


def _number(text: str | None) -> float:
    try:
        return float(text) if text else 0.0
    except ValueError:
        return 0.0
