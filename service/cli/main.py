"""The `wireroom` command: which commands there are, and how they fail.

A command's module is imported when the command is called, so that `--help` is quick.
Errors that name their remedy become one line on stderr, never a traceback.
Exit codes: 0 done, 1 found something wrong, 2 wrong use or wrong settings.
"""

from __future__ import annotations

import gc
import sys
from dataclasses import dataclass
from importlib import import_module

import click

# What is imported stays for good: with Python's own threshold of 700, looking through
# it again and again takes a fifth of the time of every start.
gc.set_threshold(20_000)


@dataclass(frozen=True, kw_only=True, slots=True)
class Entry:
    """Where a command is (`module:attribute`), and its line in the list."""

    section: str
    path: str
    line: str


SERVICE = "The service"
SOURCES = "Sources"
READERS = "Readers and subscribers"
DATABASE = "The database"

COMMANDS = {
    "run": Entry(
        section=SERVICE,
        path="service.cli.run:run",
        line="Run everything on this machine.",
    ),
    "web": Entry(
        section=SERVICE,
        path="service.cli.web:web",
        line="Serve the feeds: one of any number of web processes.",
    ),
    "worker": Entry(
        section=SERVICE,
        path="service.cli.worker:worker",
        line="Watch the sources and deliver: one of any number of workers.",
    ),
    "sample": Entry(
        section=SERVICE,
        path="service.cli.sample:sample",
        line="Serve the bundled example site, to see things move.",
    ),
    "sync": Entry(
        section=SOURCES,
        path="service.cli.sync:sync",
        line="Make one pass now over the sources named, or over all that are enabled.",
    ),
    "try": Entry(
        section=SOURCES,
        path="service.cli.try_:try_",
        line="Show what extraction makes of one page; nothing is stored.",
    ),
    "source": Entry(
        section=SOURCES,
        path="service.cli.source:source",
        line="List, add, check and steer the watched sites.",
    ),
    "article": Entry(
        section=SOURCES,
        path="service.cli.article:article",
        line="Withdraw an article, bring it back, or take it down for good.",
    ),
    "feed": Entry(
        section=READERS,
        path="service.cli.feed:feed",
        line="See which feeds there are, and define your own.",
    ),
    "opml": Entry(
        section=READERS,
        path="service.cli.opml:opml",
        line="Take feeds over from a feed reader, or hand ours to one.",
    ),
    "subscription": Entry(
        section=READERS,
        path="service.cli.subscription:subscription",
        line="Send articles to webhooks: Standard Webhooks, signed, retried, logged.",
    ),
    "delivery": Entry(
        section=READERS,
        path="service.cli.delivery:delivery",
        line="See what was sent to whom, what they answered, and send it again.",
    ),
    "listen": Entry(
        section=READERS,
        path="service.cli.listen:listen",
        line="Watch deliveries arrive: a receiver that verifies signatures and prints.",
    ),
    "token": Entry(
        section=READERS,
        path="service.cli.token:token",
        line="Make and revoke the tokens that the API is asked with.",
    ),
    "db": Entry(
        section=DATABASE,
        path="service.cli.database:db",
        line="Make the tables, bring them up to date, check them.",
    ),
}


class Commands(click.Group):
    """The group of `COMMANDS`, each imported when it is asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's
        """All names, as `--help` lists them."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002 - click's
        """Import the command."""
        if cmd_name not in COMMANDS:
            return None
        module, _, attribute = COMMANDS[cmd_name].path.partition(":")
        command = getattr(import_module(module), attribute)
        return command if isinstance(command, click.Command) else None

    def format_commands(
        self,
        ctx: click.Context,  # noqa: ARG002 - click's
        formatter: click.HelpFormatter,
    ) -> None:
        """Write the list by section, from `COMMANDS` alone."""
        for section in dict.fromkeys(entry.section for entry in COMMANDS.values()):
            with formatter.section(section):
                formatter.write_dl(
                    [(n, e.line) for n, e in COMMANDS.items() if e.section == section]
                )

    def invoke(self, ctx: click.Context) -> object:
        """Run the command; an expected error becomes one line and an exit code."""
        try:
            return super().invoke(ctx)
        except _expected() as error:
            wrong_use = type(error).__name__ == "SettingError"
            kind = WrongSettings if wrong_use else click.ClickException
            raise kind(str(error)) from error


class WrongSettings(click.ClickException):
    """Settings that cannot be worked with are wrong use."""

    exit_code = 2


def _expected() -> tuple[type[Exception], ...]:
    """The errors that name their remedy; imported only once something was raised."""
    from config.settings import SettingError
    from db.errors import DbError
    from scrapers.errors import ScrapeError, SourceError

    return (SettingError, DbError, ScrapeError, SourceError)


def _tell_version(
    context: click.Context, _option: click.Parameter, asked: object
) -> None:
    if not asked or context.resilient_parsing:
        return
    from importlib.metadata import version

    from scrapers.compiled import load

    how = "compiled" if load("tree") else "in Python"
    click.echo(f"wireroom, version {version('wireroom')}, extraction {how}")
    context.exit()


@click.command(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.option(
    "--version",
    is_flag=True,
    expose_value=False,
    is_eager=True,
    callback=_tell_version,
    help="Show the version and exit.",
)
def main() -> None:
    """Watch news sites and republish what they print as feeds and webhooks.

    \b
    Start everything on this machine:
        wireroom run
    See what extraction makes of a page, without storing anything:
        wireroom try https://example.org/2026/flood/

    Settings come from WIREROOM_… variables; docs/operator.md lists them.
    """


if __name__ == "__main__":
    sys.exit(main())
