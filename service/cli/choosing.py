"""The options by which a subscription is described, for `add` and `edit` alike."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from functools import wraps
from typing import Any

import click

from db.engine import Session
from db.filters import PARAMETERS, Filter
from service.webhooks import subscribing
from service.webhooks.editing import Edit
from service.webhooks.events import TYPES
from service.webhooks.payloads import formats
from service.webhooks.subscribing import (
    CONCURRENCY,
    MOST_AT_ONCE,
    Request,
    SubscribeError,
)

TERMS = (
    click.option("--source", multiple=True, help="Only this source (its slug)."),
    click.option("--category", multiple=True, help='Only this one: "News/Iran News".'),
    click.option("--tag", multiple=True, help="Only articles with this tag."),
    click.option("--author", multiple=True, help="Only articles by this author."),
    click.option(
        "--lang", multiple=True, help='Only this language: "en" covers "en-GB".'
    ),
    click.option("--q", multiple=True, help='Only what a search finds: "flood -rain".'),
    click.option("--feed", help="What this feed has: all, SOURCE, SOURCE/CATEGORY."),
)
EVENT = click.option(
    "--event",
    "event_types",
    multiple=True,
    help=f"Only events of this type: {', '.join(TYPES)}.",
)
MESSAGES = (
    EVENT,
    click.option("--format", "format_", help=f"One of: {', '.join(formats())}."),
    click.option(
        "--content",
        help="full, summary or headline; never more than the source allows.",
    ),
)
SIGNING = (
    click.option(
        "--signature",
        "signatures",
        multiple=True,
        help="v1 (HMAC, the default), v1a (ed25519), hub (X-Hub-Signature-256).",
    ),
    click.option(
        "--secret",
        "keys",
        multiple=True,
        help="whsec_…, if the receiver has one already; whsk_… for v1a.",
    ),
)
SENDING = (
    click.option(
        "--concurrency",
        type=click.IntRange(1, MOST_AT_ONCE),
        help="Requests at once; 4 unless you say otherwise.",
    ),
    click.option("--rate", help="At most so many: 10/second, 30/minute, none."),
    click.option(
        "--header",
        "headers",
        multiple=True,
        metavar="NAME: VALUE",
        help="Sent with every request, stored encrypted; without a value: no longer.",
    ),
    click.option("--description", help="A note for yourself."),
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Chosen:
    """What these options said; what was not named is None or empty.

    `terms` are the filter's, by the names they have in the command.
    """

    signatures: tuple[str, ...]
    keys: tuple[str, ...]
    terms: Mapping[str, tuple[str, ...]]
    feed: str | None
    event_types: tuple[str, ...]
    format_: str | None
    content: str | None
    concurrency: int | None
    rate: str | None
    headers: tuple[str, ...]
    description: str | None

    def request(
        self, session: Session, url: str, *, backfill: bool, is_paused: bool
    ) -> Request:
        """Give what `subscription add` asks for."""
        return Request(
            url=url,
            keys=self.keys,
            signatures=self.signatures,
            description=self.description,
            filter=self._filter(session) or Filter(),
            event_types=self.event_types,
            format=self.format_ or "standard",
            content=self.content or "full",
            backfill=backfill,
            is_paused=is_paused,
            concurrency=self.concurrency or CONCURRENCY,
            rate=self.rate,
            headers=self.headers,
        )

    def edit(self, session: Session, url: str | None) -> Edit:
        """Give what `subscription edit` asks for."""
        return Edit(
            url=url,
            description=self.description,
            signatures=self.signatures,
            keys=self.keys,
            filter=self._filter(session),
            event_types=self.event_types,
            format=self.format_,
            content=self.content,
            concurrency=self.concurrency,
            rate=self.rate,
            headers=self.headers,
        )

    def _filter(self, session: Session) -> Filter | None:
        """Make the filter; None when none was given."""
        pairs = [(name, each) for name, found in self.terms.items() for each in found]
        try:
            chosen = Filter.from_pairs(pairs)
        except ValueError as error:
            raise SubscribeError(str(error)) from error
        if self.feed is None:
            return chosen if pairs else None
        if pairs:
            message = "--feed brings its own filter: leave out the others, or --feed"
            raise SubscribeError(message)
        return subscribing.filter_of_feed(session, self.feed)


NAMES = tuple(each.name for each in fields(Chosen) if each.name != "terms")


def choices(command: Callable[..., None]) -> Callable[..., None]:
    """Give a command all of these options; it is called with `chosen`."""

    @wraps(command)
    def called(**values: Any) -> None:  # noqa: ANN401 - as click hands them over
        terms = {name: values.pop(name) for name in PARAMETERS}
        named = {name: values.pop(name) for name in NAMES}
        command(**values, chosen=Chosen(terms=terms, **named))

    for option in reversed((*SIGNING, *TERMS, *MESSAGES, *SENDING)):
        called = option(called)
    return called
