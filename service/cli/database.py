"""`wireroom db`: the schema."""

from __future__ import annotations

import click

from db import migrate
from service.cli.opening import opened
from service.cli.output import json_option, print_json


@click.group()
def db() -> None:
    """Make the tables, bring them up to date, check them."""


@db.command()
def upgrade() -> None:
    """Bring the database to the schema of this version.

    Safe to repeat, and to run on many machines at once; all or nothing. `wireroom run`
    does it at its start; before `web` and `worker` it is done by hand:

    \b
        WIREROOM_DATABASE_URL=postgresql://wireroom@db/wireroom wireroom db upgrade
    """
    with opened(schema=False) as services:
        before = migrate.upgrade(services.engine)
    if before.found == before.newest:
        click.echo(f"The schema is {before.newest} already; nothing to do.")
    elif before.found is None:
        click.echo(f"The tables are made: schema {before.newest}.")
    else:
        click.echo(f"The schema was {before.found} and is {before.newest} now.")


@db.command()
@json_option
def check(*, as_json: bool) -> None:
    """Say whether this version works on the database's schema; exit code 1 if not.

    \b
        wireroom db check || wireroom db upgrade
    """
    with opened(schema=False) as services:
        state = migrate.check(services.engine)
    if as_json:
        print_json(
            {
                "found": state.found,
                "oldest": state.oldest,
                "newest": state.newest,
                "fits": state.fits,
                "remedy": state.remedy,
            }
        )
    else:
        click.echo(state.remedy or f"The schema is {state.found}; all is well.")
    if not state.fits:
        raise SystemExit(1)
