"""What Alembic runs: the migrations of `versions/`, on the connection handed in.

`db.migrate` hands one in; the `alembic` command (CONTRIBUTING.md) gets one from the
settings. Nothing else belongs here.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Literal

from alembic import context
from alembic.autogenerate.api import AutogenContext
from alembic.operations import MigrationScript
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Connection
from sqlalchemy.types import TypeEngine

from config.loading import load
from db import models  # noqa: F401 - fills Base.metadata
from db.base import Base, BigInt, Json, UTCDateTime
from db.engine import build_engine
from db.migrate import is_compared, newest


def render_item(
    kind: str,
    item: Any,  # noqa: ANN401 - Alembic passes types, columns and constraints
    autogen: AutogenContext,  # noqa: ARG001 - Alembic's signature
) -> str | Literal[False]:
    """Write our own types by their names, as `script.py.mako` imports them."""
    if kind != "type" or not isinstance(item, TypeEngine):
        return False
    if isinstance(item, UTCDateTime):
        return "UTCDateTime()"
    if item is Json:
        return "Json"
    return "BigInt" if item is BigInt else False


def number_revision(
    _context: MigrationContext,
    _revision: str | Iterable[str | None],
    directives: list[MigrationScript],
) -> None:
    """Number a new migration after the newest: after 0001 comes 0002."""
    for script in directives:
        script.rev_id = f"{int(newest() or 0) + 1:04d}"


def run(connection: Connection) -> None:
    """Run what `context` was asked for; the caller's transaction is used."""
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        render_as_batch=connection.dialect.name == "sqlite",
        render_item=render_item,
        include_object=is_compared,
        process_revision_directives=number_revision,
        compare_type=True,
        compare_server_default=True,
        transaction_per_migration=False,
    )
    with context.begin_transaction():
        context.run_migrations()


handed = context.config.attributes.get("connection")
if handed is None:
    own = build_engine(load().database_url)
    with own.begin() as connection:
        run(connection)
    own.dispose()
else:
    run(handed)
