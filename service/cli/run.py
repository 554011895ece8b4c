"""`wireroom run`: everything on one machine."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from config.settings import Settings
from service.cli.starting import prepared
from service.listening import require_free
from service.processes import Supervisor, own

if TYPE_CHECKING:
    from service.cli.announce import Announcer

# The definition of the bundled example site, as in service.definitions.
SAMPLE = "sample"
# The web process imports alone for so long, since readers wait for it, and nobody does
# for the worker.
HEAD_START = 1.0


@click.command()
def run() -> None:
    """Run everything on this machine.

    Makes or migrates the database, reads the source definitions, and keeps one web
    process and one worker running until Ctrl-C (a second Ctrl-C ends it at once).

    \b
    The bundled example site, to see things move:
        WIREROOM_SOURCES=sample WIREROOM_ALLOW_NETS=127.0.0.0/8 wireroom run
    Your own definitions, on another port:
        WIREROOM_SOURCES_DIR=sources WIREROOM_BIND=127.0.0.1:9000 wireroom run
    """
    settings = prepared()
    require_free(settings.bind_address, setting="WIREROOM_BIND")
    commands = [own("web", "--wait")]
    options = ["--wait"]
    if SAMPLE in settings.sources:
        require_free(settings.sample_address, setting="WIREROOM_SAMPLE_BIND")
        commands.append(own("sample", delay=HEAD_START, ends_last=True))
        options.append("--after-sample")  # it is to be up when it is first visited
    commands.append(own("worker", *options, delay=HEAD_START))
    start = Start(settings)
    sys.exit(Supervisor(commands).run(prepare=start.prepare, each=start.look))


class Start:
    """The database made ready while the children are starting, and what to announce."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._announcer: Announcer | None = None

    def prepare(self) -> None:
        """Migrate, make the key, read the definition files into the table."""
        # Imported once the web process is on its way: it is that which takes longest.
        from db.migrate import upgrade
        from service.cli.announce import Announcer
        from service.cli.output import console
        from service.definitions import sync_files
        from service.services import build

        settings = self._settings
        services = build(settings)
        upgrade(services.engine)
        services.cipher.require()
        faults = sync_files(services)
        if settings.log_format == "console":
            self._announcer = Announcer(
                services.engine, settings, console(), faults=faults
            )

    def look(self) -> None:
        """Announce what there is to announce."""
        if self._announcer is not None:
            self._announcer.look()
