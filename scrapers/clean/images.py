"""What is stated of pictures: where they really are, their type and size.

Lazy loading hides the address in many attributes.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from scrapers.compiled import load

_compiled = load("pictures")

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
LONGEST_SET = 20_000
# No picture has a side of a million pixels; what says so was counting something else.
LONGEST_SIDE = 10**6

# How the names of files begin that stand in for pictures.
PLACEHOLDERS = (
    "blank", "spacer", "pixel", "placeholder", "lazy", "loading", "transparent", "1x1",
)  # fmt: skip
_PLACEHOLDER = re.compile(
    rf"/(?:{'|'.join(PLACEHOLDERS)})[\w-]*\.(?:gif|png|svg|jpe?g)"
)
# How a candidate of a srcset ends, in an attribute that should hold one address; some
# scripts write spaces as they stand in addresses.
_LISTED = re.compile(r"(?:\s|%20)\d+(?:\.\d+)?[wx]\s*(?:,|$)")
# What sites leave in `src` where a script or a size stood without its address.
_SIZE_ONLY = re.compile(r"\d+(?:\.\d+)?[wx]")
_SPAN = re.compile(r"(max|min)-width:\s*(\d{1,5})")
_CALL = re.compile(r"[\w$.]+\s?\([^)]*['\"=]")
_PIXEL = re.compile(r"\s*[01](?:px)?\s*")
_PIXEL_STYLE = re.compile(r"(?:^|[;\s])(width|height):\s*1px")
_MEDIA_TYPE = re.compile(r"image/[a-z0-9.+-]{1,60}")
# It takes a run of signs once, and looks no further inside one that is no candidate.
_CANDIDATE = re.compile(
    r"(?<![^\s,])(?P<url>[^\s,]\S*+)"
    r"(?:(?<=,)|(?:\s++(?P<size>[\d.]++)[wx])?(?:\s++\d++h)?\s*+(?:,|$))"
)


def source_of(attributes: Mapping[str, str | None]) -> str | None:
    """The address of a picture as its element's attributes tell it, not resolved."""
    for name in LAZY if not _LAZY.isdisjoint(attributes) else ():
        if found := _address(attributes.get(name)):
            return found
    if found := _address(attributes.get("src")):
        return found
    return listed_in(attributes)


def listed_in(attributes: Mapping[str, str | None]) -> str | None:
    """The widest address that an element offers in a srcset, not resolved."""
    for name in SETS:
        if found := largest(attributes.get(name) or ""):
            return found
    return None


def offered_by(sources: Sequence[Mapping[str, str | None]]) -> str | None:
    """The address that a picture's sources, in their order, offer a wide window.

    HTML 4.8.15: each holds for the windows that its `media` names, the first for all.
    """
    spans = [_SPAN.search(one.get("media") or "") for one in sources]
    is_upward = any(span and span[1] == "max" for span in spans)
    # What is for no window alone is for those that no other is for.
    rest = LONGEST_SIDE if is_upward else 0
    widths = [int(span[2]) if span else rest for span in spans]
    for n in sorted(range(len(sources)), key=lambda n: -widths[n]):
        if found := listed_in(sources[n]):
            return found
    return None


def _address(value: str | None) -> str | None:
    """The address an attribute holds, of a list of them the widest one."""
    if value and _compiled and value.isascii() and _compiled.is_plain(value):
        return value
    value = (value or "").strip()
    if not value or value[0] in "{[" or _is_placeholder(value):
        return None
    if value[-1] in "wx" and _LISTED.search(value):
        return largest(value.replace("%20", " "))
    # A site's script stood there, and its marks are in no address that begins so.
    is_call = "(" in value and _CALL.match(value) is not None
    return None if is_call or _SIZE_ONLY.fullmatch(value) else value


def is_pixel(attributes: Mapping[str, str | None]) -> bool:
    """Tell whether a picture is made to be seen by its server alone."""
    width, height = attributes.get("width") or "", attributes.get("height") or ""
    if _PIXEL.fullmatch(width):
        return True
    # Some systems state a width, and no height as 0.
    if _PIXEL.fullmatch(height) and not (width and height.strip() == "0"):
        return True
    style = attributes.get("style") or ""
    return "1px" in style and len(set(_PIXEL_STYLE.findall(style))) > 1


def _is_placeholder(address: str) -> bool:
    small = address.lower()
    return small.startswith(("data:", "about:")) or bool(_PLACEHOLDER.search(small))


def largest(srcset: str) -> str | None:
    """The widest address of a srcset that is not absurdly wide (HTML 4.8.4.2.1)."""
    srcset = srcset[:LONGEST_SET]
    if _compiled and srcset.isascii():
        widest: str | None = _compiled.largest(srcset, WIDEST)
        return widest
    best: str | None = None
    best_size = -1.0
    for found in _CANDIDATE.finditer(srcset):
        url = found["url"].rstrip(",")
        size = _number(found["size"])
        if url.startswith("data:") or size > WIDEST or size <= best_size:
            continue
        if _SIZE_ONLY.fullmatch(url):
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
