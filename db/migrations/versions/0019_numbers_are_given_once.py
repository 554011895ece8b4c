"""SQLite gives the numbers of deliveries, subscriptions and tokens once only.

People see them and logs keep them; without AUTOINCREMENT the number of the newest row,
removed, is the next row's. PostgreSQL's sequences never go back.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

TABLES = ("subscription", "delivery", "api_token")
PLAIN, ONCE = "PRIMARY KEY (id)", "PRIMARY KEY (id AUTOINCREMENT)"
# Wherever a table's indexes and triggers are, and the table itself.
THINGS = sa.text(
    "SELECT type, sql FROM sqlite_master WHERE tbl_name = :name AND sql IS NOT NULL"
)


def upgrade() -> None:
    """Go one version up."""
    _declare(PLAIN, ONCE)


def downgrade() -> None:
    """Go back one version."""
    _declare(ONCE, PLAIN)


def _declare(before: str, after: str) -> None:
    connection = op.get_bind()
    if connection.dialect.name != "sqlite":
        return
    for table in TABLES:
        _require_no_cascade(connection, table)
        _make_anew(connection, table, before, after)


def _make_anew(connection: sa.Connection, table: str, before: str, after: str) -> None:
    """Copy a table into one declared otherwise (lang_altertable.html section 7).

    Not in batch mode: what stands in the schema is written again word for word, so that
    no index, trigger or default can be lost, and rows keep their numbers.
    """
    things = connection.execute(THINGS, {"name": table}).all()
    (made,) = (text for kind, text in things if kind == "table")
    declared = made.replace(before, after)
    if declared == made:
        message = f"the table {table} is not declared as expected: {made}"
        raise RuntimeError(message)
    start = declared.index("(")
    columns = [each["name"] for each in sa.inspect(connection).get_columns(table)]
    named = ", ".join(f'"{name}"' for name in columns)
    for statement in (
        f"CREATE TABLE {table}_anew {declared[start:]}",
        f"INSERT INTO {table}_anew ({named}) SELECT {named} FROM {table}",  # noqa: S608 - names of ours
        f"DROP TABLE {table}",
        f"ALTER TABLE {table}_anew RENAME TO {table}",
        *(text for kind, text in things if kind != "table"),
    ):
        connection.exec_driver_sql(statement)


def _require_no_cascade(connection: sa.Connection, table: str) -> None:
    """Refuse to drop a table with rows where foreign keys would take others along."""
    enforced = connection.exec_driver_sql("PRAGMA foreign_keys").scalar()
    filled = connection.exec_driver_sql(f"SELECT 1 FROM {table} LIMIT 1").first()  # noqa: S608 - a name of ours
    if enforced and filled:
        message = "foreign keys are enforced here: migrate with `wireroom db upgrade`"
        raise RuntimeError(message)
