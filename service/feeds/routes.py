"""The routes of feeds: /feeds/<slug>.<format> and /opml.

What is not current in memory comes here; `service.front` answers the rest.
"""

from __future__ import annotations

from dataclasses import replace
from http import HTTPStatus
from typing import cast
from urllib.parse import quote, urlsplit

from flask import (
    Blueprint,
    Flask,
    Response,
    current_app,
    redirect,
    render_template,
    request,
    url_for,
)
from werkzeug.exceptions import BadRequest, Gone, NotFound, TooManyRequests
from werkzeug.wrappers import Response as BaseResponse

from db.catalogue import list_public, list_slugs
from db.choosing import Stretch
from db.engine import reading
from db.filters import MAX_QUOTED
from db.saved import list_saved
from db.scopes import ALL, Moved, Removed, Scope, find_scope
from db.terms import slug_of
from service.clients import current_client
from service.feeds.asking import PLAIN, Asked, check_encoding, read_parameters
from service.feeds.conditional import wants_page
from service.feeds.deltas import asks_for_delta
from service.feeds.document import Document, respond
from service.feeds.formats import Format
from service.feeds.headers import CORS, PAGE_VARY, PREFLIGHT
from service.feeds.news import ENDING
from service.feeds.publisher import Publisher, current_publisher
from service.feeds.refusing import MAX_SUGGESTIONS, no_such, refusal, renamed
from service.feeds.render import FeedView
from service.limits import Limits
from service.plain import direction

# A reader of a feed that moved should not ask for long at the old address.
MOVED_SECONDS = 86_400

# How often a client may have searched, as the app keeps it.
SEARCHES = "wireroom-searches"

routes = Blueprint("feeds", __name__)


def register_feeds(app: Flask, searches: Limits) -> None:
    """Add the feeds to an app; `searches` says how often a client may search."""
    app.extensions[SEARCHES] = searches
    app.register_blueprint(routes)


@routes.get("/feeds/<path:name>", provide_automatic_options=False)
def feed(name: str) -> BaseResponse:
    """Give a feed: `name` is its slug and its format's ending."""
    publisher = current_publisher()
    if name.endswith(f".{ENDING}"):
        return _news(publisher, name.removesuffix(f".{ENDING}"))
    slug, _, ending = name.rpartition(".")
    form = publisher.formats.get(ending)
    if form is None or not slug:
        raise NotFound(_no_format(publisher, name))
    asked = _asked()
    if asked.narrowing.filter.words:
        _limit_searches()
    if wants_page(request.environ):
        view = publisher.renderer.view(slug, asked)
        if view is not None:
            return _page(publisher, view, form)
    document = publisher.feed(slug, form, asked)
    if document is None:
        return _elsewhere(publisher, slug, ending, asked)
    return _answer(_delta(publisher, slug, form, asked) or document)


@routes.after_request
def tell_scripts(answer: Response) -> Response:
    """Let scripts in a browser follow to where a feed is, and read why there is none.

    A page for people needs none of it, and feeds have it already (CORS protocol).
    """
    if answer.status_code >= HTTPStatus.MULTIPLE_CHOICES:
        for name, value in CORS.items():
            answer.headers.setdefault(name, value)
    return answer


@routes.route("/feeds/<path:name>", methods=["OPTIONS"])
@routes.route("/opml", methods=["OPTIONS"])
@routes.route("/sitemap.xml", methods=["OPTIONS"])
def preflight(name: str = "") -> BaseResponse:  # noqa: ARG001 - of all alike
    """Let scripts in a browser ask as readers do (CORS)."""
    answer = Response(status=204, headers=PREFLIGHT)
    del answer.headers["Content-Type"]  # there is no content
    return answer


@routes.get("/feeds")
@routes.get("/feeds/")
def index() -> BaseResponse:
    """Lead to the list of feeds."""
    return redirect(url_for("pages.index"))


@routes.get("/opml", provide_automatic_options=False)
def opml() -> BaseResponse:
    """Give the list of public feeds."""
    _refuse_parameters()
    document = current_publisher().list_of_feeds()
    if document is None:  # pragma: no cover - its maker always makes one
        raise NotFound
    return _answer(document)


@routes.get("/sitemap.xml", provide_automatic_options=False)
def sitemap() -> BaseResponse:
    """Give the list of news sitemaps."""
    _refuse_parameters()
    document = current_publisher().list_of_news()
    if document is None:  # pragma: no cover - its maker always makes one
        raise NotFound
    return _answer(document)


def _news(publisher: Publisher, slug: str) -> BaseResponse:
    """Give the news sitemap of a source."""
    _refuse_parameters()
    document = publisher.news_of(slug)
    if document is None:
        return _elsewhere(publisher, slug, ENDING, PLAIN)
    return _answer(document)


def _page(publisher: Publisher, view: FeedView, form: Format) -> BaseResponse:
    """Show a feed to people (docs/decisions/a-feed-in-a-browser.md)."""
    head = view.head
    page = render_template(
        "feed.html",
        head=head,
        entries=view.entries,
        direction=direction,
        form=form,
        formats=publisher.formats.values(),
        links=head.links(form.name),
    )
    answer = Response(page, content_type="text/html; charset=utf-8")
    answer.headers["Cache-Control"] = "private, no-cache"  # a token may be in it
    answer.headers["Vary"] = PAGE_VARY
    answer.headers["X-Robots-Tag"] = "noindex"
    return answer


def _delta(
    publisher: Publisher, slug: str, form: Format, asked: Asked
) -> Document | None:
    """Give the delta that is asked for, if there is one (RFC 3229)."""
    if not asks_for_delta(request.headers.get("A-IM", "")):
        return None
    tags = request.headers.get("If-None-Match", "")
    return publisher.delta(slug, form, asked, tags)


def _answer(document: Document) -> Response:
    answer = respond(request.environ, document)
    made = Response(answer.body, status=answer.status)
    made.headers.clear()  # Flask's guess of a type, which a 304 does not carry
    made.headers.extend(answer.headers)
    return made


def _refuse_parameters() -> None:
    if request.args:
        name = next(iter(request.args))[:MAX_QUOTED]
        message = f"Unknown parameter {name!r}: this list takes none."
        raise BadRequest(message)


def _asked() -> Asked:
    try:
        check_encoding(request.query_string)
        return read_parameters(request.args.items(multi=True))
    except ValueError as error:
        raise BadRequest(str(error)) from None


def _limit_searches() -> None:
    """Take a search off what a client may ask; one held ready never comes here."""
    limits = cast("Limits", current_app.extensions[SEARCHES])
    wait = limits.take(current_client())
    if wait is not None:
        message = f"Too many searches from one address; try again in {wait} s."
        raise TooManyRequests(message, retry_after=wait)


def _elsewhere(
    publisher: Publisher, slug: str, ending: str, asked: Asked
) -> BaseResponse:
    """Redirect to where a feed went, or say that it is gone, or never was."""
    with reading(publisher.services.engine) as session:
        found = find_scope(session, slug, asked.token)
        if isinstance(found, Removed):
            message = "This feed was removed, or its source with all its feeds."
            raise Gone(message)
        if isinstance(found, Moved):
            return _moved(publisher, found.slug, ending, asked)
        reason = refusal(session, found, asked) if isinstance(found, Scope) else None
        if reason is not None:
            led = renamed(session, asked)
            if led is None:
                raise BadRequest(reason)
            return _moved(publisher, slug, ending, led)
        if isinstance(found, Scope) and ending == ENDING:
            message = f"A news sitemap is of a whole source: /feeds/SOURCE.{ENDING}."
            raise NotFound(message)
        if isinstance(found, Scope):  # so it is the archive that is none
            archive = publisher.renderer.find_archive(session, found, asked)
            return _archived(publisher, slug, ending, asked, archive)
        spelled = "/".join(slug_of(step) for step in slug.split("/") if step)
        if spelled != slug and isinstance(find_scope(session, spelled), Scope):
            return _moved(publisher, spelled, ending, asked)
        name, _, path = slug.partition("/")
        source = find_scope(session, name)
        if path and isinstance(source, Scope) and source.source is not None:
            (listed,) = list_public(session, only=name)
            paths = [category.path for category in listed.categories]
            raise NotFound(no_such("category", path, f"of {name!r}", paths))
        saved = (one.slug for one in list_saved(session, is_public=True))
        slugs = [ALL, *saved, *list_slugs(session, limit=MAX_SUGGESTIONS)]
    raise NotFound(no_such("feed", slug, "here", slugs))


def _archived(
    publisher: Publisher,
    slug: str,
    ending: str,
    asked: Asked,
    archive: Stretch | None,
) -> BaseResponse:
    """Lead from positions that are no archive to the archive that has their articles.

    That is the feed itself where they are not past. Edits move articles in and out of a
    filter, so a link of ours may lead here too: what is led to has all it had, or its
    `prev-archive` has.
    """
    narrowing = replace(asked.narrowing, archive=archive)
    address = _address(publisher, slug, ending, replace(asked, narrowing=narrowing))
    answer = redirect(address, 302)
    # The address of a private feed has its token.
    answer.headers["Cache-Control"] = "private, no-cache" if asked.token else "no-cache"
    return answer


def _moved(publisher: Publisher, slug: str, ending: str, asked: Asked) -> BaseResponse:
    answer = redirect(_address(publisher, slug, ending, asked), 301)
    answer.headers["Cache-Control"] = f"public, max-age={MOVED_SECONDS}"
    return answer


def _address(publisher: Publisher, slug: str, ending: str, asked: Asked) -> str:
    # Only the path: behind a proxy the host we know may not be the one that was asked.
    prefix = urlsplit(publisher.services.settings.base_url).path
    query = f"?{asked.query}" if asked.query else ""
    return f"{prefix}/feeds/{quote(slug, safe='/')}.{ending}{query}"


def _no_format(publisher: Publisher, name: str) -> str:
    endings = ", ".join(f".{ending}" for ending in sorted(publisher.formats))
    return (
        f"A feed's address ends with its format, one of {endings}: {name!r} does not."
    )
