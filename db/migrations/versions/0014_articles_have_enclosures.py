"""Articles come with recordings and other files."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from db.base import Json

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go one version up."""
    # By itself, not in batch mode, which would renumber the rows of SQLite.
    op.add_column(
        "article", sa.Column("enclosures", Json, nullable=False, server_default="[]")
    )


def downgrade() -> None:
    """Go back one version."""
    op.drop_column("article", "enclosures")
