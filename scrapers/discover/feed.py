"""Discover articles by an RSS or Atom feed, read by feedparser, or by a JSON Feed.

feedparser takes nearly anything; what it gives of a hostile feed may be of any type, so
every value is looked at before it is used.
"""

from __future__ import annotations

from calendar import timegm
from dataclasses import replace
from datetime import UTC, datetime
from io import BytesIO
from time import struct_time
from typing import Final, Literal

import feedparser
from pydantic import Field

from scrapers.clean.enclosures import (
    enclosure_of,
    gathered,
    is_recording,
    seconds_of,
)
from scrapers.clean.images import stated_side, stated_type
from scrapers.clean.text import line
from scrapers.clean.urls import absolute
from scrapers.discover.archive import Place, Step, follow_pages, rules_for
from scrapers.discover.asks import of_feed
from scrapers.discover.documents import xml_text
from scrapers.discover.hints import (
    author,
    moment,
    name,
    plain,
    summary,
    version_of,
    words,
)
from scrapers.discover.hubs import find_hub
from scrapers.discover.json_feed import is_json, parsed_json
from scrapers.discover.loose import mapping, mappings, number, text
from scrapers.discover.options import Options as CommonOptions
from scrapers.discover.paging import Course, Found, follow, walk
from scrapers.discover.rules import Rules, rules_of
from scrapers.discover.visit import FEED, Visit
from scrapers.errors import DiscoverError, Unrecognised
from scrapers.extract.dates import EARLIEST, Moment, not_after
from scrapers.items import (
    Author,
    Candidate,
    Discovery,
    Enclosure,
    Hints,
    Image,
    Page,
    Precision,
)

KIND: Final = "feed"

# Of history: a feed of ten entries a page reaches a thousand articles.
DEFAULT_PAGES = 100
MOST_PAGES = 10_000
DATES = ("published", "created", "updated")

# What feedparser raises on feeds nobody meant: its handlers take types for granted.
_FAULTS = (
    AssertionError,
    AttributeError,
    IndexError,
    KeyError,
    RecursionError,
    TypeError,
    ValueError,
)


class Options(CommonOptions):
    """The keys of `kind = "feed"`."""

    kind: Literal["feed"] = Field(description="By RSS, Atom or JSON Feed.")
    pages: int = Field(
        DEFAULT_PAGES,
        ge=1,
        le=MOST_PAGES,
        description="The most documents read of a paged feed (RFC 5005).",
    )


def discover(options: Options, visit: Visit) -> Discovery:
    """Read the feed; its further pages (RFC 5005) on a first pass, or after a gap."""
    rules = rules_of(options, visit.site)
    timezone = visit.site.timezone

    def read_page(page: Page) -> Found:
        return visit.parse(read_feed, page, rules, timezone, url=page.url)

    course = Course(
        accept=FEED, pages=options.pages, limit=options.limit, is_sorted=True
    )
    return walk(visit, options.url, read_page, course)


def step(options: Options, visit: Visit, since: datetime, place: Place) -> Step:
    """Read the next document of the feed's pages or archives (RFC 5005)."""
    del since  # a feed cannot be asked for a time
    rules = rules_for(options, visit.site)
    timezone = visit.site.timezone

    def read_page(page: Page, _number: int) -> Found:
        return visit.parse(read_feed, page, rules, timezone, url=page.url)

    return follow_pages(visit, options.url, place, read_page, accept=FEED)


def read_feed(page: Page, rules: Rules, timezone: str) -> Found:
    """Parse one feed document. Pure; runs in the parsing child.

    Raises DiscoverError for what is no feed, and for entities.
    """
    feed = parsed(page)
    head = mapping(feed.get("feed"))
    language = text(head, "language")
    found: dict[str, Candidate] = {}
    lost = 0
    for entry in mappings(feed.get("entries")):
        candidate = _candidate(entry, page, rules, (timezone, language))
        if candidate is None:
            lost += 1
        else:
            found.setdefault(candidate.url, candidate)
        if len(found) > rules.limit:
            break
    notes = (f"{lost} entries without an address to take",) if lost else ()
    return Found(
        candidates=tuple(found.values()),
        next=_next(head, page.url),
        notes=notes,
        hub=find_hub(page, mappings(head.get("links"))),
        asks=of_feed(page, head),
    )


def parsed(page: Page) -> dict[str, object]:
    """Give what feedparser makes of a document; DiscoverError for what is no feed."""
    if is_json(page):
        return parsed_json(page)
    headers = {
        "content-type": "application/xml; charset=utf-8",
        "content-location": page.url,
    }
    body = BytesIO(xml_text(page).lstrip().encode())
    try:
        feed = feedparser.parse(
            body,
            response_headers=headers,
            resolve_relative_uris=False,
            sanitize_html=False,
        )
    except _FAULTS as error:
        reason = f"feedparser fails on it: {type(error).__name__}"
        raise DiscoverError(reason, url=page.url) from error
    if not feed.get("version") and not feed.get("entries"):
        raise Unrecognised(f"no feed: {_beginning(page.body)}", url=page.url)
    return mapping(feed)


def _beginning(body: bytes) -> str:
    start = " ".join(body[:60].decode("ascii", "replace").split())
    return f"it begins with {start!r}" if start else "it is empty"


def _candidate(
    entry: dict[str, object], page: Page, rules: Rules, defaults: tuple[str, str]
) -> Candidate | None:
    url = rules.admit(page.url, _link(entry))
    if url is None:
        return None
    timezone, language = defaults
    dates = {key: _date(entry, key, page, timezone) for key in DATES}
    # Some feeds (RSS 1.0 with dc:date) give one date only, and that is it.
    published = dates["published"] or dates["created"] or dates["updated"]
    changed = dates["updated"]
    hints = Hints(
        title=_title(entry),
        summary=summary(text(entry, "summary")),
        authors=_authors(entry, page.url),
        published_at=published.at if published else None,
        published_precision=published.precision if published else None,
        modified_at=changed.at if changed else None,
        categories=_categories(entry),
        image=_image(entry, page.url),
        enclosures=_enclosures(entry, page.url),
        language=_language(entry) or language or None,
    )
    return Candidate(url=url, hints=hints, version=_version(entry, hints))


def _version(entry: dict[str, object], hints: Hints) -> str:
    # As words: links of the markup carry counters and campaigns.
    bodies = [words(text(part, "value")) for part in mappings(entry.get("content"))]
    files = [(one.url, one.length, one.title) for one in hints.enclosures]
    return version_of(
        hints.title,
        hints.summary,
        [one.name for one in hints.authors],
        hints.published_at,
        hints.modified_at,
        hints.categories,
        hints.image.url if hints.image else None,
        bodies,
        *files,
    )


def _link(entry: dict[str, object]) -> str:
    # FeedBurner's links count clicks; it says beside them where they lead.
    original = text(entry, "feedburner_origlink")
    link = original or text(entry, "link")
    if not link:
        links = [
            text(other, "href")
            for other in mappings(entry.get("links"))
            if other.get("rel") == "alternate"
        ]
        link = links[0] if links else ""
    return link.strip()


def _title(entry: dict[str, object]) -> str | None:
    title = text(entry, "title")
    kind = text(mapping(entry.get("title_detail")), "type")
    # Atom says which titles are plain text: "a <b> tag" is then meant as written.
    return (line(title) if kind == "text/plain" else plain(title)) or None


def _date(
    entry: dict[str, object], key: str, page: Page, timezone: str
) -> Moment | None:
    found = moment(text(entry, key), timezone)
    # feedparser knows some more forms, Greek and Korean among them.
    found = found or _as_feedparser(entry.get(f"{key}_parsed"))
    return not_after(found, page.fetched_at)


def _as_feedparser(parsed: object) -> Moment | None:
    if not isinstance(parsed, struct_time):
        return None
    try:
        at = datetime.fromtimestamp(timegm(parsed), UTC)
    except (OverflowError, ValueError, OSError):
        return None
    return Moment(at=at, precision=Precision.TIME) if at.year >= EARLIEST else None


def _authors(entry: dict[str, object], url: str) -> tuple[Author, ...]:
    found = []
    for detail in mappings(entry.get("authors")):
        href = absolute(url, text(detail, "href")) if text(detail, "href") else None
        found.append(author(text(detail, "name"), url=href))
    if not any(found):
        found.append(author(text(entry, "author")))
    named = {one.name: one for one in found if one is not None}
    return tuple(named.values())


def _categories(entry: dict[str, object]) -> tuple[tuple[str, ...], ...]:
    tags = mappings(entry.get("tags"))
    names = [name(text(tag, "label") or text(tag, "term")) for tag in tags]
    return tuple((found,) for found in dict.fromkeys(names) if found)


def _image(entry: dict[str, object], url: str) -> Image | None:
    media = [*mappings(entry.get("media_content"))]
    enclosed = [
        link for link in mappings(entry.get("links")) if link.get("rel") == "enclosure"
    ]
    pictures = [
        item
        for item in (*media, *enclosed)
        if item.get("medium") == "image" or text(item, "type").startswith("image/")
    ]
    pictures.sort(key=lambda item: number(item, "width") or 0, reverse=True)
    for item in (*pictures, *mappings(entry.get("media_thumbnail"))):
        href = text(item, "url") or text(item, "href")
        found = absolute(url, href) if href else None
        if found is not None:
            return Image(
                url=found,
                width=stated_side(number(item, "width")),
                height=stated_side(number(item, "height")),
                media_type=stated_type(text(item, "type")),
            )
    return None


def _enclosure(
    item: dict[str, object], url: str, *, address: str, length: str
) -> Enclosure | None:
    """The file an element names; `address` and `length` are its attributes for them."""
    return enclosure_of(
        url,
        text(item, address),
        media_type=text(item, "type"),
        length=dict.get(item, length),
        title=text(item, "title"),
        duration=dict.get(item, "duration"),
    )


def _enclosures(entry: dict[str, object], url: str) -> tuple[Enclosure, ...]:
    """The files of an entry: all of its enclosures, the recordings of Media RSS.

    Pictures are not among them: they illustrate, and the largest one is the image.
    """
    played = text(entry, "itunes_duration")
    enclosed = [
        _enclosure(link, url, address="href", length="length")
        for link in mappings(entry.get("links"))
        if link.get("rel") == "enclosure"
    ]
    media = [
        _enclosure(item, url, address="url", length="filesize")
        for item in mappings(entry.get("media_content"))
    ]
    recordings = [one for one in media if one is not None and is_recording(one)]
    files = gathered((*enclosed, *recordings))
    found = [one for one in files if not (one.media_type or "").startswith("image/")]
    if len(found) == 1 and found[0].duration_seconds is None:
        return (replace(found[0], duration_seconds=seconds_of(played)),)
    return tuple(found)


def _language(entry: dict[str, object]) -> str:
    parts = [*mappings(entry.get("content")), mapping(entry.get("title_detail"))]
    return next((text(part, "language") for part in parts if part.get("language")), "")


def _next(head: dict[str, object], url: str) -> str | None:
    """The next page of a paged feed, or the archive before (RFC 5005, 3 and 4)."""
    links = mappings(head.get("links"))
    for relation in ("next", "prev-archive"):
        for link in links:
            href = text(link, "href")
            if link.get("rel") == relation and href:
                return follow(url, href)
    return None
