"""The full-text index: what of an article is searched, and how it is kept.

One row an article, its words in order and then the marks of what it is filed under;
SQLite has an FTS5 index over it, kept by triggers (migration 0005), PostgreSQL a
tsvector and GIN. Of a withdrawn article the marks alone are in it. Nothing here
commits.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from functools import lru_cache
from hashlib import blake2b
from typing import Any

from sqlalchemy import Boolean, ColumnElement, Text, cast, delete, literal
from sqlalchemy.dialects.postgresql import TSQUERY
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement

from db.base import FULL_TEXT, GAP
from db.engine import Session
from db.models import ArticleRow, ArticleWordsRow
from db.records import StoredArticle
from db.search import Node, Phrase, either
from db.terms import terms_of
from db.upsert import insert_rows
from db.words import MAX_WORD, words_of, words_of_all
from scrapers.items import Restriction, ScrapedArticle

# PostgreSQL numbers no place beyond 16,383, keeps no more than 255 places of a word,
# and refuses a vector of more than 1 MB. What lies past these is not searched, alike on
# both databases; four hours of reading do not reach it.
MAX_WORDS = 16_000
MAX_PLACES = 250
MAX_CHARACTERS = 150_000

# What the mark of an article of the past says; others have none of its kind.
PAST = "past"


def words_searched(article: StoredArticle | ScrapedArticle) -> tuple[str, ...]:
    """Give an article's words in their order, a GAP between one text and the next.

    What the page itself keeps from being shown is not found by either: no text of what
    is paid for or reserved (nor of noarchive, of which none is stored), and of noindex
    the headline alone.
    """
    return _words_of_texts(_texts_of(article))


def _texts_of(article: StoredArticle | ScrapedArticle) -> tuple[str, ...]:
    names = (author.name for author in article.authors)
    if Restriction.NOINDEX in article.restrictions:
        return (article.title, *names)
    body = "" if article.restrictions else article.body_text
    return (article.title, article.summary or "", *names, *article.tags, body)


# A batch is read before the transaction that stores it; many subscriptions look at one
# article, and then at the next.
@lru_cache(maxsize=128)
def _words_of_texts(texts: tuple[str, ...]) -> tuple[str, ...]:
    found = words_of_all(texts, GAP)
    return tuple(found if _fits(found) else _cut(found))


def _fits(words: Sequence[str]) -> bool:
    count = len(words)
    if count > MAX_WORDS:
        return False
    # Few texts have so many words that they need to be weighed.
    may_be_long = count * (MAX_WORD + 1) > MAX_CHARACTERS
    if may_be_long and sum(map(len, words)) + count > MAX_CHARACTERS:
        return False
    # Said in a third of the time, where it says something.
    if count < 2 * MAX_PLACES and count - len(set(words)) < MAX_PLACES:
        return True
    return max(Counter(words).values()) <= MAX_PLACES


def _cut(words: Sequence[str]) -> list[str]:
    """Give as many words as are searched, and no more places of one."""
    found: list[str] = []
    counts: dict[str, int] = {}
    characters = 0
    for word in words:
        if word == GAP:
            found.append(GAP)
            continue
        characters += len(word) + 1
        if len(found) >= MAX_WORDS or characters > MAX_CHARACTERS:
            return found
        counts[word] = count = counts.get(word, 0) + 1
        found.append(word if count <= MAX_PLACES else GAP)
    return found


@lru_cache(maxsize=16)
def _vocabulary_of(texts: tuple[str, ...]) -> tuple[frozenset[str], bool]:
    """Give the words in any order, and whether none of them is past the limits."""
    words = words_of("\n".join(texts))
    count = len(words) + len(texts)
    is_whole = count <= MAX_WORDS and count + sum(map(len, words)) <= MAX_CHARACTERS
    return frozenset(words), is_whole


@lru_cache(maxsize=16)
def _places_of(words: tuple[str, ...]) -> dict[str, list[int]]:
    places: dict[str, list[int]] = {}
    for place, word in enumerate(words):
        places.setdefault(word, []).append(place)
    return places


def is_found(article: StoredArticle, wanted: Node) -> bool:
    """Say of one article whether a search finds it."""
    texts = _texts_of(article)
    words, is_whole = _vocabulary_of(texts)
    if not wanted.may_be_in(words):
        return False
    if is_whole and not wanted.has_phrase:
        return wanted.is_in(dict.fromkeys(words, (0,)))
    return wanted.is_in(_places_of(_words_of_texts(texts)))


def set_words(
    session: Session,
    source_id: int,
    articles: Sequence[StoredArticle],
    *,
    replaces: Sequence[int] = (),
) -> None:
    """Index articles of one source, in place of what `replaces` (positions) had."""
    if replaces:
        had = ArticleWordsRow.position.in_(replaces)
        session.execute(delete(ArticleWordsRow).where(had))
    rows = [
        {"position": article.position, "words": indexed(source_id, article)}
        for article in articles
    ]
    if rows:
        insert_rows(session, ArticleWordsRow, rows)


def indexed(source_id: int, article: StoredArticle) -> str:
    """Give what the index holds of an article: its words, then its marks.

    A withdrawn one keeps its marks, so that it counts where a feed's archives are cut;
    no word finds it.
    """
    words = words_searched(article) if article.withdrawn_at is None else ()
    return " ".join((*words, *_marks_of(source_id, article)))


def _marks_of(source_id: int, article: StoredArticle) -> Iterator[str]:
    yield _mark("source", str(source_id))
    for kind, path in terms_of(article):
        yield _mark(kind, path)
    # A language is looked for with its regions: "en" finds "en-GB".
    steps = (article.language or "").lower().split("-")
    for count in range(1, len(steps) + 1 if steps[0] else 1):
        yield _mark("language", "-".join(steps[:count]))
    if article.is_past:
        yield _mark("past", PAST)


@lru_cache(maxsize=4096)
def _mark(kind: str, value: str) -> str:
    """Make a word that no text has: words are of letters and digits alone."""
    return f"_{kind[0]}{blake2b(value.encode(), digest_size=8).hexdigest()}"


def marked(kind: str, values: Sequence[str]) -> Node:
    """Look for articles filed under one of these values.

    `kind` is source (numbers as text), category, tag, author (paths), language or past.
    """
    return either([Phrase((_mark(kind, value),)) for value in values])


class _Finds(FunctionElement[bool]):
    """Whether a search finds the article at a position; each database its own way."""

    type = Boolean()
    inherit_cache = True


def finds(wanted: Node) -> ColumnElement[bool]:
    """Give the condition on `article` that a search finds it."""
    return _Finds(ArticleRow.position, literal(wanted.fts5()), tsquery(wanted))


def tsquery(wanted: Node) -> ColumnElement[str]:
    """Give what PostgreSQL's `@@` is asked.

    It stands in the statement's text, so that it is planned by how common the words
    are; it holds letters, digits and signs of ours alone.
    """
    return cast(literal(wanted.tsquery(), Text, literal_execute=True), TSQUERY)


@compiles(_Finds, "sqlite")
def _on_sqlite(element: _Finds, compiler: SQLCompiler, **values: Any) -> str:  # noqa: ANN401 - SQLAlchemy's signature
    position, fts5, _ = element.clauses
    return (
        f"EXISTS (SELECT 1 FROM {FULL_TEXT} "  # noqa: S608 - of parts SQLAlchemy wrote
        f"WHERE {FULL_TEXT} MATCH {compiler.process(fts5, **values)} "
        f"AND {FULL_TEXT}.rowid = {compiler.process(position, **values)})"
    )


@compiles(_Finds, "postgresql")
def _on_postgresql(element: _Finds, compiler: SQLCompiler, **values: Any) -> str:  # noqa: ANN401 - SQLAlchemy's signature
    position, _, question = element.clauses
    return (
        "EXISTS (SELECT 1 FROM article_words AS found "  # noqa: S608 - as above
        f"WHERE found.position = {compiler.process(position, **values)} "
        f"AND found.words @@ {compiler.process(question, **values)})"
    )
