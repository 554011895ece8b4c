"""`wireroom web`: serve the feeds."""

from __future__ import annotations

import click

from config.settings import Settings
from service.cli.starting import parent_option, prepared, wait_option
from service.listening import require_free
from service.web import serve


@click.command()
@wait_option
@parent_option
def web(*, wait: bool, parent: int | None) -> None:
    """Serve the feeds: one of any number of web processes.

    Refuses a database whose schema does not fit; run `wireroom db upgrade` first.

    \b
        WIREROOM_DATABASE_URL=postgresql://wireroom@db/wireroom wireroom web
    """
    settings = prepared(parent)
    require_free(settings.bind_address, setting="WIREROOM_BIND")
    if not wait:
        _require_database(settings)
    serve(settings)


def _require_database(settings: Settings) -> None:
    from db.migrate import require
    from service.services import build

    services = build(settings)
    require(services.engine)
    services.cipher.require()
    services.engine.dispose()
