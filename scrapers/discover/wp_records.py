"""Read what WordPress's REST interface answers: posts and categories.

Pure; runs in the parsing child. What is asked for is `scrapers.discover.wordpress`'s.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime

from scrapers.clean.images import stated_side, stated_type
from scrapers.clean.urls import absolute
from scrapers.discover.hints import author, moment, name, plain, summary
from scrapers.discover.loose import mapping, mappings, number, text
from scrapers.discover.rules import Rules
from scrapers.errors import Unrecognised
from scrapers.items import Author, Candidate, Hints, Image, Page, Precision


@dataclass(frozen=True, kw_only=True, slots=True)
class Post:
    """A post as REST tells it; `category_ids` are to be looked up in the tree."""

    candidate: Candidate
    category_ids: tuple[int, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Posts:
    """One answer: the posts to take, and the ids of all that it held."""

    posts: tuple[Post, ...] = ()
    ids: tuple[int, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Category:
    """A category as WordPress keeps it; `parent` is None for an outermost one."""

    id: int
    name: str
    parent: int | None


def read_posts(page: Page, rules: Rules, timezone: str) -> Posts:
    """Read an answer of wp/v2/posts. Pure; runs in the parsing child.

    Posts behind a password are left out. Raises Unrecognised for what is none.
    """
    records = _records(page)
    posts = [_post(record, page.url, rules, timezone) for record in records]
    return Posts(
        posts=tuple(post for post in posts if post is not None),
        ids=tuple(number(record, "id") or 0 for record in records),
    )


def read_categories(page: Page) -> tuple[Category, ...]:
    """Read an answer of wp/v2/categories. Pure; runs in the parsing child."""
    found = []
    for record in _records(page):
        key, title = number(record, "id"), name(text(record, "name"))
        if key is not None and title is not None:
            parent = number(record, "parent")
            found.append(Category(id=key, name=title, parent=parent))
    return tuple(found)


def _records(page: Page) -> list[dict[str, object]]:
    try:
        answer = json.loads(page.body.lstrip(b"\xef\xbb\xbf"))
    except (ValueError, RecursionError) as error:
        start = page.body[:60].decode("ascii", "replace")
        reason = f"no WordPress REST answer: it begins with {start!r}"
        raise Unrecognised(reason, url=page.url) from error
    if not isinstance(answer, list):
        reason = "no WordPress REST answer: no list of posts"
        raise Unrecognised(reason, url=page.url)
    return mappings(answer)


def _post(
    record: dict[str, object], base: str, rules: Rules, timezone: str
) -> Post | None:
    content = mapping(record.get("content"))
    excerpt = mapping(record.get("excerpt"))
    if content.get("protected") is True or excerpt.get("protected") is True:
        return None
    url = rules.admit(base, text(record, "link"))
    if url is None:
        return None
    embedded = mapping(record.get("_embedded"))
    published = _date(record, "date", timezone)
    terms = _terms(embedded)
    hints = Hints(
        title=plain(text(mapping(record.get("title")), "rendered")) or None,
        summary=summary(text(excerpt, "rendered")),
        authors=_authors(embedded, base),
        published_at=published,
        published_precision=Precision.TIME if published else None,
        modified_at=_date(record, "modified", timezone),
        categories=tuple((term,) for term in _names(terms, "category")),
        tags=tuple(_names(terms, "post_tag")),
        image=_image(embedded, base),
    )
    version = text(record, "modified_gmt") or text(record, "modified") or None
    ids = [number(term, "id") for term in terms if _is(term, "category")]
    return Post(
        candidate=Candidate(url=url, hints=hints, version=version),
        category_ids=tuple(one for one in ids if one is not None),
    )


def _date(record: dict[str, object], key: str, timezone: str) -> datetime | None:
    found = moment(text(record, f"{key}_gmt"), "UTC")
    found = found or moment(text(record, key), timezone)
    return found.at if found else None


def _authors(embedded: dict[str, object], base: str) -> tuple[Author, ...]:
    found = []
    for record in mappings(embedded.get("author")):
        link = text(record, "link")
        found.append(
            author(text(record, "name"), url=absolute(base, link) if link else None)
        )
    return tuple(one for one in found if one is not None)


def _terms(embedded: dict[str, object]) -> list[dict[str, object]]:
    lists = embedded.get("wp:term")
    if not isinstance(lists, list):
        return []
    return [term for one in lists for term in mappings(one)]


def _is(term: dict[str, object], taxonomy: str) -> bool:
    # "Uncategorized" is what WordPress files a post under that nobody filed.
    return text(term, "taxonomy") == taxonomy and text(term, "slug") != "uncategorized"


def _names(terms: list[dict[str, object]], taxonomy: str) -> list[str]:
    found = [name(text(term, "name")) for term in terms if _is(term, taxonomy)]
    return [one for one in dict.fromkeys(found) if one]


def _image(embedded: dict[str, object], base: str) -> Image | None:
    for record in mappings(embedded.get("wp:featuredmedia")):
        source = text(record, "source_url")
        url = absolute(base, source) if source else None
        kind = text(record, "mime_type")
        if url is None or (kind and not kind.startswith("image/")):
            continue
        details = mapping(record.get("media_details"))
        return Image(
            url=url,
            width=stated_side(number(details, "width")),
            height=stated_side(number(details, "height")),
            alt=plain(text(record, "alt_text")) or None,
            media_type=stated_type(kind),
        )
    return None
