"""What happened to articles that were published already is found among all events."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

CHANGES = sa.text("type IN ('article.updated', 'article.withdrawn')")


def upgrade() -> None:
    """Go one version up."""
    op.create_index(
        "ix_event_change",
        "event",
        ["seq"],
        sqlite_where=CHANGES,
        postgresql_where=CHANGES,
    )


def downgrade() -> None:
    """Go back one version."""
    op.drop_index("ix_event_change", "event")
