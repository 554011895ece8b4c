"""Where an article is filed: its category as a path, and its tags."""

from __future__ import annotations

import re

from scrapers.extract.breadcrumbs import MAX_NAME, Path, Surroundings, category_path
from scrapers.extract.document import field_of
from scrapers.extract.reading import Reading
from scrapers.extract.titles import key_of

MAX_TAGS = 30
MAX_TAG = 60

_COMMA = re.compile(r"\s*[,;،、]\s*")


def categories_of(reading: Reading, url: str) -> tuple[Path, ...]:
    """The trail's path; else each section the metadata names; else the hints'."""
    around = Surroundings(
        sites=reading.sites, home=reading.site.home, title=reading.title, url=url
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
    named = _distinct(sections, reading, limit=MAX_NAME)
    if named:
        return tuple((name,) for name in named[:5])
    return reading.hints.categories


def tags_of(reading: Reading) -> tuple[str, ...]:
    """The article's tags, none twice, none that is its title or the site's name."""
    if reading.recipe.tags:
        return tuple(_distinct(reading.texts(reading.recipe.tags), reading)[:MAX_TAGS])
    document = reading.document
    found = document.meta_all("article:tag", "og:article:tag", "video:tag")
    found += document.article.texts("keywords")
    found += document.meta_all("news_keywords", "parsely-tags", "sailthru.tags")
    if not found:
        found = [field_of(node) for node in document.tree.css('a[rel~="tag"]')[:40]]
    if not found:
        found = document.meta_all("keywords")
    split = [part for text in found for part in _COMMA.split(text)]
    return tuple(_distinct(split, reading)[:MAX_TAGS]) or reading.hints.tags


def _distinct(names: list[str], reading: Reading, *, limit: int = MAX_TAG) -> list[str]:
    """Each name once, however it is spelt; the site's own and sentences left out."""
    banned = {key_of(site) for site in reading.sites} | {key_of(reading.title), ""}
    kept: dict[str, str] = {}
    for name in names:
        key = key_of(name)
        if key not in banned and len(name) <= limit:
            kept.setdefault(key, name.strip(" #"))
    return list(kept.values())
