"""The hubs of sources push to us."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from db.base import BigInt, Json, UTCDateTime  # noqa: F401 - what columns are made of

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go one version up."""
    op.create_table(
        "hub_lease",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("source_id", sa.Integer(), nullable=False),
        sa.Column("hub", sa.Text(), nullable=False),
        sa.Column("topic", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("secret", sa.Text(), nullable=True),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("next_at", UTCDateTime(), nullable=False),
        sa.Column("lease_until", UTCDateTime(), nullable=True),
        sa.Column("pushed_at", UTCDateTime(), nullable=True),
        sa.Column("is_trusted", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["source_id"],
            ["source.id"],
            name=op.f("fk_hub_lease_source_id_source"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_hub_lease")),
        sa.UniqueConstraint("key", name=op.f("uq_hub_lease_key")),
        sa.UniqueConstraint(
            "source_id", "topic", name=op.f("uq_hub_lease_source_id_topic")
        ),
    )
    with op.batch_alter_table("hub_lease", schema=None) as batch_op:
        batch_op.create_index("ix_hub_lease_next_at", ["next_at"], unique=False)


def downgrade() -> None:
    """Go back one version."""
    with op.batch_alter_table("hub_lease", schema=None) as batch_op:
        batch_op.drop_index("ix_hub_lease_next_at")

    op.drop_table("hub_lease")
