"""Serve the feeds: one granian over one WSGI application, with blocking threads.

granian runs the application in a child of the process that calls `serve`, which
therefore imports neither Flask nor the database (decision 2).
"""

from __future__ import annotations

import os
import signal
from types import FrameType
from wsgiref.types import WSGIApplication

from granian.constants import Interfaces
from granian.log import LogLevels
from granian.server import Server

from config.logs import configure
from config.settings import Settings, load
from service.lifeline import die_with

# How long requests under way may take to end when the process is told to.
GRACE_SECONDS = 5


def serve(settings: Settings) -> None:
    """Serve until SIGTERM or SIGINT; a second signal ends it at once.

    Raises SystemExit(1) when the child died. The port is asked for beforehand
    (`service.listening`), the schema too.
    """
    host, port = settings.bind_address
    server = Server(
        "service.web",
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        blocking_threads=settings.web_threads,
        workers_kill_timeout=GRACE_SECONDS,
        log_level=LogLevels.error,
        log_dictconfig=_through_our_logs(),
    )

    @server.on_startup
    def handle_signals() -> None:
        stopping = False

        def stop(_number: int, _frame: FrameType | None) -> None:
            nonlocal stopping
            if stopping:
                os._exit(1)  # the child dies with us
            stopping = True
            server.interrupt_signal = True
            server.main_loop_interrupt.set()

        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, stop)

    server.serve(target_loader=load_application, wrap_loader=False)


def load_application() -> WSGIApplication:
    """Make the application, in the process that granian made for it."""
    from db.migrate import MIGRATION_SECONDS, await_schema  # only here: see above
    from service.app import create_app
    from service.heartbeat import Heart
    from service.services import build

    die_with(os.getppid())
    # Until granian takes them: what we inherited is the handler of the process above,
    # and would let an end that comes during the start go unheard.
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_DFL)
    settings = load()
    configure(log_format=settings.log_format, level=settings.log_level)
    services = build(settings, kind="web")
    await_schema(services.engine, seconds=MIGRATION_SECONDS)
    Heart(services.engine, services.name, clock=services.clock).start()
    services.changes.start()
    return create_app(services).wsgi_app


def _through_our_logs() -> dict[str, object]:
    """Let granian's messages go to the root logger, as everybody's do."""
    quiet = {"handlers": [], "propagate": True}
    return {"loggers": {"_granian": dict(quiet), "granian.access": dict(quiet)}}
