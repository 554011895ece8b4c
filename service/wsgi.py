"""The application of a web process, for WSGI servers (PEP 3333).

`wireroom web` serves it by `service.web`. Any other server that works with threads in
one process may as well: `gunicorn --threads 8 "service.wsgi:application()"`.
"""

from __future__ import annotations

from flask import Flask

from config.loading import load
from config.logs import configure
from config.settings import Settings
from db.migrate import MIGRATION_SECONDS, await_schema
from service.app import create_app
from service.heartbeat import Heart
from service.services import Services, build


def application() -> Flask:
    """Make the application by the settings of the environment, ready to be asked.

    To be called in the process that serves: its threads do not survive a fork.
    """
    _, app = start(load())
    return app


def start(settings: Settings) -> tuple[Services, Flask]:
    """Make an application and start what it needs: the heartbeat, and word of changes.

    Waits for the schema; raises DbError where it does not come.
    """
    configure(log_format=settings.log_format, level=settings.log_level)
    services = build(settings, kind="web")
    await_schema(services.engine, seconds=MIGRATION_SECONDS)
    Heart(services.engine, services.name, clock=services.clock).start()
    services.changes.start()
    return services, create_app(services)
