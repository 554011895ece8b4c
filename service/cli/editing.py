"""`wireroom subscription edit`: change what is there."""

from __future__ import annotations

import click

from db import subscriptions
from db.changes import notify
from db.engine import transaction
from service.cli.choosing import Chosen, choices
from service.cli.opening import opened
from service.cli.output import json_option, print_json
from service.cli.subscribed import row_of, say_keys, warn_of_address, wrong_use
from service.webhooks import editing


@click.command()
@click.argument("key", metavar="ID")
@click.option("--url", help="Another address; what waits goes there, too.")
@choices
@json_option
def edit(
    *,
    key: str,
    url: str | None,
    chosen: Chosen,
    as_json: bool,
) -> None:
    """Change a subscription; what is not named stays as it is.

    A filter given takes the place of the whole one before (`--feed all`: everything);
    so do event types and signatures. What is queued already keeps its bytes.

    \b
        wireroom subscription edit 1 --rate 10/second --concurrency 2
        wireroom subscription edit 1 --header "Authorization: Bearer abc"
        wireroom subscription edit 1 --signature v1 --signature v1a
    """
    with opened() as services:
        with wrong_use(), transaction(services.engine) as session:
            asked = chosen.edit(session, url)
            before = subscriptions.get_subscription(session, key)
            made, fresh = editing.edit(session, services.cipher, key, asked)
            row = row_of(session, made)
            notify(session)
        if url is not None:
            warn_of_address(services, made.url)
    if as_json:
        print_json(row | {"secret": fresh})
        return
    if made == before:
        click.echo(f"Nothing changed: subscription {made.id} is as it was.")
        return
    click.echo(f"Subscription {made.id} is changed.")
    if chosen.signatures or chosen.keys:
        say_keys(made, fresh)
