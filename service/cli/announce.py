"""Tell who started the service what is watched, how it goes, and what to try next."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from rich.console import Console
from rich.table import Table
from rich.text import Text

from config.settings import Settings
from db.articles import count_by_source
from db.engine import Engine, reading
from db.errors import DatabaseUnavailable
from db.sources import Source, list_sources
from scrapers.errors import SourceError
from service.cli.output import cell, own_command
from service.listening import answers

# A table longer than a screen tells nothing; `source list` shows the rest.
MOST_LINES = 20
# By then every site has answered or been given up, or is so slow that the log tells.
PATIENCE_SECONDS = 60.0


@dataclass(frozen=True, kw_only=True, slots=True)
class Watched:
    """The enabled sources, and how many articles each has, by its number."""

    sources: tuple[Source, ...]
    articles: dict[int, int]

    @property
    def is_known(self) -> bool:
        """Whether every source has been visited, well or not."""
        return all(source.health != "new" for source in self.sources)


class Announcer:
    """Says each thing once, when it is so; `look` is called now and then.

    First, when the feeds are served: what is watched, where the feeds are, what to try.
    Then, when every source has been visited: how each is.
    """

    def __init__(
        self,
        engine: Engine,
        settings: Settings,
        console: Console,
        *,
        faults: Sequence[SourceError] = (),
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._engine = engine
        self._settings = settings
        self._console = console
        self._faults = faults
        self._clock = clock
        self._served_at: float | None = None
        self._is_done = False

    def look(self) -> None:
        """Say what there is to say now."""
        if self._is_done:
            return
        if self._served_at is None and not answers(self._settings.bind_address):
            return
        try:
            watched = read_watched(self._engine)
        except DatabaseUnavailable:
            return  # the processes tell of it; we look again in a second
        if self._served_at is None:
            self._served_at = self._clock()
            self._greet(watched)
            self._is_done = watched.is_known
        elif watched.is_known or self._clock() - self._served_at > PATIENCE_SECONDS:
            self._console.print(Text("After the first visit:", style="bold"))
            self._console.print(table_of(watched))
            self._is_done = True

    def _greet(self, watched: Watched) -> None:
        base, command = self._settings.base_url, own_command()
        self._console.print(Text(f"Wireroom serves {base}/", style="bold"))
        if watched.sources:
            self._console.print(table_of(watched))
        for fault in self._faults:
            self._console.print(Text(f"Not read: {fault}", style="red"))
        hints = Table.grid(padding=(0, 2))
        if not watched.sources:
            add = f"{command} source add FILE, or WIREROOM_SOURCES=sample {command} run"
            hints.add_row("Nothing is watched yet:", add)
        hints.add_row("All articles:", f"{base}/feeds/all.atom (.rss, .json)")
        hints.add_row("All feeds:", f"{base}/")
        hints.add_row("Watch deliveries:", f"{command} listen, in a second terminal")
        hints.add_row("End:", "Ctrl-C")
        self._console.print(hints)


def read_watched(engine: Engine) -> Watched:
    """Read what is watched just now."""
    with reading(engine) as session:
        return Watched(
            sources=tuple(list_sources(session, enabled_only=True)),
            articles=count_by_source(session),
        )


def table_of(watched: Watched) -> Table:
    """Make the table of the watched sources, their health and its reason."""
    table = Table(box=None, pad_edge=False, header_style="bold")
    for name in ("source", "site", "health", "articles", "reason"):
        table.add_column(name, overflow="fold")
    for source in watched.sources[:MOST_LINES]:
        table.add_row(
            cell(source.slug),
            cell(source.head.home),
            cell("first visit" if source.health == "new" else source.health),
            cell(watched.articles.get(source.id, 0)),
            cell(source.health_reason or ""),
        )
    more = len(watched.sources) - MOST_LINES
    if more > 0:
        table.add_row(cell(f"… and {more} more"), cell("wireroom source list"))
    return table
