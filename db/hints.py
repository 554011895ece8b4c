"""Hints as JSON and back: what a listing said of a page waits with it for its fetch."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from typing import Any

from db.records import READERS, plain
from scrapers.items import Hints


def hints_to(hints: Hints) -> dict[str, Any]:
    """Give the hints that say something, as JSON types."""
    values = {field.name: getattr(hints, field.name) for field in fields(hints)}
    return {name: plain(value) for name, value in values.items() if value}


def hints_from(values: Mapping[str, Any]) -> Hints:
    """Read what `hints_to` gave."""
    known = {field.name for field in fields(Hints)}
    return Hints(
        **{
            name: READERS[name](value) if name in READERS else value
            for name, value in values.items()
            if name in known
        }
    )
