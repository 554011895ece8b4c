"""The payload formats: one file each, the folder is the registry.

A format is a module with `NAME`, `CONTENT_TYPE` and `render(notice) -> bytes`. A new
one is a new file here, and its golden files.
"""

from __future__ import annotations

import importlib
import pkgutil
from functools import cache
from typing import Protocol

from service.webhooks.notices import Notice


class Format(Protocol):
    """What a module of this folder offers."""

    NAME: str
    CONTENT_TYPE: str

    @staticmethod
    def render(notice: Notice) -> bytes:
        """Give the body of the request; the same notice gives the same bytes."""
        ...


@cache
def formats() -> dict[str, Format]:
    """Give the formats there are, by name."""
    found: dict[str, Format] = {}
    for module in pkgutil.iter_modules(__path__):
        made: Format = importlib.import_module(f"{__name__}.{module.name}")  # type: ignore[assignment] # a module with these names
        found[made.NAME] = made
    return found
