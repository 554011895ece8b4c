"""The values queries give: rows stay inside `db`, these travel.

`StoredArticle` is also what an event's snapshot holds, so that a payload rendered later
shows the article as it was when the event happened.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import datetime
from operator import attrgetter
from typing import Any, Literal
from uuid import UUID

from scrapers.items import Author, Enclosure, Image, Precision, Restriction

Republish = Literal["full", "summary", "headline"]


@dataclass(frozen=True, kw_only=True, slots=True)
class SourceHead:
    """What the published side needs to know of a source."""

    slug: str
    name: str
    home: str
    republish: Republish = "summary"
    rights: str | None = None
    language: str | None = None
    visibility: str = "public"


@dataclass(frozen=True, kw_only=True, slots=True)
class StoredArticle:
    """One article as the database has it; `source` is its source's slug.

    `position` never changes, `seq` is the number of its last event, `version` rises
    with every change. `categories` are paths, outermost first. `is_past`: a walk
    through archives brought it (`sync --since`), so it is in no feed's window.
    """

    position: int
    seq: int
    uid: UUID
    source: str
    url: str
    title: str
    summary: str | None = None
    body_html: str = ""
    body_text: str = ""
    authors: tuple[Author, ...] = ()
    categories: tuple[tuple[str, ...], ...] = ()
    tags: tuple[str, ...] = ()
    language: str | None = None
    image: Image | None = None
    enclosures: tuple[Enclosure, ...] = ()
    restrictions: frozenset[Restriction] = frozenset()
    published_at: datetime
    published_precision: Precision
    modified_at: datetime | None = None
    first_seen_at: datetime
    changed_at: datetime
    version: int = 1
    withdrawn_at: datetime | None = None
    withdrawn_by: str | None = None
    is_past: bool = False

    def snapshot(self) -> dict[str, Any]:
        """Give it as JSON types, for an event's snapshot or a revision."""
        values = zip(ARTICLE_FIELDS, _ALL_OF(self), strict=True)
        return {
            name: value if type(value) in _AS_THEY_ARE else plain(value)
            for name, value in values
        }

    @classmethod
    def from_snapshot(cls, values: dict[str, Any]) -> StoredArticle:
        """Read what `snapshot` gave; keys this version does not know are dropped."""
        made = {key: values[key] for key in ARTICLE_FIELDS if key in values}
        for key in made.keys() & READERS.keys():
            if made[key] is not None:
                made[key] = READERS[key](made[key])
        return cls(**made)


# The fields of what is stored, named once: storing asks for them thousands of times.
ARTICLE_FIELDS = tuple(each.name for each in fields(StoredArticle))
_ALL_OF = attrgetter(*ARTICLE_FIELDS)
_AS_THEY_ARE = frozenset({str, int, bool, type(None)})  # no subclasses, as enums are
_PART_FIELDS = {
    kind: tuple(each.name for each in fields(kind))
    for kind in (Author, Enclosure, Image)
}


def plain(value: Any) -> Any:  # noqa: ANN401 - any field's value
    """Give a field's value as JSON types; READERS reads it back by the field's name."""
    if value is None or isinstance(value, (str, int)):
        return value
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, UUID):
        return str(value)
    if isinstance(value, (Author, Enclosure, Image)):
        return {name: getattr(value, name) for name in _PART_FIELDS[type(value)]}
    if isinstance(value, frozenset):
        return sorted(value)
    if isinstance(value, tuple):
        return [plain(item) for item in value]
    return value


READERS: dict[str, Any] = {
    "uid": UUID,
    "authors": lambda found: tuple(Author(**a) for a in found),
    "categories": lambda found: tuple(tuple(path) for path in found),
    "tags": tuple,
    "image": lambda found: Image(**found),
    "enclosures": lambda found: tuple(Enclosure(**e) for e in found),
    "restrictions": lambda found: frozenset(Restriction(r) for r in found),
    "published_at": datetime.fromisoformat,
    "published_precision": Precision,
    "modified_at": datetime.fromisoformat,
    "first_seen_at": datetime.fromisoformat,
    "changed_at": datetime.fromisoformat,
    "withdrawn_at": datetime.fromisoformat,
}
