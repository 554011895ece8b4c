"""What commands print: tables for people, JSON for programs."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TypeVar

import click
from rich.console import Console
from rich.table import Table
from rich.text import Text

F = TypeVar("F", bound=Callable[..., object])

# The colours of states; a state not named here stays plain.
COLOURS = {
    "ok": "green",
    "delivered": "green",
    "active": "green",
    "failing": "red",
    "failed": "red",
    "disabled": "red",
    "drifting": "yellow",
    "new": "cyan",
    "waiting": "cyan",
    "paused": "yellow",
}
# Without a terminal's width, wide enough that addresses stay whole.
WIDTH_WITHOUT_TERMINAL = 2000

# What a terminal may get though it prints nothing: line ends, and the joiners without
# which Persian and Indic words fall apart.
KEPT = frozenset("\n\u200c\u200d")


def json_option(command: F) -> F:
    """Add `--json` to a command that prints a table."""
    return click.option(
        "--json", "as_json", is_flag=True, help="Print JSON, for programs."
    )(command)


def console() -> Console:
    """Make a console on stdout; a pipe or file gets neither colours nor short lines."""
    width = None if sys.stdout.isatty() else WIDTH_WITHOUT_TERMINAL
    return Console(width=width, highlight=False)


def print_json(value: object) -> None:
    """Print a value as JSON, two spaces deep, times as ISO 8601."""
    click.echo(json.dumps(value, ensure_ascii=False, indent=2, default=_plain))


def _plain(value: object) -> object:
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, timedelta):
        return value.total_seconds()
    return str(value)


def print_rows(
    rows: Sequence[Mapping[str, object]],
    columns: Iterable[str],
    *,
    as_json: bool,
    empty: str,
    now: datetime | None = None,
) -> None:
    """Print rows as JSON (all keys) or as a table of `columns`; `empty` when none.

    With `now`, times are shown as "3 min ago".
    """
    if as_json:
        print_json(list(rows))
        return
    if not rows:
        click.echo(empty)
        return
    table = Table(box=None, pad_edge=False, header_style="bold")
    names = list(columns)
    for name in names:
        table.add_column(name.replace("_", " "), overflow="fold")
    for row in rows:
        table.add_row(*(cell(row.get(name), now=now) for name in names))
    console().print(table)


def cell(value: object, *, now: datetime | None = None) -> Text:
    """Give one value as a table shows it; what comes from sites is never markup."""
    if value is None:
        return Text("–", style="dim")
    if isinstance(value, datetime):
        return Text(ago(value, now) if now else f"{value:%Y-%m-%d %H:%M:%S}")
    if isinstance(value, bool):
        return Text("yes" if value else "no")
    if isinstance(value, list | tuple):
        return Text(visible(", ".join(str(part) for part in value)))
    text = visible(str(value))
    return Text(text, style=COLOURS.get(text, ""))


def visible(text: str) -> str:
    """Make control characters harmless: a terminal obeys them, whoever sent them."""
    mark = "\N{REPLACEMENT CHARACTER}"
    return "".join(c if c.isprintable() or c in KEPT else mark for c in text)


def ago(moment: datetime, now: datetime | None = None) -> str:
    """Say how long ago, or in how long, a moment is: "3 min ago", "in 2 h"."""
    seconds = ((now or datetime.now(UTC)) - moment).total_seconds()
    size = abs(seconds)
    for limit, unit, name in ((90, 1, "s"), (5400, 60, "min"), (129600, 3600, "h")):
        if size < limit:
            amount = f"{round(size / unit)} {name}"
            break
    else:
        amount = f"{round(size / 86400)} d"
    return f"{amount} ago" if seconds >= 0 else f"in {amount}"


def own_command() -> str:
    """Give what to type for `wireroom` here: the path, when it is on no search path."""
    from shutil import which

    called = Path(sys.argv[0])
    if which("wireroom") or called.name != "wireroom":
        return "wireroom"
    here = Path.cwd()
    return str(called.relative_to(here) if called.is_relative_to(here) else called)
