"""What the example site tells programs: feeds, sitemaps, robots.txt.

The feeds alone carry validators; their own link has lost its port; a name is escaped
twice: as WordPress does it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import UTC
from email.utils import format_datetime
from html import escape

from flask import Blueprint, Response, abort, request
from flask import render_template as render

from service.sample.content import SECTIONS, SITE_NAME, TAGLINE
from service.sample.edition import Post
from service.sample.newsroom import (
    PAGE_SIZE,
    edition,
    home,
    home_without_port,
    in_section,
    link,
    page_of,
    writer_of,
)

feeds = Blueprint("feeds", __name__)

# As many lines as WordPress puts into one sitemap.
SITEMAP_SIZE = 2_000
XML = "application/xml; charset=UTF-8"


@feeds.get("/feed/")
def feed() -> Response:
    """The latest ten posts; `paged` has those before."""
    return _feed(edition().posts, "feed/")


@feeds.get("/category/<path:path>/feed/")
def category_feed(path: str) -> Response:
    """The latest ten posts of a section."""
    section = SECTIONS.get(path.rpartition("/")[2])
    if section is None:
        abort(404)
    return _feed(in_section(edition().posts, section), f"category/{path}/feed/")


def _feed(posts: Sequence[Post], path: str) -> Response:
    number = request.args.get("paged", 1, type=int)
    chosen = page_of(posts, max(number, 1), PAGE_SIZE)
    if not chosen:
        abort(404)
    changed_at = max(post.modified_at for post in chosen)
    body = render(
        "feed.xml",
        site=SITE_NAME,
        tagline=TAGLINE,
        home=home(),
        own=home_without_port() + path,
        posts=chosen,
        changed_at=changed_at,
        link=link,
        writer=lambda post: escape(writer_of(post).name),
        rfc822=lambda at: format_datetime(at.astimezone(UTC)),
    )
    response = Response(body, content_type="application/rss+xml; charset=UTF-8")
    response.last_modified = changed_at
    response.set_etag(hashlib.md5(body.encode(), usedforsecurity=False).hexdigest())
    response.make_conditional(request)
    return response


@feeds.get("/wp-sitemap.xml")
def sitemap_index() -> Response:
    """The index: posts, then the sections."""
    posts = edition().posts
    changed_at = max(post.modified_at for post in posts)
    body = render("sitemap-index.xml", home=home(), changed_at=changed_at.isoformat())
    return Response(body, content_type=XML)


@feeds.get("/wp-sitemap-posts-post-1.xml")
def sitemap_posts() -> Response:
    """The listed posts, oldest first as WordPress has them."""
    posts = edition().posts[:SITEMAP_SIZE]
    lines = [(link(post), post.modified_at.isoformat()) for post in reversed(posts)]
    return Response(render("sitemap.xml", lines=lines), content_type=XML)


@feeds.get("/wp-sitemap-taxonomies-category-1.xml")
def sitemap_sections() -> Response:
    """The listings of the sections."""
    lines = [(f"{home()}category/{slug}/", None) for slug in SECTIONS]
    return Response(render("sitemap.xml", lines=lines), content_type=XML)


@feeds.get("/robots.txt")
def robots() -> Response:
    """What robots may ask for: nearly all."""
    text = f"User-agent: *\nDisallow: /wp-admin/\n\nSitemap: {home()}wp-sitemap.xml\n"
    return Response(text, content_type="text/plain; charset=utf-8")
