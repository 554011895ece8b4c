"""How the statements of feeds are read, on tables big enough for a plan to matter."""

import re
from dataclasses import replace
from datetime import timedelta
from itertools import product

import pytest
from sqlalchemy import insert, select, text, update

from db.article_rows import values_of
from db.articles import withdraw
from db.choosing import (
    MAX_MERGED,
    Narrowing,
    choose,
    first_seen_of,
    floor_of,
    next_language,
)
from db.engine import reading, transaction
from db.filters import Filter
from db.finding import content_of, list_content
from db.indexing import indexed
from db.models import (
    ArticleRow,
    ArticleTermRow,
    ArticleWordsRow,
    SourceRow,
    TermRow,
)
from db.scopes import find_scope
from db.windows import edited_of, left_of
from tests.factories_feeds import NOON, add_article, add_source, article

LANGUAGES = ("en", "en-GB", "fa", None)
LATE = NOON + timedelta(minutes=4000)
BELOW_NEWS = ArticleRow.position.between(2500, 4990)


@pytest.fixture
def crowd(engine):
    """Five thousand articles of ten sources, some edited, some withdrawn; analysed."""
    with transaction(engine) as session:
        ids = [add_source(session, f"source-{n}") for n in range(10)]
        term = {"kind": "category", "path": "news", "name": "News", "names": ["News"]}
        rare = {"kind": "author", "path": "jo", "name": "Jo", "names": ["Jo"]}
        rows = [{"source_id": i, **one} for one in (term, rare) for i in ids]
        terms = session.scalars(insert(TermRow).returning(TermRow.id), rows).all()
        session.execute(insert(ArticleRow), [crowd_row(n, ids) for n in range(1, 5001)])
        filed = [
            {"term_id": terms[n % 10], "position": n}
            for n in range(1, 5001)
            if n % 100 < 20
        ]
        by_jo = [
            {"term_id": terms[10 + n % 10], "position": n} for n in range(1, 5001, 499)
        ]
        session.execute(insert(ArticleTermRow), filed + by_jo)
    with engine.connect() as connection:
        connection.execute(text("ANALYZE"))
        connection.commit()
    return engine


def crowd_row(number, source_ids):
    moment = NOON + timedelta(minutes=number)
    values = values_of(article(number, language=LANGUAGES[number % 4]))
    if number % 50 == 0:
        values |= {"seq": number + 10_000, "changed_at": moment}
    if number % 75 == 0:
        values |= {"seq": number + 10_000, "withdrawn_at": moment}
    return values | {"source_id": source_ids[number % 10], "content_hash": ""}


def plan_of(session, statement):
    bind = session.get_bind()
    if bind.dialect.name == "postgresql":
        # It reads small tables whole; asked is which index there is for a big one.
        session.connection().exec_driver_sql("SET LOCAL enable_seqscan = off")
    compiled = statement.compile(bind, compile_kwargs={"literal_binds": True})
    explain = "EXPLAIN QUERY PLAN " if bind.dialect.name == "sqlite" else "EXPLAIN "
    # exec_driver_sql takes the text as it is; % is psycopg's own sign.
    rows = session.connection().exec_driver_sql(explain + str(compiled))
    return "\n".join(str(row[-1]) for row in rows)


SLUGS = ["all", "source-3", "source-3/news"]
ASKED = {
    "nothing": {},
    "before": {"before": 4900},
    "since": {"since": LATE},
    "category": {"filter": Filter(categories=("news",))},
    "author": {"filter": Filter(authors=("jo",))},
    "both": {"filter": Filter(authors=("jo",), categories=("news",)), "before": 4900},
    "source": {"filter": Filter(sources=("source-3",))},
    "sources": {"filter": Filter(sources=("source-3", "source-4"))},
    "language": {"filter": Filter(languages=("en",)), "before": 4900},
    "all of it": {
        "filter": Filter(
            sources=("source-3", "source-4"), categories=("news",), languages=("en",)
        ),
        "since": NOON,
        "before": 4900,
    },
}


def content(session, chosen, limit):
    return content_of(chosen, limit, dialect=session.get_bind().dialect.name)


def chosen_of(session, slug, asked):
    found = choose(session, find_scope(session, slug), Narrowing(**ASKED[asked]))
    assert found is not None
    return found


def test_a_plain_window_walks_an_index_and_stops(crowd):
    for slug, asked in product(SLUGS, ("nothing", "before")):
        with reading(crowd) as session:
            plan = plan_of(
                session, content(session, chosen_of(session, slug, asked), 50)
            )

        assert "Seq Scan on article" not in plan, (slug, asked, plan)
        assert not re.search(r"\bSort\b|TEMP B-TREE", plan), (slug, asked, plan)


def test_every_stretch_of_a_narrowed_window_is_led_by_an_index(crowd):
    for asked in ASKED:
        with reading(crowd) as session:
            plan = plan_of(
                session, content(session, chosen_of(session, "all", asked), 50)
            )

        assert "Seq Scan on article" not in plan, (asked, plan)
        # Along the positions themselves is along an index too: they are the key.
        is_by_key = asked in ("nothing", "before", "since")
        scanned = re.search(r"SCAN article\b(?!.*USING)", plan)
        assert is_by_key or not scanned, (asked, plan)


@pytest.mark.parametrize("asked", ASKED)
def test_an_archive_deep_in_the_past_is_read_as_the_newest_is(crowd, asked):
    with reading(crowd) as session:
        chosen = chosen_of(session, "all", asked)
        plans = [
            re.sub(r"\d+(\.\d+)?", "N", plan_of(session, content(session, walk, 50)))
            for first in (32, 4992)
            for walk in archive_walks(chosen, first)
        ]

    deep, newest = plans[:3], plans[3:]
    assert deep == newest or crowd.dialect.name == "postgresql"
    for plan in plans:
        assert "Seq Scan on article" not in plan, (asked, plan)
        is_by_key = "PRIMARY KEY" in plan or asked in ("nothing", "before", "since")
        assert is_by_key or not re.search(r"SCAN article\b(?!.*USING)", plan), plan


def archive_walks(chosen, first):
    """What an archive of 32 positions asks: its own, the next below, the next above."""
    whole = replace(chosen, is_whole=True)
    above = replace(whole.within(first=first + 32), is_upward=True)
    return (
        whole.within(first=first, before=first + 32),
        whole.within(before=first),
        above,
    )


def test_news_under_much_of_the_past_is_led_by_an_index_too(searched):
    with transaction(searched) as session:
        session.execute(update(ArticleRow).where(BELOW_NEWS).values(is_past=True))
    with searched.connect() as connection:
        connection.execute(text("ANALYZE"))
        connection.commit()
    is_sqlite = searched.dialect.name == "sqlite"
    for slug, asked in product(SLUGS, ASKED):
        with reading(searched) as session:
            chosen = chosen_of(session, slug, asked).news()
            plan = plan_of(session, content(session, chosen, 50))

        # PostgreSQL weighs how much there is of a source.
        by_words = chosen.wanted is not None and is_sqlite
        assert ("article_search" if by_words else "_news") in plan, (slug, asked, plan)
        assert "Seq Scan on article" not in plan, (slug, asked, plan)


@pytest.mark.parametrize("query", ["edited", "left"])
def test_what_changed_lately_is_led_by_an_index(crowd, query):
    since = NOON + timedelta(minutes=5000)
    is_sqlite = crowd.dialect.name == "sqlite"
    for slug, asked in product(SLUGS, ASKED):
        if slug != "all" and asked in ("sources", "all of it"):
            continue
        with reading(crowd) as session:
            chosen = chosen_of(session, slug, asked)
            plan = plan_of(
                session,
                edited_of(chosen, 50, past=4000, since=since)
                if query == "edited"
                else left_of(chosen, 50, since=since),
            )

        assert "Seq Scan on article" not in plan, (slug, asked, plan)
        assert "SCAN article" not in plan, (slug, asked, plan)
        # PostgreSQL begins with a rare term where that is less.
        if is_sqlite or asked not in ("category", "author", "both", "all of it"):
            name = {"edited": "edited", "left": "withdrawn"}[query]
            assert name in plan, (slug, asked, plan)


@pytest.mark.parametrize(
    ("statement", "index"),
    [
        (next_language("e"), "ix_article_language_position"),
        (first_seen_of(LATE), "ix_article_first_seen_at_position"),
        (floor_of(LATE), "ix_article_first_seen_at_position"),
    ],
)
def test_what_is_asked_is_looked_up_along_an_index(crowd, statement, index):
    with reading(crowd) as session:
        plan = plan_of(session, statement)

    assert index in plan
    assert "Seq Scan" not in plan


SEARCHED = {
    "a word": ("all", {"filter": Filter(words=("quagga",))}),
    "and before": ("all", {"filter": Filter(words=("quagga",)), "before": 4900}),
    "and a category": (
        "all",
        {"filter": Filter(words=("quagga",), categories=("news",), languages=("en",))},
    ),
    "and a source": ("source-3", {"filter": Filter(words=("quagga -story",))}),
    "a language of a source": ("source-3", {"filter": Filter(languages=("sw",))}),
}


@pytest.fixture
def searched(crowd):
    """The crowd, with words and marks; one in a thousand has the word and language."""
    with transaction(crowd) as session:
        ids = session.scalars(select(SourceRow.id).order_by(SourceRow.id)).all()
        rare = update(ArticleRow).where(ArticleRow.position % 1000 == 3)
        session.execute(rare.values(language="sw"))
        rows = [
            {
                "position": number,
                "words": indexed(
                    ids[number % 10],
                    article(
                        number,
                        body_text="quagga" if number % 1000 == 3 else "Rain.",
                        language="sw" if number % 1000 == 3 else "en",
                        categories=(("News",),),
                    ),
                ),
            }
            for number in range(1, 5001)
        ]
        session.execute(insert(ArticleWordsRow), rows)
    alone = crowd.connect().execution_options(isolation_level="AUTOCOMMIT")
    with alone as connection:
        sqlite = crowd.dialect.name == "sqlite"
        connection.execute(text("ANALYZE" if sqlite else "VACUUM ANALYZE"))
    return crowd


def test_a_search_is_led_by_the_full_text_index(searched):
    is_sqlite = searched.dialect.name == "sqlite"
    for name, (slug, asked) in SEARCHED.items():
        with reading(searched) as session:
            chosen = choose(session, find_scope(session, slug), Narrowing(**asked))
            plan = plan_of(session, content(session, chosen, 50))

        assert "Seq Scan on article" not in plan, (name, plan)
        if is_sqlite:
            assert re.search("^SCAN article_search VIRTUAL TABLE", plan), (name, plan)
            assert "SEARCH article USING INTEGER PRIMARY KEY" in plan, (name, plan)
            assert "TEMP B-TREE" not in plan, (name, plan)
        else:
            assert "ix_article_words_words" in plan, (name, plan)


def test_what_is_found_is_found_wherever_it_stands(searched):
    # Among the newest; further back; along the index; and more than the newest have.
    limits = (("quagga", 2), ("quagga", 9), ("rain", 60), ("rain", 3000))
    for (word, limit), before in product(limits, (None, 4000)):
        asked = Narrowing(filter=Filter(words=(word,)), before=before)
        with reading(searched) as session:
            chosen = choose(session, find_scope(session, "all"), asked)
            found = [row.position for row in list_content(session, chosen, limit)]

        every = [n for n in range((before or 5001) - 1, 0, -1) if n % 75]
        having = [n for n in every if (n % 1000 == 3) == (word == "quagga")]
        assert found == having[:limit], (word, limit, before)


def test_what_many_sources_have_is_asked_of_the_full_text_index(engine):
    slugs = [f"s{n}" for n in range(MAX_MERGED + 1)]
    with transaction(engine) as session:
        for number, slug in enumerate(slugs, 1):
            add_source(session, slug)
            news = {"source": slug, "categories": (("News",),), "language": "en"}
            add_article(session, article(number, **news))
        withdraw(session, [3], by="site", now=NOON)

    def positions(*, is_whole=False, **asked):
        with reading(engine) as session:
            wanted = Narrowing(filter=Filter(**asked))
            chosen = choose(session, find_scope(session, "all"), wanted)
            assert chosen.wanted is not None
            chosen = replace(chosen, is_whole=is_whole)
            listed = session.execute(content(session, chosen, 50))
            return [row.position for row in listed]

    every = list(range(len(slugs), 0, -1))
    there = [number for number in every if number != 3]
    for asked in ({"categories": ("news",)}, {"sources": slugs}):
        assert positions(**asked) == there
        assert positions(is_whole=True, **asked) == every
    assert positions(sources=("s2", "s4"), languages=("en",)) == [5]
