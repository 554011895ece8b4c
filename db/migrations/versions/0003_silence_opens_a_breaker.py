"""Subscriptions count the attempts that nobody answered."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go one version up."""
    count = sa.Column("unanswered", sa.Integer(), server_default="0", nullable=False)
    op.add_column("subscription", count)


def downgrade() -> None:
    """Go back one version."""
    with op.batch_alter_table("subscription", schema=None) as batch_op:
        batch_op.drop_column("unanswered")
