"""`wireroom feed`: what there is to read, and feeds of one's own."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from typing import Any, cast

import click

from db import saved
from db.catalogue import ListedSource, list_public
from db.engine import Session, reading, transaction
from db.filters import PARAMETERS, Filter
from db.records import Republish
from db.saved import SavedFeed
from db.scopes import ALL, list_unknown
from db.sources import list_sources
from scrapers.source import check_slug
from service.cli.opening import opened
from service.cli.output import json_option, print_json, print_rows
from service.entries import POLICIES, query_of
from service.feeds.writing import feed_address

COLUMNS = ("feed", "title", "address")
FORMATS = ("rss", "atom", "json", "ninjs")
# Nobody guesses so many random bytes.
TOKEN_BYTES = 24


@click.group()
def feed() -> None:
    """See which feeds there are, and define your own."""


@feed.command("list")
@json_option
def list_(*, as_json: bool) -> None:
    """List the feeds: everything, your own, each source, each category.

    The address shown is the Atom feed's; .rss, .json and .ninjs are beside it, and
    --json prints all four. A private feed has one more thing in its address: its token.

    \b
        wireroom feed list
        wireroom feed list --json | jq -r '.[].rss'
    """
    with opened() as services:
        base_url = services.settings.base_url
        with reading(services.engine) as session:
            own = saved.list_saved(session)
            listed = list_public(session)
    rows = [
        {"feed": slug, "title": title, "private": is_private}
        | _addresses(base_url, slug)
        for slug, title, is_private in _feeds(own, listed)
    ]
    print_rows(rows, COLUMNS, as_json=as_json, empty="")


def _feeds(
    own: list[SavedFeed], listed: list[ListedSource]
) -> Iterator[tuple[str, str, bool]]:
    yield ALL, "Everything", False
    for one in own:
        told = f"{one.title} (private)" if one.is_private else one.title
        yield one.slug, told, one.is_private
    for source in listed:
        yield source.head.slug, source.head.name, False
        for category in source.categories:
            slug = f"{source.head.slug}/{category.path}"
            yield slug, " › ".join((source.head.name, *category.names)), False


def _addresses(base_url: str, slug: str, token: str | None = None) -> dict[str, Any]:
    address = feed_address(base_url, slug)
    query = f"?{query_of([('token', token)])}" if token is not None else ""
    every = {name: f"{address}.{name}{query}" for name in FORMATS}
    return every | {"address": every["atom"]}


@feed.command()
@click.argument("slug")
@click.option("--title", required=True, help="What readers call it.")
@click.option("--source", multiple=True, help="Only this source (its slug).")
@click.option("--category", multiple=True, help='Only this one: "News/Iran News".')
@click.option("--tag", multiple=True, help="Only articles with this tag.")
@click.option("--author", multiple=True, help="Only articles by this author.")
@click.option("--lang", multiple=True, help='Only this language: "en" covers "en-GB".')
@click.option("--q", multiple=True, help='Only what a search finds: "flood -rain".')
@click.option(
    "--content",
    type=click.Choice(POLICIES),
    default="full",
    help="At most so much of an article; never more than its source allows.",
)
@click.option("--private", is_flag=True, help="Opens with a token alone.")
@json_option
def add(
    *,
    slug: str,
    title: str,
    content: str,
    private: bool,
    as_json: bool,
    **terms: tuple[str, ...],
) -> None:
    """Define the feed SLUG: a filter with a title, at /feeds/SLUG.

    Options of one kind widen the choice, options of different kinds narrow it. A
    private feed may name private sources. Its address, with the token, is shown once.

    \b
        wireroom feed add floods --title "Floods" --q "flood OR drought" --lang en
        wireroom feed add desk --title "For the desk" --source secret --private
    """
    check_slug(slug, name="feed add")
    token = secrets.token_urlsafe(TOKEN_BYTES) if private else None
    with opened() as services:
        now = services.clock()
        made = SavedFeed(
            slug=slug,
            title=_title(title),
            filter=_filter(terms),
            content=cast("Republish", content),
            token_hash=saved.hash_of(token) if token is not None else None,
            added_at=now,
        )
        with transaction(services.engine) as session:
            _check_sources(session, made)
            saved.add_saved(session, made, now=now)
        addresses = _addresses(services.settings.base_url, slug, token)
    _show(made, addresses, as_json=as_json)


def _title(given: str) -> str:
    title = " ".join(given.split())
    if not title:
        raise click.BadParameter("a feed needs a title", param_hint="--title")
    return title


def _filter(terms: dict[str, tuple[str, ...]]) -> Filter:
    pairs = [(name, value) for name in PARAMETERS for value in terms[name]]
    try:
        return Filter.from_pairs(pairs)
    except ValueError as error:
        raise click.UsageError(str(error)) from error


def _check_sources(session: Session, made: SavedFeed) -> None:
    known = {source.slug for source in list_sources(session)}
    for slug in made.filter.sources:
        if slug not in known:
            there = ", ".join(sorted(known)) or "none yet"
            message = f"no source {slug!r}; there are: {there}"
            raise click.BadParameter(message, param_hint="--source")
    hidden = [] if made.is_private else list_unknown(session, made.filter.sources)
    if hidden:
        message = f"{hidden[0]!r} is private: only a feed with --private may show it"
        raise click.BadParameter(message, param_hint="--source")


def _show(made: SavedFeed, addresses: dict[str, Any], *, as_json: bool) -> None:
    if as_json:
        print_json(_row(made) | addresses)
        return
    click.echo(f"{made.slug}: {made.title}")
    for name in FORMATS:
        click.echo(f"    {addresses[name]}")
    if made.is_private:
        click.echo("Keep the address: whoever has it reads the feed.", err=True)


def _row(found: SavedFeed) -> dict[str, Any]:
    return {
        "feed": found.slug,
        "title": found.title,
        "filter": found.filter.to_dict(),
        "content": found.content,
        "private": found.is_private,
        "origin": found.origin,
        "added_at": found.added_at,
    }


@feed.command()
@click.argument("slug")
@json_option
def show(*, slug: str, as_json: bool) -> None:
    """Show how the feed SLUG, one of your own, is defined.

    \b
        wireroom feed show floods
    """
    with opened() as services, reading(services.engine) as session:
        row = _row(saved.get_saved(session, slug))
    if as_json:
        print_json(row)
        return
    for name, value in row.items():
        lines = value.items() if isinstance(value, dict) else [(name, value)]
        for key, told in lines:
            text = ", ".join(told) if isinstance(told, list) else told
            click.echo(f"{key}: {text}")


@feed.command()
@click.argument("slug")
@json_option
def rotate(*, slug: str, as_json: bool) -> None:
    """Give the private feed SLUG a new token; the old address opens nothing any more.

    \b
        wireroom feed rotate desk
    """
    token = secrets.token_urlsafe(TOKEN_BYTES)
    with opened() as services:
        with transaction(services.engine) as session:
            saved.set_token(session, slug, saved.hash_of(token))
            found = saved.get_saved(session, slug)
        addresses = _addresses(services.settings.base_url, slug, token)
    _show(found, addresses, as_json=as_json)


@feed.command()
@click.argument("slug")
def remove(slug: str) -> None:
    """Remove the feed SLUG, one of your own; its address answers 410 from now on.

    \b
        wireroom feed remove floods
    """
    with opened() as services, transaction(services.engine) as session:
        origin = saved.get_saved(session, slug).origin
        saved.remove_saved(session, slug, now=services.clock())
    click.echo(f"{slug} is removed.")
    if origin == "file":
        click.echo("Take it out of FEEDS_FILE, too, or it comes back.", err=True)
