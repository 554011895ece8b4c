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
from service.feeds.document import (
    Answer,
    Document,
    is_up_to_date,
    respond,
    respond_at_once,
)

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
        """Answer, or let Flask do it.

        A feed that was known and has changed is made anew without Flask, since
        everybody who follows it asks in the moment of the change.
        """
        answer = self.answer(environ) or self._answer_anew(environ)
        if answer is None:
            return self.application(environ, start_response)
        start_response(answer.status, list(answer.headers))
        return [answer.body]

    def answer(self, environ: Mapping[str, Any]) -> Answer | None:
        """Answer if that takes no waiting: no lock, no database, nothing to compress.

        None when nothing known is known to be the answer: it may have changed, or a
        delta or a page is asked for. `environ` holds the request's own part of WSGI's.
        """
        document = self._cache.fresh(_key(environ))
        if document is None or not _is_answer(environ, document):
            return None
        return respond_at_once(environ, document)

    def holds(self, environ: Mapping[str, Any]) -> bool:
        """Say whether what is asked for is held, so that making it anew is swift."""
        is_plain = environ["REQUEST_METHOD"] in ("GET", "HEAD")
        is_whole = "HTTP_A_IM" not in environ and not wants_page(environ)
        return is_plain and is_whole and self._cache.holds(_key(environ))

    def _answer_anew(self, environ: Mapping[str, Any]) -> Answer | None:
        document = self._cache.renewed(_key(environ))
        if document is None or not _is_answer(environ, document):
            return None
        return respond(environ, document)


def _key(environ: Mapping[str, Any]) -> str:
    return key_of(environ["PATH_INFO"], environ["QUERY_STRING"])


def _is_answer(environ: Mapping[str, Any], document: Document) -> bool:
    """Whether the document is what is asked for: neither a delta nor a page."""
    if environ["REQUEST_METHOD"] not in ("GET", "HEAD") or wants_page(environ):
        return False
    return "HTTP_A_IM" not in environ or is_up_to_date(environ, document)
