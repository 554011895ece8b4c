"""`wireroom try`: what extraction makes of one page. Nothing is stored."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import click
from rich.table import Table
from rich.text import Text

from config.loading import load
from config.logs import configure
from config.settings import Settings
from scrapers.check import category_names, read_saved
from scrapers.definitions import load_folder, load_shipped, shipped_slugs
from scrapers.errors import RedirectLoop
from scrapers.extract.article import extract
from scrapers.extract.recipe import Recipe
from scrapers.fetch.guard import AddressGuard
from scrapers.fetch.hosts import host_name
from scrapers.items import (
    Elsewhere,
    Fetched,
    Hints,
    HostState,
    NotArticle,
    Page,
    ScrapedArticle,
    Site,
)
from scrapers.source import SourceSpec
from scrapers.source import load as load_definition
from service.cli.output import cell, console, json_option, print_json, visible
from service.visiting import build_sandbox, build_visits


@dataclass(frozen=True, kw_only=True, slots=True)
class Guide:
    """What extraction goes by: a definition's recipe, or none."""

    name: str = "no definition: metadata and the generic extractor"
    recipe: Recipe = field(default_factory=Recipe)
    site: Site = field(default_factory=Site)


@click.command("try")
@click.argument("url")
@click.option(
    "--html",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Read the page from this file; nothing is fetched.",
)
@click.option("--source", help="The definition to go by: its slug, or its file.")
@json_option
def try_(url: str, html: Path | None, source: str | None, *, as_json: bool) -> None:
    """Show what extraction makes of one page; nothing is stored.

    It goes by the definition given, else by the one whose home is on the page's host,
    else by none. robots.txt is obeyed here, too.

    \b
        wireroom try https://example.org/2026/01/flood/
        wireroom try https://example.org/2026/01/flood/ --html saved.html --json
        wireroom try https://example.org/2026/01/flood/ --source example-org.toml
    """
    settings = load()
    configure(log_format=settings.log_format, level="warning")
    try:
        host_name(url)
    except ValueError as error:
        raise click.BadParameter(str(error), param_hint="URL") from error
    guide = find_guide(settings, url, source)
    page = read_saved(html, url) if html else fetch(settings, url)
    with build_sandbox(settings) as sandbox:
        found = sandbox.run(
            extract, page, guide.recipe, Hints(), guide.site, url=page.url
        )
    if isinstance(found, NotArticle):
        raise click.ClickException(f"{found.url}: no article: {found.reason}")
    if as_json:
        print_json(as_object(found))
    else:
        show(found, guide)


def find_guide(settings: Settings, url: str, source: str | None) -> Guide:
    """Choose the definition: by file, by slug, by host."""
    if source is not None and source.endswith(".toml"):
        return _guide(*load_definition(Path(source)))
    known = definitions(settings)
    if source is not None:
        if source not in known:
            message = f"no definition {source!r}; there are {', '.join(sorted(known))}"
            raise click.BadParameter(message, param_hint="--source")
        return _guide(source, known[source])
    for slug, spec in known.items():
        if _bare_host(spec.home) == _bare_host(url):
            return _guide(slug, spec)
    return Guide()


def definitions(settings: Settings) -> dict[str, SourceSpec]:
    """Give the definitions there are files of, the operator's own before the shipped.

    Files that cannot be read are left out: it is not they that are tried.
    """
    own = load_folder(settings.sources_dir).specs if settings.sources_dir else ()
    return dict(load_shipped(shipped_slugs()).specs) | dict(own)


def _guide(slug: str, spec: SourceSpec) -> Guide:
    return Guide(name=slug, recipe=spec.article, site=spec.site())


def _bare_host(url: str) -> str:
    return urlsplit(url).netloc.lower().removeprefix("www.")


def fetch(settings: Settings, url: str) -> Page:
    """Fetch a page as a worker would, over redirects to other hosts, too."""
    visits = build_visits(settings, AddressGuard(settings.allowed_networks))
    asked = url
    for _ in range(visits.limits.max_redirects + 1):
        state = HostState(name=host_name(asked))
        with visits.open(state, lambda: datetime.now(UTC)) as fetcher:
            fetched = fetcher.get(asked)
        if not isinstance(fetched, Elsewhere):
            return _page(fetched, url)
        asked = fetched.url
    raise RedirectLoop("it leads from host to host", url=url)


def _page(fetched: Fetched, url: str) -> Page:
    if isinstance(fetched, Page):
        return fetched
    status = getattr(fetched, "status", "no document")
    raise click.ClickException(f"{url}: the site answers {status}")


def as_object(article: ScrapedArticle) -> dict[str, Any]:
    """Give an article as `--json` prints it."""
    precision = article.published_precision
    return {
        "url": article.url,
        "title": article.title,
        "summary": article.summary,
        "authors": [author.name for author in article.authors],
        "published_at": article.published_at,
        "published_precision": precision.value if precision else None,
        "modified_at": article.modified_at,
        "categories": list(category_names(article)),
        "tags": list(article.tags),
        "language": article.language,
        "image": article.image.url if article.image else None,
        "body_html": article.body_html,
        "body_text": article.body_text,
    }


def show(article: ScrapedArticle, guide: Guide) -> None:
    """Print an article for people: what was found, then its text."""
    table = Table(box=None, show_header=False, pad_edge=False)
    table.add_column(style="bold")
    table.add_column(overflow="fold")
    table.add_row("definition", cell(guide.name))
    for key, value in as_object(article).items():
        if not key.startswith("body"):
            table.add_row(key.replace("_", " "), cell(value or None))
    reserved = ", ".join(sorted(article.restrictions)) or None
    table.add_row("restrictions", cell(reserved))
    console().print(table)
    console().print(Text(visible(f"\n{article.body_text}")), soft_wrap=True)
