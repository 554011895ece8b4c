"""What a subscriber asks of the hub: read, checked, and told what is wrong with it.

W3C WebSub section 5.1. Values in, values out: routes store what comes out of here.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Literal, cast
from urllib.parse import unquote, urlsplit

from db.saved import hash_of
from scrapers.fetch.hosts import ESCAPE_BROKEN, target

# "hub.secret … MUST be less than 200 bytes in length" (section 5.1).
SECRET_BYTES = 200
# An index entry of PostgreSQL holds 2,700 bytes.
MAX_CALLBACK = 2000
# Whoever wants a feed for longer renews: that is how the dead are told from the living.
MAX_LEASE = timedelta(days=30)

# Stands between a private feed's name and the hash of its token; no slug has it.
MARK = "~"

_TOKEN = re.compile(r"token=([A-Za-z0-9_-]{1,200})")
_SECONDS = re.compile(r"0*([1-9][0-9]*)")
_MODES = ("subscribe", "unsubscribe")
_NAMES = (
    "hub.mode",
    "hub.topic",
    "hub.callback",
    "hub.lease_seconds",
    "hub.secret",
)

Mode = Literal["subscribe", "unsubscribe"]


class HubError(ValueError):
    """What was asked for cannot be: one sentence says what, and what could be."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Wanted:
    """A subscriber's request that is in order.

    `callback` stays as it was written; `host` ("host:port") is where it is.
    """

    mode: Mode
    topic: str
    callback: str
    host: str
    secret: str | None
    lease: timedelta


@dataclass(frozen=True, kw_only=True, slots=True)
class TopicName:
    """One of our feeds by its slug and its format's ending; a private one's token."""

    slug: str
    ending: str
    token: str | None = None

    @property
    def text(self) -> str:
        """Write it as the hub's tables have it: a token is not to be read from it.

        A feed whose token was changed is another topic.
        """
        plain = f"{self.slug}.{self.ending}"
        return plain if self.token is None else f"{plain}{MARK}{hash_of(self.token)}"

    @classmethod
    def read(cls, text: str, token: str | None) -> TopicName:
        """Read what `text` wrote; the token is kept apart."""
        slug, _, ending = text.partition(MARK)[0].rpartition(".")
        return cls(slug=slug, ending=ending, token=token)


def read_wanted(form: Iterable[tuple[str, str]], *, lease: timedelta) -> Wanted:
    """Read the fields of a request; `lease` is what who names none gets.

    Fields of other names are ignored, as section 5.1 wants. Raises HubError.
    """
    fields = _fields(form)
    mode = fields.get("hub.mode", "")
    if mode == "publish":
        message = "hub.mode publish: this hub sees by itself when its feeds change"
        raise HubError(message)
    if mode not in _MODES:
        message = f"hub.mode is {mode!r}: it is subscribe or unsubscribe"
        raise HubError(message)
    callback = _needed(fields, "hub.callback")
    return Wanted(
        mode=cast("Mode", mode),
        topic=_needed(fields, "hub.topic"),
        callback=callback,
        host=_host(callback),
        secret=_secret(fields.get("hub.secret")),
        lease=_lease(fields.get("hub.lease_seconds"), lease),
    )


def name_topic(url: str, *, base_url: str, endings: Sequence[str]) -> TopicName:
    """Find which of our feeds an address names; `base_url` is what we call ourselves.

    Raises HubError for other sites, other pages, and for feeds narrowed by parameters;
    the token of a private feed is the only one there may be.
    """
    base, asked = urlsplit(base_url), urlsplit(url)
    start = f"{base.path}/feeds/"
    if (asked.scheme, asked.netloc.lower()) != (base.scheme, base.netloc.lower()):
        message = f"hub.topic {url!r} is not ours: topics begin with {base_url}/feeds/"
        raise HubError(message)
    slug, dot, ending = unquote(asked.path.removeprefix(start)).rpartition(".")
    if not (asked.path.startswith(start) and slug and dot and ending in endings):
        known = ", ".join(f".{each}" for each in endings)
        message = f"hub.topic {url!r} is no feed: {base_url}/feeds/ SLUG and {known}"
        raise HubError(message)
    token = _TOKEN.fullmatch(asked.query)
    if asked.fragment or (asked.query and token is None):
        message = (
            f"hub.topic {url!r} has parameters: feeds are pushed whole, "
            "without what follows the question mark"
        )
        raise HubError(message)
    return TopicName(slug=slug, ending=ending, token=token[1] if token else None)


def _fields(form: Iterable[tuple[str, str]]) -> dict[str, str]:
    fields: dict[str, str] = {}
    for name, value in form:
        if name not in _NAMES:
            continue
        if name in fields:
            message = f"{name} is there twice: it is given once"
            raise HubError(message)
        fields[name] = value
    return fields


def _needed(fields: dict[str, str], name: str) -> str:
    value = fields.get(name, "").strip()
    if not value:
        message = f"{name} is missing: hub.mode, hub.topic and hub.callback are needed"
        raise HubError(message)
    return value


def _host(callback: str) -> str:
    if len(callback) > MAX_CALLBACK:
        message = f"hub.callback is longer than {MAX_CALLBACK} characters"
        raise HubError(message)
    if not callback.isascii() or not callback.isprintable() or " " in callback:
        message = "hub.callback holds characters no address has: percent-encode them"
        raise HubError(message)
    if "#" in callback:
        message = "hub.callback has a fragment, which no request carries: leave it out"
        raise HubError(message)
    if ESCAPE_BROKEN.search(callback):
        message = "hub.callback has a % that begins no escape: write it as %25"
        raise HubError(message)
    try:
        return target(callback).host
    except ValueError as error:
        message = f"hub.callback {callback!r} is no address to call: {error}"
        raise HubError(message) from error


def _secret(given: str | None) -> str | None:
    if not given:
        return None
    if len(given.encode()) >= SECRET_BYTES:
        message = f"hub.secret is too long: less than {SECRET_BYTES} bytes"
        raise HubError(message)
    return given


def _lease(given: str | None, usual: timedelta) -> timedelta:
    if given is None or not given.strip():
        return usual
    found = _SECONDS.fullmatch(given.strip())
    if not found:
        message = f"hub.lease_seconds is {given[:40]!r}: write a positive number"
        raise HubError(message)
    # "The hub MAY choose to respect this value or not" (5.1); ten digits are centuries.
    if len(found[1]) >= 10:
        return MAX_LEASE
    return min(timedelta(seconds=int(found[1])), MAX_LEASE)
