"""The WSGI layer before Flask: known feeds are answered from bytes.

A request for a document that is known to be current never enters Flask or SQLAlchemy
(200 and 304 at the speed of a file server); every other request goes on. A query string
is part of what is asked: only one written as our own links write it is known here.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from service.feeds.cache import DocumentCache, key_of
from service.feeds.conditional import wants_page
from service.feeds.document import Document, is_up_to_date, respond

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment


class Front:
    """A WSGI application in front of another."""

    def __init__(self, app: WSGIApplication, cache: DocumentCache) -> None:
        self._app = app
        self._cache = cache

    def __call__(
        self, environ: WSGIEnvironment, start_response: StartResponse
    ) -> Iterable[bytes]:
        """Answer, or let Flask do it."""
        key = key_of(environ["PATH_INFO"], environ.get("QUERY_STRING", ""))
        document = self._cache.fresh(key)
        if document is None or not _is_plain(environ, document):
            return self._app(environ, start_response)
        answer = respond(environ, document)
        start_response(answer.status, answer.headers)
        return (answer.body,)


def _is_plain(environ: WSGIEnvironment, document: Document) -> bool:
    """Whether the document is the answer: neither a delta is asked for nor a page."""
    if environ["REQUEST_METHOD"] not in ("GET", "HEAD"):
        return False
    if "HTTP_A_IM" in environ and not is_up_to_date(environ, document):
        return False
    return not wants_page(environ)
