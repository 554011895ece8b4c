"""Choose the lead image: what the page shows of itself to others, else shows."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence, Set
from functools import lru_cache
from itertools import islice

from selectolax.lexbor import LexborNode

from scrapers.clean.images import is_pixel, listed_in, offered_by, source_of
from scrapers.clean.markup import attributes_of
from scrapers.clean.text import line
from scrapers.clean.urls import absolute
from scrapers.compiled import load
from scrapers.extract.document import Document, field_of
from scrapers.extract.jsonld import Thing
from scrapers.extract.reading import Reading
from scrapers.extract.recipe import selector_of
from scrapers.items import Image

# Smaller ones are icons and faces.
MIN_SIDE = 150
# The opening picture stands within so many headings, pictures and paragraphs of the
# headline, and after at most so many paragraphs of prose.
MARKS_AFTER = 14
MIN_PROSE = 60
PROSE_BEFORE = 2
# How far above a picture its figure is looked for, and the names that tell against it.
FRAME_DEPTH = 5

_PICTURES = ("img", "amp-img")
_FRAMES = frozenset({"figure", "picture", "article", "main"})
# Where a picture stands above a headline and is in no menu; what else may tell so.
_FIGURE = frozenset({"figure"})
_ALONE = _FIGURE | {"picture"}
# What is in these leads elsewhere or belongs to the page.
_ELSEWHERE = frozenset({"a", "nav", "aside", "li"})
# Both of these are searched in lower case: to ignore case takes several times as long.
_OPENING = re.compile(
    r"(?:post|article|entry|story|news)[_-]?(?:thumbnail|image|media)|featured|hero"
    r"|lead[_-]?(?:image|media)|wp-post-image"
)
_NOT_LEAD = (
    "author", "avatar", "byline", "logo", "icon", "related", "newsletter", "sponsor",
    "comment", "recommend", "share", "social",
)  # fmt: skip
# It begins with its letters, so that they are found quickly.
_ADVERT = re.compile(r"ad(?<![^\s_-]ad)(?:s|vert)?(?![^\s_-])")
_ORNAMENT = re.compile(
    r"\.svg(?:$|[?#])|/(?:icons?|themes|templates?|skins?|css|svg|newsletters?)/"
    r"|(?:icon|[/_-]bg)\d*\.\w+$"
    r"|(?<![a-z])(?:1x1|close|trans(?:parent)?)(?:\.\w+)*$"
)
# One of these words is in every such address, and finding none is quicker.
_ORNAMENTS = (
    "svg", "icon", "theme", "template", "skin", "css", "newsletter", "bg", "1x1",
    "close", "trans",
)  # fmt: skip
_SIZED = re.compile(r"(?:-\d+x\d+|-scaled)?\.\w+(?:$|\?.*)")
_DEFAULT = re.compile(
    r"(?:^|/|[_-](?=logo|avatar))(?:default|fallback|placeholder|logo|favicon|avatar|gravatar|sprite|blank"
    r"|no-?image|def_|[\w-]*qr_?code|[\w-]*(?:placeholder|transparent))"
    r"[\w-]*\.(?:png|jpe?g|gif|svg|webp|ico)",
    re.IGNORECASE,
)
_FRAME_NAMES = (
    "post-thumbnail", "featured-image", "lead-image", "article-image", "hero-image",
)  # fmt: skip
_FEATURED = ", ".join(
    ["img.wp-post-image", *(f"[class*={name}] img" for name in _FRAME_NAMES)]
)
_DEFAULTS = (
    "default", "fallback", "placeholder", "logo", "favicon", "avatar", "gravatar",
    "sprite", "blank", "no-image", "noimage", "transparent", "def_", "qrcode",
    "qr_code",
)  # fmt: skip
_TYPES = {
    "jpg": "image/jpeg", "jpeg": "image/jpeg", "png": "image/png", "gif": "image/gif",
    "webp": "image/webp", "avif": "image/avif", "svg": "image/svg+xml",
}  # fmt: skip
_IMG = re.compile("<img [^>]*>")
_EXTENSION = re.compile(r"\.(\w{3,4})(?:$|[?#])")
MOST_DIGITS = 5
_SIDE = re.compile(r"\s*(\d{1,5})(?:px|\.\d+)?\s*")

_words = load("words")
_around_pictures = load("around")


def _finder(words: tuple[str, ...]) -> Callable[[str], bool]:
    """What tells whether one of these may be in a text."""
    if _words:
        are_in: Callable[[str], bool] = _words.Words(words).are_in
        return are_in

    def may_be_in(text: str) -> bool:
        small = text.lower()
        return any(word in small for word in words)

    return may_be_in


_may_be_default = _finder(_DEFAULTS)
_may_be_ornament = _finder(_ORNAMENTS)
_may_lead_elsewhere = _finder(_NOT_LEAD)


def image_of(reading: Reading) -> Image | None:
    """The picture that stands for the article: the recipe's, else what the page states.

    A logo or placeholder is none. After what is stated comes what themes show above
    the text, then what stands by the headline, in whatever element; the first picture
    of the body is the next best.
    """
    document = reading.document
    for text in reading.recipe.image:
        if image := _chosen(reading, text):
            return image
    all_stated = (_from_meta(document), _from_things(document))
    stated = [i for i in all_stated if i and not _is_default(i.url)]
    if opening := _opening(reading):
        name = _name(opening)
        return next((image for image in stated if _name(image) == name), opening)
    if stated:
        return stated[0]
    has_any = any(document.index.classed("wp-post-image", *_FRAME_NAMES))
    featured = document.tree.css(_FEATURED) if has_any else ()
    shown = (picture_of(node, document.base) for node in featured)
    image = next((image for image in shown if image and _is_lead(image)), None)
    return image or _opening(reading, unframed=True) or _thumbnail(document)


def _thumbnail(document: Document) -> Image | None:
    """What the page once gave sites that link it, often small."""
    link = document.meta("image") or document.relation("image_src")
    url = absolute(document.base, link) if link else None
    image = Image(url=url, media_type=media_type(url)) if url else None
    return image if image and _is_lead(image) else None


def _name(image: Image) -> str:
    """An address without the size that WordPress adds to the file's name."""
    return _SIZED.sub("", image.url) if "/wp-content/" in image.url else image.url


def _opening(reading: Reading, *, unframed: bool = False) -> Image | None:
    """The picture that the article opens with: next to the headline, before the text.

    It is what readers see; what a page states for others is often cropped, carries the
    site's logo or is another picture.
    """
    marks = reading.document.marks
    for heading in reading.headlines:
        around = _around(marks, heading.at, _ALONE if unframed else _FIGURE)
        found = (_lead_of(picture, reading, unframed=unframed) for picture in around)
        if image := next((image for image in found if image), None):
            return image
    return None


def _around(
    marks: Sequence[LexborNode], at: int, frames: Set[str]
) -> Iterator[LexborNode]:
    """The pictures right above a heading, in a frame, and those before the text."""
    for node in reversed(marks[max(0, at - 2) : at]):
        if node.tag in _PICTURES and any(tag in frames for tag, _, _ in _above(node)):
            yield node
    prose = 0
    for node in marks[at + 1 : at + 1 + MARKS_AFTER]:
        if node.tag in _PICTURES:
            yield node
        elif node.tag == "p":
            text = field_of(node)
            prose += not text or len(text) >= MIN_PROSE
            if prose > PROSE_BEFORE:
                return


def _lead_of(node: LexborNode, reading: Reading, *, unframed: bool) -> Image | None:
    """The picture of an element if it may be the article's own."""
    attributes = node.attributes
    names, tags = attributes.get("class") or "", set()
    for tag, classes, link in _above(node):
        tags.add(tag)
        if tag in _ELSEWHERE and not _enlarges(link):
            return None
        names += f" {classes}"
    names = names.lower()
    is_other = _is_aside(names) or is_pixel(attributes)
    image = None if is_other else picture_of(node, reading.document.base)
    if image is None or not _is_lead(image) or _is_ornament(image.url):
        return None
    is_framed = not _FRAMES.isdisjoint(tags) or _OPENING.search(names) is not None
    if not (image.width or is_framed):
        is_other = not unframed or "icon" in image.url.lower() or "popup" in names
    return None if is_other else _in_full(image, attributes, reading)


def _enlarges(link: str) -> bool:
    """Tell whether a link is to a picture, as links that show it in full are."""
    found = _EXTENSION.search(link)
    return found is not None and found[1].lower() in _TYPES


@lru_cache(maxsize=4096)
def _is_aside(names: str) -> bool:
    """Tell whether names, in lower case, are of a picture that leads no article."""
    is_likely = _may_lead_elsewhere(names)
    if is_likely and any(word in names for word in _NOT_LEAD):
        return True
    return bool(_ADVERT.search(names))


def _in_full(
    image: Image, attributes: Mapping[str, str | None], reading: Reading
) -> Image:
    """The same picture from the widest address the page offers for it."""
    found = listed_in(attributes)
    url = absolute(reading.document.base, found) if found else None
    if url is None or url == image.url:
        return image
    return Image(url=url, alt=image.alt, media_type=media_type(url))


def _above(node: LexborNode) -> list[tuple[str | None, str, str]]:
    """The elements around a picture, as far as its figure may be.

    Their names, classes and where they lead, the inner first.
    """
    if _around_pictures:
        made: list[tuple[str | None, str, str]] = _around_pictures.upward(
            node, FRAME_DEPTH
        )
        return made
    found: list[tuple[str | None, str, str]] = []
    above = node.parent
    while above is not None and len(found) < FRAME_DEPTH:
        said = above.attributes
        found.append((above.tag, said.get("class") or "", said.get("href") or ""))
        above = above.parent
    return found


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


def first_picture(markup: str, base: str) -> Image | None:
    """The first picture in HTML that is not known to be small."""
    for found in islice(_IMG.finditer(markup), 20):
        image = _image(attributes_of(found[0]), base)
        if image and _is_lead(image) and not _is_ornament(image.url):
            return image
    return None


def _is_lead(image: Image) -> bool:
    sides = [side for side in (image.width, image.height) if side]
    return (not sides or min(sides) >= MIN_SIDE) and not _is_default(image.url)


def _is_default(url: str) -> bool:
    """Tell whether an address is of a picture that stands in for one."""
    return _may_be_default(url) and bool(_DEFAULT.search(url))


def _is_ornament(url: str) -> bool:
    """Tell whether an address is of what belongs to the page."""
    return _may_be_ornament(url) and bool(_ORNAMENT.search(url))


def picture_of(node: LexborNode, base: str) -> Image | None:
    """What an element shows: an img, or whatever holds one, or carries an address."""
    inner = node if node.tag in ("img", "amp-img") else node.css_first("img")
    if inner is None:
        return _image(node.attributes, base)
    attributes = inner.attributes
    source = source_of(attributes)
    if source is None and (offered := _of_picture(inner)):
        attributes = {**attributes, "src": offered}
    return _image(attributes, base, source)


def _of_picture(node: LexborNode) -> str | None:
    """What a picture element offers in place of its img's address."""
    around = node.parent
    if around is None or around.tag != "picture":
        return None
    return offered_by([one.attributes for one in around.css("source")])


def _image(
    attributes: Mapping[str, str | None], base: str, source: str | None = None
) -> Image | None:
    source = source or source_of(attributes)
    source = source or attributes.get("content") or attributes.get("href")
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
    if not text:
        return None
    if text.isdecimal() and len(text) <= MOST_DIGITS:
        return int(text) or None
    found = _SIDE.fullmatch(text)
    return int(found[1]) or None if found else None
