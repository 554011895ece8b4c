"""Sources whose sites change under way, over a fake web and both databases."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import update

from db import sources
from db.engine import transaction
from db.models import PageRow
from db.sources import Definition
from scrapers.drift import CONTROLS
from tests.crawling import HOME, World, article_page, listing
from tests.fakes import Answer, redirect

OLD = range(1, 13)
WALL = (
    "<html><head><title>Before you continue</title></head><body><h1>We value your"
    " privacy</h1><p>We and our partners use cookies with your consent. Accept all"
    " cookies, or manage your privacy settings here.</p></body></html>"
)
BOILERPLATE = (
    "The Daily Example has a new home, and this page is put together by your browser."
    " Please allow scripts for this site, or ask for a printed copy at the office.\n"
)


def body(n):
    """A text of the n-th story's own, with the words of its title."""
    return " ".join(
        f"Story number {n} has a part {part} that no other story has."
        for part in "abcdefghijklm"
    )


@pytest.fixture
def world(engine):
    """A site of twelve good stories, watched for a while."""
    made = World(engine)
    for n in OLD:
        made.publish(n, body=body(n))
    made.add_source()
    made.sync()
    made.sync()
    return made


def page(n):
    return f"{HOME}/story/{n}/"


def redesign(world, make, *numbers):
    """Have all pages, or these, made another way from now on."""
    for n in numbers or OLD:
        world.web[page(n)] = make(n)


def shell(n):
    return article_page(n, body=BOILERPLATE * 4)


def poll(world, **later):
    world.web.clock.advance(**(later or {"minutes": 20}))
    return world.sync()


def told(world):
    return [kind for kind in world.events() if kind.startswith("source.")]


def texts(world):
    return {row.url: row.body_text for row in world.articles()}


@pytest.mark.parametrize(
    "junk", [shell, lambda n: WALL, lambda n: article_page(n, body="Soon.")]
)
def test_a_redesign_is_noticed_by_the_first_new_page(world, junk):
    redesign(world, junk)
    before = texts(world)
    world.publish(13)
    world.web[page(13)] = junk(13)

    poll(world)

    source = world.source()
    assert (source.health, told(world)) == ("drifting", ["source.failing"])
    assert page(13) in source.drift["pages"]["urls"]
    assert texts(world) == before


def test_what_is_re_checked_is_not_overwritten(world):
    before = texts(world)
    redesign(world, shell)
    world.web.clock.advance(days=30)

    world.visit()

    assert world.source().health == "drifting"
    assert texts(world) == before
    assert {row.version for row in world.articles()} == {1}


def test_pages_that_are_gone_all_at_once_withdraw_nothing(world):
    redesign(world, lambda n: 410)
    world.web.clock.advance(days=30)

    world.visit()

    assert world.source().health == "drifting"
    assert "article.withdrawn" not in world.events()


def test_pages_that_all_lead_home_overwrite_nothing(world):
    before = texts(world)
    world.web[f"{HOME}/"] = article_page(99, body=body(99))
    redesign(world, lambda n: redirect("/"))
    world.web.clock.advance(days=30)

    world.visit()

    assert world.source().health == "drifting"
    assert texts(world) == before


def test_a_recovery_brings_what_was_held_back(world):
    redesign(world, shell)
    for n in (13, 14, 15):
        world.publish(n)
        world.web[page(n)] = shell(n)
        poll(world)
    assert len(world.articles()) == len(OLD)

    redesign(world, lambda n: article_page(n, body=body(n)), *range(1, 16))
    poll(world)

    assert world.source().health == "ok"
    assert told(world) == ["source.failing", "source.recovered"]
    assert {page(n) for n in (13, 14, 15)} <= set(texts(world))
    assert {row.version for row in world.articles()} == {1}


def test_a_definition_that_fits_again_brings_what_was_held_back(world):
    def moved(n):
        page = article_page(n, body=body(n)).replace("entry-content", "story-text")
        return page.replace(
            "<main><article>", "<div class=entry-content>Ad</div><main><article>"
        )

    redesign(world, moved, *range(1, 14))
    world.publish(13)
    world.web[page(13)] = moved(13)
    poll(world)
    assert world.source().health == "drifting"

    spec = world.source().spec | {"article": {"body": "div.story-text"}}
    with transaction(world.engine) as session:
        changed = Definition(slug="example", spec=spec)
        sources.replace_definition(session, changed, now=world.now)
    poll(world)

    assert told(world) == ["source.failing", "source.recovered"]
    assert body(13) in texts(world)[page(13)]


def test_a_drift_that_goes_on_is_told_once(world):
    redesign(world, shell)
    for n in range(13, 18):
        world.publish(n)
        world.web[page(n)] = shell(n)
        poll(world, hours=5)

    assert told(world) == ["source.failing"]


@pytest.mark.parametrize("is_new_only", [False, True])
def test_the_evidence_follows_what_the_site_has_become(world, is_new_only):
    changed = (13, 14, 15) if is_new_only else range(1, 16)
    for n in (13, 14, 15):
        world.publish(n)
        redesign(world, lambda n: article_page(n, body="Soon."), *changed)
        poll(world)
    before = world.source().drift
    assert before["is_new_only"] is is_new_only
    assert before["reason"].startswith("28 characters of text on ")

    redesign(world, lambda n: WALL, *changed)
    poll(world)

    after = world.source().drift
    assert after["reason"].startswith("consent wall on ")
    assert (after["since"], told(world)) == (before["since"], ["source.failing"])


def test_new_articles_made_another_way_are_noticed_though_old_ones_are_as_they_were(
    world,
):
    for n in (13, 14, 15):
        world.publish(n, body="In short.")
        poll(world)

    assert world.source().drift["is_new_only"]
    assert len(world.articles()) == len(OLD)


def test_a_good_new_article_ends_what_only_new_ones_had_shown(world):
    for n in (13, 14, 15):
        world.publish(n, body="In short.")
        poll(world)
    world.publish(16, body=body(16))
    for n in (13, 14, 15):
        world.web[page(n)] = article_page(n, body=body(n))
    poll(world)

    assert told(world) == ["source.failing", "source.recovered"]
    assert len(world.articles()) == len(OLD) + 4


def first_half(n):
    return article_page(n, body=body(n)[: len(body(n)) // 2])


def test_articles_that_begin_to_end_in_the_middle_keep_their_texts(world):
    before = texts(world)
    redesign(world, first_half)
    world.web.clock.advance(days=30)

    world.visit()

    assert (world.source().health, texts(world)) == ("drifting", before)
    redesign(world, lambda n: article_page(n, body=body(n)))
    poll(world)
    assert (world.source().health, texts(world)) == ("ok", before)


def test_one_article_that_is_cut_is_believed_a_little_later(world):
    redesign(world, first_half, 5)
    world.web.clock.advance(days=30)
    before = texts(world)
    world.visit()
    assert texts(world) == before

    for _ in range(2):
        world.web.clock.advance(hours=2)
        world.visit()

    assert len(texts(world)[page(5)]) < len(before[page(5)])
    assert (world.source().health, told(world)) == ("ok", [])


def publish_in_turns(world, numbers, junk):
    """Publish good stories, each followed by one of a section that is made anew."""
    for n in numbers:
        world.publish(n, body=body(n))
        if n % 2:
            world.web[page(n)] = junk(n)
        poll(world)
        for _ in range(4):
            world.web.clock.advance(hours=1)
            world.visit()


def test_one_section_of_two_that_is_made_anew_is_noticed_and_publishes_no_junk(world):
    publish_in_turns(world, range(13, 27), lambda n: article_page(n, body="Soon."))

    assert told(world) == ["source.failing"]
    assert "on 5 of the last 9 new pages" in world.source().drift["reason"]
    assert {page(n) for n in range(14, 27, 2)} <= texts(world).keys()
    assert len(texts(world)) <= len(OLD) + 7 + 2

    publish_in_turns(world, range(28, 48, 2), shell)
    assert told(world) == ["source.failing", "source.recovered"]


def test_what_was_held_back_begins_no_second_drift(world):
    for n in (13, 14, 15):
        world.publish(n, body="In short.")
        poll(world)
    for n in (16, 17, 18):
        world.publish(n, body=body(n))
        poll(world)
        world.visit()

    assert told(world) == ["source.failing", "source.recovered"]
    assert {page(16), page(17), page(18)} <= texts(world).keys()


def test_a_single_short_article_is_stored_a_little_later(world):
    world.publish(13, body="A picture of the river, taken on Sunday.")
    poll(world)
    assert page(13) not in texts(world)

    for _ in range(2):
        world.web.clock.advance(minutes=40)
        world.visit()

    assert page(13) in texts(world)
    assert (world.source().health, told(world)) == ("ok", [])


def test_a_short_article_costs_a_few_requests_more(world):
    world.web.requests.clear()
    world.publish(13, body="A picture of the river, taken on Sunday.")
    world.publish(14, body=body(14))

    poll(world)

    assert world.source().health == "ok"
    assert set(texts(world)) == {page(n) for n in (*OLD, 14)}
    assert len(world.web.asked) <= 3 + CONTROLS


def test_one_removed_page_is_withdrawn_as_ever(world):
    world.web[page(2)] = 410
    world.web.clock.advance(days=30)

    world.visit()

    assert (world.articles()[1].withdrawn_by, world.source().health) == ("site", "ok")


def test_a_paragraph_that_all_pages_have_is_no_boilerplate(world):
    for n in range(13, 19):
        world.publish(n, body=f"{body(n)}</p><p>{BOILERPLATE}")
        poll(world)

    assert (world.source().health, len(world.articles())) == ("ok", 18)


def test_a_new_source_has_nothing_to_be_unlike(engine):
    world = World(engine)
    world.publish(1, body=body(1))
    world.add_source()
    world.sync()
    world.publish(2, body="Short.")

    poll(world)

    assert (world.source().health, len(world.articles())) == ("ok", 2)


def test_another_definition_starts_anew(world):
    spec = world.source().spec | {"article": {"body": "p:last-of-type"}}
    with transaction(world.engine) as session:
        changed = Definition(slug="example", spec=spec)
        sources.replace_definition(session, changed, now=world.now)
    world.publish(13, body=body(13))

    poll(world)

    assert (world.source().health, len(world.articles())) == ("ok", 13)


def test_an_archive_on_another_host_may_be_of_another_kind(world):
    there = "https://archive.example.org/story"
    for n in range(20, 26):
        world.web[f"{there}/{n}/"] = article_page(n, body=f"In short: {n}.")
    links = "".join(f"<h2><a href='{there}/{n}/'>x</a></h2>" for n in range(20, 26))
    world.web[f"{HOME}/news/"] = listing(OLD, links)
    unhurried = replace(world.worker.visits, pause=timedelta(0))
    world.worker = replace(world.worker, visits=unhurried)

    world.stopping = True
    world.sync()
    world.stopping = False
    with transaction(world.engine) as session:
        session.execute(update(PageRow).values(is_history=True))
    world.visit("archive.example.org:443")

    assert (world.source().health, len(world.articles())) == ("ok", len(OLD) + 6)


def test_an_operator_can_take_the_site_as_it_is(world):
    for n in (13, 14, 15):
        world.publish(n, body="In short.")
        poll(world)

    with transaction(world.engine) as session:
        held = sources.accept_site(session, "example", now=world.now)
    world.visit()

    assert (held, world.source().health, len(world.articles())) == (3, "ok", 15)


def test_a_listing_that_finds_nothing_is_a_hiccup_once_and_a_change_twice(world):
    world.web[f"{HOME}/news/"] = (
        "<html><body><p>Welcome to our new site.</p></body></html>"
    )

    poll(world)
    assert (world.source().health, told(world)) == ("ok", [])
    poll(world)

    source = world.source()
    assert (source.health, told(world)) == ("drifting", ["source.failing"])
    assert "where 12 are usual" in source.health_reason
    assert f"{HOME}/news/" in source.health_reason


def test_a_listing_that_finds_its_articles_again_recovers_once(world):
    good = world.web.pages[f"{HOME}/news/"]
    world.web[f"{HOME}/news/"] = (
        "<html><body><p>Welcome to our new site.</p></body></html>"
    )
    for _ in range(5):
        poll(world)

    world.web[f"{HOME}/news/"] = good
    world.publish(13, body=body(13))
    poll(world)

    assert told(world) == ["source.failing", "source.recovered"]
    assert (world.source().health, len(world.articles())) == ("ok", 13)


def test_a_listing_that_shrinks_to_a_link_or_two_is_a_change(world):
    world.web[f"{HOME}/news/"] = listing([1])

    poll(world)
    poll(world)

    assert world.source().health == "drifting"


def test_an_entry_that_is_taken_out_of_the_definition_is_forgotten(world):
    world.web[f"{HOME}/news/"] = "<html><body><p>Welcome.</p></body></html>"
    poll(world)
    poll(world)
    world.web[f"{HOME}/all/"] = listing(OLD)
    entry = {"kind": "listing", "url": f"{HOME}/all/", "links": "h2 a"}
    with transaction(world.engine) as session:
        changed = Definition(
            slug="example", spec=world.source().spec | {"discover": [entry]}
        )
        sources.replace_definition(session, changed, now=world.now)

    poll(world)

    assert told(world) == ["source.failing", "source.recovered"]


def feed(*numbers):
    items = "".join(
        f"<item><title>Story number {n}</title><link>{page(n)}</link></item>"
        for n in numbers
    )
    return Answer(
        content_type="application/rss+xml",
        body=f"<rss version='2.0'><channel><title>x</title>{items}</channel></rss>",
    )


def test_an_empty_feed_at_night_is_quiet_and_for_a_day_it_is_a_change(engine):
    world = World(engine)
    for n in OLD:
        world.publish(n, body=body(n))
    world.web[f"{HOME}/feed/"] = feed(*OLD)
    world.add_source(discover=[{"kind": "feed", "url": f"{HOME}/feed/"}])
    world.sync()
    world.web[f"{HOME}/feed/"] = feed()

    for _ in range(5):
        poll(world, hours=3)
    assert world.source().health == "ok"
    for _ in range(5):
        poll(world, hours=3)

    assert world.source().health == "drifting"


def test_a_listing_that_is_restored_byte_for_byte_recovers(world):
    good = world.web.pages[f"{HOME}/news/"]
    world.web[f"{HOME}/news/"] = (
        "<html><body><p>Welcome to our new site.</p></body></html>"
    )
    for _ in range(3):
        poll(world)

    world.web[f"{HOME}/news/"] = good
    poll(world)

    assert told(world) == ["source.failing", "source.recovered"]
    assert world.source().health == "ok"
