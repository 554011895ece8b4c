"""What `run`, `web`, `worker` and `sample` do first."""

from __future__ import annotations

import click

from config.loading import load
from config.logs import configure
from config.settings import Settings
from service.lifeline import die_with

parent_option = click.option(
    "--parent", type=int, hidden=True, help="End with this process."
)
wait_option = click.option(
    "--wait", is_flag=True, hidden=True, help="Wait for the database to be migrated."
)


def prepared(parent: int | None = None) -> Settings:
    """Read the settings and set up the log; die with `parent`, if there is one."""
    if parent is not None:
        die_with(parent)
    settings = load()
    configure(log_format=settings.log_format, level=settings.log_level)
    return settings
