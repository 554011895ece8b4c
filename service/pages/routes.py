"""The index and the page that says who crawls: thin, over values made elsewhere."""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import Blueprint, Response, current_app, render_template, request
from werkzeug.exceptions import BadRequest

from service.feeds.publisher import current_publisher
from service.pages.index import index_of, is_slug

routes = Blueprint("pages", __name__)

# A page is a glance: as fresh as feeds are, but never kept without asking.
FRESHNESS = "no-cache"


@routes.get("/")
def index() -> Response:
    """List what is watched, with health, the latest headlines and the feeds."""
    unknown = set(request.args) - {"after"}
    if unknown:
        names = ", ".join(sorted(map(repr, unknown)))
        message = f"Unknown parameter {names}: this page takes only 'after'."
        raise BadRequest(message)
    after = request.args.get("after", "")
    if not is_slug(after):
        message = f"after={after!r} is no slug of a source."
        raise BadRequest(message)
    publisher = current_publisher()
    services = publisher.services
    view = index_of(
        services.engine,
        formats=publisher.formats,
        base_url=services.settings.base_url,
        now=services.clock(),
        after=after,
    )
    return _page(render_template("index.html", view=view))


@routes.get("/about")
def about() -> Response:
    """Say who crawls, by which rules, and how to object."""
    settings = current_publisher().services.settings
    contact = settings.contact_url
    page = render_template(
        "about.html",
        contact=contact,
        pause=f"{settings.host_pause.total_seconds():g}",
    )
    return _page(page)


@routes.get("/robots.txt")
def robots() -> Response:
    """Tell search engines where the news sitemaps are."""
    base_url = current_publisher().services.settings.base_url
    text = f"User-agent: *\nAllow: /\nSitemap: {base_url}/sitemap.xml\n"
    return Response(text, content_type="text/plain; charset=utf-8")


@routes.get("/favicon.ico")
def favicon() -> Response:
    """Give the icon to readers that ask at the old place."""
    return current_app.send_static_file("wireroom.svg")


@routes.app_context_processor
def prefix() -> dict[str, str]:
    """Give templates the path the service is at behind its proxy, "" at the root."""
    return {"prefix": urlsplit(current_publisher().services.settings.base_url).path}


def _page(html: str) -> Response:
    answer = Response(html, content_type="text/html; charset=utf-8")
    answer.headers["Cache-Control"] = FRESHNESS
    return answer
