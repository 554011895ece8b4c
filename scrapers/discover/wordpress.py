"""Discover articles by the REST interface of WordPress (wp/v2).

Posts are asked by their last change, so one request tells all news. `date` and
`modified` are the site's local time without an offset: the `_gmt` ones are read.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from itertools import count
from typing import Final, Literal
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from pydantic import Field

from scrapers.clean.urls import absolute
from scrapers.discover.hints import author, name, plain, summary
from scrapers.discover.loose import mapping, mappings, number, text
from scrapers.discover.options import Address
from scrapers.discover.options import Options as CommonOptions
from scrapers.discover.paging import Course, Found, walk
from scrapers.discover.rules import Rules, rules_of
from scrapers.discover.visit import JSON, Visit
from scrapers.errors import DiscoverError, HttpStatus, Unrecognised
from scrapers.extract.dates import read, zone_of
from scrapers.items import (
    Author,
    Candidate,
    Discovery,
    Hints,
    Image,
    Page,
    Precision,
)

KIND: Final = "wordpress"

# The most WordPress gives (more is a 400): history in as few requests as can be.
PAGE_SIZE = 100
# A poll expects little news, and a page of a hundred costs the site a second.
POLL_SIZE = 20
MOST_PAGES = 10_000
# Categories are asked for once a pass that found news, to learn whose child is whose.
MOST_CATEGORY_PAGES = 3
DEEPEST_CATEGORY = 10
# What WordPress answers to a page after the last.
PAST_THE_END = 400
# Security plug-ins close the interface to whoever is not logged in.
CLOSED = {401, 403}
FIELDS = (
    "id,link,date,date_gmt,modified,modified_gmt,title,excerpt,content.protected,"
    "categories,_links,_embedded"
)
EMBED = "author,wp:term,wp:featuredmedia"


class Options(CommonOptions):
    """The keys of `kind = "wordpress"`."""

    kind: Literal["wordpress"] = Field(description="By WordPress's REST interface.")
    url: Address = Field(
        "",
        description="Where WordPress is: the site's home if left out; or the address"
        " of its REST interface, as in https://example.org/wp-json/.",
    )
    type: str = Field(
        "posts",
        pattern=r"^[a-z0-9_-]+$",
        description="The REST name of the post type; news in one of their own have"
        " another.",
    )


@dataclass(frozen=True, kw_only=True, slots=True)
class Post:
    """A post as REST tells it; `category_ids` are to be looked up in the tree."""

    candidate: Candidate
    category_ids: tuple[int, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Posts:
    """One answer: the posts to take, and how many it held."""

    posts: tuple[Post, ...] = ()
    count: int = 0


@dataclass(frozen=True, kw_only=True, slots=True)
class Category:
    """A category as WordPress keeps it; `parent` is None for an outermost one."""

    id: int
    name: str
    parent: int | None


def discover(options: Options, visit: Visit) -> Discovery:
    """Read the posts by their last change, as far as there is news.

    A pass with news also reads the categories, since a post only names the ones it is
    filed under; where they cannot be read, each stands for itself.
    Raises DiscoverError, FetchError or SandboxError.
    """
    home = options.url or visit.site.home
    rules = rules_of(options, visit.site)
    size = PAGE_SIZE if visit.is_first else POLL_SIZE
    numbers = count(2)
    filed: dict[str, tuple[int, ...]] = {}

    def read_page(page: Page) -> Found:
        answer = visit.parse(read_posts, page, rules, visit.site.timezone, url=page.url)
        filed.update((post.candidate.url, post.category_ids) for post in answer.posts)
        following_number = next(numbers)
        following = posts_url(home, options.type, size=size, number=following_number)
        return Found(
            candidates=tuple(post.candidate for post in answer.posts),
            next=following if _has_more(page, answer, size, following_number) else None,
        )

    start = posts_url(home, options.type, size=size, number=1)
    course = Course(
        accept=JSON,
        pages=MOST_PAGES,
        limit=options.limit,
        is_sorted=True,
        end_status=PAST_THE_END,
    )
    discovery = _walk(visit, start, read_page, course)
    if not any(filed.values()) or not visit.has_news(discovery.candidates):
        return discovery
    tree = _categories(visit, home)
    return replace(
        discovery,
        candidates=tuple(
            _filed(candidate, filed[candidate.url], tree)
            for candidate in discovery.candidates
        ),
    )


def posts_url(home: str, kind: str, *, size: int, number: int) -> str:
    """Give the address of the `number`th page of posts, last changed first."""
    query = {
        "per_page": str(size),
        "page": str(number),
        "orderby": "modified",
        "order": "desc",
        "_fields": FIELDS,
        "_embed": EMBED,
    }
    return _rest_url(home, f"wp/v2/{kind}", query)


def categories_url(home: str, *, number: int) -> str:
    """Give the address of the `number`th page of categories, the fullest first."""
    query = {
        "per_page": str(PAGE_SIZE),
        "page": str(number),
        "orderby": "count",
        "order": "desc",
        "_fields": "id,name,parent",
    }
    return _rest_url(home, "wp/v2/categories", query)


def _rest_url(home: str, route: str, query: dict[str, str]) -> str:
    parts = urlsplit(home)
    given = dict(parse_qsl(parts.query))
    path = parts.path if parts.path.endswith("/") else parts.path + "/"
    if "rest_route" in given:
        # A site without permalinks has its REST interface in the query.
        query = {**given, "rest_route": f"/{route}", **query}
    elif "/wp-json/" in path:
        path = path[: path.index("/wp-json/")] + f"/wp-json/{route}"
    else:
        path += f"wp-json/{route}"
    text = urlencode(query, safe=",:/.")
    return urlunsplit((parts.scheme, parts.netloc, path, text, ""))


def _walk(
    visit: Visit, start: str, read: Callable[[Page], Found], course: Course
) -> Discovery:
    try:
        return walk(visit, start, read, course)
    except HttpStatus as error:
        if error.status not in CLOSED:
            raise
        reason = f"the REST interface is closed ({error.status}): discover by feed"
        raise DiscoverError(reason, url=error.url) from error


def _has_more(page: Page, answer: Posts, size: int, number: int) -> bool:
    total = page.header("x-wp-totalpages")
    if total is not None and total.isascii() and total.isdigit():
        return number <= int(total[:9])
    return answer.count >= size


def _categories(visit: Visit, home: str) -> dict[int, Category]:
    tree: dict[int, Category] = {}
    for part in range(1, MOST_CATEGORY_PAGES + 1):
        url = categories_url(home, number=part)
        try:
            page = visit.get(url, accept=JSON)
            if not isinstance(page, Page):
                break
            found = visit.parse(read_categories, page, url=url)
        except (DiscoverError, HttpStatus):
            break  # what a post names itself is good enough
        tree |= {category.id: category for category in found}
        if len(found) < PAGE_SIZE:
            break
    return tree


def _filed(
    candidate: Candidate, ids: tuple[int, ...], tree: dict[int, Category]
) -> Candidate:
    """Give the candidate its categories as paths, a parent only within its child's."""
    if not ids or not all(one in tree for one in ids):
        return candidate
    paths = [path_of(one, tree) for one in ids]
    kept = [
        path
        for path in dict.fromkeys(paths)
        if not any(
            len(other) > len(path) and other[: len(path)] == path for other in paths
        )
    ]
    return replace(candidate, hints=replace(candidate.hints, categories=tuple(kept)))


def path_of(number: int, tree: dict[int, Category]) -> tuple[str, ...]:
    """Give the names from the outermost category to the one with this id."""
    names: list[str] = []
    following: int | None = number
    while following in tree and len(names) < DEEPEST_CATEGORY:
        category = tree[following]
        names.append(category.name)
        following = category.parent
    return tuple(reversed(names))


def read_posts(page: Page, rules: Rules, timezone: str) -> Posts:
    """Read an answer of wp/v2/posts. Pure; runs in the parsing child.

    Posts behind a password are left out. Raises DiscoverError for what is none.
    """
    records = _records(page)
    posts = [_post(record, page.url, rules, timezone) for record in records]
    return Posts(
        posts=tuple(post for post in posts if post is not None),
        count=len(records),
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
    found = read(text(record, f"{key}_gmt"), UTC)
    found = found or read(text(record, key), zone_of(timezone))
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
            width=number(details, "width"),
            height=number(details, "height"),
            alt=plain(text(record, "alt_text")) or None,
            media_type=kind or None,
        )
    return None
