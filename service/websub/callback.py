"""Where hubs call us back: GET verifies our intent, POST tells that a feed changed.

W3C WebSub sections 5.3 and 7. What is pushed is not read: a push that verifies makes
its source due, and the feed is fetched as ever.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from datetime import datetime, timedelta
from typing import cast

from flask import Blueprint, Flask, Response, current_app, request
from werkzeug.exceptions import BadRequest, Gone, NotFound

from db import hub_leases
from db.changes import notify
from db.engine import reading, transaction
from db.hub_leases import HubLease
from service.delivery.signing import HUB_METHODS
from service.services import Services

EXTENSION = "wireroom-hub-callback"
# A push holds a whole feed.
MAX_PUSH_BYTES = 10 * 2**20
# Of a lease, when this much is left of it, the hub is asked for the next one.
RENEW_SHARE = 10
# A hub that refuses is asked again after a day: feeds move, hubs get mended.
REFUSED_PAUSE = timedelta(days=1)
# What a hub may grant; some name no end, or one in a thousand years.
MAX_GRANTED = timedelta(days=365)

_KEY = re.compile(r"[0-9a-f]{32}")

routes = Blueprint("hub_callback", __name__)


def register_callback(app: Flask, services: Services) -> None:
    """Add the address that hubs call to an app."""
    app.extensions[EXTENSION] = services
    app.register_blueprint(routes)


@routes.get("/websub/<key>")
def verify(key: str) -> Response:
    """Answer whether we meant it (section 5.3), or hear that we are refused (5.2)."""
    services = _services()
    lease = _find(services, key)
    mode = request.args.get("hub.mode", "")
    if request.args.get("hub.topic", "") != lease.topic:
        message = "This address is for another topic."
        raise NotFound(message)
    now = services.clock()
    if mode == "denied":
        reason = request.args.get("hub.reason", "").strip()[:200] or "no reason given"
        with transaction(services.engine) as session:
            hub_leases.record_denied(
                session, lease.id, reason=reason, next_at=now + REFUSED_PAUSE
            )
        return Response("", mimetype="text/plain")
    if mode != "subscribe":
        message = f"hub.mode {mode!r} was not asked for."
        raise NotFound(message)
    return _confirm(services, lease, now)


@routes.post("/websub/<key>")
def push(key: str) -> Response:
    """Take a push; one whose signature is wrong is thanked for and forgotten (7.1)."""
    services = _services()
    lease = _find(services, key)
    request.max_content_length = MAX_PUSH_BYTES
    secret = services.cipher.decrypt(lease.secret) if lease.secret else None
    given = request.headers.get("X-Hub-Signature", "")
    if secret and is_signed(secret, request.get_data(cache=False), given):
        with transaction(services.engine) as session:
            hub_leases.record_push(session, lease, now=services.clock())
            notify(session)
    return Response("", status=202, mimetype="text/plain")


def is_signed(secret: str, body: bytes, signature: str) -> bool:
    """Tell whether an X-Hub-Signature ("sha256=…") is right, by any of the methods."""
    method, _, digest = signature.partition("=")
    if method not in HUB_METHODS:
        return False
    right = hmac.new(secret.encode(), body, getattr(hashlib, method)).hexdigest()
    return hmac.compare_digest(right.encode(), digest.strip().lower().encode())


def _confirm(services: Services, lease: HubLease, now: datetime) -> Response:
    challenge = request.args.get("hub.challenge", "")
    seconds = request.args.get("hub.lease_seconds", "")
    if not challenge:
        message = "hub.challenge is missing."
        raise BadRequest(message)
    granted = (
        timedelta(seconds=min(int(seconds), 10**9)) if _is_number(seconds) else None
    )
    length = min(granted or MAX_GRANTED, MAX_GRANTED)
    until = now + length
    with transaction(services.engine) as session:
        hub_leases.record_verified(
            session, lease.id, until=until, renew_at=until - length / RENEW_SHARE
        )
    # As text: a challenge that was markup must not become a page of ours.
    return Response(challenge, mimetype="text/plain")


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) < 20 and int(text) > 0


def _services() -> Services:
    return cast("Services", current_app.extensions[EXTENSION])


def _find(services: Services, key: str) -> HubLease:
    if _KEY.fullmatch(key):
        with reading(services.engine) as session:
            lease = hub_leases.find_lease(session, key)
        if lease is not None:
            return lease
    message = "Nothing is subscribed to under this address any more."
    raise Gone(message)
