"""Choose the lead image: what the page shows of itself to others, else shows."""

from __future__ import annotations

import re

from selectolax.lexbor import LexborNode

from scrapers.clean.images import source_of
from scrapers.clean.text import line
from scrapers.clean.urls import absolute
from scrapers.extract.document import Document
from scrapers.extract.jsonld import Thing
from scrapers.extract.reading import Reading
from scrapers.extract.recipe import selector_of
from scrapers.items import Image

# Smaller ones are icons and faces.
MIN_SIDE = 150

_DEFAULT = re.compile(
    r"(?:^|/|[_-](?=logo|avatar))(?:default|fallback|placeholder|logo|favicon|avatar|gravatar|sprite|blank"
    r"|no-?image)"
    r"[\w-]*\.(?:png|jpe?g|gif|svg|webp|ico)",
    re.IGNORECASE,
)
_FEATURED = (
    "img.wp-post-image, [class*=post-thumbnail] img, [class*=featured-image] img,"
    " [class*=lead-image] img, [class*=article-image] img, [class*=hero-image] img"
)
_TYPES = {
    "jpg": "image/jpeg", "jpeg": "image/jpeg", "png": "image/png", "gif": "image/gif",
    "webp": "image/webp", "avif": "image/avif", "svg": "image/svg+xml",
}  # fmt: skip
_EXTENSION = re.compile(r"\.(\w{3,4})(?:$|[?#])")


def image_of(reading: Reading) -> Image | None:
    """The picture that stands for the article: the recipe's, else what the page states.

    A logo or placeholder is none. After what is stated comes what themes show above
    the text; the first picture of the body is the next best.
    """
    document = reading.document
    for text in reading.recipe.image:
        if image := _chosen(reading, text):
            return image
    for stated in (_from_meta(document), _from_things(document)):
        if stated and not _DEFAULT.search(stated.url):
            return stated
    shown = (picture_of(node, document.base) for node in document.tree.css(_FEATURED))
    return next((image for image in shown if image and _is_lead(image)), None)


def _chosen(reading: Reading, text: str) -> Image | None:
    selector, base = selector_of(text), reading.document.base
    if selector.attribute is None:
        found = (picture_of(node, base) for node in reading.chosen((text,)))
        return next((image for image in found if image), None)
    links = (absolute(base, value) for value in reading.texts((text,)))
    url = next((link for link in links if link), None)
    return Image(url=url, media_type=media_type(url)) if url else None


def _from_meta(document: Document) -> Image | None:
    link = document.meta(
        "og:image", "og:image:url", "og:image:secure_url", "twitter:image",
        "twitter:image:src", "thumbnail", "sailthru.image.full", "parsely-image-url",
    )  # fmt: skip
    url = absolute(document.base, link) if link else None
    if url is None:
        return None
    return Image(
        url=url,
        width=_number(document.meta("og:image:width")),
        height=_number(document.meta("og:image:height")),
        alt=document.meta("og:image:alt", "twitter:image:alt"),
        media_type=media_type(url),
    )


def _from_things(document: Document) -> Image | None:
    for key in ("image", "primaryImageOfPage", "thumbnailUrl"):
        for item in document.article.each(key):
            link = item if isinstance(item, str) else _address(item)
            url = absolute(document.base, link) if link else None
            if url is None:
                continue
            if isinstance(item, str):
                return Image(url=url, media_type=media_type(url))
            return Image(
                url=url,
                width=item.number("width"),
                height=item.number("height"),
                alt=item.text("caption") or item.text("description"),
                media_type=media_type(url),
            )
    return None


def _address(item: Thing) -> str | None:
    return item.text("url") or item.text("contentUrl") or item.text("@id")


def first_picture(body: LexborNode, base: str) -> Image | None:
    """The first picture in an element that is not known to be small."""
    for node in body.css("img")[:20]:
        image = picture_of(node, base)
        if image and _is_lead(image):
            return image
    return None


def _is_lead(image: Image) -> bool:
    sides = [side for side in (image.width, image.height) if side]
    return not _DEFAULT.search(image.url) and (not sides or min(sides) >= MIN_SIDE)


def picture_of(node: LexborNode, base: str) -> Image | None:
    """What an element shows: an img, or whatever holds one, or carries an address."""
    inner = node if node.tag in ("img", "amp-img") else node.css_first("img")
    attributes = inner.attributes if inner is not None else node.attributes
    source = (
        source_of(attributes) or attributes.get("content") or attributes.get("href")
    )
    url = absolute(base, source) if source else None
    if url is None:
        return None
    return Image(
        url=url,
        width=_number(attributes.get("width")),
        height=_number(attributes.get("height")),
        alt=line(attributes.get("alt") or "") or None,
        media_type=media_type(url),
    )


def media_type(url: str) -> str | None:
    """The media type an address's ending tells, None where it tells none."""
    found = _EXTENSION.search(url)
    return _TYPES.get(found[1].lower()) if found else None


def _number(text: str | None) -> int | None:
    found = re.fullmatch(r"\s*(\d{1,5})(?:px|\.\d+)?\s*", text or "")
    return int(found[1]) or None if found else None
