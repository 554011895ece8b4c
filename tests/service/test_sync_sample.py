"""Whole passes over the example site, as its shipped definition describes it."""

from __future__ import annotations

from datetime import UTC, datetime
from urllib.parse import urlsplit

import httpx
import pytest

from db.models import EventRow
from service.sample.app import create_app
from service.sample.content import articles
from service.sample.edition import HEAD_START
from tests.crawling import World
from tests.fakes import Chunks
from tests.sources.test_shipped import shipped


class Everywhere(dict):
    """Every address of the fake web leads to the example site."""

    def __init__(self, world: World) -> None:
        super().__init__()
        self.site = create_app(world.web.clock).test_client()

    def get(self, url: str, default: object = None) -> object:
        return self.answer

    def answer(self, request: httpx.Request) -> httpx.Response:
        parts = urlsplit(str(request.url))
        said = self.site.get(
            parts.path + (f"?{parts.query}" if parts.query else ""),
            base_url="http://127.0.0.1:8081/",
            headers=list(request.headers.items()),
        )
        headers = list(said.headers.items())
        return httpx.Response(
            said.status_code, headers=headers, stream=Chunks(said.data)
        )


@pytest.fixture
def world(engine) -> World:
    made = World(engine)
    made.web.clock.now = datetime(2026, 3, 1, 9, tzinfo=UTC)
    made.web.pages = Everywhere(made)
    made.add_source(**shipped("sample").to_dict())
    return made


@pytest.fixture
def watched(world) -> World:
    world.sync()
    world.sync()  # the first poll asks for a shorter page than the first pass did
    world.web.requests.clear()
    return world


def test_a_first_pass_brings_the_whole_site_as_news(world):
    run = world.sync()

    # The locked post is no article; a bulletin may appear while the pass goes on.
    assert run.outcome == "ok"
    assert run.tally.new == len(articles()) + HEAD_START - 1
    assert not any(row.is_history for row in world.rows(EventRow))


def test_a_poll_without_news_is_one_request(watched):
    watched.sync()

    assert len(watched.web.asked) == 1
    assert "orderby=modified" in watched.web.asked[0]


def test_a_poll_with_news_asks_for_these_alone(watched):
    watched.web.clock.advance(minutes=1)
    before = len(watched.articles())

    watched.sync()

    lists = [url for url in watched.web.asked if "/posts?" in url]
    assert len(lists) == 1
    assert 1 <= len(watched.articles()) - before <= 3
    assert len(watched.web.asked) <= 6


def test_corrections_withdrawals_and_returns_arrive(watched):
    for _ in range(25):
        watched.web.clock.advance(minutes=1)
        watched.sync()
        watched.visit("127.0.0.1:8081")

    assert {"article.updated", "article.withdrawn", "article.restored"} <= set(
        watched.events()
    )
