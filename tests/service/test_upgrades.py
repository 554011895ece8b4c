"""An upgrade of the extractor publishes no edit that nobody made."""

from __future__ import annotations

import pytest
from sqlalchemy import update

from db.engine import transaction
from db.models import ArticleRow, RevisionRow
from scrapers.edition import edition
from tests.crawling import HOME, World

STORY = f"{HOME}/story/1/"
CAPTION = "A picture that our reporter took of the river in the night"


@pytest.fixture
def world(engine):
    """A world whose one article was stored by an older edition, caption and all."""
    world = World(engine)
    world.add_source(recheck="1h")
    world.publish(1)
    world.sync()
    (row,) = world.articles()
    with transaction(engine) as session:
        session.execute(
            update(ArticleRow).values(
                body_text=f"{CAPTION}\n{row.body_text}", content_hash="older"
            )
        )
    return world


def look_again(world, **page):
    """Fetch the story once more, its furniture moved."""
    world.web.clock.advance(hours=2)
    count = len(world.web.requests)
    world.publish(1, extra=f"<footer>{count} visitors</footer>", **page)
    world.sync()
    world.visit()
    assert STORY in [str(request.url) for request in world.web.requests[count:]]


def test_another_reading_publishes_nothing_and_leaves_all_as_it_was(world):
    (before,) = world.articles()

    look_again(world)

    (after,) = world.articles()
    kept = ("seq", "version", "body_text", "body_html", "changed_at", "published_at")
    assert [getattr(after, n) for n in kept] == [getattr(before, n) for n in kept]
    assert world.events() == ["article.published"]
    assert world.rows(RevisionRow) == []
    assert after.content_hash.startswith(f"{edition()}:")


def test_the_first_edit_after_an_upgrade_is_published_with_the_new_reading(world):
    look_again(world)
    told = "Story 1 is told here at some length, as news go. " * 12

    look_again(world, body=f"{told} And this was added since.")

    (after,) = world.articles()
    assert world.events() == ["article.published", "article.updated"]
    assert "added since" in after.body_text
    assert CAPTION not in after.body_text


def test_an_edit_that_comes_with_the_upgrade_is_published(world):
    look_again(world, body="Story 1 was told here at no length, as news go. " * 12)

    assert world.events() == ["article.published", "article.updated"]


def test_a_date_that_is_read_otherwise_is_no_edit_either(world):
    with transaction(world.engine) as session:
        (before,) = world.articles()
        session.execute(update(ArticleRow).values(published_at=before.first_seen_at))

    look_again(world)
    look_again(world)

    assert world.events() == ["article.published"]
    assert world.articles()[0].content_hash == "older"
