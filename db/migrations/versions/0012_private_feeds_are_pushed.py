"""Private feeds are pushed to who has their token."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from db.base import BigInt, Json, UTCDateTime  # noqa: F401 - what columns are made of

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go one version up."""
    with op.batch_alter_table("hub_request", schema=None) as batch_op:
        batch_op.add_column(sa.Column("token", sa.Text(), nullable=True))

    with op.batch_alter_table("hub_topic", schema=None) as batch_op:
        batch_op.add_column(sa.Column("token", sa.Text(), nullable=True))


def downgrade() -> None:
    """Go back one version."""
    with op.batch_alter_table("hub_topic", schema=None) as batch_op:
        batch_op.drop_column("token")

    with op.batch_alter_table("hub_request", schema=None) as batch_op:
        batch_op.drop_column("token")
