"""Find the recordings an article's page offers: JSON-LD, player elements, OpenGraph.

What the listing says of the article's files comes first: a feed's enclosures are the
publisher's own list, with lengths, and a page's player names one file in many ways.
"""

from __future__ import annotations

from collections.abc import Iterator

from selectolax.lexbor import LexborNode

from scrapers.clean.enclosures import enclosure_of, gathered, is_recording
from scrapers.extract.jsonld import Thing
from scrapers.extract.reading import Reading
from scrapers.items import Enclosure

# What an article has beside its text, as schema.org has it.
_PARTS = ("audio", "video", "associatedMedia", "encoding")
_OBJECTS = frozenset({"audioobject", "videoobject", "mediaobject"})
# Whatever stands in these is the site's, not the article's; a link's is a teaser.
_AROUND = frozenset({"aside", "nav", "footer", "a", "template"})
_ADDRESSES = ("src", "data-src")
# OpenGraph's names of a file's address.
_OPEN = frozenset(
    f"og:{kind}{part}"
    for kind in ("audio", "video")
    for part in ("", ":url", ":secure_url")
)


def enclosures_of(reading: Reading) -> tuple[Enclosure, ...]:
    """Give the files an article comes with, none twice.

    Read before the body is: that takes the tree apart.
    """
    stated = _stated(reading) if reading.document.things else ()
    found = (*stated, *_played(reading), *_opened(reading))
    own = gathered(one for one in found if one is not None and is_recording(one))
    listed = reading.hints.enclosures
    if not listed:
        return own
    known = gathered((*listed, *own))
    return known[: len(gathered(listed))]


def _stated(reading: Reading) -> Iterator[Enclosure | None]:
    """Those of the article in JSON-LD, or of the one recording the page is about."""
    document = reading.document
    article = document.article
    parts = [part for key in _PARTS for part in article.each(key)]
    found = [part for part in parts if isinstance(part, Thing)]
    if not article.is_a(_OBJECTS):
        found.append(article)
    loose = [thing for thing in document.things if thing.is_a(_OBJECTS)]
    if len(loose) == 1:
        found += loose
    for thing in found:
        if not thing.get("contentUrl"):
            continue
        yield enclosure_of(
            document.base,
            thing.text("contentUrl") or "",
            media_type=thing.text("encodingFormat") or "",
            length=thing.get("contentSize"),
            title=thing.text("name") or "" if thing is not article else "",
            duration=thing.get("duration"),
        )


def _played(reading: Reading) -> Iterator[Enclosure | None]:
    document = reading.document
    if not (document.elements("audio") or document.elements("video")):
        return
    articles = _articles_around(reading.headline)
    for node in document.tree.css("audio, video"):
        if _is_scenery(node) or _is_elsewhere(node, articles):
            continue
        sources = [node, *node.css("source")]
        found = (_source(one.attributes, document.base) for one in sources)
        # Several sources of one player are one recording in several codings.
        yield next((one for one in found if one is not None), None)


def _source(attributes: dict[str, str | None], base: str) -> Enclosure | None:
    url = next((attributes[key] for key in _ADDRESSES if attributes.get(key)), None)
    kind = attributes.get("type") or ""
    return enclosure_of(base, url or "", media_type=kind)


def _is_scenery(node: LexborNode) -> bool:
    """Whether a film only moves behind the text."""
    attributes = node.attributes
    return "autoplay" in attributes and "controls" not in attributes


def _is_elsewhere(node: LexborNode, articles: frozenset[int]) -> bool:
    """Whether it stands in what surrounds the article, or in another article."""
    above = node.parent
    while above is not None and above.tag != "body":
        if above.tag in _AROUND:
            return True
        if above.tag == "article" and articles:
            return above.mem_id not in articles
        above = above.parent
    return False


def _articles_around(headline: LexborNode | None) -> frozenset[int]:
    """Name the article elements that the page's headline stands in."""
    found = []
    above = headline.parent if headline is not None else None
    while above is not None:
        if above.tag == "article":
            found.append(above.mem_id)
        above = above.parent
    return frozenset(found)


def _opened(reading: Reading) -> Iterator[Enclosure | None]:
    """OpenGraph's, where it is a file: og:video mostly is a page that plays one."""
    document = reading.document
    if document.metas.keys().isdisjoint(_OPEN):
        return
    for kind in ("audio", "video"):
        url = document.meta(f"og:{kind}:secure_url", f"og:{kind}", f"og:{kind}:url")
        stated = document.meta(f"og:{kind}:type") or ""
        yield enclosure_of(document.base, url or "", media_type=stated)
