"""Feeds are pushed: the tables of the WebSub hub."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from db.base import BigInt, Json, UTCDateTime  # noqa: F401 - what columns are made of

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go one version up."""
    op.create_table(
        "hub_request",
        sa.Column("id", BigInt, nullable=False),
        sa.Column("nonce", sa.Text(), nullable=False),
        sa.Column("mode", sa.Text(), nullable=False),
        sa.Column("topic", sa.Text(), nullable=False),
        sa.Column("topic_url", sa.Text(), nullable=False),
        sa.Column("callback", sa.Text(), nullable=False),
        sa.Column("host", sa.Text(), nullable=False),
        sa.Column("secret", sa.Text(), nullable=True),
        sa.Column("lease_seconds", sa.Integer(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("created_at", UTCDateTime(), nullable=False),
        sa.Column("lease_owner", sa.Text(), nullable=True),
        sa.Column("lease_until", UTCDateTime(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_hub_request")),
        sa.UniqueConstraint(
            "topic", "callback", name=op.f("uq_hub_request_topic_callback")
        ),
    )
    with op.batch_alter_table("hub_request", schema=None) as batch_op:
        batch_op.create_index("ix_hub_request_created_at", ["created_at"], unique=False)
        batch_op.create_index("ix_hub_request_host", ["host"], unique=False)

    op.create_table(
        "hub_topic",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("version", sa.Text(), nullable=False),
        sa.Column("seq", BigInt, nullable=False),
        sa.Column("turn", sa.Integer(), nullable=False),
        sa.Column("payload_id", BigInt, nullable=True),
        sa.ForeignKeyConstraint(
            ["payload_id"], ["payload.id"], name=op.f("fk_hub_topic_payload_id_payload")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_hub_topic")),
        sa.UniqueConstraint("name", name=op.f("uq_hub_topic_name")),
    )
    op.create_table(
        "hub_subscriber",
        sa.Column("subscription_id", sa.Integer(), nullable=False),
        sa.Column("topic_id", sa.Integer(), nullable=False),
        sa.Column("callback", sa.Text(), nullable=False),
        sa.Column("host", sa.Text(), nullable=False),
        sa.Column("lease_until", UTCDateTime(), nullable=False),
        sa.Column("turn", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["subscription_id"],
            ["subscription.id"],
            name=op.f("fk_hub_subscriber_subscription_id_subscription"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["topic_id"],
            ["hub_topic.id"],
            name=op.f("fk_hub_subscriber_topic_id_hub_topic"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("subscription_id", name=op.f("pk_hub_subscriber")),
        sa.UniqueConstraint(
            "topic_id", "callback", name=op.f("uq_hub_subscriber_topic_id_callback")
        ),
    )
    with op.batch_alter_table("hub_subscriber", schema=None) as batch_op:
        batch_op.create_index("ix_hub_subscriber_host", ["host"], unique=False)
        batch_op.create_index(
            "ix_hub_subscriber_lease_until", ["lease_until"], unique=False
        )
        batch_op.create_index(
            "ix_hub_subscriber_topic_id_turn", ["topic_id", "turn"], unique=False
        )

    with op.batch_alter_table("payload", schema=None) as batch_op:
        batch_op.add_column(sa.Column("link", sa.Text(), nullable=True))


def downgrade() -> None:
    """Go back one version."""
    with op.batch_alter_table("payload", schema=None) as batch_op:
        batch_op.drop_column("link")

    with op.batch_alter_table("hub_subscriber", schema=None) as batch_op:
        batch_op.drop_index("ix_hub_subscriber_topic_id_turn")
        batch_op.drop_index("ix_hub_subscriber_lease_until")
        batch_op.drop_index("ix_hub_subscriber_host")

    op.drop_table("hub_subscriber")
    op.drop_table("hub_topic")
    with op.batch_alter_table("hub_request", schema=None) as batch_op:
        batch_op.drop_index("ix_hub_request_host")
        batch_op.drop_index("ix_hub_request_created_at")

    op.drop_table("hub_request")
