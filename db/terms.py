"""Categories, tags and authors: their slugs, and which articles have them."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from functools import lru_cache
from hashlib import sha256

from sqlalchemy import delete, select

from db.engine import Session
from db.models import ArticleTermRow, TermRow
from db.records import StoredArticle
from db.upsert import insert_missing, insert_rows

Key = tuple[str, str]  # kind and path


def slug_of(name: str) -> str:
    """Make the slug of one name: lower case, any script's letters and digits, hyphens.

    "Iran News" → "iran-news", "اخبار ایران" → "اخبار-ایران". A name with neither letter
    nor digit gets a hash, so that two such names do not meet. Idempotent.
    """
    text = unicodedata.normalize("NFKC", name).casefold()
    slug = re.sub(r"[\W_]+", "-", text).strip("-")
    return slug or "x" + sha256(name.encode()).hexdigest()[:8]


@lru_cache(maxsize=4096)
def path_of(names: tuple[str, ...]) -> str:
    """Join the slugs of a category's path: ("News", "Iran News") → "news/iran-news"."""
    return "/".join(slug_of(name) for name in names)


def terms_of(article: StoredArticle) -> dict[Key, tuple[str, ...]]:
    """Give an article's terms as {(kind, path): names}.

    A category counts for each of its ancestors: News > Iran News is in "news" too.
    What is filed by these is what `db.filters` looks for.
    """
    found: dict[Key, tuple[str, ...]] = {}
    for names in article.categories:
        for depth in range(1, len(names) + 1):
            found.setdefault(("category", path_of(names[:depth])), names[:depth])
    for tag in article.tags:
        found.setdefault(("tag", slug_of(tag)), (tag,))
    for author in article.authors:
        found.setdefault(("author", slug_of(author.name)), (author.name,))
    return found


def ensure_terms(
    session: Session, source_id: int, articles: Sequence[StoredArticle]
) -> dict[Key, int]:
    """Make the terms these articles need; give the ids of all they have."""
    needed: dict[Key, tuple[str, ...]] = {}
    for article in articles:
        needed |= terms_of(article)
    if not needed:
        return {}
    ids = _ids(session, source_id, needed)
    missing = [key for key in needed if key not in ids]
    if missing:
        insert_missing(
            session, TermRow, [_row(source_id, k, needed[k]) for k in missing]
        )
        ids = _ids(session, source_id, needed)
    return ids


def set_terms(
    session: Session,
    articles: Sequence[StoredArticle],
    ids: Mapping[Key, int],
    *,
    replaces: Sequence[int] = (),
) -> None:
    """File articles under their terms, in place of what `replaces` (positions) had."""
    if replaces:
        had = ArticleTermRow.position.in_(replaces)
        session.execute(delete(ArticleTermRow).where(had))
    rows = [
        {"term_id": ids[key], "position": article.position}
        for article in articles
        for key in terms_of(article)
    ]
    if rows:
        insert_rows(session, ArticleTermRow, rows)


def _ids(
    session: Session, source_id: int, needed: Mapping[Key, tuple[str, ...]]
) -> dict[Key, int]:
    paths = {path for _, path in needed}
    rows = session.execute(
        select(TermRow.kind, TermRow.path, TermRow.id).where(
            TermRow.source_id == source_id, TermRow.path.in_(paths)
        )
    )
    return {(kind, path): term_id for kind, path, term_id in rows}


def _row(source_id: int, key: Key, names: tuple[str, ...]) -> dict[str, object]:
    kind, path = key
    return {
        "source_id": source_id,
        "kind": kind,
        "path": path,
        "name": names[-1],
        "names": list(names),
    }
