"""The feed formats: one file each, found by being here (DESIGN rule 2).

A format is a module with
- `NAME`, the ending of its addresses, `TITLE`, what people call it,
- `CONTENT_TYPE`, as the header has it,
- `TELLS_LEAVING`, whether it can say that an entry left,
- `fragment(entry) -> str`, one entry, the same in every feed that carries it,
- `frame(head, tombstones) -> Frame`, what stands around them.
"""

from __future__ import annotations

import pkgutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib import import_module

from service.entries import Entry, FeedHead, Tombstone
from service.feeds.assembling import Frame

Fragment = Callable[[Entry], str]
Around = Callable[[FeedHead, Sequence[Tombstone]], Frame]


@dataclass(frozen=True, kw_only=True, slots=True)
class Format:
    """One way of writing a feed."""

    name: str
    title: str
    content_type: str
    tells_leaving: bool
    fragment: Fragment
    frame: Around

    @property
    def media_type(self) -> str:
        """The content type without its parameters, as links carry it."""
        return self.content_type.partition(";")[0]


def load_formats() -> dict[str, Format]:
    """Find the formats in this folder, by name."""
    modules = (
        import_module(f"{__name__}.{found.name}")
        for found in pkgutil.iter_modules(__path__)
    )
    formats = (
        Format(
            name=module.NAME,
            title=module.TITLE,
            content_type=module.CONTENT_TYPE,
            tells_leaving=module.TELLS_LEAVING,
            fragment=module.fragment,
            frame=module.frame,
        )
        for module in modules
    )
    return {found.name: found for found in formats}
