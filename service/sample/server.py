"""Listen for visitors of the example site, with a thread for each."""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

from werkzeug.serving import BaseWSGIServer, make_server

from service.sample.app import create_app


def build_server(bind: str) -> BaseWSGIServer:
    """Bind HOST:PORT (port 0 takes a free one) and give the server, not yet serving.

    Raises OSError where the address is taken. Requests are not logged: a poll every few
    seconds would bury everything else.
    """
    host, _, port = bind.rpartition(":")
    logging.getLogger("werkzeug").setLevel(logging.WARNING)
    app = create_app(lambda: datetime.now(UTC))
    return make_server(host.strip("[]"), int(port), app, threaded=True)


def serve(bind: str) -> None:
    """Serve the example site at HOST:PORT until the process is told to end."""
    server = build_server(bind)
    try:
        server.serve_forever()
    finally:
        server.server_close()


@contextmanager
def running(bind: str = "127.0.0.1:0") -> Iterator[str]:
    """Serve on a thread of its own for as long as the block runs; gives the address."""
    server = build_server(bind)
    thread = threading.Thread(target=server.serve_forever, name="sample", daemon=True)
    thread.start()
    try:
        yield f"http://{bind.rpartition(':')[0]}:{server.server_port}/"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
