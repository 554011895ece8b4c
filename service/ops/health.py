"""/healthz: whether this web process can answer, for a supervisor or load balancer."""

from __future__ import annotations

from flask import Blueprint, Response, jsonify

from db import stream
from db.catalogue import count_unwell
from db.engine import reading
from db.errors import DatabaseUnavailable
from db.subscriptions import count_disabled
from service.feeds.publisher import current_publisher

routes = Blueprint("health", __name__)


@routes.get("/healthz")
def healthz() -> Response:
    """Ask the database: 200 when that works, 503 with the reason when not.

    How many sources fail or drift and how many subscriptions are disabled is told, too;
    that is no reason to be restarted.
    """
    try:
        with reading(current_publisher().services.engine) as session:
            number = stream.current(session)
            unwell = count_unwell(session)
            disabled = count_disabled(session)
    except DatabaseUnavailable as error:
        answer = jsonify(status="unavailable", reason=str(error))
        answer.status_code = 503
    else:
        answer = jsonify(
            status="ok",
            last_event=number,
            sources=unwell,
            subscriptions={"disabled": disabled},
        )
    answer.headers["Cache-Control"] = "no-store"
    return answer
