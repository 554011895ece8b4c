"""Change a subscription that is there: what is asked for, checked and carried out.

What is queued already keeps its bytes; all else holds from the next request on. Nothing
here commits.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from db import options
from db.engine import Session
from db.filters import Filter
from db.options import Changes
from db.sources import get_source
from db.subscriptions import Secret, Subscription
from service.delivery.keys import PRIVATE, public_key
from service.delivery.signing import V1, V1A
from service.entries import POLICIES
from service.webhooks.payloads import formats
from service.webhooks.subscribing import (
    Cipher,
    Keys,
    checked_concurrency,
    checked_rate,
    checked_url,
    get_webhook,
    known,
    known_signatures,
    known_types,
    make_keys,
    sealed_headers,
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Edit:
    """What is to change; what is None or empty stays.

    `description` "" takes it away, `rate` "none" ends the limit, a header "Name:" is
    taken away. `keys` are for signatures that are new.
    """

    url: str | None = None
    description: str | None = None
    signatures: tuple[str, ...] = ()
    keys: tuple[str, ...] = ()
    filter: Filter | None = None
    event_types: tuple[str, ...] = ()
    format: str | None = None
    content: str | None = None
    concurrency: int | None = None
    rate: str | None = None
    headers: tuple[str, ...] = ()


def edit(
    session: Session, cipher: Cipher, key: str, asked: Edit
) -> tuple[Subscription, str | None]:
    """Change a subscription; give it, and its secret if one was made for it.

    Raises SubscribeError for what cannot be, NotFound for a source that is not there,
    SettingError where a header would be encrypted with another key than the secret is.
    """
    found = get_webhook(session, key)
    if asked.headers and found.secrets:
        cipher.decrypt(found.secrets[0].token)
    for slug in asked.filter.sources if asked.filter else ():
        get_source(session, slug)
    changes = Changes(
        url=checked_url(asked.url) if asked.url else None,
        description=asked.description,
        filter=asked.filter,
        event_types=known_types(asked.event_types) or None,
        format=asked.format and known("format", asked.format, formats()),
        content=asked.content and known("content policy", asked.content, POLICIES),
        concurrency=None
        if asked.concurrency is None
        else checked_concurrency(asked.concurrency),
        rate=checked_rate(asked.rate) if asked.rate else None,
        headers=sealed_headers(cipher, asked.headers, found.headers)
        if asked.headers
        else None,
    )
    fresh = None
    if asked.signatures or asked.keys:
        changes, fresh = _with_signatures(cipher, found, asked, changes)
    return options.change(session, key, changes), fresh


def _with_signatures(
    cipher: Cipher, found: Subscription, asked: Edit, changes: Changes
) -> tuple[Changes, str | None]:
    """Keep the keys that are still wanted, make or take in those that are missing."""
    named = asked.signatures or found.signatures
    signatures = known_signatures(named)
    current, *older = [
        _wanted(cipher.decrypt(each.token).split(), signatures)
        for each in found.secrets
    ]
    new = make_keys([*_missing(current, asked.keys), *asked.keys], signatures)
    secrets = [
        Secret(token=cipher.encrypt(new.text), public_key=new.public),
        *(
            replace(
                each,
                token=cipher.encrypt(" ".join(keys)),
                public_key=_public(keys),
            )
            for each, keys in zip(found.secrets[1:], older, strict=True)
            if keys
        ),
    ]
    changed = replace(changes, signatures=signatures, secrets=tuple(secrets))
    return changed, _fresh(new, current)


def _wanted(keys: Sequence[str], signatures: Sequence[str]) -> list[str]:
    """Leave out the keys of signatures that are no longer wanted."""
    kinds = {key: V1A if key.startswith(PRIVATE) else V1 for key in keys}
    return [key for key, kind in kinds.items() if kind in signatures]


def _missing(present: Sequence[str], given: Sequence[str]) -> list[str]:
    """Give the keys that are there and that none given takes the place of."""
    replaced = {key.strip().startswith(PRIVATE) for key in given}
    return [key for key in present if key.startswith(PRIVATE) not in replaced]


def _public(keys: Sequence[str]) -> str | None:
    return next((public_key(key) for key in keys if key.startswith(PRIVATE)), None)


def _fresh(new: Keys, current: Sequence[str]) -> str | None:
    return None if new.secret in current else new.secret
