"""Where a feed's archives begin and end (RFC 5005 section 4). Pure.

Positions are halved again and again until no part holds more articles of the feed than
`most`: the parts are its archives. Articles are given rising positions, so a part that
was passed gains none, and its ends never move; withdrawn ones count, so that leaving
moves nothing either. Only an edit that moves an old article in or out of a filter may
split or join parts; links follow what is stored, so still nothing is left out.

The newest part still fills: it is no archive, and its articles, at most `most`, are in
the feed's window. But for those that a walk through archives brought: where there are
any, what has been filled up to the last of them is an archive too, which gains none
either. It is part of one to come.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Collection, Sequence

from db.choosing import Stretch

# Positions are 63 bits wide: what this many halvings made holds all of them.
WIDEST = 63


def part_of(position: int, known: Sequence[int], most: int) -> Stretch | None:
    """Give the part that a position is in; None when all of them fit into one.

    `known` are positions of the feed, rising: this one, `most` below it and `most`
    above it, or as many as there are.
    """
    found = None
    for width in range(WIDEST + 1):
        first = position >> width << width
        part = Stretch(first=first, last=first + (1 << width) - 1)
        if len(_inside(part, known)) > most:
            return found
        found = part
    return None


def newest(
    known: Sequence[int], most: int, *, walked: Collection[int] = ()
) -> Stretch | None:
    """Give the newest archive, None before the first.

    `known` are the feed's newest positions, falling: 2 × `most` + 1, or all. `walked`
    are those of them that no window shows.
    """
    rising = sorted(known)
    filling = part_of(rising[-1], rising, most) if rising else None
    ending = _ending(filling, walked)
    if ending is not None or filling is None:
        return ending
    passed = rising[: bisect_left(rising, filling.first)]
    return part_of(passed[-1], rising, most) if passed else None


def older(
    below: Sequence[int], here: Sequence[int], above: Sequence[int], most: int
) -> Stretch | None:
    """Give the archive before one that holds `here`, None when it is the first.

    All are positions of the feed: `below` and `above` are those next to it, `most` + 1
    each, or as many as there are.
    """
    return part_of(max(below), sorted({*below, *here, *above}), most) if below else None


def newer(
    below: Sequence[int], here: Sequence[int], above: Sequence[int], most: int
) -> Stretch | None:
    """Give the archive after one that holds `here`, None when that part still fills."""
    if not above:
        return None
    rising = sorted({*below, *here, *above})
    part = part_of(min(above), rising, most)
    return part if part is not None and rising[-1] > part.last else None


def holding(
    below: Sequence[int],
    here: Sequence[int],
    above: Sequence[int],
    most: int,
    *,
    walked: Collection[int] = (),
) -> Stretch | None:
    """Give the archive that holds the newest of `here`; None for the part that fills.

    Where nothing is here, that of the newest `below`. `walked` are those of all of them
    that no window shows.
    """
    among = here or below
    if not among:
        return None
    rising = sorted({*below, *here, *above})
    part = part_of(max(among), rising, most)
    if part is not None and rising[-1] > part.last:
        return part
    ending = _ending(part, walked)
    return ending if ending is not None and max(among) <= ending.last else None


def _ending(filling: Stretch | None, walked: Collection[int]) -> Stretch | None:
    """Give what has been filled up to the last that a walk brought, if there is one."""
    first = 0 if filling is None else filling.first
    last = max(walked, default=-1)
    return Stretch(first=first, last=last) if last >= first else None


def _inside(part: Stretch, rising: Sequence[int]) -> Sequence[int]:
    return rising[bisect_left(rising, part.first) : bisect_right(rising, part.last)]
