"""The example site is redesigned under way: noticed, nothing spoilt, nothing lost."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from db import sources
from db.engine import transaction
from db.sources import Definition
from service.sample.app import create_app
from tests.crawling import World
from tests.factories_events import delivering, fan_out, subscribe
from tests.fakes_subscriber import FakeSubscriber
from tests.service.test_sync_sample import Everywhere
from tests.sources.test_shipped import shipped

HOST = "127.0.0.1:8081"


class Redesigned(World):
    """A world around the example site, whose posts wear what `dress` says."""

    dress = "post"

    def __post_init__(self) -> None:
        super().__post_init__()
        self.web.clock.now = datetime(2026, 3, 1, 9, tzinfo=UTC)
        self.web.pages = Everywhere(self)
        self.web.pages.site = create_app(
            self.web.clock, dress=lambda: self.dress
        ).test_client()
        self.add_source(**shipped("sample").to_dict())
        self.sync()
        self.polls(2)

    def polls(self, count: int) -> None:
        """Let minutes pass, each with a bulletin, a poll, and what else is due."""
        for _ in range(count):
            self.web.clock.advance(minutes=1)
            self.sync()
            self.visit(HOST)

    def titles(self) -> set[str]:
        return {row.title for row in self.articles()}


@pytest.fixture
def world(engine):
    return Redesigned(engine)


def versions(world):
    return {row.position: (row.version, row.body_text) for row in world.articles()}


@pytest.mark.parametrize("dress", ["post-script", "post-wall"])
def test_a_redesign_is_told_spoils_nothing_and_loses_nothing(world, dress):
    before = versions(world)
    with FakeSubscriber() as subscriber, delivering(world.engine):
        health = ("source.failing", "source.recovered")
        subscribe(world.engine, subscriber.url, event_types=health)
        world.dress = dress

        world.polls(2)
        assert world.source().health == "drifting"
        world.polls(3)
        assert versions(world) == before
        fan_out(world.engine)
        (told,) = subscriber.wait_for(1)
        assert told.document["type"] == "source.failing"

        world.dress = "post"
        world.polls(2)

        assert world.source().health == "ok"
        fan_out(world.engine)
        subscriber.wait_for(2)
        assert subscriber.types == ["source.failing", "source.recovered"]
    new = [row for row in world.articles() if row.position not in before]
    assert len(new) >= 5
    assert all("new home" not in row.body_text for row in new)


def test_a_redesign_that_keeps_everything_is_none(world):
    world.dress = "post-restyled"

    world.polls(4)

    assert world.source().health == "ok"
    assert world.source().drift is None


def test_an_edited_definition_reads_what_was_held_back(world):
    spec = world.source().spec
    before = len(world.articles())
    world.dress = "post-script"
    world.polls(3)
    assert world.source().health == "drifting"

    world.dress = "post-restyled"
    article = {"title": "h1.story__headline", "body": ".story__text"}
    with transaction(world.engine) as session:
        changed = Definition(slug="example", spec=spec | {"article": article})
        sources.replace_definition(session, changed, now=world.now)
    world.polls(1)

    assert world.source().health == "ok"
    assert len(world.articles()) > before + 2
