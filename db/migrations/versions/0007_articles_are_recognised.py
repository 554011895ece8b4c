"""Articles are recognised at other addresses, by marks of text and address."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from db.base import BigInt

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go one version up."""
    op.create_table(
        "article_mark",
        sa.Column("source_id", sa.Integer(), nullable=False),
        sa.Column("mark", BigInt, nullable=False),
        sa.Column("position", BigInt, nullable=False),
        sa.ForeignKeyConstraint(
            ["position"],
            ["article.position"],
            name=op.f("fk_article_mark_position_article"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["source_id"],
            ["source.id"],
            name=op.f("fk_article_mark_source_id_source"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint(
            "source_id", "mark", "position", name=op.f("pk_article_mark")
        ),
        sqlite_with_rowid=False,
    )
    with op.batch_alter_table("article_mark", schema=None) as batch_op:
        batch_op.create_index("ix_article_mark_position", ["position"], unique=False)


def downgrade() -> None:
    """Go back one version."""
    with op.batch_alter_table("article_mark", schema=None) as batch_op:
        batch_op.drop_index("ix_article_mark_position")
    op.drop_table("article_mark")
