"""Discover articles by the REST interface of WordPress (wp/v2).

A poll asks for posts by their last change, so one request tells all news; history is
read by date, which no edit moves.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, replace
from datetime import datetime, timedelta
from itertools import count
from typing import Final, Literal
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from pydantic import Field

from scrapers.discover.archive import Place, Step, rules_for
from scrapers.discover.options import Address
from scrapers.discover.options import Options as CommonOptions
from scrapers.discover.paging import Course, Found, document, walk
from scrapers.discover.rules import rules_of
from scrapers.discover.visit import JSON, Visit
from scrapers.discover.wp_records import (
    Category,
    Posts,
    read_categories,
    read_posts,
)
from scrapers.errors import DiscoverError, HttpStatus
from scrapers.items import Candidate, Discovery, Page

KIND: Final = "wordpress"

# The most WordPress gives (more is a 400): history in as few requests as can be.
PAGE_SIZE = 100
# So many posts of an answer are in the one before too, unless some were taken away.
OVERLAP = 5
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


def discover(options: Options, visit: Visit) -> Discovery:
    """Read the posts: all of them on a first pass, else by their last change.

    A pass with news also reads the categories, since a post only names the ones it is
    filed under; where they cannot be read, each stands for itself.
    Raises DiscoverError, FetchError or SandboxError.
    """
    if visit.is_first:
        return _all(options, visit)
    home = options.url or visit.site.home
    rules = rules_of(options, visit.site)
    numbers = count(2)
    filed: dict[str, tuple[int, ...]] = {}

    def read_page(page: Page) -> Found:
        answer = visit.parse(read_posts, page, rules, visit.site.timezone, url=page.url)
        filed.update((post.candidate.url, post.category_ids) for post in answer.posts)
        following_number = next(numbers)
        following = posts_url(
            home, options.type, size=POLL_SIZE, number=following_number
        )
        has_more = _has_more(page, answer, POLL_SIZE, following_number)
        return Found(
            candidates=tuple(post.candidate for post in answer.posts),
            next=following if has_more else None,
        )

    start = posts_url(home, options.type, size=POLL_SIZE, number=1)
    course = Course(
        accept=JSON,
        pages=MOST_PAGES,
        limit=options.limit,
        is_sorted=True,
        end_status=PAST_THE_END,
    )
    with _named_closed():
        discovery = walk(visit, start, read_page, course)
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


def _all(options: Options, visit: Visit) -> Discovery:
    """Read the posts from the newest back, to the end or to the limit."""
    found: dict[str, Candidate] = {}
    notes: list[str] = []
    listed: int | None = None
    place: Place | None = {}
    while place is not None and len(found) <= options.limit:
        try:
            read = step(options, visit, None, place)
        except HttpStatus as error:
            if not found:
                raise
            notes.append(f"stopped at {error.url}: {error.reason}")
            break
        listed = len(read.candidates) if listed is None else listed
        found |= {c.url: c for c in read.candidates if c.url not in found}
        place = read.place
    if len(found) > options.limit:
        notes.append(f"read up to the limit of {options.limit} addresses")
    return Discovery(
        candidates=tuple(found.values())[: options.limit],
        complete=not notes,
        notes=tuple(notes),
        listed=listed,
    )


def step(options: Options, visit: Visit, since: datetime | None, place: Place) -> Step:
    """Read the next hundred posts back in time, those after `since` if given.

    Each answer begins with the last posts of the one before. Where it does not, posts
    between were taken away meanwhile, and others moved up unseen: it goes back a page.
    """
    home = options.url or visit.site.home
    offset, seen = place.get("offset", 0), place.get("seen", [])
    url = archive_url(home, options.type, offset=offset, since=since)
    try:
        with _named_closed():
            page = document(visit.get(url, accept=JSON))
    except HttpStatus as error:
        if error.status == PAST_THE_END and offset:
            return Step(is_ordered=True)
        raise
    rules = rules_for(options, visit.site)
    answer = visit.parse(read_posts, page, rules, visit.site.timezone, url=page.url)
    tree = _tree_of(place)
    if tree is None and any(post.category_ids for post in answer.posts):
        tree = _categories(visit, home)
    return Step(
        candidates=tuple(
            _filed(post.candidate, post.category_ids, tree or {})
            for post in answer.posts
        ),
        place=_further(page, answer, offset, seen, tree),
        is_ordered=True,
        total=_total(page),
    )


def _further(
    page: Page,
    answer: Posts,
    offset: int,
    seen: list[int],
    tree: dict[int, Category] | None,
) -> Place | None:
    total, length = _total(page), len(answer.ids)
    has_more = length >= PAGE_SIZE if total is None else offset + length < total
    known = None if tree is None else [asdict(one) for one in tree.values()]
    if seen and not set(answer.ids[:OVERLAP]) & set(seen):
        return {"offset": max(offset - PAGE_SIZE, 0), "tree": known}
    if not has_more or not answer.ids:
        return None
    return {
        "offset": offset + max(length - OVERLAP, 1),
        "seen": list(answer.ids[-OVERLAP:]),
        "tree": known,
    }


def _tree_of(place: Place) -> dict[int, Category] | None:
    kept = place.get("tree")
    if kept is None:
        return None
    return {one["id"]: Category(**one) for one in kept}


def _total(page: Page) -> int | None:
    total = page.header("x-wp-total")
    return int(total[:9]) if total and total.isascii() and total.isdigit() else None


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


def archive_url(
    home: str, kind: str, *, offset: int, since: datetime | None = None
) -> str:
    """Give the address of a hundred posts by date, after the newest `offset`."""
    query = {
        "per_page": str(PAGE_SIZE),
        "offset": str(offset),
        "orderby": "date",
        "order": "desc",
        "_fields": FIELDS,
        "_embed": EMBED,
    }
    if since is not None:
        # Read as the site's own time: a day more is in any zone early enough.
        query["after"] = f"{since - timedelta(days=1):%Y-%m-%dT%H:%M:%S}"
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


@contextmanager
def _named_closed() -> Iterator[None]:
    """Say what a closed interface means."""
    try:
        yield
    except HttpStatus as error:
        if error.status not in CLOSED:
            raise
        reason = f"the REST interface is closed ({error.status}): discover by feed"
        raise DiscoverError(reason, url=error.url) from error


def _has_more(page: Page, answer: Posts, size: int, number: int) -> bool:
    total = page.header("x-wp-totalpages")
    if total is not None and total.isascii() and total.isdigit():
        return number <= int(total[:9])
    return len(answer.ids) >= size


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
