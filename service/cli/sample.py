"""`wireroom sample`: serve the bundled example site."""

from __future__ import annotations

import signal
import sys
from types import FrameType

import click

from service.cli.starting import parent_option, prepared
from service.listening import require_free
from service.sample.server import serve


@click.command()
@parent_option
def sample(*, parent: int | None) -> None:
    """Serve the bundled example site, to see things move.

    It is an invented paper, behaves as WordPress does, publishes an article
    about every minute, and edits or withdraws one now and then.
    `wireroom run` starts it by itself when the source `sample` is watched.

    \b
        WIREROOM_SAMPLE_BIND=127.0.0.1:8081 wireroom sample
    """
    settings = prepared(parent)
    require_free(settings.sample_address, setting="WIREROOM_SAMPLE_BIND")

    def stop(_number: int, _frame: FrameType | None) -> None:
        sys.exit(0)

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, stop)
    if parent is None:
        click.echo(f"The example site is at http://{settings.sample_bind}/")
    serve(settings.sample_bind)
