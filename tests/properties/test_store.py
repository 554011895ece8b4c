"""Whatever arrives in whatever order, the tables stay true to one another."""

from __future__ import annotations

import shutil

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from db import articles, sources, stream
from db.decisions import Change
from db.engine import build_engine, transaction
from db.models import ArticleRow, ArticleUrlRow, EventRow, RevisionRow, SourceRow
from scrapers.likeness import marks
from tests.factories import NOW, arrival, definition, scraped

WORDS = (
    "the river",
    "a bridge",
    "some boats",
    "the market",
    "the school",
    "rain",
    "firewood",
    "the county",
    "a herd of goats",
    "the road",
)
STORIES = st.integers(1, 4)
STORE = st.tuples(st.just("store"), st.lists(st.tuples(STORIES, st.integers(0, 2))))
WITHDRAW = st.tuples(st.just("withdraw"), st.sampled_from(["site", "hand"]), STORIES)
RESTORE = st.tuples(st.just("restore"), STORIES)


@pytest.fixture(scope="module")
def template(sqlite_template, tmp_path_factory):
    return sqlite_template, tmp_path_factory.mktemp("store") / "wireroom.db"


def fresh(template):
    source, path = template
    for suffix in ("-wal", "-shm"):
        path.with_name(path.name + suffix).unlink(missing_ok=True)
    shutil.copy(source, path)
    return build_engine(f"sqlite:///{path}")


def apply(session, step):
    match step:
        case ("store", batch):
            items = [
                arrival(scraped(n, body_text=f"Story {n}, told the {edit}th time."))
                for n, edit in batch
            ]
            stored = articles.store(session, 1, "example", items, now=NOW)
            return [s.change for s in stored if s.change is not Change.SAME]
        case ("withdraw", by, n):
            at = session.scalars(positions(n)).all()
            return articles.withdraw(session, at, by=by, now=NOW)
        case ("restore", n):
            at = session.scalars(positions(n)).all()
            return articles.restore(session, at, now=NOW)


def positions(n):
    return select(ArticleRow.position).where(ArticleRow.url == scraped(n).url)


@settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(steps=st.lists(st.one_of(STORE, WITHDRAW, RESTORE), max_size=12))
def test_the_tables_agree(template, steps):
    engine = fresh(template)
    with transaction(engine) as session:
        sources.add_source(session, definition(), origin="api", now=NOW)
    changes = 0
    for step in steps:
        with transaction(engine) as session:
            changes += len(apply(session, step))

    with transaction(engine) as session:
        rows = session.scalars(select(ArticleRow)).all()
        seqs = session.scalars(select(EventRow.seq).order_by(EventRow.seq)).all()
        revisions = session.scalar(select(func.count()).select_from(RevisionRow))
        assert stream.current(session) == changes == len(seqs)
        assert seqs == list(range(1, changes + 1))
        assert len({row.url for row in rows}) == len(rows) <= 4
        assert sum(row.version - 1 for row in rows) == revisions
        assert {row.seq for row in rows} <= set(seqs)
        assert all(row.position <= row.seq for row in rows)
    engine.dispose()


def copy(n, place):
    """The n-th story as it stands at one of its addresses."""
    text = "".join(f"Of {word} number {n} they spoke at length. " for word in WORDS)
    page_url = scraped(n).url + ("", "amp/", "print/", "?ref=home", "teil-2")[place]
    article = scraped(n, url=page_url, title=f"Story {n}", body_text=text)
    return arrival(article, marks=marks(text))


COPIES = st.lists(st.tuples(STORIES, st.integers(0, 4)), min_size=1, max_size=6)


@settings(
    max_examples=30,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(batches=st.lists(COPIES, min_size=1, max_size=5))
def test_a_story_at_many_addresses_is_published_once(template, batches):
    engine = fresh(template)
    for batch in batches:
        with transaction(engine) as session:
            if not session.scalar(select(func.count()).select_from(SourceRow)):
                sources.add_source(session, definition(), origin="api", now=NOW)
            copies = [copy(n, place) for n, place in batch]
            articles.store(session, 1, "example", copies, now=NOW)

    seen = {n for batch in batches for n, _ in batch}
    with transaction(engine) as session:
        titles = session.scalars(select(ArticleRow.title)).all()
        types = session.scalars(select(EventRow.type)).all()
        addresses = set(session.scalars(select(ArticleUrlRow.url)))
    assert sorted(titles) == sorted(f"Story {n}" for n in seen)
    assert types.count("article.published") == len(seen)
    assert addresses >= {copy(n, at).page_url for batch in batches for n, at in batch}
    engine.dispose()
