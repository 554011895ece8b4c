"""Draw the example site's pictures: a sky, a sun, hills, the river, by a number.

PNG without any library: five flat colours, so a picture is a few kilobytes.
"""

from __future__ import annotations

import math
import struct
import zlib
from functools import lru_cache

from service.sample.bulletins import Dice

WIDTH, HEIGHT = 640, 360
# Morning, noon, evening, night: sky, sun, far hills, near hills, river.
PALETTES = (
    ("f6d8b8", "fff4dc", "b98a7a", "7a5c61", "8fb3c2"),
    ("bfe0ef", "fff6c8", "7fae8b", "3f7d5c", "3d8fb0"),
    ("f0a36b", "ffe3a3", "9b5a63", "54394f", "6a6f9c"),
    ("27344f", "f2efe0", "31486b", "18263f", "4a6c92"),
)
SKY, SUN, FAR, NEAR, RIVER = range(5)


@lru_cache(maxsize=64)
def draw(number: int) -> bytes:
    """Give the PNG of a number, always the same, 640 by 360 pixels."""
    dice = Dice(number)
    palette = bytes.fromhex("".join(dice.one_of(PALETTES)))
    columns = _columns(dice)
    rows = (_row(y, columns) for y in range(HEIGHT))
    pixels = zlib.compress(b"".join(b"\0" + row for row in rows), 9)
    header = struct.pack(">IIBBBBB", WIDTH, HEIGHT, 8, 3, 0, 0, 0)
    parts = ((b"IHDR", header), (b"PLTE", palette), (b"IDAT", pixels), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(name, data) for name, data in parts)


class _Columns:
    """Where each colour begins in a column, from the top."""

    def __init__(self, sun: tuple[int, int, int]) -> None:
        self.sun = sun
        self.far: list[int] = []
        self.near: list[int] = []
        self.river: list[int] = []


def _columns(dice: Dice) -> _Columns:
    radius = dice.between(22, 46)
    columns = _Columns((dice.between(80, 560), dice.between(50, 150), radius))
    waves = [(dice.between(60, 190), dice.between(0, 628) / 100) for _ in range(5)]
    for x in range(WIDTH):
        swell = [math.sin(x / length + shift) for length, shift in waves]
        columns.far.append(int(190 + 28 * swell[0] + 16 * swell[1]))
        columns.near.append(int(238 + 20 * swell[2] + 18 * swell[3]))
        columns.river.append(int(300 + 9 * swell[4]))
    return columns


def _row(y: int, columns: _Columns) -> bytes:
    row = bytearray(
        RIVER if y >= river else NEAR if y >= near else FAR if y >= far else SKY
        for far, near, river in zip(
            columns.far, columns.near, columns.river, strict=True
        )
    )
    left, top, radius = columns.sun
    reach = radius * radius - (y - top) * (y - top)
    if reach > 0:
        half = math.isqrt(reach)
        for x in range(max(0, left - half), min(WIDTH, left + half)):
            if row[x] == SKY:
                row[x] = SUN
    return bytes(row)


def _chunk(name: bytes, data: bytes) -> bytes:
    return (
        struct.pack(">I", len(data))
        + name
        + data
        + struct.pack(">I", zlib.crc32(name + data))
    )
