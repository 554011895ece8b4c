"""`wireroom source`: the watched sites."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from db import sources
from db.articles import count_by_source
from db.engine import reading, transaction
from db.errors import Conflict
from db.sources import Definition, Source
from scrapers import source as definitions
from service.cli.checking import check
from service.cli.drafting import new
from service.cli.opening import opened
from service.cli.output import json_option, print_rows
from service.cli.watched import accept, pace_of, show
from service.services import Services

COLUMNS = (
    *("slug", "health", "articles", "every", "polled_at", "next_poll_at"),
    "reason",
)

file_argument = click.argument(
    "file", type=click.Path(exists=True, dir_okay=False, path_type=Path)
)


@click.group()
def source() -> None:
    """List, add, check and steer the watched sites.

    A source is one TOML file (docs/sources.md). Files in WIREROOM_SOURCES_DIR are read
    when the service starts; `source add` takes one in while it runs.
    """


source.add_command(new)
source.add_command(check)
source.add_command(show)
source.add_command(accept)


@source.command("list")
@json_option
def list_(*, as_json: bool) -> None:
    """List all sources with their health, and when they are due.

    \b
        wireroom source list
        wireroom source list --json | jq '.[] | select(.health == "failing")'
    """
    with opened() as services, reading(services.engine) as session:
        now = services.clock()
        articles = count_by_source(session)
        rows = [
            _row(found, articles.get(found.id, 0))
            for found in sources.list_sources(session)
        ]
    empty = "No sources yet: add one with `wireroom source add FILE`."
    print_rows(rows, COLUMNS, as_json=as_json, empty=empty, now=now)


def _row(found: Source, articles: int) -> dict[str, Any]:
    every, why = pace_of(found)
    return {
        "slug": found.slug,
        "name": found.head.name,
        "home": found.head.home,
        "origin": found.origin,
        "enabled": found.enabled,
        "visibility": found.head.visibility,
        "health": found.health if found.enabled else "disabled",
        "reason": found.health_reason,
        "health_since": found.health_since,
        "failures": found.failures,
        "articles": articles,
        "every": every,
        "every_because": why,
        "polled_at": found.last_poll_at,
        "succeeded_at": found.last_success_at,
        "next_poll_at": found.next_poll_at if found.enabled else None,
    }


@source.command()
@file_argument
def add(file: Path) -> None:
    """Take in the definition in FILE; its name is the source's slug.

    The source is visited at once. A source that was added before gets the new
    definition and keeps its articles.

    \b
        wireroom source add example-org.toml
    """
    slug, spec = definitions.load(file)
    made = Definition(slug=slug, spec=spec.to_dict())
    with opened() as services, transaction(services.engine) as session:
        now = services.clock()
        try:
            sources.add_source(session, made, origin="api", now=now)
            done = "Added"
        except Conflict:
            sources.replace_definition(session, made, now=now)
            done = "Changed"
    click.echo(f"{done} {slug}: {spec.name}, {spec.home}")


@source.command()
@click.argument("slug")
def export(slug: str) -> None:
    """Print a source's definition as TOML, as `source add` takes it.

    \b
        wireroom source export example-org > example-org.toml
    """
    with opened() as services, reading(services.engine) as session:
        found = sources.get_source(session, slug)
    spec = definitions.from_dict(found.spec, name=slug)
    click.echo(definitions.dump(spec), nl=False)


@source.command()
@click.argument("slug")
def enable(slug: str) -> None:
    """Watch a source again; it is due at once.

    \b
        wireroom source enable example-org
    """
    _enable(slug, enabled=True)
    click.echo(f"{slug} is watched, and due at once.")


@source.command()
@click.argument("slug")
def disable(slug: str) -> None:
    """Stop watching a source; its articles and feeds stay.

    \b
        wireroom source disable example-org
    """
    _enable(slug, enabled=False)
    click.echo(f"{slug} is not watched any more; its feeds stay.")


def _enable(slug: str, *, enabled: bool) -> None:
    with opened() as services, transaction(services.engine) as session:
        sources.set_enabled(session, slug, enabled=enabled, now=services.clock())


@source.command()
@click.argument("slug")
def poll(slug: str) -> None:
    """Make a source due at once; the running worker visits it within a second.

    `wireroom sync` does the same here and shows what came of it.

    \b
        wireroom source poll example-org
    """
    with opened() as services, transaction(services.engine) as session:
        sources.poll_now(session, slug, now=services.clock())
    click.echo(f"{slug} is due.")


@source.command()
@click.argument("old")
@click.argument("new")
def rename(old: str, new: str) -> None:
    """Give source OLD the slug NEW; the old feed addresses lead to the new ones.

    The definition of a source that comes from a file is renamed with it: move the file
    too, or the next start adds it anew.

    \b
        wireroom source rename example-org daily-example
    """
    definitions.check_slug(new, name="rename")
    with opened() as services, transaction(services.engine) as session:
        found = sources.get_source(session, old)
        sources.rename_source(session, old, new, now=services.clock())
    had_feeds = found.head.visibility == "public"
    leaves = "; its old addresses answer 301." if had_feeds else "."
    click.echo(f"{old} is {new} now{leaves}")
    if found.origin == "file":
        click.echo(f"Rename its file to {new}.toml before the next start.", err=True)


@source.command()
@click.argument("slug")
@click.option("--yes", is_flag=True, help="Do not ask.")
def remove(slug: str, *, yes: bool) -> None:
    """Remove a source with all its articles; its feeds answer 410 from now on.

    \b
        wireroom source remove example-org
    """
    with opened() as services:
        articles = _article_count(services, slug)
        if not yes:
            question = f"Remove {slug} and its {articles} articles for good?"
            click.confirm(question, abort=True)
        with transaction(services.engine) as session:
            sources.remove_source(session, slug, now=services.clock())
    click.echo(f"{slug} is removed.")


def _article_count(services: Services, slug: str) -> int:
    with reading(services.engine) as session:
        found = sources.get_source(session, slug)
        return count_by_source(session).get(found.id, 0)
