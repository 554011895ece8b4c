"""Lists of feeds as feed readers export them (OPML 2.0), and sources made of them.

Only what such a list says is read; nobody is asked anything.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit
from xml.parsers import expat

from scrapers.errors import SourceError
from scrapers.source import SourceSpec, from_dict

# A list of ten thousand feeds has a few megabytes.
MAX_BYTES = 20 * 2**20
# Longer slugs are nobody's name.
MAX_SLUG = 40


@dataclass(frozen=True, kw_only=True, slots=True)
class Listed:
    """One feed of a list: what it is called, where it is, where its site is if told."""

    title: str
    feed_url: str
    home: str | None = None


def read_opml(content: bytes, *, name: str) -> tuple[Listed, ...]:
    """Read the feeds of a list, in its order, each address once.

    Folders are walked into. SourceError says what is wrong with the file `name`.
    """
    if len(content) > MAX_BYTES:
        message = f"{name}: larger than {MAX_BYTES >> 20} MiB: no list of feeds is"
        raise SourceError(message)
    outlines = _outlines(content, name)
    found: dict[str, Listed] = {}
    for attributes in outlines:
        values = {key.lower(): value.strip() for key, value in attributes.items()}
        address = values.get("xmlurl", "")
        if address:
            title = values.get("title") or values.get("text") or address
            home = values.get("htmlurl") or None
            one = Listed(title=title, feed_url=address, home=home)
            found.setdefault(address, one)
    if not found:
        message = f"{name}: there is no outline with an xmlUrl: nothing to add"
        raise SourceError(message)
    return tuple(found.values())


def _outlines(content: bytes, name: str) -> list[Mapping[str, str]]:
    """Give the attributes of every outline below `opml`."""
    found: list[Mapping[str, str]] = []
    elements: list[str] = []

    def begin(element: str, attributes: Mapping[str, str]) -> None:
        elements.append(element.lower())
        if elements[0] != "opml":
            message = f"{name}: is no OPML: its first element is <{element[:40]}>"
            raise SourceError(message)
        if elements[-1] == "outline":
            found.append(attributes)

    def refuse(*_: object) -> None:
        message = f"{name}: has a document type declaration, which no OPML needs"
        raise SourceError(message)

    parser = expat.ParserCreate()
    parser.StartElementHandler = begin
    parser.EndElementHandler = lambda _: elements.pop()
    parser.StartDoctypeDeclHandler = refuse  # entities that unfold are declared there
    try:
        parser.Parse(content, True)  # noqa: FBT003 - expat takes it by place
    except (expat.ExpatError, LookupError, ValueError) as error:
        # Expat asks Python for encodings it does not know itself: any text may come.
        raise SourceError(f"{name}: is no XML: {error}") from error
    return found


def draft_source(listed: Listed) -> SourceSpec:
    """Make the definition of a source that is read by this feed alone.

    SourceError names what keeps it from being one.
    """
    try:
        parts = urlsplit(listed.feed_url)
    except ValueError as error:
        raise SourceError(f"{listed.feed_url}: is no address: {error}") from error
    home = listed.home or f"{parts.scheme}://{parts.netloc}/"
    values = {
        "name": listed.title,
        "home": home,
        "discover": [{"kind": "feed", "url": listed.feed_url}],
    }
    return from_dict(values, name=listed.feed_url)


def feeds_of(spec: Mapping[str, object]) -> set[str]:
    """Give the feeds that a definition, as JSON types, is read by."""
    entries = spec.get("discover", ())
    if not isinstance(entries, Iterable):
        return set()
    return {
        str(entry["url"])
        for entry in entries
        if isinstance(entry, Mapping) and entry.get("kind") == "feed"
    }


def slug_for(listed: Listed, taken: Collection[str]) -> str:
    """Name a source after its host: "example-org", or "example-org-2" if taken."""
    host = urlsplit(listed.feed_url).hostname or "feed"
    plain = "".join(
        char if char.isascii() and char.isalnum() else "-"
        for char in host.removeprefix("www.").lower()
    )
    stem = "-".join(filter(None, plain.split("-")))[:MAX_SLUG].strip("-") or "feed"
    slug, number = stem, 1
    while slug in taken:
        number += 1
        slug = f"{stem}-{number}"
    return slug
