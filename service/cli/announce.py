"""Tell who started the service what is watched, how it goes, and what to try next."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import structlog
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
PATIENCE_SECONDS = 600.0
# How often the database is asked how the sources are.
LOOK_SECONDS = 1.0

log = structlog.get_logger(__name__)


@dataclass(frozen=True, kw_only=True, slots=True)
class Watched:
    """The enabled sources, and how many articles each has, by its number."""

    sources: tuple[Source, ...]
    articles: dict[int, int]


class Announcer:
    """Says each thing once, when it is so; `look` is called now and then.

    First, when the feeds are served: what is watched, where the feeds are, what to try.
    Then, of each source that was not visited before: how it is, when that is known.
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
        self._looked_at = float("-inf")
        self._awaited: set[str] = set()
        self._is_done = False

    def look(self) -> None:
        """Say what there is to say now."""
        now = self._clock()
        if self._is_done or now < self._looked_at + LOOK_SECONDS:
            return
        if self._served_at is None and not answers(self._settings.bind_address):
            return
        self._looked_at = now
        try:
            watched = read_watched(self._engine)
        except DatabaseUnavailable:
            return  # the processes tell of it; we look again in a second
        try:
            self._say(watched, now)
        except OSError as error:  # a full disk, or nobody at the other end
            log.warning("no longer told what is watched", reason=str(error))
            self._is_done = True

    def _say(self, watched: Watched, now: float) -> None:
        if self._served_at is None:
            self._served_at = now
            self._greet(watched)
            shown = watched.sources[:MOST_LINES]
            self._awaited = {source.slug for source in shown if not is_known(source)}
        else:
            self._tell(watched)
        is_late = now - self._served_at > PATIENCE_SECONDS
        self._is_done = not self._awaited or is_late

    def _tell(self, watched: Watched) -> None:
        """Say how those are that have been visited since."""
        for source in watched.sources:
            if source.slug in self._awaited and is_known(source):
                self._awaited.remove(source.slug)
                count = watched.articles.get(source.id, 0)
                said = source.health_reason or f"{count} articles"
                line = (cell(source.slug), ": ", cell(source.health), ": ", cell(said))
                self._console.print(Text.assemble(*line), soft_wrap=True)

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


def is_known(source: Source) -> bool:
    """Tell whether a source has been visited, well or not."""
    return source.health != "new"


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
            cell(source.health),
            cell(watched.articles.get(source.id, 0)),
            cell(source.health_reason or ""),
        )
    more = len(watched.sources) - MOST_LINES
    if more > 0:
        table.add_row(cell(f"… and {more} more"), cell("wireroom source list"))
    return table
