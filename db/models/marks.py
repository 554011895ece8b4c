"""Partial indexes with the conditions that queries share, and numbers given once."""

from __future__ import annotations

from sqlalchemy import Index, text

# An article's position is the number of its first event, so a higher one is a change.
EDITED = "seq > position"
WITHDRAWN = "withdrawn_at IS NOT NULL"
# What no walk through archives brought.
NEWS = "NOT is_past"

# Of events: what happens to an article that was published already.
CHANGES = "type IN ('article.updated', 'article.withdrawn')"

# Of a table whose numbers people see: the number of a row removed is nobody else's.
NUMBERED_ONCE = {"sqlite_autoincrement": True}


def partial(name: str, *columns: str, where: str) -> Index:
    """Give an index on the rows that meet the condition, on both databases."""
    clause = text(where)
    return Index(name, *columns, sqlite_where=clause, postgresql_where=clause)
