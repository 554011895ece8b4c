"""What a walk through archives brought is marked; feeds find what is news past it."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

NEWS = sa.text("NOT is_past")
INDEXES = {
    "ix_article_news": ["position"],
    "ix_article_source_news": ["source_id", "position"],
}


def upgrade() -> None:
    """Go one version up."""
    for table in ("article", "page"):
        # No batch: both databases add a column in place.
        marked: sa.Column[bool] = sa.Column(
            "is_past", sa.Boolean(), nullable=False, server_default=sa.false()
        )
        op.add_column(table, marked)
    for name, columns in INDEXES.items():
        op.create_index(
            name, "article", columns, sqlite_where=NEWS, postgresql_where=NEWS
        )


def downgrade() -> None:
    """Go back one version."""
    for name in reversed(INDEXES):
        op.drop_index(name, "article")
    for table in ("page", "article"):
        op.drop_column(table, "is_past")
