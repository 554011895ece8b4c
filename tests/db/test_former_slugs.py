"""Migration 0021: names that shared a slug part, and filters follow both."""

from importlib import import_module

import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import insert, select, update

from db import migrate
from db.engine import reading, transaction
from db.filters import Filter
from db.indexing import finds, marked
from db.models import ArticleRow, ArticleTermRow, FeedRow, TermRow
from db.terms import slug_of
from tests.databases import empty_engine
from tests.factories_feeds import NOON, add_article, add_source, article

former_slug = import_module(
    "db.migrations.versions.0021_vowel_signs_are_letters"
).former_slug
TAGS = {1: "कार", 2: "कोर", 3: "plain", 4: "İzmir"}


@pytest.fixture(params=["sqlite", "postgresql"])
def former(request, tmp_path):
    """A database of the version before, with four articles and two feeds of it."""
    with empty_engine(request, tmp_path) as engine:
        migrate.upgrade(engine)
        _downgrade(engine)
        with transaction(engine) as session:
            source_id = add_source(session)
            for position, tag in TAGS.items():
                add_article(session, article(position))
                _file(session, source_id, position, tag)
            for slug, tags in (("cars", ["क-र", "plain"]), ("other", ["nobody"])):
                given = {"title": slug, "content": "full", "added_at": NOON}
                session.add(FeedRow(slug=slug, filter={"tags": tags}, **given))
        yield engine


def _downgrade(engine):
    config = Config()
    config.set_main_option("script_location", str(migrate.MIGRATIONS))
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.downgrade(config, "0020")


def _file(session, source_id, position, tag):
    """File an article under a tag as the version before did."""
    path = former_slug(tag)
    chosen = select(TermRow.id).where(TermRow.path == path)
    term_id = session.scalar(chosen)
    if term_id is None:
        row = {"kind": "tag", "path": path, "name": tag, "names": [tag]}
        made = insert(TermRow).values(source_id=source_id, **row)
        term_id = session.scalar(made.returning(TermRow.id))
    session.add(ArticleTermRow(term_id=term_id, position=position))
    changed = update(ArticleRow).where(ArticleRow.position == position)
    session.execute(changed.values(tags=[tag]))


def found(engine, condition):
    with reading(engine) as session:
        chosen = select(ArticleRow.position).where(condition)
        return session.scalars(chosen.order_by(ArticleRow.position)).all()


def test_names_that_shared_a_slug_have_one_each(former):
    shared = Filter(tags=("क-र",)).where()
    assert found(former, shared) == [1, 2]
    migrate.upgrade(former)

    for position, tag in TAGS.items():
        assert found(former, Filter(tags=(tag,)).where()) == [position]
    assert found(former, shared) == []
    with reading(former) as session:
        paths = session.scalars(select(TermRow.path)).all()
    assert sorted(paths) == sorted(slug_of(tag) for tag in TAGS.values())


def test_the_index_has_their_marks(former):
    migrate.upgrade(former)

    for position in (1, 2, 4):
        mark = marked("tag", [slug_of(TAGS[position])])
        assert found(former, finds(mark)) == [position]


def test_a_filter_names_all_that_its_slug_became(former):
    migrate.upgrade(former)

    with reading(former) as session:
        filters = dict(session.execute(select(FeedRow.slug, FeedRow.filter)).all())
    assert sorted(filters["cars"]["tags"]) == sorted(["plain", "कार", "कोर"])
    assert filters["other"] == {"tags": ["nobody"]}
