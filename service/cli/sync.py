"""`wireroom sync`: one pass now, with progress and a table of what came."""

from __future__ import annotations

import signal
import sys
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from threading import Event
from types import FrameType
from typing import Any

import click

from db import sources
from db.engine import reading
from db.runs import Run
from service.cli.opening import opened
from service.cli.output import json_option, print_rows, visible
from service.cli.progress import Track, tracks
from service.cli.times import Moment
from service.definitions import sync_files
from service.heartbeat import Heart
from service.jobs.history import Back
from service.jobs.once import sync_back, sync_once
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


@dataclass(frozen=True, kw_only=True, slots=True)
class Asked:
    """What the command line asks for, and the event that stops it."""

    since: datetime | None
    notify: bool
    is_anew: bool
    is_quiet: bool
    stopping: Event


@click.command()
@click.argument("slugs", nargs=-1, metavar="[SOURCE]…")
@click.option(
    "--since",
    type=Moment(),
    help="Walk the archives back to this time: 2019, 2019-05, 2019-05-03. Resumes.",
)
@click.option(
    "--again", is_flag=True, help="Walk archives anew that were walked so far before."
)
@click.option(
    "--notify", is_flag=True, help="Tell subscribers of what is found, as news."
)
@json_option
def sync(
    slugs: tuple[str, ...],
    since: datetime | None,
    *,
    again: bool,
    notify: bool,
    as_json: bool,
) -> None:
    """Make one pass now over the sources named, or over all that are enabled.

    Waits for a pass that is under way. Exit code 1 when a source could not be read, or
    a walk through its archives was stopped before its end.

    \b
        wireroom sync
        wireroom sync example-org --since 2019
    """
    if again and since is None:
        message = "--again goes with --since"
        raise click.UsageError(message)
    if since is not None and since > datetime.now(UTC):
        message = f"--since {since:%Y-%m-%d} is still to come: name a day that was"
        raise click.UsageError(message)
    with opened() as services, _stopping_at_a_signal() as stopping:
        for fault in sync_files(services, retires=False):
            click.echo(f"Not read: {visible(str(fault))}", err=True)
        chosen = list(dict.fromkeys(slugs)) or _enabled(services)
        asked = Asked(
            since=since,
            notify=notify,
            is_anew=again,
            is_quiet=as_json,
            stopping=stopping,
        )
        results = _sync_all(services, chosen, asked)
    rows = [_row(slug, run) for slug, run in zip(chosen, results, strict=True)]
    print_rows(rows, COLUMNS, as_json=as_json, empty="No sources to sync.")
    if not as_json:
        _show_failures(rows)
    if since is not None and stopping.is_set():
        click.echo("Stopped. The same command goes on where it was.", err=True)
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
    services: Services, slugs: Sequence[str], wish: Asked
) -> list[Run | None]:
    settings = services.settings
    heart = Heart(services.engine, services.name, clock=services.clock)
    heart.start()
    try:
        with (
            build_sandbox(settings) as sandbox,
            tracks(quiet=wish.is_quiet) as track_of,
            ThreadPoolExecutor(settings.sync_threads) as pool,
        ):
            worker = build_worker(services, sandbox, wish.stopping)
            jobs = [
                pool.submit(_sync_one, services, worker, slug, wish, track_of(slug))
                for slug in slugs
            ]
            return [job.result() for job in jobs]
    finally:
        heart.stop()


def _sync_one(
    services: Services, worker: Worker, slug: str, wish: Asked, track: Track
) -> Run | None:
    def wait(seconds: float) -> None:
        track.wait()
        wish.stopping.wait(seconds)

    most_backoff = services.settings.max_backoff
    try:
        if wish.since is None:
            return sync_once(
                worker,
                slug,
                most_backoff=most_backoff,
                wish=Wish(notify=wish.notify),
                progress=track.progress,
                wait=wait,
            )
        back = Back(
            since=wish.since,
            notify=wish.notify,
            is_anew=wish.is_anew,
            progress=track.progress,
            forecast=track.forecast,
        )
        return sync_back(worker, slug, back, most_backoff=most_backoff, wait=wait)
    except LeaseLost:
        return None
    finally:
        track.end()


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
