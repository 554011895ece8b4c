"""How far a sync is: bars on a terminal, plain lines elsewhere, with what is left."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Protocol

import click
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from db.runs import Tally
from service.jobs.history import Outlook

# Plain lines go into logs, where one every so often is enough.
LINE_SECONDS = 10.0
WAITING = "waiting for the pass under way"


@dataclass(kw_only=True, slots=True)
class Pace:
    """What is told of one source: `monotonic` tells seconds."""

    monotonic: Callable[[], float]
    begun: float
    tally: Tally = field(default_factory=Tally)
    outlook: Outlook | None = None

    @property
    def done(self) -> int:
        """How many articles are read, those of earlier commands included."""
        if self.outlook is None:
            return self.tally.fetched
        return self.outlook.done + self.tally.fetched - self.outlook.fetched

    @property
    def expected(self) -> int | None:
        """How many there are, as far as is known; never fewer than are read."""
        told = self.outlook.expected if self.outlook else self.tally.found
        return max(told, self.done) if told else None

    def words(self) -> str:
        """Say all of it in a line: "120 of about 5000, 31 new, 4.0/s, 20 min left"."""
        of = f" of about {self.expected}" if self.expected else ""
        parts = [f"{self.done}{of}", f"{self.tally.new} new"]
        rate = self.tally.fetched / max(self.monotonic() - self.begun, 0.001)
        if self.tally.fetched:
            parts.append(f"{rate:.1f}/s")
        if self.outlook is not None and self.expected and self.tally.fetched:
            parts.append(f"{_span((self.expected - self.done) / rate)} left")
        if self.outlook is not None and self.outlook.reached_at is not None:
            parts.append(f"back to {self.outlook.reached_at:%Y-%m-%d}")
        return ", ".join(parts)


def _span(seconds: float) -> str:
    if seconds < 90:
        return f"{seconds:.0f} s"
    minutes = seconds / 60
    return f"{minutes:.0f} min" if minutes < 90 else f"{minutes / 60:.1f} h"


class Track(Protocol):
    """Where one source's progress is told."""

    def progress(self, tally: Tally) -> None:
        """Take what was done so far."""

    def forecast(self, outlook: Outlook) -> None:
        """Take how far a walk is."""

    def wait(self) -> None:
        """Say that another has the source."""

    def end(self) -> None:
        """Say that nothing more comes."""


class Silent:
    """Tells nothing: a program reads."""

    def progress(self, tally: Tally) -> None:
        """Nothing."""

    def forecast(self, outlook: Outlook) -> None:
        """Nothing."""

    def wait(self) -> None:
        """Nothing."""

    def end(self) -> None:
        """Nothing."""


class Bar:
    """One bar of several on a terminal."""

    def __init__(self, bars: Progress, slug: str) -> None:
        self._bars = bars
        self._task = bars.add_task(slug, total=None, words="")
        self._pace = Pace(monotonic=time.monotonic, begun=time.monotonic())

    def progress(self, tally: Tally) -> None:
        """Show it."""
        self._pace.tally = tally
        self._show(self._pace.words())

    def forecast(self, outlook: Outlook) -> None:
        """Show it."""
        self._pace.outlook = outlook
        self._show(self._pace.words())

    def wait(self) -> None:
        """Show it, until something is done."""
        self._show(WAITING)

    def end(self) -> None:
        """Fill the bar."""
        self._bars.update(self._task, total=1, completed=1)

    def _show(self, words: str) -> None:
        pace = self._pace
        self._bars.update(
            self._task, total=pace.expected, completed=pace.done, words=words
        )


class Lines:
    """A line on standard error every so often."""

    def __init__(self, slug: str, *, monotonic: Callable[[], float]) -> None:
        self._slug = slug
        self._pace = Pace(monotonic=monotonic, begun=monotonic())
        self._monotonic = monotonic
        self._told_at = monotonic()

    def progress(self, tally: Tally) -> None:
        """Tell it if the last line is some time ago."""
        self._pace.tally = tally
        self._tell(self._pace.words())

    def forecast(self, outlook: Outlook) -> None:
        """Keep it for the next line."""
        self._pace.outlook = outlook

    def wait(self) -> None:
        """Tell it if the last line is some time ago."""
        self._tell(WAITING)

    def end(self) -> None:
        """The table tells the rest."""

    def _tell(self, words: str) -> None:
        if self._monotonic() - self._told_at >= LINE_SECONDS:
            self._told_at = self._monotonic()
            click.echo(f"{self._slug}: {words}", err=True)


@contextmanager
def tracks(*, quiet: bool) -> Iterator[Callable[[str], Track]]:
    """Yield what makes a track of a slug, as fits where standard error goes."""
    if quiet:
        yield lambda _slug: Silent()
    elif not sys.stderr.isatty():
        yield lambda slug: Lines(slug, monotonic=time.monotonic)
    else:
        with Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            TextColumn("{task.fields[words]}"),
            TimeElapsedColumn(),
            console=Console(stderr=True),
        ) as bars:
            yield lambda slug: Bar(bars, slug)
