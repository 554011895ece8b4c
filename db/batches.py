"""Part a batch into rounds: what may be one article is not decided at once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from db.known import Arrival, addresses_of, key_marks
from scrapers.likeness import is_same_text


def independent(
    arrivals: Sequence[Arrival], waiting: Sequence[int]
) -> tuple[list[int], list[int]]:
    """Part indexes into those of arrivals that have nothing in common, and the rest.

    In common are addresses, versions of an address, or the text.
    """
    chosen: list[int] = []
    later: list[int] = []
    places: set[str | int] = set()
    sharing: defaultdict[int, list[int]] = defaultdict(list)
    for index in waiting:
        arrival = arrivals[index]
        own: set[str | int] = {*addresses_of(arrival), *key_marks(arrival)}
        rivals = {one for number in arrival.marks for one in sharing[number]}
        if own & places or any(
            is_same_text(arrivals[one].article, arrival.article) for one in rivals
        ):
            later.append(index)
            continue
        chosen.append(index)
        places |= own
        for number in arrival.marks:
            sharing[number].append(index)
    return chosen, later
