"""`wireroom sync`: one pass now, with progress and a table of what came."""

from __future__ import annotations

import signal
import sys
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import datetime
from functools import partial
from threading import Event
from types import FrameType
from typing import Any

import click
from rich.console import Console
from rich.progress import BarColumn, Progress, TaskID, TextColumn, TimeElapsedColumn

from db import sources
from db.engine import reading
from db.runs import Run, Tally
from service.cli.opening import opened
from service.cli.output import json_option, print_rows, visible
from service.cli.times import Moment
from service.definitions import sync_files
from service.heartbeat import Heart
from service.jobs.once import sync_once
from service.jobs.sync import Wish
from service.jobs.visit import LeaseLost, Worker
from service.services import Services
from service.visiting import build_sandbox, build_worker

COLUMNS = (
    *("source", "outcome", "found", "fetched", "new", "changed", "gone", "failed"),
    *("seconds", "reason"),
)
# Of a source's failures; all of them are in its run.
MOST_FAILURES_SHOWN = 10


@click.command()
@click.argument("slugs", nargs=-1, metavar="[SOURCE]…")
@click.option(
    "--since",
    type=Moment(),
    help="Read everything the source still offers back to this time.",
)
@click.option(
    "--notify", is_flag=True, help="Tell subscribers of what is found, as news."
)
@json_option
def sync(
    slugs: tuple[str, ...], since: datetime | None, *, notify: bool, as_json: bool
) -> None:
    """Make one pass now over the sources named, or over all that are enabled.

    Waits for a pass that is under way. Exit code 1 when a source could not be read.

    \b
        wireroom sync
        wireroom sync example-org --since 2026-01-01
    """
    with opened() as services, _stopping_at_a_signal() as stopping:
        for fault in sync_files(services):
            click.echo(f"Not read: {visible(str(fault))}", err=True)
        chosen = list(dict.fromkeys(slugs)) or _enabled(services)
        wish = Wish(is_full=since is not None, since=since, notify=notify)
        results = _sync_all(services, chosen, wish, stopping, quiet=as_json)
    rows = [_row(slug, run) for slug, run in zip(chosen, results, strict=True)]
    print_rows(rows, COLUMNS, as_json=as_json, empty="No sources to sync.")
    if not as_json:
        _show_failures(rows)
    if any(row["outcome"] != "ok" for row in rows):
        sys.exit(1)


def _enabled(services: Services) -> list[str]:
    with reading(services.engine) as session:
        found = sources.list_sources(session, enabled_only=True)
    return [source.slug for source in found]


@contextmanager
def _stopping_at_a_signal() -> Iterator[Event]:
    """Yield an event that Ctrl-C sets; passes end at the next page, a second kills."""
    stopping = Event()

    def stop(_number: int, _frame: FrameType | None) -> None:
        stopping.set()
        for number in before:
            signal.signal(number, signal.SIG_DFL)

    before = {n: signal.signal(n, stop) for n in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield stopping
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _sync_all(
    services: Services,
    slugs: Sequence[str],
    wish: Wish,
    stopping: Event,
    *,
    quiet: bool,
) -> list[Run | None]:
    settings = services.settings
    heart = Heart(services.engine, services.name, clock=services.clock)
    heart.start()
    try:
        with (
            build_sandbox(settings) as sandbox,
            _bars(quiet=quiet) as bars,
            ThreadPoolExecutor(settings.sync_threads) as pool,
        ):
            worker = build_worker(services, sandbox, stopping)
            jobs = [
                pool.submit(_sync_one, services, worker, slug, wish, stopping, bars)
                for slug in slugs
            ]
            return [job.result() for job in jobs]
    finally:
        heart.stop()


def _sync_one(
    services: Services,
    worker: Worker,
    slug: str,
    wish: Wish,
    stopping: Event,
    bars: Progress,
) -> Run | None:
    bar = bars.add_task(slug, total=None, found=0, new=0, state="")
    try:
        return sync_once(
            worker,
            slug,
            most_backoff=services.settings.max_backoff,
            wish=wish,
            progress=_progress(bars, bar),
            wait=partial(_wait, bars, bar, stopping),
        )
    except LeaseLost:
        return None
    finally:
        bars.update(bar, total=1, completed=1)


def _bars(*, quiet: bool) -> Progress:
    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.fields[found]} found, {task.fields[new]} new"),
        TimeElapsedColumn(),
        TextColumn("{task.fields[state]}"),
        console=Console(stderr=True),
        disable=quiet or not sys.stderr.isatty(),
    )


def _progress(bars: Progress, bar: TaskID) -> Callable[[Tally], None]:
    def show(tally: Tally) -> None:
        bars.update(
            bar,
            total=tally.found or None,
            completed=tally.fetched + tally.failed,
            found=tally.found,
            new=tally.new,
            state="",
        )

    return show


def _wait(bars: Progress, bar: TaskID, stopping: Event, seconds: float) -> None:
    bars.update(bar, state="waiting for the pass under way")
    stopping.wait(seconds)


def _row(slug: str, run: Run | None) -> dict[str, Any]:
    if run is None:
        return {"source": slug, "outcome": "stopped"}
    tally = run.tally
    return {
        "source": slug,
        "outcome": run.outcome,
        "found": tally.found,
        "fetched": tally.fetched,
        "new": tally.new,
        "changed": tally.changed,
        "gone": tally.gone,
        "failed": tally.failed,
        "seconds": round((run.finished_at - run.started_at).total_seconds(), 1),
        "reason": run.reason,
        "failures": [list(failure) for failure in tally.failures],
    }


def _show_failures(rows: Sequence[dict[str, Any]]) -> None:
    for row in rows:
        failures = row.get("failures", [])
        for url, reason in failures[:MOST_FAILURES_SHOWN]:
            click.echo(visible(f"{row['source']}: {url}: {reason}"), err=True)
        more = len(failures) - MOST_FAILURES_SHOWN
        if more > 0:
            click.echo(f"{row['source']}: … and {more} more", err=True)
