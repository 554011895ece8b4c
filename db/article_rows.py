"""Between the article's row and the value that travels, and how both are written.

Only the modules of `db` that store or list articles use this.
"""

from __future__ import annotations

from operator import attrgetter
from typing import Any

from sqlalchemy import Select, select

from db.models import ArticleRow, SourceRow
from db.records import ARTICLE_FIELDS, READERS, StoredArticle, plain

# Columns kept as JSON; the others go in as they are.
_JSON = frozenset(
    {"authors", "categories", "tags", "image", "enclosures", "restrictions"}
)
_READ = _JSON | {"published_precision"}
_COLUMNS = tuple(name for name in ARTICLE_FIELDS if name != "source")
_ALL_OF = attrgetter(*_COLUMNS)


def with_slug() -> Select[ArticleRow, str]:
    """Select articles with their source's slug, which `article_of` takes."""
    return select(ArticleRow, SourceRow.slug).join(
        SourceRow, SourceRow.id == ArticleRow.source_id
    )


def article_of(row: ArticleRow, slug: str) -> StoredArticle:
    """Make the value of a row."""
    values: dict[str, Any] = {"source": slug}
    for name in ARTICLE_FIELDS:
        if name == "source":
            continue
        value = getattr(row, name)
        is_read = name in _READ and value is not None
        values[name] = READERS[name](value) if is_read else value
    return StoredArticle(**values)


def values_of(article: StoredArticle) -> dict[str, Any]:
    """Give a row's columns; `source_id` and `content_hash` are the caller's."""
    values: dict[str, Any] = dict(zip(_COLUMNS, _ALL_OF(article), strict=True))
    for name in _JSON:
        if values[name] is not None:
            values[name] = plain(values[name])
    values["published_precision"] = str(article.published_precision)
    return values
