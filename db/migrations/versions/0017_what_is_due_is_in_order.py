"""Deliveries due at one moment stand in the index in the order of their claim.

Without it PostgreSQL sorts all of an endpoint's that came at once, for each claim.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

NAME = "ix_delivery_due"
WAITS = sa.text("due_at IS NOT NULL")


def upgrade() -> None:
    """Go one version up."""
    _index("subscription_id", "due_at", "id")


def downgrade() -> None:
    """Go back one version."""
    _index("subscription_id", "due_at")


def _index(*columns: str) -> None:
    op.drop_index(NAME, table_name="delivery")
    op.create_index(
        NAME,
        "delivery",
        list(columns),
        sqlite_where=WAITS,
        postgresql_where=WAITS,
    )
