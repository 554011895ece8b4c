"""Invented articles in any number: a long tail of sources, authors, tags and words.

For benchmarks that ask how time grows with what is stored. The same number gives the
same articles.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from itertools import accumulate
from random import Random
from uuid import UUID

from sqlalchemy import Engine, insert, text, update

from db.article_rows import values_of
from db.base import FULL_TEXT, Base
from db.engine import Session, transaction
from db.indexing import indexed
from db.models import (
    ArticleRow,
    ArticleTermRow,
    ArticleWordsRow,
    SourceRow,
    StreamRow,
    TermRow,
)
from db.records import StoredArticle
from db.terms import terms_of
from scrapers.items import Author, Precision

BEGIN = datetime(2025, 1, 1, tzinfo=UTC)
YEAR = timedelta(days=365)
# A bulk load has no reason to be as careful as a pass, which stores fifty at a time.
BATCH = 2000

# Word n of a language is 1/n as common as its first; what comes from the tail beside it
# is new to nearly every article.
VOCABULARY = 30_000
TAIL = 2_000_000
WORDS_OF_TAIL = 4

# What is dropped while tables are filled: the full text's trigger, every plain index.
_TRIGGERS = "SELECT name, sql FROM sqlite_master WHERE name = 'article_words_insert'"
_INDEXES = """SELECT indexname, indexdef FROM pg_indexes WHERE indexname LIKE 'ix\\_%'
    AND tablename IN ('article', 'article_term', 'article_words', 'term')"""

CATEGORIES = ("News", "Sport", "Business", "Culture", "Science", "Travel", "Opinion")
CATEGORY = "sport"
COMMON_WORD = "w9"  # in about every second article

# What is rare, however much there is: so many articles have it, at random places.
RARE = {"word": 20, "author": 12, "tag": 100, "language": 30}
RARE_WORD = "quagga"
RARE_AUTHOR = "Jo Rarely"
RARE_TAG = "Eclipse"  # of more sources than one statement merges
RARE_LANGUAGE = "sw"  # of the biggest source alone


@dataclass(frozen=True, kw_only=True, slots=True)
class Stand:
    """What was put in: how many articles, and the sources' slugs, the largest first."""

    size: int
    sources: tuple[str, ...]


def fill(engine: Engine, size: int, *, words: int = 150, past: int = 0) -> Stand:
    """Put `size` articles of `words` words into an empty database, and analyse it.

    The newest `past` of them are marked as brought by a walk through archives.
    """
    slugs = tuple(f"source-{n}" for n in range(1, max(100, size // 1000) + 1))
    with transaction(engine) as session:
        rows = [_source(n, slug) for n, slug in enumerate(slugs, 1)]
        session.execute(insert(SourceRow), rows)
    terms: dict[tuple[int, str, str], int] = {}
    batch: list[StoredArticle] = []
    with _without_indexes(engine):
        for article in _articles(Random(size), size, slugs, words):
            is_past = article.position > size - past
            batch.append(replace(article, is_past=True) if is_past else article)
            if len(batch) == BATCH:
                _store(engine, batch, terms)
                batch = []
        _store(engine, batch, terms)
    with transaction(engine) as session:
        session.execute(update(StreamRow).values(value=2 * size))
    _analyse(engine)
    return Stand(size=size, sources=slugs)


@contextmanager
def _without_indexes(engine: Engine) -> Iterator[None]:
    """Let the block fill tables without their indexes, and make those of all at once.

    That takes a fraction of the time, of the full-text index above all.
    """
    is_sqlite = engine.dialect.name == "sqlite"
    with transaction(engine) as session:
        made = session.execute(text(_TRIGGERS if is_sqlite else _INDEXES)).all()
        for name, _ in made:
            what = "TRIGGER" if is_sqlite else "INDEX"
            session.execute(text(f"DROP {what} {name}"))
    yield
    with transaction(engine) as session:
        if is_sqlite:
            known = f"{FULL_TEXT}({FULL_TEXT})"
            session.execute(text(f"INSERT INTO {known} VALUES ('rebuild')"))
        else:
            session.execute(text("SET LOCAL maintenance_work_mem = '1GB'"))
        for _, definition in made:
            session.execute(text(definition.replace(":", "\\:")))


def _source(number: int, slug: str) -> dict[str, object]:
    spec = {
        "name": f"The Daily {number}",
        "home": f"https://{slug}.example/",
        "republish": "full",
        "rights": "©",
    }
    return {
        "id": number,
        "slug": slug,
        "spec": spec,
        "origin": "api",
        "enabled": False,
        "added_at": BEGIN,
        "next_poll_at": BEGIN,
    }


def _articles(
    rng: Random, size: int, slugs: Sequence[str], count: int
) -> Iterator[StoredArticle]:
    by_size = list(accumulate(1 / n for n in range(1, len(slugs) + 1)))
    common = list(accumulate(1 / n for n in range(1, VOCABULARY + 1)))
    vocabulary = [f"w{n}" for n in range(1, VOCABULARY + 1)]
    rare = {what: set(rng.sample(range(1, size + 1), n)) for what, n in RARE.items()}
    for number in range(1, size + 1):
        drawn = rng.choices(vocabulary, cum_weights=common, k=count)
        drawn += [f"t{rng.randrange(TAIL)}" for _ in range(WORDS_OF_TAIL)]
        if number in rare["word"]:
            drawn.append(RARE_WORD)
        (slug,) = rng.choices(slugs, cum_weights=by_size)
        if number in rare["language"]:
            slug = slugs[0]
        elif number in rare["tag"]:
            slug = slugs[number % len(slugs)]
        yield _article(rng, number, size, slug, drawn, rare)


def _article(
    rng: Random,
    number: int,
    size: int,
    slug: str,
    words: list[str],
    rare: dict[str, set[int]],
) -> StoredArticle:
    body = " ".join(words)
    moment = BEGIN + YEAR * (number / size)
    section = CATEGORIES[min(int(rng.expovariate(0.7)), len(CATEGORIES) - 1)]
    author = f"{slug} author {int(rng.expovariate(0.2))}"
    tags = [f"tag {int(rng.paretovariate(0.6))}" for _ in range(2)]
    article = StoredArticle(
        position=number,
        seq=number,
        uid=UUID(int=(7 << 76) + (2 << 62) + number),
        source=slug,
        url=f"https://{slug}.example/{number}/",
        title=" ".join(words[:8]).capitalize(),
        summary=" ".join(words[8:30]),
        body_html=f"<p>{body}</p>",
        body_text=body,
        authors=(Author(name=RARE_AUTHOR if number in rare["author"] else author),),
        categories=((section, f"{section} {rng.randrange(4)}"),),
        tags=(*tags, *([RARE_TAG] if number in rare["tag"] else [])),
        language=RARE_LANGUAGE if number in rare["language"] else "en",
        published_at=moment,
        published_precision=Precision.TIME,
        first_seen_at=moment,
        changed_at=moment,
    )
    if rng.random() < 0.02:  # edited within a day
        later = moment + timedelta(days=rng.random())
        return replace(article, seq=size + number, version=2, changed_at=later)
    if rng.random() < 0.005:
        return replace(article, seq=size + number, withdrawn_at=moment)
    return article


def _store(
    engine: Engine,
    articles: Sequence[StoredArticle],
    terms: dict[tuple[int, str, str], int],
) -> None:
    if not articles:
        return
    rows, filed, found, new = [], [], [], []
    for article in articles:
        source_id = int(article.source.rpartition("-")[2])
        values = values_of(article) | {"source_id": source_id, "content_hash": ""}
        rows.append(values)
        for (kind, path), names in terms_of(article).items():
            key = (source_id, kind, path)
            if key not in terms:
                terms[key] = len(terms) + 1
                new.append(
                    {
                        "id": terms[key],
                        "source_id": source_id,
                        "kind": kind,
                        "path": path,
                        "name": names[-1],
                        "names": list(names),
                    }
                )
            filed.append({"term_id": terms[key], "position": article.position})
        if article.withdrawn_at is None:
            words = indexed(source_id, article)
            found.append({"position": article.position, "words": words})
    with transaction(engine) as session:
        for table, values in (
            (TermRow, new),
            (ArticleRow, rows),
            (ArticleTermRow, filed),
            (ArticleWordsRow, found),
        ):
            if values:
                _insert(session, table, values)


def _insert(session: Session, table: type[Base], rows: list[dict[str, object]]) -> None:
    """Insert rows; on PostgreSQL by COPY, which takes a tenth of the time."""
    dialect = session.get_bind().dialect
    if dialect.name != "postgresql":
        session.connection().execute(insert(table.__table__), rows)
        return
    names = list(rows[0])
    columns = [table.__table__.c[name] for name in names]
    writers = [
        column.type.dialect_impl(dialect).bind_processor(dialect) for column in columns
    ]
    into = ", ".join(names)
    driver = session.connection().connection.driver_connection
    # Foreign keys are right as they are made, and cost a look-up a row.
    session.execute(text("SET LOCAL session_replication_role = replica"))
    copying = f"COPY {table.__tablename__} ({into}) FROM STDIN"
    with driver.cursor().copy(copying) as copy:
        for row in rows:
            pairs = zip(writers, row.values(), strict=True)
            copy.write_row([write(v) if write else v for write, v in pairs])


def _analyse(engine: Engine) -> None:
    alone = engine.connect().execution_options(isolation_level="AUTOCOMMIT")
    statement = "ANALYZE" if engine.dialect.name == "sqlite" else "VACUUM ANALYZE"
    with alone as connection:
        connection.execute(text(statement))
        connection.commit()  # SQLite's drivers began a transaction all the same
