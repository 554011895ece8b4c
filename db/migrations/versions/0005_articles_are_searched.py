"""Articles are searched: their words, with a full-text index over them."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import sqlalchemy as sa
from alembic import op

from db.base import BigInt, UTCDateTime, Words
from db.indexing import indexed
from db.records import StoredArticle

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

# Articles of a few KB: a batch is a few MB.
BATCH = 500

# The words come in as they are to be found: FTS5 parts them at spaces and does nothing
# else. The "delete" rows are how an index with external content forgets (sqlite.org,
# fts5.html section 4.4.3); they see what is deleted by a foreign key too.
ON_SQLITE = (
    """CREATE VIRTUAL TABLE article_search USING fts5(
        words, content='article_words', content_rowid='position',
        tokenize="ascii tokenchars '_'"
    )""",
    """CREATE TRIGGER article_words_insert AFTER INSERT ON article_words BEGIN
        INSERT INTO article_search(rowid, words) VALUES (new.position, new.words);
    END""",
    """CREATE TRIGGER article_words_delete AFTER DELETE ON article_words BEGIN
        INSERT INTO article_search(article_search, rowid, words)
        VALUES ('delete', old.position, old.words);
    END""",
    """CREATE TRIGGER article_words_update AFTER UPDATE ON article_words BEGIN
        INSERT INTO article_search(article_search, rowid, words)
        VALUES ('delete', old.position, old.words);
        INSERT INTO article_search(rowid, words) VALUES (new.position, new.words);
    END""",
)

# What the words are made of, as the tables are at this version.
NAMES = (
    "title",
    "summary",
    "body_text",
    "authors",
    "categories",
    "tags",
    "language",
    "restrictions",
)
READ = sa.text(
    """SELECT position, source_id, title, summary, body_text, authors, categories, tags,
              language, restrictions, withdrawn_at
       FROM article WHERE position > :after
       ORDER BY position LIMIT :limit"""
).columns(
    authors=sa.JSON,
    categories=sa.JSON,
    tags=sa.JSON,
    restrictions=sa.JSON,
    withdrawn_at=UTCDateTime,
)

# What an article has besides, and its words do not depend on.
MOMENT = "1970-01-01T00:00:00+00:00"
BESIDE = {
    "position": 0,
    "seq": 0,
    "uid": "00000000-0000-0000-0000-000000000000",
    "source": "",
    "url": "",
    "published_at": MOMENT,
    "published_precision": "seen",
    "first_seen_at": MOMENT,
    "changed_at": MOMENT,
}


def upgrade() -> None:
    """Go one version up."""
    table = op.create_table(
        "article_words",
        sa.Column("position", BigInt, autoincrement=False, nullable=False),
        sa.Column("words", Words(), nullable=False),
        sa.ForeignKeyConstraint(
            ["position"],
            ["article.position"],
            name=op.f("fk_article_words_position_article"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("position", name=op.f("pk_article_words")),
    )
    is_sqlite = op.get_bind().dialect.name == "sqlite"
    for statement in ON_SQLITE if is_sqlite else ():
        op.execute(statement)
    _fill(table)
    if not is_sqlite:
        op.create_index(
            "ix_article_words_words", "article_words", ["words"], postgresql_using="gin"
        )


def _fill(table: sa.Table) -> None:
    """Take in what is stored, oldest first."""
    connection = op.get_bind()
    after = 0
    while rows := connection.execute(READ, {"after": after, "limit": BATCH}).all():
        connection.execute(sa.insert(table), [_words_of(row) for row in rows])
        after = rows[-1].position


def _words_of(row: Any) -> dict[str, Any]:  # noqa: ANN401 - a row
    values = {name: getattr(row, name) for name in NAMES}
    article = StoredArticle.from_snapshot(BESIDE | values)
    article = replace(article, withdrawn_at=row.withdrawn_at)
    return {"position": row.position, "words": indexed(row.source_id, article)}


def downgrade() -> None:
    """Go back one version."""
    if op.get_bind().dialect.name == "sqlite":
        op.execute("DROP TABLE article_search")
    op.drop_table("article_words")
