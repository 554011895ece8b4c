"""The example site's pages, in WordPress's markup: listings, posts, pictures.

Only listings and posts that exist answer 200; a shortened slug is guessed, `?p=ID`
redirects, a withdrawn post is 410. No page carries validators, as with WordPress.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from http import HTTPStatus
from urllib.parse import quote

from flask import Blueprint, Response, abort, make_response, redirect, request
from flask import render_template as render
from werkzeug.wrappers import Response as AnyResponse

from service.sample.content import (
    RIGHT_TO_LEFT,
    SECTIONS,
    SITE_NAME,
    TAGLINE,
    WRITERS,
    ZONE,
)
from service.sample.edition import Post
from service.sample.newsroom import (
    PAGE_SIZE,
    by_writer,
    edition,
    excerpt,
    home,
    in_section,
    link,
    page_of,
    pages_in,
    template,
    writer_of,
)
from service.sample.pictures import HEIGHT, WIDTH, draw

pages = Blueprint("pages", __name__)

RECENT = 5
# The picture of a post never changes, and browsers may keep it for a day.
PICTURE_SECONDS = 86_400


@pages.get("/")
@pages.get("/page/<int:number>/")
def front(number: int = 1) -> AnyResponse | str:
    """The front page and those after it; `?p=ID` leads to the post."""
    wanted = request.args.get("p", "")
    if wanted.isdecimal() and len(wanted) < 10:
        post = edition().find_id(int(wanted))
        return redirect(link(post), 301) if post else abort(404)
    posts = list(edition().posts)
    if number == 1:
        # A sticky post stands first, and again in its place.
        posts = [post for post in posts if post.article.is_sticky] + posts
    return _listing(posts, number, "", "/")


@pages.get("/category/<path:path>/")
@pages.get("/category/<path:path>/page/<int:number>/")
def category(path: str, number: int = 1) -> str:
    """The listing of a section, found by the last part of its path."""
    section = SECTIONS.get(path.rpartition("/")[2])
    if section is None:
        abort(404)
    posts = in_section(edition().posts, section)
    return _listing(posts, number, section.name, f"/category/{path}/")


@pages.get("/author/<slug>/")
@pages.get("/author/<slug>/page/<int:number>/")
def author(slug: str, number: int = 1) -> str:
    """The listing of a writer."""
    writer = WRITERS.get(slug)
    if writer is None:
        abort(404)
    posts = by_writer(edition().posts, writer)
    return _listing(posts, number, writer.name, f"/author/{slug}/")


@pages.get("/tag/<name>/")
@pages.get("/tag/<name>/page/<int:number>/")
def tag(name: str, number: int = 1) -> str:
    """The listing of a tag."""
    posts = [post for post in edition().posts if name in post.article.tags]
    if not posts:
        abort(404)
    return _listing(posts, number, name, f"/tag/{quote(name)}/")


@pages.get("/<int:year>/<int:month>/<slug>/")
def post(
    year: int, month: int, slug: str
) -> tuple[AnyResponse | str, int] | AnyResponse:
    """A post: the page, its withdrawal, or the way to its right address."""
    found = edition().find(slug)
    if found is None:
        guessed = edition().guess(slug)
        return redirect(link(guessed), 301) if guessed else abort(404)
    if found.is_gone:
        return render("gone.html", **_frame("Withdrawn")), 410
    at = found.article.published_at
    if (at.year, at.month) != (year, month):
        return redirect(link(found), 301)
    body = render(template(), post=found, writer=writer_of(found), **_frame_of(found))
    response = make_response(body)
    api = f"{home()}wp-json/wp/v2/posts/{found.article.id}"
    response.headers.add("Link", f'<{home()}wp-json/>; rel="https://api.w.org/"')
    response.headers.add(
        "Link", f'<{api}>; rel="alternate"; title="JSON"; type="application/json"'
    )
    response.headers.add("Link", f"<{home()}?p={found.article.id}>; rel=shortlink")
    return response


@pages.get("/wp-content/uploads/<int:number>.png")
def picture(number: int) -> Response:
    """The drawing of a post's number."""
    response = Response(draw(number), content_type="image/png")
    response.headers["Cache-Control"] = f"max-age={PICTURE_SECONDS}"
    response.set_etag(hashlib.sha256(response.get_data()).hexdigest()[:16])
    response.make_conditional(request)
    return response


@pages.after_app_request
def as_301(response: Response) -> Response:
    """Redirect to the address with its last slash as WordPress does, not by 308."""
    if response.status_code == HTTPStatus.PERMANENT_REDIRECT:
        response.status_code = HTTPStatus.MOVED_PERMANENTLY
    return response


@pages.app_errorhandler(404)
def missing(_error: Exception) -> tuple[str, int]:
    """Say so in the site's own dress."""
    return render("missing.html", **_frame("Nothing here")), 404


def _listing(posts: Sequence[Post], number: int, title: str, path: str) -> str:
    last = pages_in(posts, PAGE_SIZE)
    if not 1 <= number <= max(last, 1):
        abort(404)
    return render(
        "listing.html",
        posts=page_of(posts, number, PAGE_SIZE),
        number=number,
        last=last,
        path=path,
        **_frame(title),
    )


def _frame(title: str) -> dict[str, object]:
    present = edition()
    return {
        "site": SITE_NAME,
        "tagline": TAGLINE,
        "title": title,
        "home": home(),
        "sections": [s for s in SECTIONS.values() if not s.parent],
        "recent": present.posts[:RECENT],
        # Furniture that differs with every visit, as on real pages.
        "now": present.now.astimezone(ZONE),
        "visits": 40_000 + int(present.now.timestamp()) % 50_000,
        "language": "en",
        "direction": "ltr",
        "link": link,
        "writer_of": writer_of,
        "excerpt": excerpt,
        "right_to_left": RIGHT_TO_LEFT,
        "size": (WIDTH, HEIGHT),
    }


def _frame_of(post: Post) -> dict[str, object]:
    language = post.article.language
    direction = "rtl" if language in RIGHT_TO_LEFT else "ltr"
    return _frame(post.title) | {"language": language, "direction": direction}
