"""`wireroom token`: who may ask the API."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import click

from db import tokens
from db.engine import reading, transaction
from db.tokens import ApiToken
from service.auth import SCOPES, digest_of, new_token
from service.cli.opening import opened
from service.cli.output import json_option, print_json, print_rows
from service.cli.times import Span

COLUMNS = ("name", "scopes", "created_at", "expires_at", "last_used_at")
LONGEST_NAME = 100


@click.group()
def token() -> None:
    """Make and revoke the tokens that the API is asked with.

    \b
        wireroom token create reader --scope events:read
        wireroom token list
        wireroom token revoke reader
    """


@token.command()
@click.argument("name")
@click.option(
    "--scope",
    "scopes",
    multiple=True,
    required=True,
    type=click.Choice(list(SCOPES)),
    help="What it may be used for; can be repeated.",
)
@click.option("--expires", type=Span(), help="After so long it opens nothing: 90d.")
@json_option
def create(
    *, name: str, scopes: tuple[str, ...], expires: timedelta | None, as_json: bool
) -> None:
    """Make a token; it is shown once and not stored.

    \b
        wireroom token create reader --scope events:read --expires 90d
    """
    if not name.strip() or len(name) > LONGEST_NAME or not name.isprintable():
        message = f"a name has 1 to {LONGEST_NAME} visible characters"
        raise click.UsageError(message)
    text = new_token()
    with opened() as services, transaction(services.engine) as session:
        if tokens.find_named(session, name):
            message = f"there is a token {name!r} already: revoke it, or name another"
            raise click.UsageError(message)
        now = services.clock()
        made = tokens.add_token(
            session,
            name=name,
            digest=digest_of(text),
            scopes=tuple(dict.fromkeys(scopes)),
            expires_at=now + expires if expires is not None else None,
            now=now,
        )
    if as_json:
        print_json(_row(made) | {"token": text})
        return
    click.echo(f"Its token, shown this once:  {text}")
    click.echo(f'Use it:  curl -H "Authorization: Bearer {text}" …/api/v1/events')


@token.command("list")
@json_option
def list_(*, as_json: bool) -> None:
    """List the tokens, with when each was last used (to ten minutes).

    \b
        wireroom token list
    """
    with opened() as services, reading(services.engine) as session:
        found = tokens.list_tokens(session)
    rows = [_row(each) for each in found]
    if not as_json:
        rows = [row | {"scopes": ", ".join(row["scopes"])} for row in rows]
    print_rows(
        rows,
        COLUMNS,
        as_json=as_json,
        empty="No tokens yet: wireroom token create NAME --scope events:read",
        now=datetime.now(UTC),
    )


@token.command()
@click.argument("name")
def revoke(*, name: str) -> None:
    """Revoke a token: from now on it opens nothing.

    \b
        wireroom token revoke reader
    """
    with opened() as services, transaction(services.engine) as session:
        tokens.remove_token(session, name)
    click.echo(f"The token {name} is revoked.")


def _row(found: ApiToken) -> dict[str, Any]:
    return {
        "name": found.name,
        "scopes": list(found.scopes),
        "created_at": found.created_at,
        "expires_at": found.expires_at,
        "last_used_at": found.last_used_at,
    }
