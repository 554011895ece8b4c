"""Filter: which articles somebody wants, as one value with two readings.

`where` says it in SQL, `matches` says it of an article in memory; a property test shows
that they agree on both databases.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, fields

from sqlalchemy import ColumnElement, and_, func, or_, select, true

from db.indexing import finds, is_found
from db.models import ArticleRow, ArticleTermRow, SourceRow, TermRow
from db.records import StoredArticle
from db.search import Node, read_search, read_searches
from db.terms import path_of, slug_of, terms_of

# What one value of a field is called in an address or on a command line.
PARAMETERS = {
    "source": "sources",
    "category": "categories",
    "tag": "tags",
    "author": "authors",
    "lang": "languages",
    "q": "words",
}

# Of a wrong value, an error repeats so many characters.
MAX_QUOTED = 80

_LANGUAGE = re.compile(r"[A-Za-z]{1,8}(?:[-_][A-Za-z0-9]{1,8})*")


def fault_of(name: str, value: str) -> str | None:
    """Say what is wrong with a value of a parameter, and what would be right."""
    if name == "q":
        return _fault_of_search(value)
    if not value.replace("/", "").strip():
        return "leave it out for any"
    if name == "lang" and not _LANGUAGE.fullmatch(value.strip()):
        return "it is a language tag, as en or pt-BR"
    return None


def _fault_of_search(value: str) -> str | None:
    try:
        read_search(value)
    except ValueError as error:
        return str(error)
    return None


@dataclass(frozen=True, kw_only=True, slots=True)
class Filter:
    """Articles of any of the sources, and any of the categories, and so on.

    An empty field means any. `sources` are slugs. Categories ("News/Iran News" or
    "news/iran-news"; what lies below counts too), tags and authors are compared as
    `db.terms.slug_of` writes them, so case and punctuation do not matter. A language
    covers its regions: "en" means "en-GB" too. `words` are searches (`db.search`), of
    which one finds the article. Values are normalised and sorted on the way in: equal
    filters are equal values. ValueError says what is wrong with a search.
    """

    sources: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    authors: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    words: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        """Write each value the one way it is compared."""
        for name, normal in _NORMAL.items():
            values = {normal(value) for value in getattr(self, name)}
            object.__setattr__(self, name, tuple(sorted(values)))
        if self.words:
            read_searches(self.words)

    @property
    def is_empty(self) -> bool:
        """Whether it lets everything through."""
        return not any(getattr(self, field.name) for field in fields(self))

    def where(self) -> ColumnElement[bool]:
        """Give the condition on `article`, for any statement that selects from it.

        A search finds nothing that is withdrawn: its words are in no index.
        """
        conditions: list[ColumnElement[bool]] = []
        if self.sources:
            ids = select(SourceRow.id).where(SourceRow.slug.in_(self.sources))
            conditions.append(ArticleRow.source_id.in_(ids))
        for kind, paths in self.terms():
            conditions.append(
                ArticleRow.position.in_(
                    select(ArticleTermRow.position)
                    .join(TermRow, TermRow.id == ArticleTermRow.term_id)
                    .where(TermRow.kind == kind, TermRow.path.in_(paths))
                )
            )
        if self.languages:
            conditions.append(or_(*(_speaks(tag) for tag in self.languages)))
        if self.search is not None:
            conditions.append(finds(self.search))
        return and_(true(), *conditions)

    def matches(self, article: StoredArticle) -> bool:
        """Say of one article what `where` says of its row."""
        if self.sources and article.source not in self.sources:
            return False
        if self.languages and not is_spoken(article.language, self.languages):
            return False
        wanted = self.terms()
        has = terms_of(article) if wanted else {}
        if not all(any((kind, p) in has for p in paths) for kind, paths in wanted):
            return False
        return self.search is None or is_found(article, self.search)

    def to_dict(self) -> dict[str, list[str]]:
        """Give it as JSON types; empty fields are left out."""
        values = {field.name: list(getattr(self, field.name)) for field in fields(self)}
        return {name: value for name, value in values.items() if value}

    @classmethod
    def from_dict(cls, values: Mapping[str, Iterable[str]]) -> Filter:
        """Read what `to_dict` gave; ValueError names an unknown field and the known."""
        known = [field.name for field in fields(cls)]
        unknown = sorted(set(values) - set(known))
        if unknown:
            message = f"unknown filter {', '.join(unknown)} ({', '.join(known)})"
            raise ValueError(message)
        return cls(**{name: tuple(value) for name, value in values.items()})

    @classmethod
    def from_pairs(cls, pairs: Iterable[tuple[str, str]]) -> Filter:
        """Read (("category", "news"), ("lang", "en"), …); a repeated name means or.

        ValueError names a parameter that is unknown or holds what cannot be.
        """
        values: dict[str, list[str]] = {}
        for name, value in pairs:
            if name not in PARAMETERS:
                message = f"unknown filter {name!r} ({', '.join(PARAMETERS)})"
                raise ValueError(message)
            if not value.strip():
                message = f"filter {name!r} has no value: leave it out for any"
                raise ValueError(message)
            if fault := fault_of(name, value):
                message = f"filter {name!r} = {value[:MAX_QUOTED]!r}: {fault}"
                raise ValueError(message)
            values.setdefault(PARAMETERS[name], []).append(value)
        return cls.from_dict(values)

    def to_pairs(self) -> list[tuple[str, str]]:
        """Give it as parameters, sorted; `from_pairs` reads them again."""
        return sorted(
            (name, value)
            for name, key in PARAMETERS.items()
            for value in getattr(self, key)
        )

    @property
    def search(self) -> Node | None:
        """Give what is searched for, None for nothing."""
        return read_searches(self.words) if self.words else None

    def terms(self) -> list[tuple[str, tuple[str, ...]]]:
        """Give the kinds of terms that are asked for, each with its paths."""
        wanted = (
            ("category", self.categories),
            ("tag", self.tags),
            ("author", self.authors),
        )
        return [(kind, paths) for kind, paths in wanted if paths]


def _source(value: str) -> str:
    return value.strip()


def _category(value: str) -> str:
    return path_of(tuple(step for step in value.split("/") if step.strip()))


def _language(value: str) -> str:
    return value.strip().replace("_", "-").lower()


def _words(value: str) -> str:
    return read_search(value).written()


_NORMAL: dict[str, Callable[[str], str]] = {
    "sources": _source,
    "categories": _category,
    "tags": slug_of,
    "authors": slug_of,
    "languages": _language,
    "words": _words,
}


def _speaks(tag: str) -> ColumnElement[bool]:
    # lower() of SQLite knows ASCII only, which is all that a language tag has.
    spoken = func.lower(ArticleRow.language)
    return or_(spoken == tag, spoken.startswith(tag + "-", autoescape=True))


def is_spoken(language: str | None, tags: tuple[str, ...]) -> bool:
    """Say whether one of the tags, in lower case, covers a language."""
    spoken = (language or "").lower()
    return any(spoken == tag or spoken.startswith(tag + "-") for tag in tags if spoken)
