"""Read a JSON Feed (1.0 or 1.1) as feedparser gives the other kinds of feed.

So what is made of entries is written once (`scrapers.discover.feed`). Whatever is not
of the type the format wants counts as absent.
"""

from __future__ import annotations

import json

from scrapers.discover.loose import mapping, mappings, text
from scrapers.errors import DiscoverError
from scrapers.fetch.charset import decode
from scrapers.items import Page

_VERSION = "jsonfeed.org/version/"


def is_json(page: Page) -> bool:
    """Tell whether a document can be a JSON Feed: it begins as an object does."""
    return page.body[:64].removeprefix(b"\xef\xbb\xbf").lstrip().startswith(b"{")


def parsed_json(page: Page) -> dict[str, object]:
    """Give a JSON Feed as feedparser gives a feed; DiscoverError for what is none."""
    try:
        made = json.loads(decode(page.body, page.content_type).removeprefix("\ufeff"))
    except (RecursionError, ValueError) as error:
        raise DiscoverError("no feed: its JSON is broken", url=page.url) from error
    feed = mapping(made)
    if _VERSION not in text(feed, "version"):
        raise DiscoverError("no feed: JSON of some other kind", url=page.url)
    links = [
        {"rel": "hub", "href": text(hub, "url")} for hub in mappings(feed.get("hubs"))
    ]
    if text(feed, "feed_url"):
        links.append({"rel": "self", "href": text(feed, "feed_url")})
    if text(feed, "next_url"):
        links.append({"rel": "next", "href": text(feed, "next_url")})
    head = {
        "title": text(feed, "title"),
        "link": text(feed, "home_page_url"),
        "language": text(feed, "language"),
        "links": links,
    }
    return {
        "version": "json",
        "feed": head,
        "entries": [_entry(item) for item in mappings(feed.get("items"))],
    }


def _entry(item: dict[str, object]) -> dict[str, object]:
    """Give an item under feedparser's names; the title is plain text."""
    people = [*mappings(item.get("authors")), mapping(item.get("author"))]
    image = text(item, "image") or text(item, "banner_image")
    listed = item.get("tags")
    tags = listed if isinstance(listed, list) else []
    body = text(item, "content_html") or text(item, "content_text")
    return {
        "link": text(item, "url") or _address(text(item, "id")),
        "title": text(item, "title"),
        "title_detail": {"type": "text/plain"},
        "summary": text(item, "summary"),
        "published": text(item, "date_published"),
        "updated": text(item, "date_modified"),
        "authors": [
            {"name": text(one, "name"), "href": text(one, "url")} for one in people
        ],
        "tags": [{"term": tag} for tag in tags if isinstance(tag, str)],
        "content": [{"value": body, "language": text(item, "language")}],
        "media_thumbnail": [{"url": image}] if image else [],
        "media_content": [],
        "links": [_enclosure(one) for one in mappings(item.get("attachments"))],
    }


def _enclosure(attachment: dict[str, object]) -> dict[str, object]:
    return {
        "rel": "enclosure",
        "href": text(attachment, "url"),
        "type": text(attachment, "mime_type"),
        "title": text(attachment, "title"),
        "length": attachment.get("size_in_bytes"),
        "duration": attachment.get("duration_in_seconds"),
    }


def _address(name: str) -> str:
    """Take an id that is an address for one, as JSON Feed suggests."""
    return name if name.startswith(("https://", "http://")) else ""
