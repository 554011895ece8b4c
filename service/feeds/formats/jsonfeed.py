"""JSON Feed 1.1. Some readers know only 1.0's `author`, so both are given."""

from __future__ import annotations

from collections.abc import Sequence

from scrapers.items import Author, Enclosure
from service.entries import Entry, FeedHead, Tombstone
from service.feeds.assembling import Frame
from service.feeds.writing import given, json_text, rfc3339

NAME = "json"
TITLE = "JSON Feed"
CONTENT_TYPE = "application/feed+json; charset=utf-8"
TELLS_LEAVING = False

VERSION = "https://jsonfeed.org/version/1.1"


def fragment(entry: Entry) -> str:
    """Write an item; our own member tells how exactly the article is dated."""
    authors = entry.authors or (Author(name=entry.source.name, url=entry.source.home),)
    people = [given({"name": one.name, "url": one.url}) for one in authors]
    item: dict[str, object] = {
        "id": entry.id,
        "url": entry.url,
        "title": entry.title,
        "content_html": entry.content_html,
        "summary": entry.summary or None,
        "image": entry.image.url if entry.image else None,
        "attachments": [_attachment(file) for file in entry.enclosures],
        "date_published": rfc3339(entry.published_at),
        "date_modified": rfc3339(entry.updated_at),
        "authors": people,
        "author": people[0],
        "tags": _tags(entry),
        "language": entry.language,
        "_wireroom": {
            "position": entry.position,
            "version": entry.version,
            "content": entry.content,
            "date_stated": rfc3339(entry.stated_at),
            "date_precision": str(entry.published_precision),
            "source": {"name": entry.source.name, "url": entry.source.home},
        },
    }
    return json_text(given(item))


def frame(
    head: FeedHead,
    tombstones: Sequence[Tombstone],  # noqa: ARG001 - JSON Feed cannot say that one left
) -> Frame:
    """Write a feed's frame; `feed_url` is what one subscribes to, never a page of it.

    JSON Feed has one link to what is older: of an archive it is the archive before.
    """
    links = head.links(NAME)
    opening: dict[str, object] = {
        "version": VERSION,
        "title": head.title,
        "home_page_url": head.home,
        "feed_url": head.url(NAME),
        "next_url": links.get("prev-archive" if head.archive else "next"),
        "description": head.description,
        "language": head.language,
        "hubs": [{"type": "WebSub", "url": head.hub}] if head.hub else None,
    }
    start = json_text(given(opening)).removesuffix("}")
    return Frame(opening=start + ',"items":[\n', separator=",\n", closing="\n]}\n")


def _attachment(file: Enclosure) -> dict[str, object]:
    return given(
        {
            "url": file.url,
            "mime_type": file.media_type,
            "title": file.title,
            "size_in_bytes": file.length,
            "duration_in_seconds": file.duration_seconds,
        }
    )


def _tags(entry: Entry) -> list[str]:
    names = [name for category in entry.categories for name in category.names]
    return list(dict.fromkeys([*names, *entry.tags]))
