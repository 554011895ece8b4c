"""Serve the feeds: one uvicorn, whose loop answers what is known, and Flask in threads.

One process (decision 2). `service.connection` is what the loop does with a connection,
`service.gateway` hands the rest to threads.
"""

from __future__ import annotations

import gc
import logging
import os
import resource
import socket
import sys
from types import FrameType
from typing import cast

import uvicorn

from config.settings import Settings
from service.connection import IDLE_SECONDS, MAX_CONNECTIONS, Connection
from service.front import Front
from service.gateway import Gateway
from service.memory import give_back, this_library
from service.wsgi import start

# A thread that computes lets another one in so often. The loop needs the interpreter's
# lock for microseconds, and would wait Python's usual 5 ms while Flask makes a page.
SWITCH_SECONDS = 0.0002
# Beside connections: the database, the log, templates.
OTHER_FILES = 256
# How long requests under way may take to end when the process is told to.
GRACE_SECONDS = 5


def serve(settings: Settings) -> None:
    """Serve until SIGTERM or SIGINT; a second signal ends it at once.

    Raises SystemExit when the port is not to be had. It is asked for beforehand
    (`service.listening`), the schema too.
    """
    give_back(this_library())
    server = server_of(_gateway(settings), *settings.bind_address)
    sys.setswitchinterval(SWITCH_SECONDS)
    _allow_files(MAX_CONNECTIONS + OTHER_FILES)
    gc.collect()
    gc.freeze()  # what is there now stays: no collection needs to look at it again
    server.run()
    logging.shutdown()
    os._exit(0)  # without waiting for threads whose readers are gone


def server_of(
    gateway: Gateway, host: str, port: int, connection: type[Connection] = Connection
) -> Server:
    """Make the server of a gateway; `connection` is what one connection does."""
    return Server(
        gateway,
        uvicorn.Config(
            gateway,
            host=host,
            port=port,
            interface="asgi3",
            http=connection,
            ws="none",
            lifespan="off",
            log_config=None,
            access_log=False,
            proxy_headers=False,
            server_header=False,
            timeout_keep_alive=IDLE_SECONDS,
            timeout_graceful_shutdown=GRACE_SECONDS,
        ),
    )


class Server(uvicorn.Server):
    """uvicorn's server, which ends by a signal as the other processes do: with 0."""

    def __init__(self, gateway: Gateway, config: uvicorn.Config) -> None:
        super().__init__(config)
        self._gateway = gateway

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """End in good order: who waits for news is answered now."""
        self._gateway.at_end()
        await super().shutdown(sockets)

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:  # noqa: ARG002 - as uvicorn
        """End in good order; the second time at once."""
        if self.should_exit:
            os._exit(1)
        self.should_exit = True


def _allow_files(number: int) -> None:
    """Let the process open so many files, as far as it may."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = number if hard == resource.RLIM_INFINITY else min(number, hard)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))


def _gateway(settings: Settings) -> Gateway:
    services, app = start(settings)
    # Below are the senders' mistakes, which anybody can make as often as he likes.
    logging.getLogger("uvicorn.error").setLevel(logging.ERROR)
    front = cast("Front", app.wsgi_app)
    return Gateway(front, threads=settings.web_threads, at_end=services.changes.end)
