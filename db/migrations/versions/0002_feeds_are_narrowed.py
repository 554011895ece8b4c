"""Feeds are narrowed by language and by time of sight, each along an index."""

from __future__ import annotations

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go one version up."""
    with op.batch_alter_table("article", schema=None) as batch_op:
        batch_op.create_index(
            "ix_article_language_position", ["language", "position"], unique=False
        )
        batch_op.create_index(
            "ix_article_first_seen_at_position",
            ["first_seen_at", "position"],
            unique=False,
        )


def downgrade() -> None:
    """Go back one version."""
    with op.batch_alter_table("article", schema=None) as batch_op:
        batch_op.drop_index("ix_article_first_seen_at_position")
        batch_op.drop_index("ix_article_language_position")
