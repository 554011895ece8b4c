from datetime import timedelta

import pytest

from db import sources
from db.engine import transaction
from db.errors import NotFound
from service.jobs.once import sync_once
from tests.crawling import World, article_page

HOUR = timedelta(hours=1)


@pytest.fixture
def world(engine):
    """A site with two stories, and its source."""
    made = World(engine)
    made.publish(1, 2)
    made.add_source()
    return made


def run(world, slug="example", wait=lambda seconds: None, **options):
    return sync_once(world.worker, slug, most_backoff=HOUR, wait=wait, **options)


def lease(world, owner, until):
    with transaction(world.engine) as session:
        sources.claim_source(
            session, "example", owner=owner, now=world.now, until=until
        )


def test_a_pass_is_made_at_once_due_or_not(world):
    run(world)
    world.publish(3)

    assert run(world).tally.new == 1


def test_a_pass_that_is_under_way_is_waited_for(world):
    lease(world, "worker:there:1:b", world.now + timedelta(seconds=30))
    waits = []

    def wait(seconds):
        waits.append(seconds)
        world.web.clock.sleep(10)

    assert run(world, wait=wait).tally.new == 2
    assert len(waits) == 3


def test_waiting_ends_when_we_are_told_to_stop(world):
    lease(world, "worker:there:1:b", world.now + timedelta(minutes=1))

    def wait(seconds):
        world.stopping = True

    assert run(world, wait=wait) is None


def test_pages_on_other_hosts_are_fetched_too(world):
    world.web["https://www.example.org/story/9/"] = article_page(9)
    world.web["https://example.org/news/"] = (
        "<h2><a href='https://www.example.org/story/9/'>Nine</a></h2>"
    )

    told = []
    found = run(world, progress=told.append)

    assert found.tally.new == 1
    assert told[-1].new == 1


def test_an_unknown_source_is_named(world):
    with pytest.raises(NotFound, match="there are: example"):
        run(world, "exmaple")
