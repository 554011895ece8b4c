"""Open the services for one command, and close them after it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from config.loading import load
from config.logs import configure
from db.migrate import require
from service.services import Services, build


@contextmanager
def opened(*, kind: str = "cli", schema: bool = True) -> Iterator[Services]:
    """Yield services on a database whose schema fits; SchemaMismatch when it does not.

    Commands write their result to stdout; what is logged meanwhile goes to stderr, from
    `warning` on unless LOG_LEVEL asks for `debug`.
    """
    settings = load()
    level = "debug" if settings.log_level == "debug" else "warning"
    configure(log_format=settings.log_format, level=level)
    services = build(settings, kind=kind)
    try:
        if schema:
            require(services.engine)
        yield services
    finally:
        services.engine.dispose()
