"""Verification of intent (W3C WebSub section 5.3): the question, and what is a yes."""

from __future__ import annotations

import hmac
import secrets
from urllib.parse import urlencode, urlsplit, urlunsplit

from db.hub_requests import HubRequest

# Of an answer that must equal the challenge, more need not be read.
ANSWER_BYTES = 1024


def new_challenge() -> str:
    """Make a challenge nobody can guess; each is used once."""
    return secrets.token_urlsafe(32)


def question(request: HubRequest, challenge: str, *, token: str | None = None) -> str:
    """Write the address to ask: the callback with the hub's parameters added.

    The callback's own query stays as it is, in front. `token` is a private feed's.
    """
    topic = request.topic_url + (f"?token={token}" if token is not None else "")
    asked = {"hub.mode": request.mode, "hub.topic": topic}
    if request.mode == "denied":
        asked["hub.reason"] = request.reason or ""
    else:
        asked["hub.challenge"] = challenge
    if request.mode == "subscribe":
        asked["hub.lease_seconds"] = str(request.lease_seconds)
    parts = urlsplit(request.callback)
    query = "&".join(filter(None, (parts.query, urlencode(asked))))
    return urlunsplit(parts._replace(query=query))


def is_confirmed(status: int | None, body: bytes | None, challenge: str) -> bool:
    """Tell whether an answer says yes: 2xx, and its body is the challenge.

    Space around it is forgiven: frameworks like to end a text with a line break.
    """
    if status is None or not 200 <= status < 300:
        return False
    return hmac.compare_digest((body or b"").strip(), challenge.encode())
