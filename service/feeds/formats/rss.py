"""RSS 2.0 by the Advisory Board's profile, with content, Dublin Core and Media RSS."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from service.entries import Entry, FeedHead, Tombstone
from service.feeds.assembling import Frame
from service.feeds.writing import (
    ARCHIVE,
    attributes,
    element,
    escape,
    media_content,
    media_file,
    rfc822,
    rfc3339,
)

NAME = "rss"
TITLE = "RSS"
CONTENT_TYPE = "application/rss+xml; charset=utf-8"
TELLS_LEAVING = False

_OPENING = (
    '<?xml version="1.0" encoding="UTF-8"?>\n'
    '<rss version="2.0" xmlns:atom="http://www.w3.org/2005/Atom"'
    ' xmlns:content="http://purl.org/rss/1.0/modules/content/"'
    ' xmlns:dc="http://purl.org/dc/elements/1.1/"'
    ' xmlns:fh="http://purl.org/syndication/history/1.0"'
    ' xmlns:media="http://search.yahoo.com/mrss/">\n<channel>\n'
)


def fragment(entry: Entry) -> str:
    """Write an item.

    The description is HTML, so a plain summary is escaped twice. RSS has no date of an
    edit: Atom's stands in. `author` wants a mail address: Dublin Core's creator does.
    """
    if entry.content == "full":
        texts = element("description", escape(entry.summary))
        texts += element("content:encoded", entry.content_html)
    else:
        texts = element("description", entry.content_html)
    is_edited = entry.updated_at > entry.published_at
    parts = (
        element("title", entry.title),
        element("link", entry.url),
        element("guid", entry.id, isPermaLink="false"),
        element("pubDate", rfc822(entry.published_at)),
        element("atom:updated", rfc3339(entry.updated_at)) if is_edited else "",
        *(element("dc:creator", author.name) for author in entry.authors),
        element("dc:language", entry.language),
        *(element("category", name) for name in _categories(entry)),
        texts,
        *_files(entry),
        *_pictures(entry),
        element("source", entry.source.name, url=entry.source.home),
    )
    return "<item>\n" + "\n".join(part for part in parts if part) + "\n</item>\n"


def frame(
    head: FeedHead,
    tombstones: Sequence[Tombstone],  # noqa: ARG001 - RSS cannot say that one left
) -> Frame:
    """Write a channel's frame."""
    parts = (
        element("title", head.title),
        element("link", head.home),
        element("description", head.description),
        element("language", head.language),
        element("copyright", head.rights),
        element("lastBuildDate", rfc822(head.updated_at)),
        element("generator", "Wireroom"),
        ARCHIVE if head.archive else "",
        *(_link(rel, address) for rel, address in head.links(NAME).items()),
        f'<atom:link rel="hub"{attributes(href=head.hub)}/>' if head.hub else "",
    )
    opening = "\n".join(part for part in parts if part)
    return Frame(opening=f"{_OPENING}{opening}\n", closing="</channel>\n</rss>\n")


def _link(rel: str, address: str) -> str:
    about = attributes(href=address)
    return f'<atom:link rel="{rel}" type="application/rss+xml"{about}/>'


def _categories(entry: Entry) -> dict[str, None]:
    names = [name for category in entry.categories for name in category.names]
    return dict.fromkeys([*names, *entry.tags])


def _files(entry: Entry) -> Iterator[str]:
    """Write the first as the enclosure, of which an item has one, the others beside it.

    A length nobody knows is 0, by the Advisory Board's profile. How long the enclosure
    plays is Media RSS's to say too.
    """
    for one in entry.enclosures[:1]:
        about = attributes(url=one.url, length=one.length or 0, type=one.media_type)
        yield f"<enclosure{about}/>"
    for place, one in enumerate(entry.enclosures):
        if place or one.duration_seconds or one.title:
            yield media_file(one)


def _pictures(entry: Entry) -> tuple[str, ...]:
    if entry.image is None:
        return ()
    thumbnail = f"<media:thumbnail{attributes(url=entry.image.url)}/>"
    return media_content(entry.image), thumbnail
