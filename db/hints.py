"""Hints as JSON and back: what a listing said of a page waits with it for its fetch."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from typing import Any

from db.records import READERS, plain
from scrapers.items import Hints

# What most listings say beside the address: said of thousands of pages at once.
NOTHING = Hints()
NAMES = tuple(field.name for field in fields(Hints))


def hints_to(hints: Hints) -> dict[str, Any]:
    """Give the hints that say something, as JSON types."""
    if hints == NOTHING:
        return {}
    values = {name: getattr(hints, name) for name in NAMES}
    return {name: plain(value) for name, value in values.items() if value}


def hints_from(values: Mapping[str, Any]) -> Hints:
    """Read what `hints_to` gave."""
    if not values:
        return NOTHING
    return Hints(
        **{
            name: READERS[name](value) if name in READERS else value
            for name, value in values.items()
            if name in NAMES
        }
    )
