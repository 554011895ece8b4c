from dataclasses import replace
from datetime import timedelta

import httpx
import pytest
from sqlalchemy import event, update

from db import hosts, sources
from db.engine import transaction
from db.models import EventRow, HostRow
from scrapers.sandbox import InProcess
from service.jobs.sync import Wish
from service.jobs.visit import FIRST_DUE, LeaseLost
from tests.crawling import HOME, World, article_page
from tests.fakes import Answer, redirect


@pytest.fixture
def world(engine):
    return World(engine)


@pytest.fixture
def watched(world):
    """A world whose three stories are stored."""
    world.publish(1, 2, 3)
    world.add_source()
    world.sync()
    return world


def test_a_first_pass_stores_every_article_oldest_first(world):
    world.publish(1, 2, 3)
    world.add_source()

    run = world.sync()

    titles = [row.title for row in world.articles()]
    assert titles == ["Story number 1", "Story number 2", "Story number 3"]
    assert (run.outcome, run.tally.found, run.tally.new) == ("ok", 3, 3)
    assert world.source().health == "ok"


def test_what_a_first_pass_finds_is_history(watched):
    assert [row.is_history for row in watched.rows(EventRow)] == [True] * 3


def test_what_appears_later_is_news(watched):
    watched.publish(4)

    watched.sync()

    assert [row.is_history for row in watched.rows(EventRow)] == [True] * 3 + [False]


def test_a_definition_or_a_wish_can_make_a_first_pass_news(world):
    world.publish(1)
    world.add_source()

    world.sync(Wish(notify=True))

    assert [row.is_history for row in world.rows(EventRow)] == [False]


def test_a_second_pass_over_an_unchanged_site_fetches_no_article(watched):
    watched.web.requests.clear()

    run = watched.sync()

    assert watched.web.asked == [f"{HOME}/news/"]
    assert (run.tally.fetched, watched.events().count("article.updated")) == (0, 0)


def test_a_poll_that_finds_nothing_new_costs_five_statements(watched):
    counted = []
    event.listen(
        watched.engine, "before_cursor_execute", lambda *a: counted.append(a[2])
    )

    watched.sync()

    statements = [s for s in counted if not s.startswith("BEGIN")]
    assert len(statements) <= 5, statements


def test_a_recheck_of_unchanged_pages_changes_nothing(watched):
    watched.web.clock.advance(days=30)

    watched.visit()

    assert [row.version for row in watched.articles()] == [1, 1, 1]
    assert len(watched.events()) == 3


def test_dynamic_furniture_is_no_change(watched):
    watched.web[f"{HOME}/story/1/"] = article_page(
        1, extra="<aside class=related>3 hours ago <a href='/x'>Other news</a></aside>"
    )
    watched.web.clock.advance(days=30)

    watched.visit()

    assert watched.articles()[0].version == 1


def test_an_edit_is_found_by_a_recheck(watched):
    watched.publish(2, title="Story number two")
    watched.web.clock.advance(days=30)

    run = watched.visit()

    assert [row.title for row in watched.articles()][1] == "Story number two"
    assert (run.tally.changed, watched.events()[-1]) == (1, "article.updated")


def test_a_page_that_answers_410_withdraws_its_article(watched):
    watched.web[f"{HOME}/story/2/"] = 410
    watched.web.clock.advance(days=30)

    run = watched.visit()

    assert watched.articles()[1].withdrawn_by == "site"
    assert (run.tally.gone, watched.events()[-1]) == (1, "article.withdrawn")


def test_one_404_withdraws_nothing_and_two_a_day_apart_do(watched):
    watched.web[f"{HOME}/story/2/"] = 404
    watched.web.clock.advance(days=30)
    watched.visit()
    assert watched.articles()[1].withdrawn_at is None

    watched.web.clock.advance(hours=12)
    watched.visit()
    assert watched.articles()[1].withdrawn_at is None
    watched.web.clock.advance(hours=13)
    watched.visit()

    assert watched.articles()[1].withdrawn_by == "site"


def test_an_article_whose_page_comes_back_returns(watched):
    page = watched.web.pages[f"{HOME}/story/2/"]
    watched.web[f"{HOME}/story/2/"] = 410
    watched.web.clock.advance(days=30)
    watched.visit()

    watched.web[f"{HOME}/story/2/"] = page
    watched.web.clock.advance(days=2)
    watched.visit()

    assert watched.articles()[1].withdrawn_at is None
    assert watched.events()[-2:] == ["article.withdrawn", "article.restored"]


def test_a_page_that_moves_keeps_its_article(watched):
    watched.web[f"{HOME}/story/1/"] = redirect("/story/first/")
    watched.web[f"{HOME}/story/first/"] = article_page(1, extra="<!-- moved -->")
    watched.web.clock.advance(days=30)

    watched.visit()

    assert len(watched.articles()) == 3
    assert watched.articles()[0].url == f"{HOME}/story/first/"
    assert watched.pages()[f"{HOME}/story/1/"].status == "moved"


def test_a_page_that_leaves_its_host_is_fetched_there_in_its_turn(watched):
    there = "https://www.example.org/story/1/"
    watched.web[f"{HOME}/story/1/"] = redirect(there)
    watched.web[there] = article_page(1)
    watched.web.clock.advance(days=30)

    watched.visit()
    watched.visit("www.example.org:443")

    assert len(watched.articles()) == 3
    assert watched.articles()[0].url == there


def test_a_page_that_is_no_article_is_kept_with_its_reason(world):
    world.publish(1, 2)
    world.web[f"{HOME}/story/2/"] = "<html><body></body></html>"
    world.add_source()

    run = world.sync()

    page = world.pages()[f"{HOME}/story/2/"]
    assert (page.status, run.tally.new, run.tally.failed) == ("refused", 1, 1)
    assert run.tally.failures == ((page.url, page.reason),)


def test_a_page_that_fails_is_tried_again_later(world):
    world.publish(1)
    good = world.web.pages[f"{HOME}/story/1/"]
    world.web[f"{HOME}/story/1/"] = 500
    world.add_source()
    world.sync()
    assert world.pages()[f"{HOME}/story/1/"].status == "failed"

    world.web[f"{HOME}/story/1/"] = good
    world.web.clock.advance(minutes=5)
    world.visit()

    assert len(world.articles()) == 1


def test_a_source_that_cannot_be_read_says_why(world):
    world.web[f"{HOME}/news/"] = 503
    world.add_source()

    run = world.sync()

    source = world.source()
    assert (run.outcome, source.health, source.failures) == ("failed", "failing", 1)
    assert f"{HOME}/news/" in source.health_reason
    assert source.next_poll_at > world.now


def test_a_failing_source_is_told_once_and_so_is_its_recovery(watched):
    for answer in (500, 500, 500, 500, listing_of(watched)):
        watched.web[f"{HOME}/news/"] = answer
        watched.web.clock.advance(days=1)
        watched.sync()

    assert watched.events()[3:] == ["source.failing", "source.recovered"]
    assert watched.source().health == "ok"


def listing_of(world):
    return world.web.pages[f"{HOME}/news/"]


def test_two_failures_are_a_hiccup(watched):
    watched.web[f"{HOME}/news/"] = 500

    watched.sync()
    watched.sync()

    assert watched.source().health == "ok"
    assert watched.source().failures == 2


def test_a_busy_host_postpones_the_pass(watched):
    with transaction(watched.engine) as session:
        hosts.claim_host(
            session,
            "example.org:443",
            owner="another",
            now=watched.now,
            until=watched.now + timedelta(minutes=1),
        )

    run = watched.sync()

    assert run.outcome == "postponed"
    assert watched.source().leased_until is None
    assert watched.source().health == "ok"


def test_a_host_that_asks_to_wait_is_left_alone(world):
    world.publish(1, 2, 3)
    world.web[f"{HOME}/story/2/"] = Answer(status=429, headers={"retry-after": "600"})
    world.add_source()

    world.sync()

    assert [row.title for row in world.articles()] == ["Story number 1"]
    assert f"{HOME}/story/3/" not in world.web.asked
    assert world.visit() is None


def test_a_visit_whose_lease_was_lost_stores_nothing(world):
    world.publish(1)
    world.add_source()

    def steal(request):
        with transaction(world.engine) as session:
            session.execute(update(HostRow).values(lease_owner="another"))
        return Answer(body=article_page(1)).to(request)

    world.web[f"{HOME}/story/1/"] = steal
    with pytest.raises(LeaseLost):
        world.sync()

    assert world.articles() == []
    assert world.pages()[f"{HOME}/story/1/"].status == "found"


def test_a_crash_between_discovery_and_fetching_resumes(world):
    world.publish(1, 2)
    world.add_source()
    world.stopping = True
    world.sync()
    assert {page.status for page in world.pages().values()} == {"found"}

    world.stopping = False
    world.visit()

    assert len(world.articles()) == 2


def test_more_pages_than_one_look_gives_are_fetched_once_each(world):
    world.publish(*range(1, FIRST_DUE + 31))
    world.add_source()

    run = world.sync()

    stories = [url for url in world.web.asked if "/story/" in url]
    assert run.tally.new == len(stories) == len(set(stories)) == FIRST_DUE + 30


def test_an_article_listed_twice_is_one(world):
    world.publish(1)
    world.web[f"{HOME}/feed/"] = Answer(
        content_type="application/rss+xml",
        body=f"<rss version='2.0'><channel><title>x</title><item><title>S</title>"
        f"<link>{HOME}/story/1/</link></item></channel></rss>",
    )
    discover = [
        {"kind": "listing", "url": f"{HOME}/news/", "links": "h2 a"},
        {"kind": "feed", "url": f"{HOME}/feed/"},
    ]
    world.add_source(discover=discover)

    world.sync()
    world.sync()

    assert len(world.articles()) == 1
    assert world.web.asked.count(f"{HOME}/story/1/") == 1


def test_a_broken_entry_does_not_stop_the_other(world):
    world.publish(1)
    discover = [
        {"kind": "feed", "url": f"{HOME}/feed/"},
        {"kind": "listing", "url": f"{HOME}/news/", "links": "h2 a"},
    ]
    world.add_source(discover=discover)

    run = world.sync()

    assert (run.outcome, len(world.articles())) == ("ok", 1)
    assert run.tally.failures[0][0] == f"{HOME}/feed/"


def test_an_entry_added_later_brings_history(watched):
    spec = watched.source().spec
    watched.web[f"{HOME}/old/"] = "<html><h2><a href='/story/9/'>x</a></h2></html>"
    watched.web[f"{HOME}/story/9/"] = article_page(9)
    more = {"kind": "listing", "url": f"{HOME}/old/", "links": "h2 a"}
    changed = sources.Definition(
        slug="example", spec=spec | {"discover": [*spec["discover"], more]}
    )
    with transaction(watched.engine) as session:
        session.execute(
            update(sources.SourceRow).values(origin="file", spec=changed.spec)
        )

    watched.sync()

    assert watched.rows(EventRow)[-1].is_history


def test_a_pass_releases_host_and_source(watched):
    assert watched.source().leased_until is None
    assert watched.rows(HostRow)[0].lease_owner is None
    assert replace(watched.source()).last_success_at == watched.runs()[0].finished_at


def feed(*items):
    entries = "".join(
        f"<item><title>Story {n}</title><link>{HOME}/story/{n}/</link>"
        f"<description>{text}</description></item>"
        for n, text in items
    )
    return Answer(
        content_type="application/rss+xml",
        body=f"<rss version='2.0'><channel><title>x</title>{entries}</channel></rss>",
    )


def test_an_entry_that_changed_in_its_feed_is_fetched_again(world):
    world.publish(1, 2)
    world.web[f"{HOME}/feed/"] = feed((2, "as it was"), (1, "as it was"))
    world.add_source(discover=[{"kind": "feed", "url": f"{HOME}/feed/"}])
    world.sync()
    world.web.requests.clear()

    world.publish(1, title="Story one")
    world.web[f"{HOME}/feed/"] = feed((2, "as it was"), (1, "and edited"))
    run = world.sync()

    assert world.web.asked == [f"{HOME}/feed/", f"{HOME}/story/1/"]
    assert run.tally.changed == 1


def test_another_address_of_an_article_is_not_looked_at_by_itself(world):
    world.publish(1)
    same = "<link rel=canonical href='/story/1/'>"
    world.web[f"{HOME}/print/1/"] = article_page(1, extra=same).replace(
        "<head>", f"<head>{same}"
    )
    world.web[f"{HOME}/news/"] = (
        "<h2><a href='/print/1/'>p</a></h2><h2><a href='/story/1/'>s</a></h2>"
    )
    world.add_source()

    world.sync()

    alias = world.pages()[f"{HOME}/print/1/"]
    assert (alias.status, alias.next_check_at) == ("alias", None)
    assert len(world.articles()) == 1


class Spoilt(InProcess):
    """Gives one article a title that PostgreSQL refuses."""

    def run(self, func, *args, url):
        found = super().run(func, *args, url=url)
        if not url.endswith("/story/2/"):
            return found
        return replace(found, outcome=replace(found.outcome, title="a\x00b"))


def test_an_article_the_database_refuses_fails_alone(world):
    world.publish(1, 2, 3)
    world.add_source()
    world.worker = replace(world.worker, parser=Spoilt())

    run = world.sync()

    assert {row.title for row in world.articles()} >= {
        "Story number 1",
        "Story number 3",
    }
    assert run.tally.new + run.tally.failed == 3


def test_a_host_that_fell_silent_is_not_asked_for_every_page(world):
    world.publish(*range(1, 100))
    for n in range(1, 100):
        world.web[f"{HOME}/story/{n}/"] = httpx.ConnectError("refused")
    world.add_source()

    world.sync()

    assert len(world.web.asked) < 99
    waiting = [p for p in world.pages().values() if p.status == "found"]
    assert waiting


def test_a_long_visit_leaves_the_rest_to_the_next(world):
    world.publish(*range(1, 121))
    world.add_source()
    world.worker = replace(world.worker, longest_visit=timedelta(seconds=60))

    world.sync()
    first = len(world.articles())
    world.visit()

    assert 50 <= first < 120
    assert first < len(world.articles())


def test_a_page_that_forbids_copies_is_stored_without_its_body(world):
    world.publish(1)
    page = world.web.pages[f"{HOME}/story/1/"]
    world.web[f"{HOME}/story/1/"] = page.replace(
        "<head>", "<head><meta name=robots content=noarchive>"
    )
    world.add_source()

    world.sync()

    assert world.articles()[0].body_text == ""
    assert world.articles()[0].title == "Story number 1"


def test_an_edit_shows_where_no_copy_is_kept(world):
    def forbidding(body):
        head = "<head><meta name=robots content=noarchive>"
        return article_page(1, body=body * 30).replace("<head>", head)

    world.publish(1)
    world.web[f"{HOME}/story/1/"] = forbidding("It was so, they said. ")
    world.add_source()
    world.sync()

    world.web[f"{HOME}/story/1/"] = forbidding("It was not so, they said. ")
    world.web.clock.advance(days=30)
    world.visit()

    assert world.articles()[0].version == 2
