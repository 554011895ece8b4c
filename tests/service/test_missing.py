"""Pages that say, with status 200, that they are not found; on both databases."""

from __future__ import annotations

import pytest

from tests.crawling import HOME, World
from tests.service.test_drifting import OLD, body, page, poll

MISSING = (
    "<html lang=de><head><title>Seite nicht gefunden</title></head><body><main>"
    "<h1>Seite nicht gefunden</h1><p>Die Seite, die Sie suchen, gibt es nicht mehr."
    " Bitte nutzen Sie die Suche.</p></main></body></html>"
)


@pytest.fixture
def world(engine):
    """A site of twelve good stories."""
    made = World(engine)
    for n in OLD:
        made.publish(n, body=body(n))
    made.add_source()
    made.sync()
    return made


def look(world, **later):
    world.web.clock.advance(**later)
    world.visit()


def told(world):
    return [kind for kind in world.events() if kind != "article.published"]


def test_an_article_that_says_so_for_a_day_is_withdrawn_and_returns(world):
    kept, world.web[page(5)] = world.web.pages[page(5)], MISSING

    look(world, days=30)
    assert told(world) == []
    look(world, days=2)
    assert told(world) == ["article.withdrawn"]
    assert world.pages()[page(5)].reason == "says that it is not found"

    world.web[page(5)] = kept
    look(world, days=30)
    assert told(world) == ["article.withdrawn", "article.restored"]


def test_a_site_that_says_so_of_everything_withdraws_nothing(world):
    for n in OLD:
        world.web[page(n)] = MISSING

    look(world, days=30)
    look(world, days=2)

    assert told(world) == ["source.failing"]
    assert "says that it is not found" in world.source().drift["reason"]


def test_new_addresses_that_say_so_are_no_articles_and_no_drift(world):
    for n in range(20, 26):
        world.publish(n)
        world.web[page(n)] = MISSING
        poll(world, hours=5)

    assert told(world) == []
    assert len(world.articles()) == len(OLD)
    assert world.source().health == "ok"
    assert f"{HOME}/story/20/" in world.pages()
