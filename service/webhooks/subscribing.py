"""Subscribe, rotate, ping, replay: what people ask for, checked and carried out.

The command line and the API both come here. Secrets are encrypted on the way in and
shown once. Nothing here commits.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from difflib import get_close_matches
from typing import Protocol

from uuid_utils.compat import uuid7

from config.settings import SettingError
from db import breakers, events, fanout, outbox, subscriptions
from db.engine import Session
from db.errors import NotFound
from db.filters import Filter
from db.outbox import Draft, Payload
from db.saved import find_saved, list_saved
from db.sources import find_source, get_source, list_sources
from db.subscriptions import NewSubscription, Subscription
from scrapers.fetch.hosts import ESCAPE_BROKEN, target
from service.delivery.headers import check_count, read_headers
from service.delivery.keys import (
    PRIVATE,
    SecretError,
    check_private_key,
    check_secret,
    new_private_key,
    new_secret,
    public_key,
)
from service.delivery.rate import read_rate
from service.delivery.signing import HUB, SIGNATURES, V1, V1A
from service.entries import POLICIES
from service.webhooks import notices
from service.webhooks.events import PING, TYPES
from service.webhooks.payloads import formats

# Requests at once: enough that a network's delay costs no throughput, few
# enough for a receiver with a handful of threads.
CONCURRENCY = 4
# More than a receiver takes at once, and half of what a worker has.
MOST_AT_ONCE = 64
# Of so many subscriptions one has a secret that opens, if the key is the right one.
COMPARED = 100
# So many feeds are named to who asked for another.
NAMED_FEEDS = 20
# A day to bring the new secret to every receiver.
OVERLAP = timedelta(days=1)


class SubscribeError(ValueError):
    """What was asked for cannot be; says what, and what could be."""


class Sealer(Protocol):
    """What encrypts secrets for the database: see service.secrets.Cipher."""

    def encrypt(self, text: str) -> str:
        """Give a token to be stored."""
        ...


class Cipher(Sealer, Protocol):
    """What encrypts and opens secrets: see service.secrets.Cipher."""

    def decrypt(self, token: str) -> str:
        """Give the secret, or raise SettingError."""
        ...


@dataclass(frozen=True, kw_only=True, slots=True)
class Request:
    """What somebody asks for. `keys` that are not given are made.

    No signature named means v1; `hub` brings v1 with it, as they share their secret.
    `rate` is written "10/second", headers are lines "Name: value".
    """

    url: str
    keys: tuple[str, ...] = ()
    signatures: tuple[str, ...] = ()
    description: str | None = None
    filter: Filter = field(default_factory=Filter)
    event_types: tuple[str, ...] = ()
    format: str = "standard"
    content: str = "full"
    backfill: bool = False
    is_paused: bool = False
    concurrency: int = CONCURRENCY
    rate: str | None = None
    headers: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Keys:
    """What a subscription signs with: a secret, an ed25519 key, or one of each."""

    secret: str | None = None
    private: str | None = None

    @property
    def text(self) -> str:
        """Give them as they are encrypted and stored, a space between them."""
        return " ".join(filter(None, (self.secret, self.private)))

    @property
    def public(self) -> str | None:
        """Give what the receiver verifies `v1a` with."""
        return public_key(self.private) if self.private else None


def subscribe(
    session: Session, cipher: Cipher, request: Request, *, now: datetime
) -> tuple[Subscription, str | None]:
    """Add a subscription; give it and its secret, which is not shown again.

    There is no secret where only v1a signs. Raises SubscribeError for what no delivery
    could be made of, NotFound for a source that is not there, and SettingError where
    the workers' key is another one: nothing could ever be signed.
    """
    _require_same_key(session, cipher)
    for slug in request.filter.sources:
        get_source(session, slug)
    signatures = known_signatures(request.signatures)
    keys = make_keys(request.keys, signatures)
    new = NewSubscription(
        url=checked_url(request.url),
        secret=cipher.encrypt(keys.text),
        public_key=keys.public,
        signatures=signatures,
        description=request.description,
        filter=request.filter,
        event_types=known_types(request.event_types),
        format=known("format", request.format, formats()),
        content=known("content policy", request.content, POLICIES),
        wants_history=request.backfill,
        is_paused=request.is_paused,
        concurrency=checked_concurrency(request.concurrency),
        rate=_rate_at_birth(request.rate),
        headers=sealed_headers(cipher, request.headers, {}),
    )
    made = subscriptions.add_subscription(session, new, now=now)
    if request.backfill:
        fanout.add_backfill(session, made.id, now=now)
    return made, keys.secret


def _require_same_key(session: Session, cipher: Cipher) -> None:
    """Raise SettingError when none of the secrets there are opens with this key.

    One that opens is enough: with a key that is lost, `rotate` begins anew.
    """
    refused: SettingError | None = None
    for token in subscriptions.recent_tokens(session, limit=COMPARED):
        try:
            cipher.decrypt(token)
        except SettingError as error:
            refused = error
        else:
            return
    if refused is not None:
        raise refused


def rotate(
    session: Session,
    cipher: Sealer,
    key: str,
    *,
    keys: Sequence[str] = (),
    overlap: timedelta = OVERLAP,
    now: datetime,
) -> tuple[Subscription, str | None]:
    """Sign with new keys; the old ones sign too for the length of `overlap`."""
    found = get_webhook(session, key)
    fresh = make_keys(keys, found.signatures)
    made = subscriptions.rotate(
        session,
        key,
        secret=cipher.encrypt(fresh.text),
        public_key=fresh.public,
        overlap_until=now + overlap,
    )
    return made, fresh.secret


def ping(session: Session, key: str, *, now: datetime) -> str:
    """Queue a message that only says hello; give its webhook-id.

    An endpoint that nobody answered at lately is tried at once.
    """
    found = get_webhook(session, key)
    made = formats()[found.format]
    notice = notices.ping(timestamp=now, details={"subscription": str(found.uid)})
    draft = Draft(
        subscription_id=found.id,
        event_seq=0,
        message_id=f"msg_{uuid7().hex}",
        type=PING,
        origin="ping",
        payload=Payload(content_type=made.CONTENT_TYPE, body=made.render(notice)),
    )
    outbox.put(session, [draft], now=now, due_at=now)
    breakers.allow_probe(session, [found.id], now=now)
    return draft.message_id


def replay(
    session: Session, key: str, *, since: datetime, until: datetime, now: datetime
) -> Subscription:
    """Have the events of a range of time sent again, under the ids they had.

    Raises SubscribeError when nothing is kept of that range.
    """
    found = get_webhook(session, key)
    span = events.range_of(session, since=since, until=until)
    if span is None:
        message = (
            f"no events between {since:%Y-%m-%d %H:%M} and {until:%Y-%m-%d %H:%M} UTC:"
            " nothing happened, or WIREROOM_RETENTION_EVENTS has passed"
        )
        raise SubscribeError(message)
    fanout.add_replay(session, found.id, first=span[0], last=span[1], now=now)
    return found


def get_webhook(session: Session, key: str) -> Subscription:
    """Give a subscription that an operator made, or raise SubscribeError."""
    found = subscriptions.get_subscription(session, key)
    if found.kind != subscriptions.WEBHOOK:
        message = (
            f"subscription {key} is a reader's, made through the hub (WebSub): it gets "
            "a feed pushed, and only its reader can change it"
        )
        raise SubscribeError(message)
    return found


def filter_of_feed(session: Session, slug: str) -> Filter:
    """Give the filter of a feed: `all`, a source's, its category's, or one's own.

    Raises NotFound, which names those there are.
    """
    if slug == "all":
        return Filter()
    saved = find_saved(session, slug)
    if saved is not None:
        return saved.filter
    source, _, category = slug.partition("/")
    if find_source(session, source) is None:
        raise NotFound("feed", slug, f"there are: {_feeds(session)}")
    return Filter(sources=(source,), categories=(category,) if category else ())


def _feeds(session: Session) -> str:
    """Name the feeds there are, the first of them."""
    saved = [each.slug for each in list_saved(session)]
    slugs = ["all", *saved, *(each.slug for each in list_sources(session))]
    more = ", …" if len(slugs) > NAMED_FEEDS else ""
    return f"{', '.join(slugs[:NAMED_FEEDS])}{more}, and SOURCE/CATEGORY of each source"


def checked_rate(text: str) -> tuple[int, int]:
    """Read a rate as a count and seconds; "none" is (0, 0)."""
    if text == "none":
        return 0, 0
    try:
        rate = read_rate(text)
    except ValueError as error:
        raise SubscribeError(str(error)) from error
    return rate.count, rate.seconds


def _rate_at_birth(text: str | None) -> tuple[int, int] | None:
    """Read a rate; None for no limit, which (0, 0) means only where one is edited."""
    rate = checked_rate(text) if text else None
    return rate if rate and rate[0] else None


def checked_concurrency(count: int) -> int:
    """Give the number of requests at once, or raise SubscribeError."""
    if not 1 <= count <= MOST_AT_ONCE:
        message = f"{count} requests at once: from 1 to {MOST_AT_ONCE} there can be"
        raise SubscribeError(message)
    return count


def sealed_headers(
    cipher: Sealer, lines: Iterable[str], present: Mapping[str, str]
) -> dict[str, str]:
    """Give headers with encrypted values: those present, changed by the lines given.

    "Name:" without a value takes a header away.
    """
    kept = {name.lower(): (name, token) for name, token in present.items()}
    try:
        for name, value in read_headers(lines).items():
            kept.pop(name.lower(), None)
            if value:
                kept[name.lower()] = (name, cipher.encrypt(value))
        check_count(kept)
    except ValueError as error:
        raise SubscribeError(str(error)) from error
    return dict(kept.values())


def known_types(names: Sequence[str]) -> tuple[str, ...]:
    """Check the names of event types."""
    return _known_all("event type", names, TYPES)


def checked_url(url: str) -> str:
    """Give the address as it is asked, or raise SubscribeError."""
    if ESCAPE_BROKEN.search(url):
        message = f"{url!r} has a % that begins no escape: write a plain one as %25"
        raise SubscribeError(message)
    try:
        return target(url).url
    except ValueError as error:
        message = f"{url!r} is no address to deliver to: {error}"
        raise SubscribeError(message) from error


def known_signatures(named: Sequence[str]) -> tuple[str, ...]:
    """Check the names of signatures: v1 where none is named, v1 beside the hub's."""
    wanted = set(_known_all("signature", named, SIGNATURES)) or {V1}
    if HUB in wanted:
        wanted.add(V1)
    return tuple(each for each in SIGNATURES if each in wanted)


def make_keys(given: Sequence[str], signatures: Sequence[str]) -> Keys:
    """Check the keys given, at most one of a kind, and make those that are missing."""
    private = [key for key in given if key.strip().startswith(PRIVATE)]
    shared = [key for key in given if key not in private]
    if len(private) > 1 or len(shared) > 1:
        message = "one key of a kind: rotating adds another, and both sign for a while"
        raise SubscribeError(message)
    if private and V1A not in signatures:
        message = f"{PRIVATE} keys sign v1a: ask for that signature, too"
        raise SubscribeError(message)
    if shared and V1 not in signatures:
        message = f"v1a alone has no secret, only a {PRIVATE} key: ask for v1, too"
        raise SubscribeError(message)
    try:
        return Keys(
            secret=_one(shared, check_secret, new_secret) if V1 in signatures else None,
            private=_one(private, check_private_key, new_private_key)
            if V1A in signatures
            else None,
        )
    except SecretError as error:
        raise SubscribeError(str(error)) from error


def _one(
    given: Sequence[str], check: Callable[[str], str], make: Callable[[], str]
) -> str:
    return check(given[0]) if given else make()


def _known_all(
    what: str, names: Sequence[str], there: Iterable[str]
) -> tuple[str, ...]:
    return tuple(dict.fromkeys(known(what, name, there) for name in names))


def known(what: str, name: str, there: Iterable[str]) -> str:
    """Give a name that is among those there are, or raise with the nearest one."""
    names = list(there)
    if name in names:
        return name
    near = get_close_matches(name, names, n=1)
    hint = f"did you mean {near[0]!r}?" if near else f"there are: {', '.join(names)}"
    message = f"unknown {what} {name!r}; {hint}"
    raise SubscribeError(message)
