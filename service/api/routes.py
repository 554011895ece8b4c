"""The routes of the API: thin, over values made elsewhere."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar, cast, get_origin

from flask import Blueprint, Flask, Response, current_app, request
from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails
from werkzeug.datastructures import MultiDict
from werkzeug.exceptions import BadRequest, Gone, NotFound

from db import errors
from db.engine import reading
from service.api.events import CursorLost, EventsQuery, Page, read_events, wish_of
from service.api.waiting import Waiting
from service.auth import Gate, require
from service.clients import current_client
from service.limits import Limits
from service.services import Services
from service.webhooks.events import DISABLED
from service.webhooks.schema import VERSIONS, schema_text

Query = TypeVar("Query", bound=BaseModel)

routes = Blueprint("api", __name__)
EXTENSION = "wireroom-api"
# A schema does not change; a new one has a new address.
SCHEMA_SECONDS = 86_400


@dataclass(frozen=True, kw_only=True, slots=True)
class Api:
    """What the routes work with."""

    services: Services
    gate: Gate
    waiting: Waiting
    monotonic: Callable[[], float]


def register_api(
    app: Flask,
    services: Services,
    limits: Limits,
    *,
    monotonic: Callable[[], float] = time.monotonic,
) -> None:
    """Add the API to an app."""
    app.extensions[EXTENSION] = Api(
        services=services,
        gate=Gate(services, limits),
        waiting=Waiting(services.changes, threads=services.settings.web_threads),
        monotonic=monotonic,
    )
    app.register_blueprint(routes)


@routes.get("/api/v1/events")
def events() -> Response:
    """Give the events after a cursor; with `wait`, when there are any."""
    api = cast("Api", current_app.extensions[EXTENSION])
    token = api.gate.admit(
        request.headers.get("Authorization", ""),
        address=current_client(),
        scope="events:read",
    )
    query = read_query(EventsQuery, request.args)
    if DISABLED in query.type:  # whose subscriptions fail is an operator's business
        require(token, "subscriptions:read")
    try:
        page = _await_events(api, query)
    except CursorLost as error:
        raise Gone(str(error)) from error
    except (ValueError, errors.NotFound) as error:
        raise BadRequest(str(error)) from error
    document = {
        "events": page.events,
        "next": str(page.next),
        "has_more": page.has_more,
    }
    text = json.dumps(document, ensure_ascii=False, separators=(",", ":"))
    answer = Response(text, mimetype="application/json")
    answer.headers["Cache-Control"] = "no-store"
    return answer


@routes.get("/schemas/message-<int:version>.json")
def schema(version: int) -> Response:
    """Give the JSON Schema of the messages' standard format."""
    if version not in VERSIONS:
        message = (
            f"There is no version {version} of it: {', '.join(map(str, VERSIONS))}."
        )
        raise NotFound(message)
    answer = Response(schema_text(version), mimetype="application/schema+json")
    answer.headers["Cache-Control"] = f"public, max-age={SCHEMA_SECONDS}"
    return answer


def read_query(model: type[Query], given: MultiDict[str, str]) -> Query:
    """Read parameters as a model has them; BadRequest names each that is wrong."""
    fields = model.model_fields
    repeated = [
        f"{name}: given {len(found)} times, and it takes one value"
        for name, found in given.lists()
        if len(found) > 1 and name in fields and not _is_list(fields, name)
    ]
    if repeated:
        raise BadRequest("; ".join(repeated))
    values: Mapping[str, Any] = {
        name: found if _is_list(fields, name) else found[-1]
        for name, found in given.lists()
    }
    try:
        return model.model_validate(values)
    except ValidationError as error:
        wrong = [_said(each, fields) for each in error.errors()]
        raise BadRequest("; ".join(wrong)) from error


def _is_list(fields: Mapping[str, Any], name: str) -> bool:
    return name in fields and get_origin(fields[name].annotation) is list


def _said(found: ErrorDetails, fields: Mapping[str, Any]) -> str:
    name = ".".join(map(str, found["loc"]))
    if found["type"] == "extra_forbidden":
        return f"{name}: there is no such parameter; there are {', '.join(fields)}"
    return f"{name}: {found['msg']}"


def _await_events(api: Api, query: EventsQuery) -> Page:
    engine = api.services.engine
    with reading(engine) as session:
        wish = wish_of(session, query)
    end = api.monotonic() + query.wait
    after = query.after
    with api.waiting.seat(wanted=query.wait > 0) as seated:
        while True:
            heard = api.waiting.rings()
            with reading(engine) as session:
                page = read_events(session, wish, query, after=after)
            left = end - api.monotonic()
            may_wait = seated and left > 0 and not api.waiting.is_over
            if page.events or page.has_more or not may_wait:
                return page
            after = page.next
            api.waiting.wait(heard, seconds=left)
