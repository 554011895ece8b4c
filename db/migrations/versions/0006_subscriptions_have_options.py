"""Subscriptions are limited in rate and send headers of their own."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from db.base import Json, UTCDateTime

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

ADDED = (
    ("headers", Json),
    ("rate_count", sa.Integer()),
    ("rate_seconds", sa.Integer()),
    ("sent_lately", Json),
    ("rest_until", UTCDateTime()),
)


def upgrade() -> None:
    """Go one version up."""
    for name, kind in ADDED:
        op.add_column("subscription", sa.Column(name, kind, nullable=True))


def downgrade() -> None:
    """Go back one version."""
    with op.batch_alter_table("subscription", schema=None) as batch_op:
        for name, _ in reversed(ADDED):
            batch_op.drop_column(name)
