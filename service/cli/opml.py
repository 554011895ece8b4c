"""`wireroom opml`: lists of feeds, from and for feed readers."""

from __future__ import annotations

from pathlib import Path

import click

from db.catalogue import list_public
from db.engine import Session, reading, transaction
from db.saved import list_saved
from db.scopes import ALL
from db.sources import Definition, add_source, list_sources
from scrapers.errors import SourceError
from scrapers.opml import Listed, draft_source, feeds_of, read_opml, slug_for
from service.cli.opening import opened
from service.cli.output import json_option, print_rows
from service.feeds.opml import write_opml
from service.services import Services

COLUMNS = ("feed", "source", "outcome", "reason")


@click.group()
def opml() -> None:
    """Take feeds over from a feed reader, or hand ours to one."""


@opml.command("export")
def export() -> None:
    """Print the public feeds as OPML, as /opml serves it.

    \b
        wireroom opml export > wireroom.opml
    """
    with opened() as services, reading(services.engine) as session:
        saved = list_saved(session, is_public=True)
        text = write_opml(list_public(session), saved, services.settings.base_url)
    click.echo(text, nl=False)


@opml.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@json_option
def import_(*, file: Path, as_json: bool) -> None:
    """Add a source for each feed in FILE, an OPML list.

    Each is named after its host and read by its feed alone; `source export` gives its
    definition to be refined. What is watched already stays as it is, so the same list
    may come again. Exit code 1 when some feed could not be added.

    \b
        wireroom opml import subscriptions.opml
    """
    listed = read_opml(file.read_bytes(), name=str(file))
    with opened() as services:
        rows = [_take_in(services, one) for one in listed]
    print_rows(rows, COLUMNS, as_json=as_json, empty="")
    if any(row["outcome"] == "failed" for row in rows):
        raise SystemExit(1)


def _take_in(services: Services, listed: Listed) -> dict[str, str | None]:
    row: dict[str, str | None] = {"feed": listed.feed_url, "source": None}
    try:
        spec = draft_source(listed)
    except SourceError as error:
        return row | {"outcome": "failed", "reason": str(error)}
    with transaction(services.engine) as session:
        known = list_sources(session)
        watching = next(
            (one.slug for one in known if listed.feed_url in feeds_of(one.spec)), None
        )
        if watching is not None:
            return row | {"source": watching, "outcome": "known", "reason": None}
        slug = slug_for(listed, _taken(session, [one.slug for one in known]))
        made = Definition(slug=slug, spec=spec.to_dict())
        add_source(session, made, origin="api", now=services.clock())
    return row | {"source": slug, "outcome": "added", "reason": None}


def _taken(session: Session, slugs: list[str]) -> set[str]:
    return {ALL, *slugs, *(feed.slug for feed in list_saved(session))}
