"""`wireroom article`: what an operator does to one article, found by id or address."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import asdict
from typing import Any

import click

from db.decisions import TAKEN_DOWN
from db.engine import Session, reading, transaction
from db.errors import NotFound
from db.records import StoredArticle
from db.takedown import (
    Blocked,
    TakenDown,
    find_articles,
    list_blocked,
    merge_words,
    restore_by_hand,
    take_down,
    withdraw_by_hand,
)
from service.cli.opening import opened
from service.cli.output import json_option, print_json, print_rows, visible
from service.entries import entry_id
from service.services import Services

COLUMNS = ("id", "source", "title", "url", "published_at", "withdrawn_by")
BLOCKED_COLUMNS = ("url", "id", "blocked_at", "reason")
# What a pass has read is stored by then, or shows what was done meanwhile.
STORING_SECONDS = 1.0
REMEDY = "give its id, as feeds have it, or one of its addresses"


@click.group()
def article() -> None:
    """Withdraw an article, bring it back, or take it down for good.

    ARTICLE is an id as feeds give it, or an address; what several sources have at one
    address is meant in all of them.
    """


@article.command()
@click.argument("article", metavar="ARTICLE")
@json_option
def show(*, article: str, as_json: bool) -> None:
    """Show what is stored of an article, in a line.

    \b
        wireroom article show https://example.org/2026/03/flood/
    """
    with opened() as services, reading(services.engine) as session:
        found = _get(session, article)
    print_rows([_row(one) for one in found], COLUMNS, as_json=as_json, empty="")


@article.command()
@click.argument("article", metavar="ARTICLE")
def withdraw(*, article: str) -> None:
    """Withdraw an article; its site does not bring it back, `restore` does.

    \b
        wireroom article withdraw urn:uuid:01890a5d-ac96-774b-bcce-b302099a8057
    """
    _turn(
        article,
        withdraw_by_hand,
        "is withdrawn",
        "was withdrawn by hand, or taken down, already",
    )


@article.command()
@click.argument("article", metavar="ARTICLE")
def restore(*, article: str) -> None:
    """Bring an article back, whoever withdrew it.

    \b
        wireroom article restore https://example.org/2026/03/flood/
    """
    _turn(article, restore_by_hand, "is restored", "is not withdrawn")


def _turn(key: str, work: Callable[..., bool], done: str, already: str) -> None:
    with opened() as services, transaction(services.engine) as session:
        now = services.clock()
        lines = [
            f"{visible(one.url)} {done if work(session, one, now=now) else already}."
            for one in _get(session, key)
        ]
    click.echo("\n".join(lines))


@article.command()
@click.argument("article", metavar="ARTICLE")
@click.option("--reason", help="Kept beside the addresses that are blocked.")
@click.option("--yes", is_flag=True, help="Do not ask: there is no way back.")
@json_option
def takedown(*, article: str, reason: str | None, yes: bool, as_json: bool) -> None:
    """Take an article down: purge all it said, and block its addresses.

    Its text, revisions, events, payloads and delivery logs are deleted, what waits to
    be sent of it too; subscribers are told that it is withdrawn, and no pass brings it
    back. Backups, and copies that others made, are yours to look after.

    \b
        wireroom article takedown https://example.org/2026/03/flood/ --reason "order 17"
    """
    with opened() as services:
        with reading(services.engine) as session:
            found = _get(session, article)
        if not yes:
            for one in found:
                click.echo(f"{visible(one.title)}\n    {visible(one.url)}", err=True)
            click.confirm("Purge it for good?", abort=True, err=True)
        done = _take_down(services, found, reason)
        with transaction(services.engine) as session:
            is_more = merge_words(session, is_first=True)
        while is_more:
            with transaction(services.engine) as session:
                is_more = merge_words(session, is_first=False)
    if as_json:
        print_json([_purged(one) for one in done])
        return
    for purged in done:
        click.echo(
            f"{entry_id(purged.uid)} is taken down: {purged.revisions} revisions, "
            f"{purged.events} events and {purged.deliveries} deliveries are purged. "
            "Blocked:"
        )
        for url in purged.addresses:
            click.echo(f"    {visible(url)}")


def _take_down(
    services: Services, found: list[StoredArticle], reason: str | None
) -> list[TakenDown]:
    """Take articles down, and again what a pass stored that had read it before."""
    done: list[TakenDown] = []
    while found:
        with transaction(services.engine) as session:
            now = services.clock()
            done += [
                take_down(session, one.uid, reason=reason, now=now) for one in found
            ]
        if services.engine.dialect.name == "sqlite":
            break  # there who writes has read after all others have written
        time.sleep(STORING_SECONDS)
        with reading(services.engine) as session:
            ids = {str(one.uid) for one in done}
            now_there = [one for uid in ids for one in find_articles(session, uid)]
        found = [one for one in now_there if one.withdrawn_by != TAKEN_DOWN]
    return done


@article.command()
@json_option
def blocked(*, as_json: bool) -> None:
    """List the addresses that takedowns blocked.

    \b
        wireroom article blocked
    """
    with opened() as services, reading(services.engine) as session:
        rows = [_line(one) for one in list_blocked(session)]
    print_rows(rows, BLOCKED_COLUMNS, as_json=as_json, empty="Nothing is blocked.")


def _get(session: Session, key: str) -> list[StoredArticle]:
    found = find_articles(session, key)
    if not found:
        raise NotFound("article", key, REMEDY)
    return found


def _row(found: StoredArticle) -> dict[str, Any]:
    return {
        "id": entry_id(found.uid),
        "source": found.source,
        "title": found.title,
        "url": found.url,
        "published_at": found.published_at,
        "version": found.version,
        "withdrawn_at": found.withdrawn_at,
        "withdrawn_by": found.withdrawn_by,
    }


def _line(found: Blocked) -> dict[str, Any]:
    return {
        "url": found.url,
        "id": entry_id(found.uid),
        "blocked_at": found.blocked_at,
        "reason": found.reason,
    }


def _purged(done: TakenDown) -> dict[str, Any]:
    return asdict(done) | {"uid": str(done.uid)}
