"""Sites that move to https or to www under a definition that names the old address."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.crawling import HOME, World, article_page, listing
from tests.fakes import redirect

OLD = "http://example.org"


@pytest.fixture
def world(engine):
    """Six stories, watched at an address from before the move."""
    made = World(engine)
    for n in range(1, 7):
        made.web[f"{OLD}/story/{n}/"] = article_page(n)
    made.web[f"{OLD}/news/"] = listing(range(6, 0, -1))
    entry = {"kind": "listing", "url": f"{OLD}/news/", "links": "h2 a"}
    made.add_source(discover=[entry], home=f"{OLD}/")
    made.sync()
    return made


def move(world, home=HOME):
    for n in range(1, 9):
        world.web[f"{home}/story/{n}/"] = article_page(n)
        world.web[f"{OLD}/story/{n}/"] = redirect(f"{home}/story/{n}/")
    world.web[f"{home}/news/"] = listing(range(8, 0, -1))
    world.web[f"{OLD}/news/"] = redirect(f"{home}/news/")


def poll(world, times=4):
    for _ in range(times):
        world.web.clock.advance(hours=12)
        run = world.sync()
        world.visit("example.org:80")
    return run


@pytest.mark.parametrize("home", [HOME, "https://www.example.org"])
def test_what_moves_to_https_or_www_is_followed(world, home):
    move(world, home)

    run = poll(world)

    assert (run.outcome, world.source().health) == ("ok", "ok")
    stories = {row.url.removeprefix(home) for row in world.articles()}
    assert stories == {f"/story/{n}/" for n in range(1, 9)}
    assert world.events().count("article.published") == 8


def test_what_is_listed_after_the_move_is_news(world):
    move(world)
    poll(world)

    is_history = {page.url: page.is_history for page in world.pages().values()}

    assert is_history[f"{OLD}/story/1/"]
    assert not is_history[f"{HOME}/story/8/"]


def test_a_listing_that_moves_elsewhere_is_for_the_operator(world):
    move(world, "https://example.net")

    run = poll(world)

    assert run.outcome == "failed"
    assert "write https://example.net/news/ instead" in run.reason
    assert world.source().next_poll_at - world.now < timedelta(days=1)


def test_addresses_that_send_to_each_other_end_a_pass(world):
    world.web[f"{OLD}/news/"] = redirect(f"{HOME}/news/")
    world.web[f"{HOME}/news/"] = redirect(f"{OLD}/news/")

    run = poll(world, times=1)

    assert run.outcome == "failed"
    assert "redirects to another host" in run.reason
