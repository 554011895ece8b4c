"""Where an article is filed: its category as a path, and its tags."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice

from selectolax.lexbor import LexborNode

from scrapers.compiled import load
from scrapers.extract.breadcrumbs import MAX_NAME, Path, Surroundings, category_path
from scrapers.extract.document import Document, field_of
from scrapers.extract.reading import Reading
from scrapers.extract.titles import key_of

MAX_TAGS = 30
MAX_TAG = 60
# Tags looked at: a page that states thousands was written for robots.
MAX_STATED = 300
# More tags in capitals and digits than this are an agency's codes.
MAX_CODES = 4
# More links to topics than these are a cloud of all the site's.
MAX_LINKS = 15
# Parts of a page that links stand in, and how far above a link they are looked for.
_PARTS, LINK_DEPTH = ("nav", "header", "footer", "aside", "article"), 6
_around = load("around")
_around_links = _around.Around(_PARTS, LINK_DEPTH) if _around else None

# Parts of addresses that `_SHELF` is asked of, which is exact.
_PLACES = (
    "/tag/", "/tags/", "/topic", "/them", "/tema", "/keyword", "/etiqueta", "/person/",
)  # fmt: skip
_SHELF = re.compile(
    r"/(?:tags?|topics?|thema|themen|temas?|temat|keyword|etiquetas?|person)/"
)
_LABEL = re.compile(
    r"(?:#|\(\d+\)\s*|(?:subject|topic|tag|keyword|nlp entity tokens):\s*)+",
    re.IGNORECASE,
)
# What a mark begins with, but for those with a line below.
_MARK = re.compile(
    r"[\w -]{2,24}: |\W*\d*\W*$|[0-9a-f]{8}-[0-9a-f-]{20,}$|[\w-]+(?:\.\w{2,})+$"
)
_OF_MACHINES = re.compile(r"[_<>=]")
_CODE = re.compile(r"[A-Z0-9:_-]{2,16}")
_COMMA = re.compile(r"\s*[,;،、]\s*")
# The full-width comma is one of a sentence too, such as the title among the tags.
_WIDE_COMMA = re.compile(r"\s*[،、，；]\s*")
# What parts words that have no spaces in them, where no comma does: "洪水 村庄 道路".
_CHINESE_LIST = re.compile(
    r"(?=.*[\u3400-\u9fff])\w{1,12}(?:[\s|｜]+\w{1,12}){1,30}[\s|｜]*"
)
_CHINESE_PARTS = re.compile(r"[\s|｜]+")


def categories_of(reading: Reading, url: str) -> tuple[Path, ...]:
    """The trail's path; else each section the metadata names; else the hints'."""
    around = Surroundings(
        sites=reading.site_keys, home=reading.site.home, title=reading.title, url=url
    )
    path = category_path(
        reading.document,
        around,
        reading.chosen(reading.recipe.breadcrumbs),
        reading.lines,
    )
    if path:
        return (path,)
    sections = [
        *reading.document.article.texts("articleSection"),
        *reading.document.meta_all("article:section", "og:section", "section"),
    ]
    named = _distinct(sections, reading, limit=MAX_NAME) if sections else []
    if named:
        return tuple((name,) for name in named[:5])
    return reading.hints.categories


def tags_of(reading: Reading) -> tuple[str, ...]:
    """The article's tags, none twice, none that is its title or the site's name.

    From the first source that has any after machines' marks are left out.
    """
    if reading.recipe.tags:
        return tuple(_distinct(reading.texts(reading.recipe.tags), reading)[:MAX_TAGS])
    for stated in _stated(reading.document):
        if stated and (kept := _distinct(_cleaned(stated), reading)):
            return tuple(kept[:MAX_TAGS])
    return reading.hints.tags


def _stated(document: Document) -> Iterator[list[str]]:
    """What the page calls its tags, the most deliberate first."""
    yield document.meta_all("article:tag", "og:article:tag", "video:tag")
    yield document.meta_all("news_keywords", "parsely-tags", "sailthru.tags")
    yield [field_of(n) for n in document.index.named("rel=tag")[:40] if n.tag == "a"]
    yield document.meta_all("keywords")
    yield document.article.texts("keywords")
    listed = islice(document.index.links_to(*_PLACES), 80)
    links = [node for href, node in listed if _is_topic(href, node)]
    if len(links) <= MAX_LINKS:
        yield [field_of(node) for node in links]


def _cleaned(texts: list[str]) -> list[str]:
    """Single tags, without what machines mark pages with."""
    parts = [part for text in texts for part in _parts(text)]
    kept = [
        one
        for part in parts[:MAX_STATED]
        if (one := part if _is_plain(part) else _unmarked(part))
    ]
    if len(kept) <= MAX_CODES:
        return kept
    codes = sum([_CODE.fullmatch(part) is not None for part in kept])
    return [] if codes > MAX_CODES and codes > len(kept) / 2 else kept


def _is_plain(part: str) -> bool:
    """Tell whether a tag is made of letters and spaces, as most are."""
    return part.replace(" ", "").isalpha()


def _parts(text: str) -> list[str]:
    if not text.isascii() and _CHINESE_LIST.fullmatch(text):
        return _CHINESE_PARTS.split(text)
    if text.isascii() and ";" not in text:  # as most are, and a third of the time
        return [part.strip() for part in text.split(",", MAX_STATED)]
    mark = _COMMA if "," in text or ";" in text else _WIDE_COMMA
    return mark.split(text, MAX_STATED)


def _unmarked(part: str) -> str:
    """A tag without its label; "" for one that machines mark pages with."""
    label = _LABEL.match(part)
    tag = part[label.end() :] if label else part
    return "" if not tag or _OF_MACHINES.search(tag) or _MARK.match(tag) else tag


def _is_topic(href: str, node: LexborNode) -> bool:
    """Tell whether a link leads to a shelf of topics, and is in no menu."""
    return _SHELF.search(href) is not None and _part_around(node) in ("article", None)


def _part_around(node: LexborNode) -> str | None:
    """The nearest part of the page that a link is in; None where none is near."""
    if _around_links:
        found: str | None = _around_links.nearest(node)
        return found
    above = node.parent
    for _ in range(LINK_DEPTH):
        if above is None or above.tag in _PARTS:
            break
        above = above.parent
    else:
        return None
    return above.tag if above is not None else None


def _distinct(names: list[str], reading: Reading, *, limit: int = MAX_TAG) -> list[str]:
    """Each name once, however it is spelt; the site's own and sentences left out."""
    banned = {*reading.site_keys, key_of(reading.title), ""}
    kept: dict[str, str] = {}
    for name in names:
        key = key_of(name)
        if key not in banned and len(name) <= limit:
            kept.setdefault(key, name.strip(" #"))
    return list(kept.values())
