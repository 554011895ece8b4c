"""Slugs keep the vowel signs of India's scripts, of Thai and their like.

What two names shared, as कार and कोर did, each has for itself: the terms of articles,
the marks in their words, and the filters of feeds and subscriptions, which name all
slugs that theirs became.
"""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import replace
from hashlib import sha256
from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.orm import Session

from db.base import UTCDateTime
from db.indexing import set_words
from db.records import StoredArticle
from db.terms import ensure_terms, path_of, set_terms, slug_of

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

# Articles of a few KB: a batch is a megabyte.
BATCH = 200

# Scripts in which a name may have lost no more than its last sign, and so have shared
# the slug of a name that keeps its own: from India's to Thai, Burmese and Khmer.
SIGNED = re.compile("[\u0900-\u1aff\ua800-\uabff]")

Term = tuple[str, str]  # kind and path
Became = dict[Term, set[str]]

# What a filter calls a kind of term.
KINDS = {"categories": "category", "tags": "tag", "authors": "author"}
JSONS = dict.fromkeys(("authors", "categories", "tags", "restrictions"), sa.JSON)
TERMS = sa.text("SELECT id, path, names FROM term ORDER BY id").columns(names=sa.JSON)
FILED = sa.text(
    "SELECT DISTINCT position FROM article_term WHERE term_id IN :ids"
).bindparams(sa.bindparam("ids", expanding=True))
ARTICLES = (
    sa.text(
        "SELECT position, source_id, title, summary, body_text, authors, categories,"
        " tags, language, restrictions, withdrawn_at, is_past FROM article"
        " WHERE position IN :positions"
    )
    .bindparams(sa.bindparam("positions", expanding=True))
    .columns(withdrawn_at=UTCDateTime, is_past=sa.Boolean, **JSONS)
)
ABANDONED = sa.text(
    "DELETE FROM term WHERE kind = :kind AND path = :path AND NOT EXISTS"
    " (SELECT 1 FROM article_term WHERE article_term.term_id = term.id)"
)
STILL = sa.text("SELECT 1 FROM term WHERE kind = :kind AND path = :path LIMIT 1")

# What an article has besides, and neither its terms nor its words depend on.
MOMENT = "1970-01-01T00:00:00+00:00"
BESIDE = {
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
    connection = op.get_bind()
    became: Became = defaultdict(set)
    positions = sorted(_positions(connection))
    for start in range(0, len(positions), BATCH):
        chosen = {"positions": positions[start : start + BATCH]}
        rows = connection.execute(ARTICLES, chosen).all()
        _file_anew(connection, [row for row in rows if _is_changed(row, became)])
    if became:
        _follow(connection, became)


def _positions(connection: sa.Connection) -> set[int]:
    """Give the articles that are filed under what may be another slug now."""
    ids = [
        row.id
        for row in connection.execute(TERMS)
        if SIGNED.search(row.path) or row.path != path_of(tuple(row.names))
    ]
    found: set[int] = set()
    for start in range(0, len(ids), BATCH):
        chosen = {"ids": ids[start : start + BATCH]}
        found.update(connection.scalars(FILED, chosen))
    return found


def _is_changed(row: Any, became: Became) -> bool:  # noqa: ANN401 - a row
    """Whether one of an article's terms has another slug now; notes which."""
    pairs = [(kind, old, new) for kind, old, new in _paths(row) if old != new]
    for kind, old, new in pairs:
        became[kind, old].add(new)
    return bool(pairs)


def _paths(row: Any) -> Iterator[tuple[str, str, str]]:  # noqa: ANN401 - a row
    """Give the kind of each term with its path as it was, and as it is."""
    for names in row.categories:
        steps = [former_slug(name) for name in names]
        for depth in range(1, len(names) + 1):
            path = path_of(tuple(names[:depth]))
            yield "category", "/".join(steps[:depth]), path
    for tag in row.tags:
        yield "tag", former_slug(tag), slug_of(tag)
    for author in row.authors:
        yield "author", former_slug(author["name"]), slug_of(author["name"])


def former_slug(name: str) -> str:
    """Make the slug a name had before this version."""
    text = unicodedata.normalize("NFKC", name).casefold()
    slug = re.sub(r"[\W_]+", "-", text).strip("-")
    return slug or "x" + sha256(name.encode()).hexdigest()[:8]


def _file_anew(connection: sa.Connection, rows: Sequence[Any]) -> None:
    by_source: dict[int, list[StoredArticle]] = defaultdict(list)
    for row in rows:
        by_source[row.source_id].append(_article_of(row))
    with Session(connection) as session:
        for source_id, articles in by_source.items():
            theirs = [article.position for article in articles]
            ids = ensure_terms(session, source_id, articles)
            set_terms(session, articles, ids, replaces=theirs)
            set_words(session, source_id, articles, replaces=theirs)
        session.commit()  # of the session alone: the migration's transaction goes on


def _article_of(row: Any) -> StoredArticle:  # noqa: ANN401 - a row
    values = dict(row._mapping)  # noqa: SLF001 - SQLAlchemy's public name for it
    withdrawn_at = values.pop("withdrawn_at")
    article = StoredArticle.from_snapshot(BESIDE | values)
    return replace(article, withdrawn_at=withdrawn_at)


def _follow(connection: sa.Connection, became: Became) -> None:
    """Take away the terms that nothing is filed under, and let filters follow."""
    olds = [{"kind": kind, "path": path} for kind, path in became]
    connection.execute(ABANDONED, olds)
    for old in olds:
        if connection.execute(STILL, old).first():
            became[old["kind"], old["path"]].add(old["path"])
    for table, key in (("feed", "slug"), ("subscription", "id")):
        rows = sa.table(table, sa.column(key), sa.column("filter", sa.JSON))
        for name, had in connection.execute(sa.select(rows.c[key], rows.c.filter)):
            now = had | {
                field: sorted(
                    {new for v in had[field] for new in became.get((kind, v), {v})}
                )
                for field, kind in KINDS.items()
                if field in had
            }
            if now != had:
                changed = sa.update(rows).where(rows.c[key] == name)
                connection.execute(changed.values(filter=now))


def downgrade() -> None:
    """Go back one version: slugs stay, and what changes gets those it had."""
