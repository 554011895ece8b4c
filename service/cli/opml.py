"""`wireroom opml`: lists of feeds, from and for feed readers."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import click

from db.catalogue import list_public
from db.engine import Session, reading, transaction
from db.errors import Conflict
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
        with reading(services.engine) as session:
            watched = _watched(session)
        rows = [_take_in(services, one, watched) for one in listed]
    print_rows(rows, COLUMNS, as_json=as_json, empty="")
    if any(row["outcome"] == "failed" for row in rows):
        raise SystemExit(1)


@dataclass(frozen=True, kw_only=True, slots=True)
class _Watched:
    """Which source reads a feed, and which slugs are taken; it grows as they do."""

    feeds: dict[str, str]
    slugs: set[str]


def _watched(session: Session) -> _Watched:
    # Read once: of a list of thousands every feed would read what is known of all.
    known = list_sources(session)
    feeds = {url: one.slug for one in known for url in feeds_of(one.spec)}
    saved = (feed.slug for feed in list_saved(session))
    return _Watched(feeds=feeds, slugs={ALL, *saved, *(one.slug for one in known)})


def _take_in(
    services: Services, listed: Listed, watched: _Watched
) -> dict[str, str | None]:
    row: dict[str, str | None] = {"feed": listed.feed_url, "source": None}
    watching = watched.feeds.get(listed.feed_url)
    if watching is not None:
        return row | {"source": watching, "outcome": "known", "reason": None}
    try:
        spec = draft_source(listed).to_dict()
        slug = slug_for(listed, watched.slugs)
        made = Definition(slug=slug, spec=spec)
        with transaction(services.engine) as session:
            add_source(session, made, origin="api", now=services.clock())
    except (SourceError, Conflict) as error:
        return row | {"outcome": "failed", "reason": str(error)}
    watched.feeds[listed.feed_url] = slug
    watched.slugs.add(slug)
    return row | {"source": slug, "outcome": "added", "reason": None}
