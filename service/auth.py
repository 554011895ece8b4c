"""Who may ask the API, and how often: bearer tokens (RFC 6750) with scopes.

A token is long and random, so its SHA-256 is kept in place of it: nothing to guess, and
nothing that a stolen database could be asked with. Clients are limited by their token;
whoever shows none, or a wrong one, by address.
"""

from __future__ import annotations

import re
import secrets
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import TYPE_CHECKING

from werkzeug.datastructures import WWWAuthenticate
from werkzeug.exceptions import Forbidden, TooManyRequests, Unauthorized

from db import tokens
from db.engine import reading, transaction
from db.errors import DatabaseUnavailable
from db.tokens import ApiToken
from service.limits import Limits
from service.services import Services

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

# What a token may be good for, and what that is.
SCOPES = {
    "events:read": "read the stream of events at /api/v1/events",
    "subscriptions:read": "find in it what becomes of others' subscriptions, too",
}
# So that a token is known for one wherever it turns up.
PREFIX = "wrt_"
TOKEN_BYTES = 32
# Last used is for people who tidy up: exact enough, and no write at every request.
USE_EVERY = timedelta(minutes=10)
REALM = "wireroom"

_BEARER = re.compile(r"Bearer +([A-Za-z0-9._~+/-]+=*) *", re.IGNORECASE)


def new_token() -> str:
    """Make a token; only its digest is ever stored."""
    return PREFIX + secrets.token_urlsafe(TOKEN_BYTES)


def digest_of(token: str) -> str:
    """Give what is stored of a token."""
    return sha256(token.encode()).hexdigest()


class OutOfScope(Forbidden):
    """403 with the challenge that names the scope it takes (RFC 6750 3.1)."""

    def __init__(self, name: str, scope: str) -> None:
        super().__init__(f"The token {name!r} has no scope {scope!r}.")
        self._scope = scope

    def get_headers(
        self,
        environ: WSGIEnvironment | None = None,
        scope: dict[str, object] | None = None,
    ) -> list[tuple[str, str]]:
        """Give the headers of the answer."""
        challenge = _challenge(error="insufficient_scope", scope=self._scope)
        named = ("WWW-Authenticate", challenge.to_header())
        return [*super().get_headers(environ, scope), named]


@dataclass(frozen=True, slots=True)
class Gate:
    """Lets requests to the API through, or raises what is answered in their place."""

    services: Services
    limits: Limits

    def admit(self, header: str, *, address: str, scope: str) -> ApiToken:
        """Give the token that an Authorization header shows, good for `scope`.

        Raises Unauthorized (401), Forbidden (403) or TooManyRequests (429).
        """
        shown = _BEARER.fullmatch(header)
        now = self.services.clock()
        found = self._find(shown[1], now) if shown else None
        self._limit(f"token {found.id}" if found else f"address {address}")
        if found is None:
            raise _unauthorized(has_token=bool(header))
        require(found, scope)
        self._note_use(found, now)
        return found

    def _find(self, token: str, now: datetime) -> ApiToken | None:
        with reading(self.services.engine) as session:
            found = tokens.find_token(session, digest_of(token))
        is_over = found is not None and found.expires_at and found.expires_at <= now
        return None if is_over else found

    def _limit(self, client: str) -> None:
        wait = self.limits.take(client)
        if wait is not None:
            message = f"Too many requests; try again in {wait} s."
            raise TooManyRequests(message, retry_after=wait)

    def _note_use(self, found: ApiToken, now: datetime) -> None:
        last = found.last_used_at
        if last is not None and now - last < USE_EVERY:
            return
        # Reading goes on while nobody can write.
        with (
            suppress(DatabaseUnavailable),
            transaction(self.services.engine) as session,
        ):
            tokens.record_use(session, found.id, now=now)


def require(token: ApiToken, scope: str) -> None:
    """Raise OutOfScope unless a token is good for this, too."""
    if scope not in token.scopes:
        raise OutOfScope(token.name, scope)


def _unauthorized(*, has_token: bool) -> Unauthorized:
    if has_token:
        message = "The token is not known, has expired, or was revoked."
        return Unauthorized(message, www_authenticate=_challenge(error="invalid_token"))
    message = "Show a token: Authorization: Bearer wrt_… (`wireroom token create`)."
    return Unauthorized(message, www_authenticate=_challenge())


def _challenge(**values: str | None) -> WWWAuthenticate:
    return WWWAuthenticate("Bearer", {"realm": REALM, **values})
