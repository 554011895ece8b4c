"""Sources remember what is usual of them, how they drift, and how often to poll."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from db.base import Json

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

COLUMNS = ("baseline", "drift", "pace")


def upgrade() -> None:
    """Go one version up."""
    for name in COLUMNS:
        # No batch: both databases add a column in place.
        op.add_column("source", sa.Column(name, Json, nullable=True))


def downgrade() -> None:
    """Go back one version."""
    for name in reversed(COLUMNS):
        op.drop_column("source", name)
