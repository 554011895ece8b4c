"""The first tables."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from db.base import BigInt, Json, UTCDateTime

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go one version up."""
    op.create_table(
        "heartbeat",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("started_at", UTCDateTime(), nullable=False),
        sa.Column("beat_at", UTCDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_heartbeat")),
    )
    op.create_table(
        "host",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("robots_text", sa.Text(), nullable=True),
        sa.Column("robots_status", sa.Integer(), nullable=True),
        sa.Column("robots_expires_at", UTCDateTime(), nullable=True),
        sa.Column("crawl_delay_seconds", sa.Double(), nullable=True),
        sa.Column("not_before", UTCDateTime(), nullable=True),
        sa.Column("last_request_at", UTCDateTime(), nullable=True),
        sa.Column("lease_owner", sa.Text(), nullable=True),
        sa.Column("lease_until", UTCDateTime(), nullable=True),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_host")),
    )
    op.create_table(
        "payload",
        sa.Column("id", BigInt, nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("content_type", sa.Text(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", UTCDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_payload")),
        sa.UniqueConstraint("digest", name=op.f("uq_payload_digest")),
    )
    with op.batch_alter_table("payload", schema=None) as batch_op:
        batch_op.create_index("ix_payload_created", ["created_at"], unique=False)

    op.create_table(
        "source",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("slug", sa.Text(), nullable=False),
        sa.Column("spec", Json, nullable=False),
        sa.Column("origin", sa.Text(), nullable=False),
        sa.Column("enabled", sa.Boolean(), nullable=False),
        sa.Column("visibility", sa.Text(), nullable=False),
        sa.Column("added_at", UTCDateTime(), nullable=False),
        sa.Column("next_poll_at", UTCDateTime(), nullable=False),
        sa.Column("lease_owner", sa.Text(), nullable=True),
        sa.Column("lease_until", UTCDateTime(), nullable=True),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("health", sa.Text(), nullable=False),
        sa.Column("health_reason", sa.Text(), nullable=True),
        sa.Column("health_since", UTCDateTime(), nullable=True),
        sa.Column("discovered", Json, nullable=False),
        sa.Column("last_success_at", UTCDateTime(), nullable=True),
        sa.Column("last_poll_at", UTCDateTime(), nullable=True),
        sa.Column("validators", Json, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_source")),
        sa.UniqueConstraint("slug", name=op.f("uq_source_slug")),
    )
    with op.batch_alter_table("source", schema=None) as batch_op:
        batch_op.create_index(
            "ix_source_due",
            ["next_poll_at"],
            unique=False,
            sqlite_where=sa.text("enabled"),
            postgresql_where=sa.text("enabled"),
        )

    op.create_table(
        "source_slug",
        sa.Column("slug", sa.Text(), nullable=False),
        sa.Column("moved_to", sa.Text(), nullable=True),
        sa.Column("changed_at", UTCDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("slug", name=op.f("pk_source_slug")),
    )
    op.create_table(
        "stream",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("value", BigInt, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stream")),
    )
    op.create_table(
        "subscription",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uid", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("description", sa.Text(), nullable=True),
        sa.Column("secrets", Json, nullable=False),
        sa.Column("signatures", Json, nullable=False),
        sa.Column("filter", Json, nullable=False),
        sa.Column("event_types", Json, nullable=False),
        sa.Column("format", sa.Text(), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("state_reason", sa.Text(), nullable=True),
        sa.Column("wants_history", sa.Boolean(), nullable=False),
        sa.Column("concurrency", sa.Integer(), nullable=False),
        sa.Column("cursor", BigInt, nullable=False),
        sa.Column("created_at", UTCDateTime(), nullable=False),
        sa.Column("failing_since", UTCDateTime(), nullable=True),
        sa.Column("open_until", UTCDateTime(), nullable=True),
        sa.Column("last_success_at", UTCDateTime(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_subscription")),
        sa.UniqueConstraint("uid", name=op.f("uq_subscription_uid")),
    )
    with op.batch_alter_table("subscription", schema=None) as batch_op:
        batch_op.create_index("ix_subscription_cursor", ["cursor"], unique=False)

    op.create_table(
        "article",
        sa.Column("position", BigInt, autoincrement=False, nullable=False),
        sa.Column("seq", BigInt, nullable=False),
        sa.Column("uid", sa.Uuid(), nullable=False),
        sa.Column("source_id", sa.Integer(), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("summary", sa.Text(), nullable=True),
        sa.Column("body_html", sa.Text(), nullable=False),
        sa.Column("body_text", sa.Text(), nullable=False),
        sa.Column("authors", Json, nullable=False),
        sa.Column("categories", Json, nullable=False),
        sa.Column("tags", Json, nullable=False),
        sa.Column("language", sa.Text(), nullable=True),
        sa.Column("image", Json, nullable=True),
        sa.Column("restrictions", Json, nullable=False),
        sa.Column("published_at", UTCDateTime(), nullable=False),
        sa.Column("published_precision", sa.Text(), nullable=False),
        sa.Column("modified_at", UTCDateTime(), nullable=True),
        sa.Column("first_seen_at", UTCDateTime(), nullable=False),
        sa.Column("changed_at", UTCDateTime(), nullable=False),
        sa.Column("content_hash", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("withdrawn_at", UTCDateTime(), nullable=True),
        sa.Column("withdrawn_by", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["source_id"],
            ["source.id"],
            name=op.f("fk_article_source_id_source"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("position", name=op.f("pk_article")),
        sa.UniqueConstraint("source_id", "url", name=op.f("uq_article_source_id_url")),
        sa.UniqueConstraint("uid", name=op.f("uq_article_uid")),
    )
    with op.batch_alter_table("article", schema=None) as batch_op:
        batch_op.create_index(
            "ix_article_edited",
            ["changed_at"],
            unique=False,
            sqlite_where=sa.text("seq > position"),
            postgresql_where=sa.text("seq > position"),
        )
        batch_op.create_index("ix_article_seq", ["seq"], unique=False)
        batch_op.create_index(
            "ix_article_source_edited",
            ["source_id", "changed_at"],
            unique=False,
            sqlite_where=sa.text("seq > position"),
            postgresql_where=sa.text("seq > position"),
        )
        batch_op.create_index(
            "ix_article_source_position", ["source_id", "position"], unique=False
        )
        batch_op.create_index(
            "ix_article_source_withdrawn",
            ["source_id", "withdrawn_at"],
            unique=False,
            sqlite_where=sa.text("withdrawn_at IS NOT NULL"),
            postgresql_where=sa.text("withdrawn_at IS NOT NULL"),
        )
        batch_op.create_index(
            "ix_article_withdrawn",
            ["withdrawn_at"],
            unique=False,
            sqlite_where=sa.text("withdrawn_at IS NOT NULL"),
            postgresql_where=sa.text("withdrawn_at IS NOT NULL"),
        )

    op.create_table(
        "delivery",
        sa.Column("id", BigInt, nullable=False),
        sa.Column("subscription_id", sa.Integer(), nullable=False),
        sa.Column("event_seq", BigInt, nullable=False),
        sa.Column("message_id", sa.Text(), nullable=False),
        sa.Column("type", sa.Text(), nullable=False),
        sa.Column("origin", sa.Text(), nullable=False),
        sa.Column("payload_id", BigInt, nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("attempt_count", sa.Integer(), nullable=False),
        sa.Column("step", sa.Integer(), nullable=False),
        sa.Column("created_at", UTCDateTime(), nullable=False),
        sa.Column("due_at", UTCDateTime(), nullable=True),
        sa.Column("lease_owner", sa.Text(), nullable=True),
        sa.Column("lease_until", UTCDateTime(), nullable=True),
        sa.Column("finished_at", UTCDateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["payload_id"], ["payload.id"], name=op.f("fk_delivery_payload_id_payload")
        ),
        sa.ForeignKeyConstraint(
            ["subscription_id"],
            ["subscription.id"],
            name=op.f("fk_delivery_subscription_id_subscription"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_delivery")),
        sa.UniqueConstraint("message_id", name=op.f("uq_delivery_message_id")),
    )
    with op.batch_alter_table("delivery", schema=None) as batch_op:
        batch_op.create_index(
            "ix_delivery_due",
            ["subscription_id", "due_at"],
            unique=False,
            sqlite_where=sa.text("due_at IS NOT NULL"),
            postgresql_where=sa.text("due_at IS NOT NULL"),
        )
        batch_op.create_index(
            "ix_delivery_failed",
            ["id"],
            unique=False,
            sqlite_where=sa.text("state = 'failed'"),
            postgresql_where=sa.text("state = 'failed'"),
        )
        batch_op.create_index("ix_delivery_payload", ["payload_id"], unique=False)
        batch_op.create_index(
            "ix_delivery_subscription_created", ["subscription_id", "id"], unique=False
        )

    op.create_table(
        "event",
        sa.Column("seq", BigInt, autoincrement=False, nullable=False),
        sa.Column("uid", sa.Uuid(), nullable=False),
        sa.Column("type", sa.Text(), nullable=False),
        sa.Column("source_id", sa.Integer(), nullable=True),
        sa.Column("position", BigInt, nullable=True),
        sa.Column("version", sa.Integer(), nullable=True),
        sa.Column("is_history", sa.Boolean(), nullable=False),
        sa.Column("created_at", UTCDateTime(), nullable=False),
        sa.Column("snapshot", Json, nullable=False),
        sa.ForeignKeyConstraint(
            ["source_id"],
            ["source.id"],
            name=op.f("fk_event_source_id_source"),
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_event")),
        sa.UniqueConstraint("uid", name=op.f("uq_event_uid")),
    )
    with op.batch_alter_table("event", schema=None) as batch_op:
        batch_op.create_index("ix_event_created", ["created_at"], unique=False)

    op.create_table(
        "fanout",
        sa.Column("id", BigInt, nullable=False),
        sa.Column("subscription_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("after", BigInt, nullable=False),
        sa.Column("until", BigInt, nullable=False),
        sa.Column("made", sa.Integer(), nullable=False),
        sa.Column("created_at", UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["subscription_id"],
            ["subscription.id"],
            name=op.f("fk_fanout_subscription_id_subscription"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_fanout")),
    )
    with op.batch_alter_table("fanout", schema=None) as batch_op:
        batch_op.create_index(
            "ix_fanout_subscription", ["subscription_id"], unique=False
        )

    op.create_table(
        "run",
        sa.Column("id", BigInt, nullable=False),
        sa.Column("source_id", sa.Integer(), nullable=False),
        sa.Column("started_at", UTCDateTime(), nullable=False),
        sa.Column("finished_at", UTCDateTime(), nullable=True),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("found", sa.Integer(), nullable=False),
        sa.Column("fetched", sa.Integer(), nullable=False),
        sa.Column("new", sa.Integer(), nullable=False),
        sa.Column("changed", sa.Integer(), nullable=False),
        sa.Column("gone", sa.Integer(), nullable=False),
        sa.Column("failed", sa.Integer(), nullable=False),
        sa.Column("failures", Json, nullable=False),
        sa.ForeignKeyConstraint(
            ["source_id"],
            ["source.id"],
            name=op.f("fk_run_source_id_source"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_run")),
    )
    with op.batch_alter_table("run", schema=None) as batch_op:
        batch_op.create_index(
            "ix_run_source_started", ["source_id", "started_at"], unique=False
        )

    op.create_table(
        "term",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("source_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("path", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("names", Json, nullable=False),
        sa.ForeignKeyConstraint(
            ["source_id"],
            ["source.id"],
            name=op.f("fk_term_source_id_source"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_term")),
        sa.UniqueConstraint(
            "source_id", "kind", "path", name=op.f("uq_term_source_id_kind_path")
        ),
    )
    with op.batch_alter_table("term", schema=None) as batch_op:
        batch_op.create_index("ix_term_kind_path", ["kind", "path"], unique=False)

    op.create_table(
        "article_term",
        sa.Column("term_id", sa.Integer(), nullable=False),
        sa.Column("position", BigInt, nullable=False),
        sa.ForeignKeyConstraint(
            ["position"],
            ["article.position"],
            name=op.f("fk_article_term_position_article"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["term_id"],
            ["term.id"],
            name=op.f("fk_article_term_term_id_term"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("term_id", "position", name=op.f("pk_article_term")),
    )
    with op.batch_alter_table("article_term", schema=None) as batch_op:
        batch_op.create_index("ix_article_term_position", ["position"], unique=False)

    op.create_table(
        "article_url",
        sa.Column("source_id", sa.Integer(), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("position", BigInt, nullable=False),
        sa.ForeignKeyConstraint(
            ["position"],
            ["article.position"],
            name=op.f("fk_article_url_position_article"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["source_id"],
            ["source.id"],
            name=op.f("fk_article_url_source_id_source"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("source_id", "url", name=op.f("pk_article_url")),
    )
    with op.batch_alter_table("article_url", schema=None) as batch_op:
        batch_op.create_index("ix_article_url_position", ["position"], unique=False)

    op.create_table(
        "attempt",
        sa.Column("id", BigInt, nullable=False),
        sa.Column("delivery_id", BigInt, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("started_at", UTCDateTime(), nullable=False),
        sa.Column("took_ms", sa.Double(), nullable=False),
        sa.Column("status", sa.Integer(), nullable=True),
        sa.Column("error", sa.Text(), nullable=True),
        sa.Column("request_headers", Json, nullable=False),
        sa.Column("response_headers", Json, nullable=True),
        sa.Column("response_body", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(
            ["delivery_id"],
            ["delivery.id"],
            name=op.f("fk_attempt_delivery_id_delivery"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attempt")),
    )
    with op.batch_alter_table("attempt", schema=None) as batch_op:
        batch_op.create_index("ix_attempt_delivery", ["delivery_id"], unique=False)

    op.create_table(
        "page",
        sa.Column("id", BigInt, nullable=False),
        sa.Column("source_id", sa.Integer(), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("host", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("position", BigInt, nullable=True),
        sa.Column("is_history", sa.Boolean(), nullable=False),
        sa.Column("versions", Json, nullable=False),
        sa.Column("hints", Json, nullable=False),
        sa.Column("etag", sa.Text(), nullable=True),
        sa.Column("last_modified", sa.Text(), nullable=True),
        sa.Column("digest", sa.Text(), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("first_seen_at", UTCDateTime(), nullable=False),
        sa.Column("fetched_at", UTCDateTime(), nullable=True),
        sa.Column("missing_since", UTCDateTime(), nullable=True),
        sa.Column("next_check_at", UTCDateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["position"],
            ["article.position"],
            name=op.f("fk_page_position_article"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["source_id"],
            ["source.id"],
            name=op.f("fk_page_source_id_source"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_page")),
        sa.UniqueConstraint("source_id", "url", name=op.f("uq_page_source_id_url")),
    )
    with op.batch_alter_table("page", schema=None) as batch_op:
        batch_op.create_index(
            "ix_page_due",
            ["next_check_at", "source_id", "host"],
            unique=False,
            sqlite_where=sa.text("next_check_at IS NOT NULL"),
            postgresql_where=sa.text("next_check_at IS NOT NULL"),
        )
        batch_op.create_index(
            "ix_page_due_visit",
            ["source_id", "host", "next_check_at"],
            unique=False,
            sqlite_where=sa.text("next_check_at IS NOT NULL"),
            postgresql_where=sa.text("next_check_at IS NOT NULL"),
        )
        batch_op.create_index("ix_page_position", ["position"], unique=False)

    op.create_table(
        "revision",
        sa.Column("position", BigInt, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("replaced_at", UTCDateTime(), nullable=False),
        sa.Column("snapshot", Json, nullable=False),
        sa.ForeignKeyConstraint(
            ["position"],
            ["article.position"],
            name=op.f("fk_revision_position_article"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("position", "version", name=op.f("pk_revision")),
    )
    # The one counter: positions and event numbers are taken from it.
    op.execute("INSERT INTO stream (id, value) VALUES (1, 0)")


def downgrade() -> None:
    """Go back one version."""
    op.drop_table("revision")
    with op.batch_alter_table("page", schema=None) as batch_op:
        batch_op.drop_index("ix_page_position")
        batch_op.drop_index(
            "ix_page_due_visit",
            sqlite_where=sa.text("next_check_at IS NOT NULL"),
            postgresql_where=sa.text("next_check_at IS NOT NULL"),
        )
        batch_op.drop_index(
            "ix_page_due",
            sqlite_where=sa.text("next_check_at IS NOT NULL"),
            postgresql_where=sa.text("next_check_at IS NOT NULL"),
        )

    op.drop_table("page")
    with op.batch_alter_table("attempt", schema=None) as batch_op:
        batch_op.drop_index("ix_attempt_delivery")

    op.drop_table("attempt")
    with op.batch_alter_table("article_url", schema=None) as batch_op:
        batch_op.drop_index("ix_article_url_position")

    op.drop_table("article_url")
    with op.batch_alter_table("article_term", schema=None) as batch_op:
        batch_op.drop_index("ix_article_term_position")

    op.drop_table("article_term")
    with op.batch_alter_table("term", schema=None) as batch_op:
        batch_op.drop_index("ix_term_kind_path")

    op.drop_table("term")
    with op.batch_alter_table("run", schema=None) as batch_op:
        batch_op.drop_index("ix_run_source_started")

    op.drop_table("run")
    with op.batch_alter_table("fanout", schema=None) as batch_op:
        batch_op.drop_index("ix_fanout_subscription")

    op.drop_table("fanout")
    with op.batch_alter_table("event", schema=None) as batch_op:
        batch_op.drop_index("ix_event_created")

    op.drop_table("event")
    with op.batch_alter_table("delivery", schema=None) as batch_op:
        batch_op.drop_index("ix_delivery_subscription_created")
        batch_op.drop_index("ix_delivery_payload")
        batch_op.drop_index(
            "ix_delivery_failed",
            sqlite_where=sa.text("state = 'failed'"),
            postgresql_where=sa.text("state = 'failed'"),
        )
        batch_op.drop_index(
            "ix_delivery_due",
            sqlite_where=sa.text("due_at IS NOT NULL"),
            postgresql_where=sa.text("due_at IS NOT NULL"),
        )

    op.drop_table("delivery")
    with op.batch_alter_table("article", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_article_withdrawn",
            sqlite_where=sa.text("withdrawn_at IS NOT NULL"),
            postgresql_where=sa.text("withdrawn_at IS NOT NULL"),
        )
        batch_op.drop_index(
            "ix_article_source_withdrawn",
            sqlite_where=sa.text("withdrawn_at IS NOT NULL"),
            postgresql_where=sa.text("withdrawn_at IS NOT NULL"),
        )
        batch_op.drop_index("ix_article_source_position")
        batch_op.drop_index(
            "ix_article_source_edited",
            sqlite_where=sa.text("seq > position"),
            postgresql_where=sa.text("seq > position"),
        )
        batch_op.drop_index("ix_article_seq")
        batch_op.drop_index(
            "ix_article_edited",
            sqlite_where=sa.text("seq > position"),
            postgresql_where=sa.text("seq > position"),
        )

    op.drop_table("article")
    with op.batch_alter_table("subscription", schema=None) as batch_op:
        batch_op.drop_index("ix_subscription_cursor")

    op.drop_table("subscription")
    op.drop_table("stream")
    op.drop_table("source_slug")
    with op.batch_alter_table("source", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_source_due",
            sqlite_where=sa.text("enabled"),
            postgresql_where=sa.text("enabled"),
        )

    op.drop_table("source")
    with op.batch_alter_table("payload", schema=None) as batch_op:
        batch_op.drop_index("ix_payload_created")

    op.drop_table("payload")
    op.drop_table("host")
    op.drop_table("heartbeat")
