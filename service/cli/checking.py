"""`wireroom source check`: a definition, its saved pages, and the site as it is now."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click
from rich.table import Table

from config.loading import load
from config.logs import configure
from config.settings import Settings
from scrapers.check import Finding, run_checks, unused_pages
from scrapers.fetch.guard import AddressGuard
from scrapers.live import MOST_ARTICLES, Live, check_live
from scrapers.sandbox import Parser
from scrapers.source import SourceSpec
from scrapers.source import load as load_definition
from service.cli.asking import asking
from service.cli.output import cell, console, json_option, print_json, visible
from service.visiting import build_sandbox, build_visits

COLUMNS = ("title", "published", "author", "words", "url")


@click.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--live", is_flag=True, help="Ask the site, too: a few documents.")
@json_option
def check(file: Path, *, live: bool, as_json: bool) -> None:
    """Check the definition in FILE, and what it makes of its saved pages.

    The pages its [[check]] tables name lie in the folder named like the file, beside
    it. With --live the site is asked as a poll asks it, and a few articles are read.
    Exit code 1 when anything is not as it should be; no database is needed.

    \b
        wireroom source check example-org.toml
        wireroom source check example-org.toml --live
    """
    slug, spec = load_definition(file)
    settings = load()
    configure(log_format=settings.log_format, level="warning")
    with build_sandbox(settings) as sandbox:
        findings = run_checks(spec, file, sandbox)
        found = _ask(settings, spec, sandbox, quiet=as_json) if live else None
    unused = unused_pages(spec, file)
    if as_json:
        print_json(_as_object(slug, findings, unused, found))
    else:
        _show_findings(file, findings, unused)
        if found is not None:
            _show_live(found)
    is_good = found is None or found.is_good
    if unused or not is_good or any(finding.faults for finding in findings):
        raise SystemExit(1)


def _ask(settings: Settings, spec: SourceSpec, parser: Parser, *, quiet: bool) -> Live:
    visits = build_visits(settings, AddressGuard(settings.allowed_networks))
    most = len(spec.discover) + MOST_ARTICLES
    with asking(most, quiet=quiet) as tell:
        return check_live(
            spec, visits, parser, clock=lambda: datetime.now(UTC), tell=tell
        )


def _as_object(
    slug: str, findings: Sequence[Finding], unused: Sequence[str], found: Live | None
) -> dict[str, Any]:
    made: dict[str, Any] = {
        "slug": slug,
        "checks": [{"page": f.page, "faults": f.faults} for f in findings],
        "unused_pages": unused,
    }
    return made if found is None else {**made, "live": asdict(found)}


def _show_findings(
    file: Path, findings: Sequence[Finding], unused: Sequence[str]
) -> None:
    for finding in findings:
        click.echo(f"{finding.page}: {'wrong' if finding.faults else 'ok'}")
        for fault in finding.faults:
            click.echo(visible(f"    {fault}"))
    for page in unused:
        click.echo(f"{page}: no check reads it")
    if not findings:
        click.echo(f"{file}: well formed; it has no [[check]] to run.")


def _show_live(found: Live) -> None:
    """Print what each entry found, and the articles that were read."""
    for place in found.places:
        click.echo(visible(f"{place.key}: {place.found} found"))
        for text in (*place.faults, *place.notes):
            click.echo(visible(f"    {text}"))
    table = Table(box=None, pad_edge=False, header_style="bold")
    for name in (*COLUMNS, "wrong"):
        table.add_column(name, overflow="fold")
    for page in found.pages:
        cells = [cell(getattr(page, name)) for name in COLUMNS]
        table.add_row(*cells, cell("; ".join(page.faults) or None))
    if found.pages:
        console().print(table)
    for fault in found.faults:
        click.echo(visible(fault))
