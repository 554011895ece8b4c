"""ninjs 3.1, the news trade's JSON (IPTC): a composite item, its articles associated.

What left is there as a canceled item: that is how the trade takes news back.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from scrapers.items import Enclosure, Image
from service.entries import Entry, FeedHead, Tombstone
from service.feeds.assembling import Frame
from service.feeds.writing import given, json_text, rfc3339

NAME = "ninjs"
TITLE = "ninjs"
CONTENT_TYPE = "application/json"
TELLS_LEAVING = True

STANDARD = {
    "name": "ninjs",
    "version": "3.1",
    "schema": "http://www.iptc.org/std/ninjs/ninjs-schema_3.1.json",
}
# An article is of the feed, pictures and recordings are of their article: associations
# are named so.
ARTICLE, PICTURE, FILE = "article", "main", "enclosure"


def fragment(entry: Entry) -> str:
    """Write a text item; a summary or a headline alone is a partial one."""
    is_full = entry.content == "full"
    item: dict[str, object] = {
        "name": ARTICLE,
        "uri": entry.id,
        "type": "text",
        "representationType": "full" if is_full else "partial",
        "pubStatus": "usable",
        "version": str(entry.version),
        "firstCreated": rfc3339(entry.published_at),
        "versionCreated": rfc3339(entry.updated_at),
        "contentCreated": rfc3339(entry.stated_at),
        "language": entry.language,
        "title": entry.title,
        "headlines": [_text("main", entry.title)],
        "descriptions": [_text("summary", entry.summary)] if entry.summary else None,
        "bodies": list(_bodies(entry)),
        "by": ", ".join(author.name for author in entry.authors),
        "people": [
            given({"name": author.name, "rel": "author", "uri": author.url})
            for author in entry.authors
        ],
        "subjects": list(_subjects(entry)),
        "infoSources": [
            {
                "name": entry.source.name,
                "role": "publisher",
                "uri": entry.source.home,
            }
        ],
        "copyrightHolder": entry.source.name if entry.source.rights else None,
        "copyrightNotice": entry.source.rights,
        "altIds": [{"role": "canonical", "value": entry.url}],
        "associations": [
            *([_picture(entry.image)] if entry.image else ()),
            *(_file(file) for file in entry.enclosures),
        ],
    }
    return json_text(given(item))


def frame(head: FeedHead, tombstones: Sequence[Tombstone]) -> Frame:
    """Write a composite's frame; the header Link names the older and newer parts."""
    links = head.links(NAME)
    opening: dict[str, object] = {
        "standard": STANDARD,
        "uri": links["self"],
        "type": "composite",
        "pubStatus": "usable",
        "versionCreated": rfc3339(head.updated_at),
        "language": head.language,
        "title": head.title,
        "headlines": [_text("main", head.title)],
        "descriptions": [_text("summary", head.description)],
        "copyrightNotice": head.rights,
    }
    gone = tuple(
        json_text(
            {
                "name": ARTICLE,
                "uri": one.id,
                "type": "text",
                "pubStatus": "canceled",
                "versionCreated": rfc3339(one.withdrawn_at),
            }
        )
        for one in tombstones
    )
    start = json_text(given(opening)).removesuffix("}")
    return Frame(
        opening=start + ',"associations":[\n',
        after=gone,
        separator=",\n",
        closing="\n]}\n",
    )


def _bodies(entry: Entry) -> Iterator[dict[str, object]]:
    """Give the body as HTML, and the article as text where it is given whole."""
    yield _text("html", entry.content_html, "text/html")
    if entry.body_text:
        yield _text("text", entry.body_text)


def _text(role: str, value: str, kind: str = "text/plain") -> dict[str, object]:
    return {"role": role, "contentType": kind, "value": value}


def _subjects(entry: Entry) -> Iterator[dict[str, object]]:
    for category in entry.categories:
        name = " › ".join(category.names)
        yield {"name": name, "rel": "category", "literal": category.path}
    for tag in entry.tags:
        yield {"name": tag, "rel": "tag"}


def _picture(image: Image) -> dict[str, object]:
    rendition = {
        "name": "original",
        "href": image.url,
        "contentType": image.media_type,
        "width": image.width,
        "height": image.height,
    }
    return given(
        {
            "name": PICTURE,
            "uri": image.url,
            "type": "picture",
            "descriptions": [_text("caption", image.alt)] if image.alt else None,
            "renditions": [given(rendition)],
        }
    )


def _file(file: Enclosure) -> dict[str, object]:
    kind = (file.media_type or "").partition("/")[0]
    rendition = {
        "name": "original",
        "href": file.url,
        "contentType": file.media_type,
        "sizeInBytes": file.length,
        "duration": file.duration_seconds,
    }
    return given(
        {
            "name": FILE,
            "uri": file.url,
            "type": kind if kind in ("audio", "video") else "component",
            "title": file.title,
            "renditions": [given(rendition)],
        }
    )
