"""The example site's REST interface, as much of WordPress's wp/v2 as a reader needs.

`date` and `modified` are local and carry no offset, names carry entities, a page past
the end is a 400: as the original does it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from html import escape
from typing import Any, TypeVar

from flask import Blueprint, Response, jsonify, request

from service.sample.content import (
    NOWHERE,
    SECTIONS,
    SITE_NAME,
    WRITERS,
    Section,
    Writer,
    section_path,
)
from service.sample.edition import Post
from service.sample.newsroom import (
    edition,
    excerpt,
    home,
    in_section,
    link,
    page_of,
    pages_in,
    utc,
    writer_of,
)
from service.sample.pictures import HEIGHT, WIDTH

rest = Blueprint("rest", __name__, url_prefix="/wp-json")

MOST_PER_PAGE = 100
EXCERPT_WORDS = 55
# Tags have no place of their own here: their number is made of their name's.
TAG_BASE = 1_000_000

Json = dict[str, Any]
T = TypeVar("T")


@rest.get("/")
def root() -> Response:
    """Name the site and where its routes are."""
    return jsonify(name=SITE_NAME, url=home().rstrip("/"), namespaces=["wp/v2"])


@rest.get("/wp/v2/posts")
def posts() -> Response:
    """List posts by page or offset, per_page, order, orderby and categories."""
    found = list(edition().posts)
    section = next(
        (s for s in SECTIONS.values() if str(s.id) == request.args.get("categories")),
        None,
    )
    if section is not None:
        found = in_section(found, section)
    if request.args.get("orderby") == "modified":
        found.sort(key=lambda post: post.modified_at, reverse=True)
    if request.args.get("order") == "asc":
        found.reverse()
    return _answer(found, _post)


@rest.get("/wp/v2/posts/<int:number>")
def post(number: int) -> Response:
    """Give one post."""
    found = edition().find_id(number)
    if found is None or found.is_gone:
        return _refuse("rest_post_invalid_id", "Invalid post ID.", 404)
    return jsonify(_chosen(_post(found)))


@rest.get("/wp/v2/categories")
def categories() -> Response:
    """List the sections; `parent` is a number, 0 for an outermost one."""
    return _answer(list(SECTIONS.values()), _category)


@rest.get("/wp/v2/users")
def users() -> Response:
    """List the writers."""
    return _answer(list(WRITERS.values()), _user)


def _answer(items: Sequence[T], record: Callable[[T], Json]) -> Response:
    try:
        number = int(request.args.get("page", "1"))
        offset = int(request.args.get("offset", "0"))
        size = int(request.args.get("per_page", "10"))
    except ValueError:
        return _refuse("rest_invalid_param", "Invalid parameter(s): page", 400)
    if number < 1 or offset < 0 or not 1 <= size <= MOST_PER_PAGE:
        return _refuse("rest_invalid_param", "Invalid parameter(s): per_page", 400)
    last = pages_in(items, size)
    if number > max(last, 1):
        message = "The page number requested is larger than the number of pages."
        return _refuse("rest_post_invalid_page_number", message, 400)
    shown = items[offset : offset + size] if offset else page_of(items, number, size)
    chosen = [_chosen(record(item)) for item in shown]
    response = jsonify(chosen)
    response.headers["X-WP-Total"] = str(len(items))
    response.headers["X-WP-TotalPages"] = str(last)
    return response


def _refuse(code: str, message: str, status: int) -> Response:
    response = jsonify(code=code, message=message, data={"status": status})
    response.status_code = status
    return response


def _chosen(record: Json) -> Json:
    """Keep the fields asked for, `a.b` being b within a."""
    wanted = [
        f.strip() for f in request.args.get("_fields", "").split(",") if f.strip()
    ]
    if not wanted:
        return record
    found: Json = {}
    for name in wanted:
        outer, _, inner = name.partition(".")
        value = record.get(outer)
        if inner and isinstance(value, dict) and inner in value:
            found.setdefault(outer, {})[inner] = value[inner]
        elif not inner and outer in record:
            found[outer] = value
    return found


def _post(post: Post) -> Json:
    article = post.article
    body = "" if article.is_locked else post.body_html
    section = post.sections[-1] if post.sections else NOWHERE
    record: Json = {
        "id": article.id,
        "date": f"{article.published_at:%Y-%m-%dT%H:%M:%S}",
        "date_gmt": utc(article.published_at),
        "guid": {"rendered": f"{home()}?p={article.id}"},
        "modified": f"{post.modified_at:%Y-%m-%dT%H:%M:%S}",
        "modified_gmt": utc(post.modified_at),
        "slug": post.path.rstrip("/").rpartition("/")[2],
        "status": "publish",
        "type": "post",
        "link": link(post),
        "title": {"rendered": _texturised(post.title_html)},
        "content": {"rendered": body, "protected": article.is_locked},
        "excerpt": {
            "rendered": f"<p>{_short(excerpt(post))}</p>\n",
            "protected": article.is_locked,
        },
        "author": writer_of(post).id,
        "featured_media": article.id if article.picture else 0,
        "sticky": article.is_sticky,
        "categories": [section.id],
        "tags": [_tag_id(tag) for tag in article.tags],
        "_links": {"self": [{"href": f"{home()}wp-json/wp/v2/posts/{article.id}"}]},
    }
    if "_embed" in request.args:
        record["_embedded"] = _embedded(post, section)
    return record


def _embedded(post: Post, section: Section) -> Json:
    tags = [
        {
            "id": _tag_id(tag),
            "name": escape(tag),
            "slug": f"tag-{_tag_id(tag)}",
            "taxonomy": "post_tag",
        }
        for tag in post.article.tags
    ]
    found: Json = {
        "author": [_user(writer_of(post))],
        "wp:term": [[_category(section)], tags],
    }
    if post.article.picture:
        found["wp:featuredmedia"] = [
            {
                "id": post.article.id,
                "source_url": f"{home()}wp-content/uploads/{post.article.id}.png",
                "alt_text": post.article.picture,
                "mime_type": "image/png",
                "media_details": {"width": WIDTH, "height": HEIGHT},
            }
        ]
    return found


def _category(section: Section) -> Json:
    path = section_path(section.slug) if section is not NOWHERE else (section,)
    parent = SECTIONS[section.parent].id if section.parent else 0
    return {
        "id": section.id,
        "name": escape(section.name),
        "slug": section.slug,
        "taxonomy": "category",
        "link": f"{home()}category/{'/'.join(s.slug for s in path)}/",
        "parent": parent,
    }


def _user(writer: Writer) -> Json:
    return {
        "id": writer.id,
        "name": escape(writer.name),
        "description": writer.about,
        "slug": writer.slug,
        "link": f"{home()}author/{writer.slug}/",
    }


def _texturised(html: str) -> str:
    """Write quotation marks and dashes as numbers, as WordPress renders them."""
    marks = {"“": "&#8220;", "”": "&#8221;", "’": "&#8217;", "–": "&#8211;"}
    return "".join(marks.get(c, c) for c in html)


def _short(text: str) -> str:
    words = text.split()
    if len(words) <= EXCERPT_WORDS:
        return escape(text, quote=False)
    return escape(" ".join(words[:EXCERPT_WORDS]), quote=False) + " [&hellip;]"


def _tag_id(tag: str) -> int:
    return TAG_BASE + sum(n * ord(c) for n, c in enumerate(tag, 1))
