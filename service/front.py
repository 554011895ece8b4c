"""The layer before Flask: known feeds are answered from bytes.

A request for a document that is known to be current never enters Flask or SQLAlchemy
(200 and 304 at the speed of a file server); every other request goes on. A query string
is part of what is asked: only one written as our own links write it is known here.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from service.feeds.cache import DocumentCache, key_of
from service.feeds.conditional import wants_page
from service.feeds.document import Answer, is_up_to_date, respond_at_once

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment


class Front:
    """A WSGI application in front of another, which `application` is."""

    def __init__(self, application: WSGIApplication, cache: DocumentCache) -> None:
        self.application = application
        self._cache = cache

    def __call__(
        self, environ: WSGIEnvironment, start_response: StartResponse
    ) -> Iterable[bytes]:
        """Answer, or let Flask do it."""
        answer = self.answer(environ)
        if answer is None:
            return self.application(environ, start_response)
        start_response(answer.status, list(answer.headers))
        return [answer.body]  # granian sends a list whole, and streams the rest

    def answer(self, environ: Mapping[str, Any]) -> Answer | None:
        """Answer if that takes no waiting: no lock, no database, nothing to compress.

        None when the document is not known to be the answer: it may have changed, or a
        delta or a page is asked for. `environ` holds the request's own part of WSGI's.
        """
        method = environ["REQUEST_METHOD"]
        if method != "GET" and method != "HEAD":
            return None
        key = key_of(environ["PATH_INFO"], environ["QUERY_STRING"])
        document = self._cache.fresh(key)
        if document is None or wants_page(environ):
            return None
        if "HTTP_A_IM" in environ and not is_up_to_date(environ, document):
            return None
        return respond_at_once(environ, document)
