"""Errors of the API as problems (RFC 9457): one shape that programs can read."""

from __future__ import annotations

import json

from flask import Response
from werkzeug.exceptions import HTTPException

PREFIX = "/api/"
CONTENT_TYPE = "application/problem+json"


def is_asked(path: str) -> bool:
    """Tell whether errors of this path are told as problems."""
    return path.startswith(PREFIX)


def write_problem(answer: Response, error: HTTPException, *, path: str) -> None:
    """Write an error into an answer that has its status and headers already."""
    problem = {
        "type": "about:blank",  # the status says what kind it is (section 4.2.1)
        "title": error.name,
        "status": error.code,
        "detail": error.description,
        "instance": path,
    }
    answer.set_data(json.dumps(problem, ensure_ascii=False))
    answer.content_type = CONTENT_TYPE
    answer.headers["Cache-Control"] = "no-store"
