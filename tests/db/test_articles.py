from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import event as sql
from sqlalchemy import func, select

from db import articles, sources, stream
from db.decisions import Change
from db.engine import transaction
from db.models import (
    ArticleRow,
    ArticleTermRow,
    ArticleUrlRow,
    EventRow,
    RevisionRow,
    TermRow,
)
from scrapers.items import Precision
from tests.factories import NOW, arrival, definition, scraped


@pytest.fixture
def session(engine):
    with transaction(engine) as session:
        sources.add_source(session, definition(), origin="api", now=NOW)
        yield session


def store(session, *arrivals, now=NOW):
    return articles.store(session, 1, "example", arrivals, now=now)


def only(session):
    (row,) = session.scalars(
        select(ArticleRow).execution_options(populate_existing=True)
    ).all()
    return row


def events(session):
    return session.scalars(select(EventRow).order_by(EventRow.seq)).all()


def test_a_new_article_gets_a_position_and_its_event_the_same_number(session):
    (stored,) = store(session, arrival())

    (event,) = events(session)
    assert stored.change is Change.NEW
    assert (stored.position, event.seq, event.position) == (1, 1, 1)
    assert event.type == "article.published"
    assert event.snapshot["article"]["title"] == "Story 1"
    assert event.snapshot["previous"] is None


def test_what_is_new_is_looked_up_without_reading_the_whole_source(session):
    said = []
    connection = session.connection()
    sql.listen(
        connection,
        "before_cursor_execute",
        lambda _conn, _cursor, statement, values, *_: said.append((statement, values)),
    )
    store(session, arrival())

    reads = [(s, v) for s, v in said if s.startswith("SELECT article.position")]
    if connection.dialect.name == "sqlite":
        plans = [
            connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {s}", v).all()
            for s, v in reads
        ]
        assert all("ix_article_source_position" not in str(plan) for plan in plans)
    assert len(reads) == 1


def test_the_same_article_again_writes_nothing(session):
    store(session, arrival())
    before = stream.current(session)

    (stored,) = store(session, arrival(position=1), now=NOW + timedelta(hours=1))

    assert stored.change is Change.SAME
    assert stream.current(session) == before
    assert only(session).version == 1


def test_an_edit_makes_a_revision_and_no_second_article(session):
    store(session, arrival())

    (stored,) = store(session, arrival(scraped(title="Story one")))

    row = only(session)
    (revision,) = session.scalars(select(RevisionRow))
    assert (stored.position, stored.change) == (1, Change.CHANGED)
    assert (row.title, row.version, row.seq) == ("Story one", 2, 2)
    assert revision.snapshot["title"] == "Story 1"
    assert [e.type for e in events(session)] == ["article.published", "article.updated"]
    assert events(session)[1].snapshot["previous"]["title"] == "Story 1"


def test_a_new_address_moves_the_article_and_keeps_the_old_one(session):
    store(session, arrival())
    moved = scraped(url="https://example.org/2026/03/new-slug/")

    (stored,) = store(session, arrival(moved, position=1))

    assert stored.position == 1
    assert only(session).url == moved.url
    assert scraped().url in session.scalars(select(ArticleUrlRow.url)).all()


def test_a_shortlink_tells_a_renamed_article(session):
    short = "https://example.org/?p=7"
    store(session, arrival(scraped(addresses=(short,))))
    renamed = scraped(url="https://example.org/2026/03/other/", addresses=(short,))

    (stored,) = store(session, arrival(renamed))

    assert (stored.position, stored.change) == (1, Change.CHANGED)


def test_another_address_of_the_same_article_is_an_alias(session):
    store(session, arrival())

    (stored,) = store(session, arrival(page_url="https://example.org/amp/story-1/"))

    assert (stored.change, stored.is_alias) == (Change.SAME, True)


def test_one_canonical_on_every_page_does_not_swallow_articles(session):
    one, two, three = (
        arrival(
            scraped(n, url="https://example.org/blog/"),
            page_url=f"https://example.org/{n}/",
        )
        for n in (1, 2, 3)
    )

    stored = store(session, one, two) + store(session, three)

    assert [s.change for s in stored] == [Change.NEW] * 3


def test_two_pages_of_one_article_in_one_batch_make_one_article(session):
    twin = arrival(page_url="https://example.org/print/1/")

    stored = store(session, arrival(), twin)

    assert [s.change for s in stored] == [Change.NEW, Change.SAME]
    assert only(session).position == 1


def test_a_withdrawn_article_comes_back_with_its_page(session):
    store(session, arrival())
    assert articles.withdraw(session, [1], by="site", now=NOW) == [1]
    assert articles.withdraw(session, [1], by="site", now=NOW) == []

    (stored,) = store(session, arrival(position=1))

    assert stored.change is Change.RESTORED
    assert only(session).withdrawn_at is None
    types = [e.type for e in events(session)]
    assert types == ["article.published", "article.withdrawn", "article.restored"]


def test_what_was_withdrawn_by_hand_stays_so(session):
    store(session, arrival())
    articles.withdraw(session, [1], by="hand", now=NOW)

    (stored,) = store(session, arrival(scraped(title="Edited"), position=1))

    assert stored.change is Change.SAME
    assert only(session).withdrawn_by == "hand"
    assert articles.restore(session, [1], now=NOW) == [1]


def test_a_coarser_date_never_replaces_a_finer_one(session):
    store(session, arrival())
    undated = scraped(
        published_at=NOW.replace(day=1, hour=0), published_precision=Precision.MONTH
    )

    (stored,) = store(session, arrival(undated, position=1))

    assert stored.change is Change.SAME


def test_an_article_without_a_date_gets_that_of_its_first_sight(session):
    store(session, arrival(scraped(published_at=None, published_precision=None)))

    row = only(session)
    assert (row.published_at, row.published_precision) == (NOW, "seen")


def test_a_re_dated_article_is_an_edit(session):
    store(session, arrival())
    later = scraped(published_at=NOW)

    (stored,) = store(session, arrival(later, position=1))

    assert stored.change is Change.CHANGED


def test_an_article_is_filed_under_every_ancestor_of_its_category(session):
    store(session, arrival())

    paths = select(TermRow.path).join(ArticleTermRow).order_by(TermRow.path)
    expected = ["amina-otieno", "floods", "news", "news/iran-news"]
    assert session.scalars(paths).all() == expected


def test_an_edit_files_anew(session):
    store(session, arrival())

    store(session, arrival(scraped(categories=(("Sport",),), tags=())))

    paths = select(TermRow.path).join(ArticleTermRow).order_by(TermRow.path)
    assert session.scalars(paths).all() == ["amina-otieno", "sport"]


def test_a_stored_article_reads_back_as_it_was(session):
    store(session, arrival())
    uid = only(session).uid

    article = articles.get_article(session, uid)

    assert article.authors == scraped().authors
    assert article.categories == scraped().categories
    assert article.published_at == scraped().published_at
    assert type(article).from_snapshot(article.snapshot()) == article


def test_history_is_marked_on_its_event(session):
    store(session, arrival(is_history=True))

    assert events(session)[0].is_history


def test_a_batch_of_hundreds_is_stored_in_order(session):
    batch = [arrival(scraped(n)) for n in range(300)]

    stored = store(session, *batch)

    assert [s.position for s in stored] == list(range(1, 301))
    assert session.scalar(select(func.count()).select_from(EventRow)) == 300


def test_a_withdrawn_article_of_an_alias_page_is_not_restored_by_it(session):
    store(session, arrival())
    articles.withdraw(session, [1], by="site", now=NOW)

    (stored,) = store(session, replace(arrival(position=1), is_alias=True))

    assert stored.change is Change.SAME
