"""What of an article is searched, and that the index follows it."""

import pytest
from alembic import command
from alembic.config import Config
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, select, text

from db import migrate
from db.articles import restore, store, withdraw
from db.choosing import Narrowing
from db.engine import reading, transaction
from db.feeds import outline
from db.filters import Filter
from db.indexing import MAX_PLACES, MAX_WORDS, finds, is_found
from db.models import ArticleRow, ArticleWordsRow, SourceRow
from db.scopes import find_scope
from db.search import read_search
from db.sources import remove_source
from scrapers.items import Author, Restriction
from tests.databases import empty_engine
from tests.factories import NOW, arrival, scraped
from tests.factories_feeds import add_article, add_source, article


@pytest.fixture(params=["sqlite", "postgresql"])
def empty(request, tmp_path):
    """An engine on a database without any table."""
    with empty_engine(request, tmp_path) as engine:
        yield engine


def add(engine, *articles):
    with transaction(engine) as session:
        add_source(session)
        for one in articles:
            add_article(session, one)


def search(engine, q):
    """The positions that the feed of everything has of it, as Filter.where says too."""
    wanted = Filter(words=(q,))
    with reading(engine) as session:
        everything = find_scope(session, "all")
        found = outline(session, everything, 50, Narrowing(filter=wanted)).entries
        by_where = select(ArticleRow.position).where(wanted.where())
        positions = [one.position for one in found]
        assert sorted(session.scalars(by_where), reverse=True) == positions
        return positions


def index_is_sound(engine):
    """Whether FTS5 finds its index to agree with the words it is of."""
    if engine.dialect.name == "sqlite":
        check = "INSERT INTO article_search(article_search, rank) VALUES (:name, 1)"
        with transaction(engine) as session:
            session.execute(text(check), {"name": "integrity-check"})
    return True


def test_every_text_of_an_article_is_searched(engine):
    told = article(
        title="Bridge closed",
        summary="After the Flood",
        body_text="Waters rose.",
        authors=(Author(name="Jo Ünal"),),
        tags=("Kakuma",),
    )
    add(engine, told, article(2))

    for q in ("bridge", "flood", "waters", "unal", "kakuma", "bridge waters unal"):
        assert search(engine, q) == [1], q
    assert search(engine, '"closed after"') == []


@pytest.mark.parametrize(
    ("restriction", "found"),
    [
        (None, ["headline", "standfirst", "text"]),
        (Restriction.PAID, ["headline", "standfirst"]),
        (Restriction.RESERVED, ["headline", "standfirst"]),
        (Restriction.NOARCHIVE, ["headline", "standfirst"]),
        (Restriction.NOINDEX, ["headline"]),
    ],
)
def test_what_may_not_be_shown_is_not_found(restriction, found):
    kept = article(
        title="headline",
        summary="standfirst",
        body_text="text",
        restrictions=frozenset([restriction] if restriction else []),
    )

    words = ("headline", "standfirst", "text")
    assert [w for w in words if is_found(kept, read_search(w))] == found


def test_an_edit_moves_an_article_in_and_out(engine):
    with transaction(engine) as session:
        source_id = add_source(session, "example")
        for title in ("Rain", "Flood"):
            edited = arrival(scraped(title=title), page_url="https://example.org/a")
            store(session, source_id, "example", [edited], now=NOW)

    assert search(engine, "rain") == []
    assert search(engine, "flood") == [1]
    assert index_is_sound(engine)


def test_what_was_withdrawn_is_in_no_index_until_it_returns(engine):
    add(engine, article(1))
    with transaction(engine) as session:
        withdraw(session, [1], by="site", now=NOW)
    with reading(engine) as session:
        assert "story" not in session.scalars(select(ArticleWordsRow.words)).one()
        assert not session.scalars(
            select(ArticleRow.position).where(finds(read_search("story")))
        ).all()

    with transaction(engine) as session:
        restore(session, [1], now=NOW)
    assert search(engine, "story") == [1]
    assert index_is_sound(engine)


def test_the_words_of_a_removed_source_go_with_it(engine):
    add(engine, article(1), article(2))
    with transaction(engine) as session:
        session.execute(delete(ArticleRow).where(ArticleRow.position == 1))
    assert index_is_sound(engine)
    with transaction(engine) as session:
        remove_source(session, "daily", now=NOW)

    with reading(engine) as session:
        assert not session.scalars(select(SourceRow.id)).all()
        assert not session.scalars(select(ArticleWordsRow.position)).all()
    assert index_is_sound(engine)


def test_no_article_is_too_long_to_be_stored(engine):
    many = " ".join(f"w{n:x}" for n in range(MAX_WORDS * 2))
    add(
        engine,
        article(1, body_text=many),
        article(2, body_text="no " * 3000 + "end"),
        article(3, body_text=" ".join(f"{n:064x}" for n in range(20_000))),
        article(
            4, body_text=" ".join("\U0001e900" * 60 + f"{n:x}" for n in range(9999))
        ),
        article(5, body_text="京" * 70_000),
    )

    assert search(engine, "w5") == [1]
    assert search(engine, f"w{MAX_WORDS:x}") == []
    assert search(engine, "京京") == [5]
    assert search(engine, '"no no"') == [2]
    assert search(engine, '"no end"') == []
    assert search(engine, "end") == [2]
    assert MAX_PLACES < 255


def test_the_marks_of_what_an_article_is_filed_under_are_no_words(engine):
    add(engine, article(1, categories=(("News",),), language="en"))

    with reading(engine) as session:
        words = session.scalars(select(ArticleWordsRow.words)).one()
    mark = (
        next(word for word in words.split() if len(word) > 12).strip("'").split("'")[0]
    )
    assert mark.startswith("_")
    assert search(engine, mark) == []


TEXTS = st.text(st.characters(codec="utf-8", exclude_characters="\x00"), max_size=30)


@settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(told=st.lists(TEXTS, min_size=1, max_size=3), at=st.data())
def test_any_text_is_found_by_any_part_of_it(engine, told, at):
    stored = [article(n, title=one) for n, one in enumerate(told, 1)]
    with transaction(engine) as session:
        session.execute(delete(SourceRow))
    add(engine, *stored)
    part = at.draw(st.sampled_from(told))[at.draw(st.integers(0, 5)) :]
    try:
        wanted = read_search(f'"{part}"')
    except ValueError:
        return

    found = [one.position for one in stored if is_found(one, wanted)]
    assert search(engine, wanted.written()) == found[::-1]


def test_what_was_stored_before_is_searched_after_the_migration(empty):
    migrate.upgrade(empty)
    add(empty, *(article(n, tags=("Kakuma",), language="en-GB") for n in range(1, 4)))
    with transaction(empty) as session:
        withdraw(session, [2], by="hand", now=NOW)
        kept = select(ArticleWordsRow.position, ArticleWordsRow.words).order_by(
            ArticleWordsRow.position
        )
        before = session.execute(kept).all()
    config = Config()
    config.set_main_option("script_location", str(migrate.MIGRATIONS))
    with empty.begin() as connection:
        config.attributes["connection"] = connection
        command.downgrade(config, "0004")

    migrate.upgrade(empty)

    with reading(empty) as session:
        assert session.execute(kept).all() == before
    assert search(empty, "story kakuma") == [3, 1]
