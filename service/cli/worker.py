"""`wireroom worker`: watch the sources and deliver."""

from __future__ import annotations

import signal
import sys
from threading import Event
from types import FrameType

import click

from db.migrate import MIGRATION_SECONDS, await_schema, require
from service.cli.starting import parent_option, prepared, wait_option
from service.definitions import sync_files
from service.heartbeat import Heart
from service.jobs.worker import run_worker
from service.listening import await_answer
from service.services import Services, build

# What a busy machine may take to start the example site.
SAMPLE_SECONDS = 10.0


@click.command()
@click.option("--after-sample", is_flag=True, hidden=True, help="Let that start first.")
@wait_option
@parent_option
def worker(*, after_sample: bool, wait: bool, parent: int | None) -> None:
    """Watch the sources and deliver: one of any number of workers.

    Refuses a database whose schema does not fit; run `wireroom db upgrade` first.

    \b
        WIREROOM_DATABASE_URL=postgresql://wireroom@db/wireroom wireroom worker
    """
    services = build(prepared(parent), kind="worker")
    if after_sample:
        await_answer(services.settings.sample_address, seconds=SAMPLE_SECONDS)
    if wait:
        await_schema(services.engine, seconds=MIGRATION_SECONDS)
    else:
        require(services.engine)
        services.cipher.require()
        for fault in sync_files(services):
            click.echo(f"Not read: {fault}", err=True)
    sys.exit(0 if work(services) else 1)


def work(services: Services) -> bool:
    """Run a worker until SIGTERM or SIGINT; False when it ended by itself."""
    stopping = Event()

    def stop(_number: int, _frame: FrameType | None) -> None:
        stopping.set()
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, signal.SIG_DFL)  # a second one ends it at once

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, stop)
    heart = Heart(services.engine, services.name, clock=services.clock)
    heart.start()
    try:
        return run_worker(services, stopping)
    finally:
        heart.stop()
