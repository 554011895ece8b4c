"""The hub's address: POST /hub takes what subscribers ask (W3C WebSub section 5)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import cast

from flask import Blueprint, Flask, Response, current_app, request
from uuid_utils.compat import uuid7
from werkzeug.exceptions import (
    BadRequest,
    MethodNotAllowed,
    NotFound,
    TooManyRequests,
)

from db import hub_requests
from db.changes import notify
from db.engine import Session, transaction
from db.hub_requests import HubRequest
from service.clients import current_client
from service.feeds.asking import with_token
from service.feeds.publisher import current_publisher
from service.limits import Limits
from service.services import Services
from service.websub.asking import HubError, TopicName, Wanted, name_topic, read_wanted

EXTENSION = "wireroom-hub"
# A form of five fields of which the longest holds 2,000 characters.
MAX_FORM_BYTES = 32 * 1024
# Subscriptions and pending requests of one callback host: nobody reads more feeds of
# one service from one place, and no host is called more often because of us.
MAX_OF_HOST = 1000
# A host that has so many may ask again after that: requests are answered in minutes,
# and leases end.
FULL_SECONDS = 3600
METHODS = ["POST", "OPTIONS"]

routes = Blueprint("hub", __name__)


@dataclass(frozen=True, kw_only=True, slots=True)
class HubDoor:
    """What the route works with: the services, and how often a client may ask."""

    services: Services
    limits: Limits


def register_hub(app: Flask, services: Services, limits: Limits) -> None:
    """Add the hub to an app."""
    app.extensions[EXTENSION] = HubDoor(services=services, limits=limits)
    app.register_blueprint(routes)


@routes.post("/hub", provide_automatic_options=False)
def ask() -> Response:
    """Take a request; whether it is meant is asked afterwards, so 202 comes at once."""
    door = cast("HubDoor", current_app.extensions[EXTENSION])
    _limit(door)
    request.max_content_length = MAX_FORM_BYTES
    settings = door.services.settings
    try:
        wanted = read_wanted(request.form.items(multi=True), lease=settings.hub_lease)
        topic = name_topic(
            wanted.topic,
            base_url=settings.base_url,
            endings=sorted(current_publisher().formats),
        )
    except HubError as error:
        raise BadRequest(str(error)) from None
    if wanted.mode == "subscribe":
        _require_feed(topic, wanted)
    _store(door, wanted, topic)
    text = "Accepted: the callback is asked whether it means it.\n"
    return Response(text, status=202, mimetype="text/plain")


@routes.route("/hub", methods=["GET", "PUT", "PATCH", "DELETE", "OPTIONS"])
def explain() -> Response:
    """Say to browsers, and whoever else looks in, what is done here and how."""
    if request.method == "OPTIONS":
        return Response(headers={"Allow": ", ".join(METHODS)})
    message = (
        "This is a WebSub hub: POST it a form with hub.mode, hub.topic (a feed of this "
        "site, /opml lists them) and hub.callback (https://www.w3.org/TR/websub/)."
    )
    raise MethodNotAllowed(METHODS, message)


def _limit(door: HubDoor) -> None:
    wait = door.limits.take(current_client())
    if wait is not None:
        message = f"Too many requests from one address; try again in {wait} s."
        raise TooManyRequests(message, retry_after=wait)


def _require_feed(topic: TopicName, wanted: Wanted) -> None:
    publisher = current_publisher()
    form, asked = publisher.formats[topic.ending], with_token(topic.token)
    if publisher.feed(topic.slug, form, asked) is None:
        message = f"hub.topic {wanted.topic!r} is no feed of ours: /opml lists them"
        raise NotFound(message)


def _store(door: HubDoor, wanted: Wanted, topic: TopicName) -> None:
    services = door.services
    secret = services.cipher.encrypt(wanted.secret) if wanted.secret else None
    asked = HubRequest(
        nonce=uuid7().hex,
        mode=wanted.mode,
        topic=topic.text,
        topic_url=wanted.topic.partition("?")[0],
        callback=wanted.callback,
        host=wanted.host,
        token=services.cipher.encrypt(topic.token) if topic.token else None,
        secret=secret,
        lease_seconds=int(wanted.lease.total_seconds()),
    )
    now = services.clock()
    with transaction(services.engine) as session:
        if wanted.mode == "subscribe":
            _require_room(session, asked)
        hub_requests.put_request(session, asked, now=now)
        notify(session)


def _require_room(session: Session, asked: HubRequest) -> None:
    """Raise 429 where a host has enough; to renew what it has is always allowed."""
    taken = hub_requests.count_of_host(session, asked.host)
    if taken < MAX_OF_HOST or hub_requests.is_known(session, asked):
        return
    message = f"{asked.host} has {taken} subscriptions here, which is the most"
    raise TooManyRequests(message, retry_after=FULL_SECONDS)
