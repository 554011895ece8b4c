"""Feeds come from a file too; a private one that was removed is told to its readers."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go one version up."""
    op.add_column(
        "feed", sa.Column("origin", sa.Text(), nullable=False, server_default="api")
    )
    op.add_column("source_slug", sa.Column("token_hash", sa.Text(), nullable=True))


def downgrade() -> None:
    """Go back one version."""
    op.drop_column("source_slug", "token_hash")
    op.drop_column("feed", "origin")
