"""Atom 1.0 (RFC 4287), with Media RSS for pictures, RFC 5005 and RFC 6721."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache

from db.records import SourceHead
from scrapers.items import Enclosure
from service.entries import Entry, FeedHead, Tombstone
from service.feeds.assembling import Frame
from service.feeds.writing import (
    ARCHIVE,
    attributes,
    element,
    media_content,
    media_file,
    rfc3339,
)

NAME = "atom"
TITLE = "Atom"
CONTENT_TYPE = "application/atom+xml; charset=utf-8"
TELLS_LEAVING = True

_OPENING = (
    '<?xml version="1.0" encoding="UTF-8"?>\n'
    '<feed xmlns="http://www.w3.org/2005/Atom"'
    ' xmlns:at="http://purl.org/atompub/tombstones/1.0"'
    ' xmlns:fh="http://purl.org/syndication/history/1.0"'
    ' xmlns:media="http://search.yahoo.com/mrss/">\n'
)


def fragment(entry: Entry) -> str:
    """Write an entry.

    Less than the whole article is its summary (RFC 4287 section 4.1.3). An article
    without a byline is its source's: Atom wants an author.
    """
    if entry.content == "full":
        texts = element("summary", entry.summary)
        texts += element("content", entry.content_html, type="html")
    else:
        texts = element("summary", entry.content_html, type="html")
    updated = _updated(entry)
    parts = (
        element("id", entry.id),
        element("title", entry.title),
        f'<link rel="alternate" type="text/html"{attributes(href=entry.url)}/>',
        *map(_enclosure, entry.enclosures),
        element("published", rfc3339(entry.published_at)),
        f"<updated>{updated}</updated>",
        *_authors(entry),
        *_categories(entry),
        texts,
        *[media_file(file) for file in entry.enclosures if file.duration_seconds],
        media_content(entry.image) if entry.image else "",
        _source(entry.source, updated),
    )
    lang = attributes(xml__lang=entry.language)
    return f"<entry{lang}>\n" + "\n".join(filter(None, parts)) + "\n</entry>\n"


def frame(head: FeedHead, tombstones: Sequence[Tombstone]) -> Frame:
    """Write a feed's frame; what left comes after what is there."""
    before, after = _around_update(head)
    updated = element("updated", rfc3339(head.updated_at))
    graves = tuple(
        f"<at:deleted-entry{attributes(ref=one.id, when=rfc3339(one.withdrawn_at))}/>\n"
        for one in tombstones
    )
    opening = f"{_OPENING}{before}\n{updated}\n{after}\n"
    return Frame(opening=opening, after=graves, closing="</feed>\n")


@lru_cache(maxsize=256)
def _around_update(head: FeedHead) -> tuple[str, str]:
    """Write what changes seldom, around what changes with every entry.

    Heads that differ in `updated_at` alone are equal, so they share this.
    """
    before = (
        element("id", head.url(NAME)),
        element("title", head.title),
        element("subtitle", head.description),
        *(_link(rel, address) for rel, address in head.links(NAME).items()),
        f'<link rel="hub"{attributes(href=head.hub)}/>' if head.hub else "",
        f'<link rel="alternate" type="text/html"{attributes(href=head.home)}/>',
        ARCHIVE if head.archive else "",
    )
    after = (element("rights", head.rights), element("generator", "Wireroom"))
    return "\n".join(filter(None, before)), "\n".join(filter(None, after))


def _link(rel: str, address: str) -> str:
    return f'<link rel="{rel}" type="application/atom+xml"{attributes(href=address)}/>'


def _enclosure(file: Enclosure) -> str:
    # A length nobody knows is 0, as in RSS: it is only a hint (RFC 4287, 4.2.7.6).
    about = attributes(
        type=file.media_type, href=file.url, length=file.length or 0, title=file.title
    )
    return f'<link rel="enclosure"{about}/>'


def _updated(entry: Entry) -> str:
    """Write when it was updated, with its event number as the fraction.

    One pass stores many articles in one moment, and validators object to entries
    updated together; the number rises with every edit, so order stays what it is.
    """
    whole = rfc3339(entry.updated_at).removesuffix("Z")
    return f"{whole}.{entry.seq % 1_000_000:06d}Z"


def _authors(entry: Entry) -> Iterator[str]:
    if not entry.authors:
        yield f"<author>{_person(entry.source.name, entry.source.home)}</author>"
    for author in entry.authors:
        yield f"<author>{_person(author.name, author.url)}</author>"


@lru_cache(maxsize=1024)
def _person(name: str, uri: str | None) -> str:
    return element("name", name) + element("uri", uri)


def _categories(entry: Entry) -> Iterator[str]:
    seen: set[str] = set()
    for category in entry.categories:
        steps = category.path.split("/")
        for depth, name in enumerate(category.names, 1):
            term = "/".join(steps[:depth])
            if term not in seen:
                seen.add(term)
                yield _category(term, name)
    for tag in entry.tags:
        if tag not in seen:
            yield _category(tag, tag)


@lru_cache(maxsize=4096)
def _category(term: str, label: str) -> str:
    return f"<category{attributes(term=term, label=label)}/>"


def _source(source: SourceHead, updated: str) -> str:
    before, after = _around_updated(source)
    return f"{before}<updated>{updated}</updated>{after}"


@lru_cache(maxsize=1024)
def _around_updated(source: SourceHead) -> tuple[str, str]:
    link = f'<link rel="alternate" type="text/html"{attributes(href=source.home)}/>'
    before = f"<source>{element('id', source.home)}{element('title', source.name)}"
    return before, f"{link}{element('rights', source.rights)}</source>"
