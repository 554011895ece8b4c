"""The declarative base: naming convention, aware UTC times, JSON, words."""

from __future__ import annotations

from collections import defaultdict
from datetime import UTC, datetime
from itertools import chain, count
from typing import Any

from sqlalchemy import JSON, BigInteger, DateTime, Dialect, Integer, MetaData, Text
from sqlalchemy.dialects.postgresql import JSONB, TSVECTOR
from sqlalchemy.orm import DeclarativeBase
from sqlalchemy.types import TypeDecorator, TypeEngine

NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


class UTCDateTime(TypeDecorator[datetime]):
    """Aware in, aware UTC out; a naive datetime is refused.

    SQLite keeps no zone, so what is stored there is UTC without one.
    """

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(
        self, value: datetime | None, dialect: Dialect
    ) -> datetime | None:
        """Refuse naive times; SQLite gets naive UTC."""
        if value is None:
            return None
        if value.tzinfo is None:
            message = f"naive datetime {value!r}: every time is aware UTC"
            raise ValueError(message)
        utc = value.astimezone(UTC)
        return utc.replace(tzinfo=None) if dialect.name == "sqlite" else utc

    def process_result_value(
        self,
        value: datetime | None,
        dialect: Dialect,  # noqa: ARG002 - the base class names it
    ) -> datetime | None:
        """Aware UTC, whatever the driver's zone."""
        if value is None:
            return None
        return (
            value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)
        )


# SQLite's full-text index, and the prefix of what FTS5 keeps for it.
FULL_TEXT = "article_search"

# Stands between two texts among words: no phrase reaches across it.
GAP = "_"

# The places of most texts, written down: each word of each article has one.
_NUMBERS = tuple(map(str, range(1, 2001)))


class Words(TypeDecorator[str]):
    """Words parted by spaces: text on SQLite, on PostgreSQL a vector of their places.

    They are of letters, digits and `_` alone (`db.words`), so that nothing is escaped;
    how many there may be is `db.indexing`'s to see to. PostgreSQL does not give them
    back as they were.
    """

    impl = Text
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[str]:
        """Choose the column's type."""
        is_vector = dialect.name == "postgresql"
        return dialect.type_descriptor(TSVECTOR() if is_vector else Text())

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        """Number the words for PostgreSQL: 'flood':1,7 'kenya':2."""
        if value is None or dialect.name != "postgresql":
            return value
        places: defaultdict[str, list[str]] = defaultdict(list)
        numbers = chain(_NUMBERS, map(str, count(len(_NUMBERS) + 1)))
        for word, place in zip(value.split(), numbers, strict=False):
            places[word].append(place)
        places.pop(GAP, None)
        return " ".join([f"'{word}':{','.join(at)}" for word, at in places.items()])


# JSONB on PostgreSQL; on SQLite text. 64-bit keys that SQLite still aliases to rowid.
Json = JSON().with_variant(JSONB(), "postgresql")
# The same where nothing is SQL's NULL, not JSON's.
NullableJson = JSON(none_as_null=True).with_variant(
    JSONB(none_as_null=True), "postgresql"
)
BigInt = BigInteger().with_variant(Integer(), "sqlite")


class Base(DeclarativeBase):
    """Every table's base."""

    metadata = MetaData(naming_convention=NAMES)
    type_annotation_map = {  # noqa: RUF012 - SQLAlchemy's own class attribute
        datetime: UTCDateTime(),
        dict[str, Any]: Json,
        list[Any]: Json,
    }
