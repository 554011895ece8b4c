"""`wireroom source new`: look at a site and draft its definition."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NoReturn

import click
from rich.console import Console
from rich.table import Table

from config.loading import load
from config.logs import configure
from config.settings import Settings
from scrapers.check import pages_folder, run_checks
from scrapers.draft.arriving import Refusal
from scrapers.draft.asking import MOST_DOCUMENTS
from scrapers.draft.drafting import Draft, draft
from scrapers.draft.writing import Row, Written, slug_for, write
from scrapers.fetch.guard import AddressGuard
from scrapers.fetch.hosts import host_name
from scrapers.sandbox import Parser
from scrapers.source import check_slug
from service.cli.asking import asking
from service.cli.output import (
    WIDTH_WITHOUT_TERMINAL,
    cell,
    json_option,
    own_command,
    print_json,
    visible,
)
from service.visiting import build_sandbox, build_visits

COLUMNS = ("title", "published", "author", "words", "url")


@click.command("new")
@click.argument("url")
@click.option(
    "--write",
    "file",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write the definition to this file, and saved pages for its checks beside it.",
)
@click.option(
    "--republish",
    type=click.Choice(["full"]),
    help="Draft it for whole articles, with a rights line that names the site.",
)
@json_option
def new(url: str, file: Path | None, republish: str | None, *, as_json: bool) -> None:
    """Look at the site at URL and draft its definition.

    At most 25 documents are asked for, as politely as ever: robots.txt, WordPress's
    REST interface, feeds, sitemaps, pages that list articles, and a few articles. The
    definition is printed, or written with --write; what it would take is shown on
    stderr. Exit code 1 when there is none, with the reason.

    \b
        wireroom source new https://example.org/
        wireroom source new https://example.org/ --write sources/example-org.toml
    """
    settings = load()
    configure(log_format=settings.log_format, level="warning")
    _check_url(url)
    if file is not None:
        _check_file(file)
    with build_sandbox(settings) as sandbox:
        with asking(MOST_DOCUMENTS, quiet=as_json) as tell:
            found = _look(settings, sandbox, url, tell)
        if isinstance(found, Refusal):
            _refuse(found, as_json=as_json)
        written = write(found, sandbox, is_full=republish == "full")
        faults = _put_down(written, file, sandbox) if file is not None else ()
    if as_json:
        print_json(_as_object(found, written, file))
    else:
        _show(found, written, file)
    if faults:
        raise click.ClickException("; ".join(faults))


def _look(
    settings: Settings, parser: Parser, url: str, tell: Callable[[str], None]
) -> Draft | Refusal:
    visits = build_visits(settings, AddressGuard(settings.allowed_networks))
    return draft(url, visits, parser, clock=lambda: datetime.now(UTC), tell=tell)


def _check_url(url: str) -> None:
    try:
        host_name(url)
    except ValueError as error:
        raise click.BadParameter(str(error), param_hint="URL") from error


def _check_file(file: Path) -> None:
    """Refuse, before a site is asked, a file that could not become a source."""
    hint = "--write"
    if file.suffix != ".toml":
        message = f"{file}: the file of a definition ends with .toml"
        raise click.BadParameter(message, param_hint=hint)
    if file.exists() or pages_folder(file).exists():
        message = f"{file} or its folder of pages is there already: choose another name"
        raise click.BadParameter(message, param_hint=hint)
    # One folder is made, for the first definition; a path of several is a slip.
    if not (file.parent.is_dir() or file.parent.parent.is_dir()):
        message = f"the folder {file.parent.parent} does not exist: choose another"
        raise click.BadParameter(message, param_hint=hint)
    check_slug(file.stem, name=str(file))


def _put_down(written: Written, file: Path, parser: Parser) -> tuple[str, ...]:
    """Write the definition and its pages; give what its own checks find wrong."""
    folder = pages_folder(file)
    try:
        if not file.parent.exists():
            file.parent.mkdir()
            click.echo(f"The folder {file.parent} is new.", err=True)
        if written.pages:
            folder.mkdir(exist_ok=True)
        for name, body in written.pages:
            (folder / name).write_bytes(body)
        file.write_text(written.text, encoding="utf-8")
    except OSError as error:
        message = f"{error.filename}: {error.strerror}"
        raise click.ClickException(message) from error
    findings = run_checks(written.spec, file, parser)
    return tuple(f"{f.page}: {fault}" for f in findings for fault in f.faults)


def _refuse(refusal: Refusal, *, as_json: bool) -> NoReturn:
    if as_json:
        print_json({"url": refusal.url, "reason": refusal.reason, "toml": None})
        raise SystemExit(1)
    remedy = f": {refusal.remedy}" if refusal.remedy else ""
    raise click.ClickException(visible(f"{refusal.url}: {refusal.reason}{remedy}"))


def _as_object(found: Draft, written: Written, file: Path | None) -> dict[str, Any]:
    choice = found.choice
    return {
        "url": found.home,
        "slug": file.stem if file else slug_for(found.home),
        "file": str(file) if file else None,
        "toml": written.text,
        "definition": written.spec.to_dict(),
        "is_sure": not found.doubts,
        "doubts": found.doubts,
        "notes": found.notes,
        "used": [_place(one.lead.kind, one.lead.url, one.why) for one in choice.used],
        "unused": [
            _place(one.lead.kind, one.lead.url, one.why) for one in choice.unused
        ],
        "preview": [asdict(row) for row in written.rows],
    }


def _place(kind: str, url: str, why: str) -> dict[str, str]:
    return {"kind": kind, "url": url, "why": why}


def _show(found: Draft, written: Written, file: Path | None) -> None:
    """Print the definition on stdout, and on stderr what it would take."""
    if file is None:
        click.echo(visible(written.text), nl=False)
    _show_rows(written.rows, len(found.candidates))
    for note in (*found.notes, *(f"Unsure: {doubt}" for doubt in found.doubts)):
        click.echo(visible(note), err=True)
    if file is not None:
        pages = len(written.pages)
        text = f"Written to {file}, with {pages} saved page{'' if pages == 1 else 's'}."
        click.echo(text, err=True)
        click.echo(f"Take it in with: {own_command()} source add {file}", err=True)


def _show_rows(rows: tuple[Row, ...], count: int) -> None:
    width = None if sys.stderr.isatty() else WIDTH_WITHOUT_TERMINAL
    table = Table(box=None, pad_edge=False, header_style="bold")
    for name in COLUMNS:
        table.add_column(name, overflow="fold")
    for row in rows:
        table.add_row(*(cell(getattr(row, name)) for name in COLUMNS))
    console = Console(stderr=True, width=width, highlight=False)
    console.print(table)
    if count > len(rows):
        console.print(f"… and {count - len(rows)} more that were seen.")
