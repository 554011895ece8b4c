"""`wireroom feed` and `wireroom opml`: what there is to read."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import click

from db.catalogue import ListedSource, list_public
from db.engine import reading
from db.scopes import ALL
from service.cli.opening import opened
from service.cli.output import json_option, print_rows
from service.feeds.opml import write_opml
from service.feeds.render import feed_address

COLUMNS = ("feed", "title", "address")
FORMATS = ("rss", "atom", "json")


@click.group()
def feed() -> None:
    """See which feeds there are."""


@feed.command("list")
@json_option
def list_(*, as_json: bool) -> None:
    """List the public feeds: everything, each source, each category.

    The address shown is the Atom feed's; .rss and .json are beside it, and --json
    prints all three.

    \b
        wireroom feed list
        wireroom feed list --json | jq -r '.[].rss'
    """
    with opened() as services:
        base_url = services.settings.base_url
        with reading(services.engine) as session:
            listed = list_public(session)
    rows = [
        {"feed": slug, "title": title} | _addresses(base_url, slug)
        for slug, title in _feeds(listed)
    ]
    print_rows(rows, COLUMNS, as_json=as_json, empty="")


def _feeds(listed: list[ListedSource]) -> Iterator[tuple[str, str]]:
    yield ALL, "Everything"
    for source in listed:
        yield source.head.slug, source.head.name
        for category in source.categories:
            slug = f"{source.head.slug}/{category.path}"
            yield slug, " › ".join((source.head.name, *category.names))


def _addresses(base_url: str, slug: str) -> dict[str, Any]:
    address = feed_address(base_url, slug)
    every = {name: f"{address}.{name}" for name in FORMATS}
    return every | {"address": every["atom"]}


@click.group()
def opml() -> None:
    """Hand the list of feeds to a feed reader."""


@opml.command("export")
def export() -> None:
    """Print the public feeds as OPML, as /opml serves it.

    \b
        wireroom opml export > wireroom.opml
    """
    with opened() as services, reading(services.engine) as session:
        text = write_opml(list_public(session), services.settings.base_url)
    click.echo(text, nl=False)
