"""The options by which a subscription is described, for `add` and `edit` alike."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TypeVar

import click

from db.engine import Session
from db.filters import PARAMETERS, Filter
from service.webhooks import subscribing
from service.webhooks.events import TYPES
from service.webhooks.payloads import formats
from service.webhooks.subscribing import MOST_AT_ONCE, SubscribeError

Command = TypeVar("Command", bound=Callable[..., object])

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
MESSAGES = (
    click.option(
        "--event",
        "event_types",
        multiple=True,
        help=f"Only events of this type: {', '.join(TYPES)}.",
    ),
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
        help="Requests at once in a worker; 4 unless you say otherwise.",
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


def choices(command: Command) -> Command:
    """Give a command all of these options."""
    for option in reversed((*SIGNING, *TERMS, *MESSAGES, *SENDING)):
        command = option(command)
    return command


def chosen_filter(
    session: Session, terms: Mapping[str, tuple[str, ...]], feed: str | None
) -> Filter | None:
    """Make the filter of these options; None when none was given."""
    pairs = [(name, value) for name in PARAMETERS for value in terms.get(name, ())]
    try:
        chosen = Filter.from_pairs(pairs)
    except ValueError as error:
        raise SubscribeError(str(error)) from error
    if feed is None:
        return chosen if pairs else None
    if pairs:
        message = "--feed brings its own filter: leave out the others, or --feed"
        raise SubscribeError(message)
    return subscribing.filter_of_feed(session, feed)
