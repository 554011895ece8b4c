"""Show on a terminal which document a command is asking a site for."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from service.cli.output import visible


@contextmanager
def asking(most: int, *, quiet: bool) -> Iterator[Callable[[str], None]]:
    """Yield what is to be told each address; `most` are expected at most."""
    bars = Progress(
        TextColumn("{task.completed} of at most {task.total}"),
        BarColumn(bar_width=20),
        TimeElapsedColumn(),
        TextColumn("{task.description}", markup=False),
        console=Console(stderr=True),
        disable=quiet or not sys.stderr.isatty(),
        transient=True,
    )
    with bars:
        bar = bars.add_task("", total=most)

        def tell(url: str) -> None:
            bars.update(bar, advance=1, description=visible(url))

        yield tell
