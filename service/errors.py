"""How errors are answered: a page for people, a line for programs, no traceback.

Those of the API are problems (service.api.problems).

Expected ones are werkzeug's HTTP exceptions with a description that names the thing
and the remedy. Anything else is a mistake of ours: logged with its traceback, told as
500 without it.
"""

from __future__ import annotations

import structlog
from flask import Flask, Response, render_template, request
from werkzeug.exceptions import (
    HTTPException,
    InternalServerError,
    NotFound,
    ServiceUnavailable,
)

from db.errors import DatabaseUnavailable, Hangs, TooSlow
from service.api.problems import is_asked, write_problem

# A lock is held for milliseconds, a restarted server is back in seconds.
RETRY_SECONDS = 5

# In place of the framework's own words for an address that no route has.
NOWHERE = "There is nothing at this address. / lists what is watched and its feeds."

TOO_SLOW = (
    "This search takes the database longer than it may: "
    "rarer words, one source or a category make it shorter."
)

log = structlog.get_logger(__name__)


def register_errors(app: Flask) -> None:
    """Make the app answer errors as this module says."""
    app.register_error_handler(HTTPException, answer_expected)
    app.register_error_handler(DatabaseUnavailable, answer_unavailable)
    app.register_error_handler(Exception, answer_unexpected)


def answer_expected(error: HTTPException) -> Response:
    """Answer a 4xx, or a redirect, keeping its own headers (Allow, Location)."""
    if error.description == NotFound.description:
        error.description = NOWHERE
    answer = Response(status=error.code)
    for name, value in error.get_headers(request.environ):
        if name.lower() not in ("content-type", "content-length"):
            answer.headers.add(name, value)
    if is_asked(request.path):
        write_problem(answer, error, path=request.path)
        return answer
    status = f"{error.code} {error.name}"
    if request.accept_mimetypes.best_match(["text/plain", "text/html"]) == "text/html":
        page = render_template(
            "error.html", status=status, explanation=error.description
        )
        answer.set_data(page)
        answer.content_type = "text/html; charset=utf-8"
    else:
        answer.set_data(f"{status}\n{error.description}\n")
        answer.content_type = "text/plain; charset=utf-8"
    answer.headers["Vary"] = "Accept"
    answer.headers.setdefault("Cache-Control", "no-cache")
    return answer


def answer_unavailable(error: DatabaseUnavailable) -> Response:
    """Answer 503 while the database is locked or away; the log has the reason."""
    # Whoever waited in vain is logged; those refused at once may be thousands.
    say = log.debug if isinstance(error, Hangs) else log.warning
    say("no answer without the database", path=request.path, reason=str(error))
    message = "The database does not answer at the moment; try again soon."
    if isinstance(error, TooSlow):
        message = f"{TOO_SLOW} It may also be that there is too much to do: try again."
    return answer_expected(ServiceUnavailable(message, retry_after=RETRY_SECONDS))


def answer_unexpected(error: Exception) -> Response:
    """Answer 500 to a mistake of ours: this is the last place that can catch it."""
    log.error("request failed", path=request.path, exc_info=error)
    message = "This is a mistake on our side; it has been logged."
    return answer_expected(InternalServerError(message))
