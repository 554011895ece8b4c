"""The routes of feeds: /feeds/<slug>.<format> and /opml.

What is not current in memory comes here; `service.front` answers the rest.
"""

from __future__ import annotations

from urllib.parse import quote, urlsplit

from flask import Blueprint, Response, redirect, request, url_for
from werkzeug.exceptions import BadRequest, Gone, NotFound
from werkzeug.wrappers import Response as BaseResponse

from db.catalogue import list_public, list_slugs
from db.engine import Session, reading
from db.scopes import ALL, Moved, Removed, Scope, find_scope, list_unknown
from db.terms import slug_of
from service.feeds.asking import Asked, read_parameters
from service.feeds.document import Document, respond
from service.feeds.publisher import Publisher, current_publisher

# A reader of a feed that moved should not ask for long at the old address.
MOVED_SECONDS = 86_400
# Of what there is instead, an error names so many.
MAX_SUGGESTIONS = 20

routes = Blueprint("feeds", __name__)


@routes.get("/feeds/<path:name>")
def feed(name: str) -> BaseResponse:
    """Give a feed: `name` is its slug and its format's ending."""
    publisher = current_publisher()
    slug, _, ending = name.rpartition(".")
    form = publisher.formats.get(ending)
    if form is None or not slug:
        raise NotFound(_no_format(publisher, name))
    asked = _asked(slug)
    document = publisher.feed(slug, form, asked)
    if document is None:
        return _elsewhere(publisher, slug, ending, asked)
    return _answer(document)


@routes.get("/feeds")
@routes.get("/feeds/")
def index() -> BaseResponse:
    """Lead to the list of feeds."""
    return redirect(url_for("pages.index"))


@routes.get("/opml")
def opml() -> BaseResponse:
    """Give the list of public feeds."""
    _refuse_parameters()
    document = current_publisher().list_of_feeds()
    if document is None:  # pragma: no cover - its maker always makes one
        raise NotFound
    return _answer(document)


def _answer(document: Document) -> Response:
    answer = respond(request.environ, document)
    made = Response(answer.body, status=answer.status)
    made.headers.clear()  # Flask's guess of a type, which a 304 does not carry
    made.headers.extend(answer.headers)
    return made


def _refuse_parameters() -> None:
    if request.args:
        names = ", ".join(repr(name) for name in request.args)
        message = f"Unknown parameter {names}: this list takes none."
        raise BadRequest(message)


def _asked(slug: str) -> Asked:
    try:
        return read_parameters(request.args.items(multi=True), slug)
    except ValueError as error:
        raise BadRequest(str(error)) from None


def _elsewhere(
    publisher: Publisher, slug: str, ending: str, asked: Asked
) -> BaseResponse:
    """Redirect to where a feed went, or say that it is gone, or never was."""
    with reading(publisher.services.engine) as session:
        found = find_scope(session, slug)
        if isinstance(found, Removed):
            message = "This source was removed, and its feeds with it."
            raise Gone(message)
        if isinstance(found, Moved):
            return _moved(publisher, found.slug, ending, asked)
        unknown = list_unknown(session, asked.narrowing.filter.sources)
        if isinstance(found, Scope) and unknown:
            raise BadRequest(_no_source(session, unknown))
        spelled = "/".join(slug_of(step) for step in slug.split("/") if step)
        if spelled != slug and isinstance(find_scope(session, spelled), Scope):
            return _moved(publisher, spelled, ending, asked)
        name, _, path = slug.partition("/")
        source = find_scope(session, name)
        if path and isinstance(source, Scope) and source.source is not None:
            (listed,) = list_public(session, only=name)
            paths = [category.path for category in listed.categories]
            raise NotFound(_no_such("category", path, f"of {name!r}", paths))
        slugs = list_slugs(session, limit=MAX_SUGGESTIONS)
    raise NotFound(_no_such("feed", slug, "here", [ALL, *slugs]))


def _no_source(session: Session, unknown: list[str]) -> str:
    slugs = list_slugs(session, limit=MAX_SUGGESTIONS + 1)
    lines = []
    for slug in unknown:
        former = find_scope(session, slug) if slug.isprintable() else None
        if isinstance(former, Moved):
            lines.append(f"Source {slug!r} is called {former.slug!r} now.")
        else:
            lines.append(_no_such("source", slug, "for the parameter 'source'", slugs))
    return " ".join(lines)


def _moved(publisher: Publisher, slug: str, ending: str, asked: Asked) -> BaseResponse:
    # Only the path: behind a proxy the host we know may not be the one that was asked.
    prefix = urlsplit(publisher.services.settings.base_url).path
    query = f"?{asked.query}" if asked.query else ""
    address = f"{prefix}/feeds/{quote(slug, safe='/')}.{ending}{query}"
    answer = redirect(address, 301)
    answer.headers["Cache-Control"] = f"public, max-age={MOVED_SECONDS}"
    return answer


def _no_format(publisher: Publisher, name: str) -> str:
    endings = ", ".join(f".{ending}" for ending in sorted(publisher.formats))
    return (
        f"A feed's address ends with its format, one of {endings}: {name!r} does not."
    )


def _no_such(what: str, name: str, where: str, known: list[str]) -> str:
    some = ", ".join(known[:MAX_SUGGESTIONS]) or "none yet"
    more = ", …" if len(known) > MAX_SUGGESTIONS else ""
    return f"There is no {what} {name!r} {where}. There are: {some}{more}."
