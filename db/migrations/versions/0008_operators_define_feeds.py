"""Operators define feeds of their own."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from db.base import Json, UTCDateTime

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go one version up."""
    op.create_table(
        "feed",
        sa.Column("slug", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("filter", Json, nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("token_hash", sa.Text(), nullable=True),
        sa.Column("added_at", UTCDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("slug", name=op.f("pk_feed")),
    )


def downgrade() -> None:
    """Go back one version."""
    op.drop_table("feed")
