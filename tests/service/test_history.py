"""`sync --since`: archives are walked back in time, and walked on where it stopped."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from db import sources
from db.engine import transaction
from db.models import EventRow, WalkRow
from db.walks import Walk
from service.jobs.history import LONGEST_IDLE, Back, Outlook, expected_of
from service.jobs.once import sync_back
from tests.crawling import HOME, World
from tests.fakes import Answer

SINCE = datetime(2019, 5, 3, tzinfo=UTC)


def story(n, day):
    body = f"Story {n} is told here at some length, as news of that time go. " * 8
    return (
        f"<html lang=en><head><title>Story {n}</title></head><body><article>"
        f"<h1>Story number {n}</h1><time datetime='{day:%Y-%m-%d}T08:00:00Z'></time>"
        f"<p>{body}</p></article></body></html>"
    )


def day_of(n):
    """Story 0 is of today, each further one of a month before."""
    return datetime(2026, 2, 28, tzinfo=UTC) - timedelta(days=30 * n)


def address(n):
    return f"{HOME}/story/{n}/"


def publish(world, count, *, size=10, dates=True):
    """Put stories on the site, in listing pages of so many, the newest first."""
    for n in range(count):
        world.web[address(n)] = story(n, day_of(n))
    last = -(-count // size)
    for page in range(1, last + 1):
        links = "".join(
            f"<h2><a href='/story/{n}/'>Story</a></h2>"
            for n in range((page - 1) * size, min(page * size, count))
        )
        more = f"<a rel=next href='/news/page/{page + 1}/'>Older</a>"
        more = more if page < last else ""
        url = f"{HOME}/news/" if page == 1 else f"{HOME}/news/page/{page}/"
        world.web[url] = f"<html><body>{links}{more}</body></html>"


def sync_since(world, since=SINCE, **wish):
    outlooks: list[Outlook] = []
    back = Back(
        since=since,
        progress=lambda _: None,
        forecast=outlooks.append,
        **wish,
    )

    def wait(seconds):
        world.web.clock.advance(seconds=seconds)

    world.outlooks = outlooks
    return sync_back(
        world.worker, "example", back, most_backoff=timedelta(hours=6), wait=wait
    )


def numbers(world):
    return sorted(int(row.url.split("/")[-2]) for row in world.articles())


@pytest.fixture
def world(engine):
    made = World(engine)
    made.add_source()
    return made


def test_an_archive_is_walked_past_the_definitions_limits(world):
    publish(world, 60)

    run = sync_since(world)

    assert (run.outcome, run.tally.new) == ("ok", 60)
    assert numbers(world) == list(range(60))
    stories = [url for url in world.web.asked if "/story/" in url]
    assert len(stories) == len(set(stories)) == 60


def test_a_walk_ends_where_all_of_a_page_is_older(world):
    publish(world, 60)

    sync_since(world, datetime(2024, 1, 1, tzinfo=UTC))

    assert 26 <= len(numbers(world)) <= 40
    assert f"{HOME}/news/page/5/" not in world.web.asked


def test_articles_without_dates_end_no_walk(world):
    publish(world, 30)
    for n in range(10, 20):
        world.web[address(n)] = story(n, day_of(n)).replace("<time", "<i")

    sync_since(world, datetime(2026, 1, 1, tzinfo=UTC))

    assert f"{HOME}/news/page/2/" in world.web.asked
    assert f"{HOME}/news/page/3/" in world.web.asked


def test_a_stopped_walk_goes_on_where_it_was(world):
    publish(world, 60)
    ask = world.worker.is_stopping

    for stop_at in (17, 35):
        asked = len(world.web.asked)
        world.worker = stopped_after(world, asked + stop_at)
        stopped = sync_since(world)
        assert (stopped.outcome, stopped.tally.new > 0) == ("stopped", True)
    world.worker = with_stop(world, ask)
    run = sync_since(world)

    assert run.outcome == "ok"
    assert numbers(world) == list(range(60))
    stories = [url for url in world.web.asked if "/story/" in url]
    assert len(stories) == 60
    listings = [url for url in world.web.asked if "/news/page" in url]
    assert len(listings) <= len(set(listings)) + 2


def with_stop(world, is_stopping):
    return replace(world.worker, is_stopping=is_stopping)


def stopped_after(world, requests):
    return with_stop(world, lambda: len(world.web.asked) >= requests)


def test_a_walk_that_is_over_is_not_walked_again(world):
    publish(world, 30)
    sync_since(world)
    world.web.requests.clear()

    sync_since(world)
    sync_since(world, SINCE + timedelta(days=90))
    assert [url for url in world.web.asked if "page" in url] == []
    sync_since(world, is_anew=True)

    assert f"{HOME}/news/page/3/" in world.web.asked
    assert not [url for url in world.web.asked if "/story/" in url]


def test_what_is_found_is_history_and_what_follows_is_news(world):
    publish(world, 30)
    sync_since(world)
    assert {row.is_history for row in world.rows(EventRow)} == {True}

    world.web[address(99)] = story(99, day_of(0))
    page = world.web.pages[f"{HOME}/news/"]
    world.web[f"{HOME}/news/"] = f"<h2><a href='/story/99/'>x</a></h2>{page}"
    world.sync()

    assert [row.is_history for row in world.rows(EventRow)] == [True] * 30 + [False]


def test_notify_makes_it_news(world):
    publish(world, 12)

    sync_since(world, notify=True)

    assert {row.is_history for row in world.rows(EventRow)} == {False}


def past(world):
    return sorted(
        int(row.url.split("/")[-2]) for row in world.articles() if row.is_past
    )


def test_what_only_the_walk_brings_is_marked_as_the_past(world):
    publish(world, 45)

    sync_since(world)

    assert past(world) == list(range(30, 45))  # polls list three pages


def test_notify_makes_it_no_past(world):
    publish(world, 45)

    sync_since(world, notify=True)

    assert past(world) == []


def test_what_is_of_these_days_is_no_past_whoever_finds_it(world):
    publish(world, 45)
    yesterday = world.now - timedelta(days=1)
    world.web[address(40)] = story(40, yesterday)
    world.web[address(41)] = story(41, yesterday).replace("<time", "<i")

    sync_since(world)

    assert past(world) == [*range(30, 40), *range(41, 45)]


def test_what_a_poll_lists_before_it_is_fetched_is_no_past(world):
    publish(world, 45)
    world.worker = stopped_after(world, 35)  # polled, one page of the archive read
    sync_since(world)
    world.worker = with_stop(world, lambda: False)
    page = world.web.pages[f"{HOME}/news/"]
    world.web[f"{HOME}/news/"] = f"<h2><a href='/story/38/'>x</a></h2>{page}"
    world.sync()

    sync_since(world)

    assert 38 not in past(world)
    assert {37, 39, 44} <= set(past(world))


def test_a_source_that_is_watched_is_polled_first_and_its_news_are_news(world):
    publish(world, 45)
    world.sync()  # three pages
    assert len(world.articles()) == 30
    world.web[address(99)] = story(99, day_of(0))
    page = world.web.pages[f"{HOME}/news/"]
    world.web[f"{HOME}/news/"] = f"<h2><a href='/story/99/'>x</a></h2>{page}"

    sync_since(world)

    told = {row.position: row.is_history for row in world.rows(EventRow)}
    news = [a.url for a in world.articles() if not told[a.position]]
    assert (news, len(world.articles())) == ([address(99)], 46)


def test_a_document_that_fails_stops_the_walk_and_the_next_goes_on(world):
    publish(world, 60)
    good = world.web.pages[f"{HOME}/news/page/5/"]
    world.web[f"{HOME}/news/page/5/"] = 500

    run = sync_since(world)
    assert (run.outcome, len(world.articles())) == ("failed", 40)
    assert "/news/page/5/" in run.reason
    world.web[f"{HOME}/news/page/5/"] = good
    run = sync_since(world)

    assert (run.outcome, len(world.articles())) == ("ok", 60)


def test_a_host_that_asks_to_wait_is_waited_for(world):
    publish(world, 60)
    good = world.web.pages[f"{HOME}/news/page/5/"]
    busy = Answer(status=429, headers={"retry-after": "120"})
    world.web[f"{HOME}/news/page/5/"] = [busy, Answer(body=good)]

    run = sync_since(world)

    assert (run.outcome, len(world.articles())) == ("ok", 60)


def test_archives_of_months_are_walked_from_today_to_the_date(world):
    discover = {
        "kind": "listing",
        "url": f"{HOME}/news/",
        "links": "h2 a",
        "archive": f"{HOME}/{{year}}/{{month}}/",
    }
    publish(world, 5)
    links = "".join(f"<h2><a href='/story/{n}/'>x</a></h2>" for n in range(3))
    world.web[f"{HOME}/2026/02/"] = links + "<a rel=next href='page/2/'>Older</a>"
    world.web[f"{HOME}/2026/02/page/2/"] = "<h2><a href='/story/3/'>x</a></h2>"
    newer = "<a rel=next href='/2025/12/'>The month after</a>"
    world.web[f"{HOME}/2025/11/"] = f"<h2><a href='/story/4/'>x</a></h2>{newer}"
    world.web[f"{HOME}/2025/12/"] = "<p>Nothing this month</p>"
    spec = world.source().spec | {"discover": [discover]}
    with transaction(world.engine) as session:
        definition = sources.Definition(slug="example", spec=spec)
        sources.replace_definition(session, definition, now=world.now)

    sync_since(world, datetime(2025, 10, 15, tzinfo=UTC))

    asked = [url for url in world.web.asked if "/202" in url]
    assert [url.removeprefix(HOME) for url in asked] == [
        *("/2026/03/", "/2026/02/", "/2026/02/page/2/", "/2026/01/", "/2025/12/"),
        *("/2025/11/", "/2025/10/"),
    ]
    assert numbers(world) == [0, 1, 2, 3, 4]


def sitemap(*lines, root="urlset"):
    item = "url" if root == "urlset" else "sitemap"
    body = "".join(
        f"<{item}><loc>{url}</loc><lastmod>{at:%Y-%m-%d}</lastmod></{item}>"
        for url, at in lines
    )
    space = "http://www.sitemaps.org/schemas/sitemap/0.9"
    return Answer(
        content_type="application/xml", body=f"<{root} xmlns='{space}'>{body}</{root}>"
    )


def test_of_an_index_no_sitemap_is_read_that_ended_before(engine):
    world = World(engine)
    index = {"kind": "sitemap", "url": f"{HOME}/sitemap.xml", "limit": 10}
    world.add_source(discover=[index])
    publish(world, 40)
    parts = [range(start, start + 10) for start in range(0, 40, 10)]
    for k, part in enumerate(parts):
        lines = [(address(n), day_of(n)) for n in part]
        world.web[f"{HOME}/sitemap-{k}.xml"] = sitemap(*lines)
    index = [(f"{HOME}/sitemap-{k}.xml", day_of(p[0])) for k, p in enumerate(parts)]
    world.web[f"{HOME}/sitemap.xml"] = sitemap(*index, root="sitemapindex")

    run = sync_since(world, day_of(15))

    assert f"{HOME}/sitemap-2.xml" not in world.web.asked
    assert (run.outcome, numbers(world)) == ("ok", list(range(16)))


def test_a_feeds_archives_are_walked(engine):
    world = World(engine)
    world.add_source(discover=[{"kind": "feed", "url": f"{HOME}/feed/", "pages": 1}])
    publish(world, 30)
    for page in range(3):
        items = "".join(
            f"<entry><title>Story {n}</title><id>urn:x:{n}</id>"
            f"<link href='{address(n)}'/>"
            f"<updated>{day_of(n):%Y-%m-%dT%H:%M:%SZ}</updated></entry>"
            for n in range(page * 10, page * 10 + 10)
        )
        url = f"{HOME}/feed/" if page == 0 else f"{HOME}/feed/{page}"
        world.web[url] = Answer(
            content_type="application/atom+xml",
            body="<feed xmlns='http://www.w3.org/2005/Atom'><title>x</title>"
            f"<link rel='prev-archive' href='{HOME}/feed/{page + 1}'/>{items}</feed>",
        )

    run = sync_since(world, day_of(12))

    assert numbers(world) == list(range(13))
    assert f"{HOME}/feed/2" not in world.web.asked or run.tally.new == 13


def test_the_outlook_tells_how_far_it_is(world):
    publish(world, 60)

    sync_since(world)

    done = [outlook.done for outlook in world.outlooks]
    assert done == sorted(done)
    assert world.outlooks[-1].done == world.outlooks[-1].expected == 60


def walk(**values):
    now = datetime(2026, 3, 1, tzinfo=UTC)
    base = {"source_id": 1, "key": "x", "since": now - timedelta(days=1000)}
    return Walk(**base | {"place": {"a": 1}, "started_at": now} | values)


def test_what_is_to_come_is_told_by_the_site_or_by_the_time_walked():
    now = datetime(2026, 3, 1, tzinfo=UTC)
    quarter = now - timedelta(days=250)

    assert expected_of(walk(total=900, found=10), now=now) == 900
    assert expected_of(walk(found=100, reached_at=quarter), now=now) == 400
    assert expected_of(walk(found=100), now=now) is None
    assert expected_of(walk(found=7, place={}), now=now) == 7


def test_between_two_steps_a_walk_is_a_row(world):
    publish(world, 60)
    world.worker = stopped_after(world, 50)

    assert sync_since(world).outcome == "stopped"

    (row,) = world.rows(WalkRow)
    assert (row.is_over, row.found) == (False, row.steps * 10)
    assert row.place["url"] == f"{HOME}/news/page/{row.steps + 1}/"


class Endless(dict):
    """Pages that answer to any number: past the end with some of the others."""

    def get(self, url, default=None):
        number = url.partition("?page=")[2]
        if not number:
            return super().get(url, default)
        first = int(number) * 10 if int(number) < 4 else int(number) * 7 % 31
        links = "".join(
            f"<h2><a href='/story/{n}/'>Story</a></h2>" for n in range(first, first + 9)
        )
        return f"{links}<a rel=next href='/news/?page={int(number) + 1}'>Older</a>"


def test_a_listing_that_never_ends_is_left_when_it_brings_nothing_new(world):
    publish(world, 40)
    world.web.pages = Endless(world.web.pages)
    world.web[f"{HOME}/news/"] = world.web.pages.get(f"{HOME}/news/?page=0")

    run = sync_since(world)

    assert run.outcome == "ok"
    listings = [url for url in world.web.asked if "/story/" not in url]
    assert len(listings) < 4 * LONGEST_IDLE
    assert numbers(world)[0] == 0
    assert len(numbers(world)) >= 36


def test_pages_that_lead_in_a_circle_are_left(world):
    publish(world, 40)
    circle = "<a rel=next href='/news/page/2/'>Older</a>"
    world.web.pages[f"{HOME}/news/page/4/"] += circle

    run = sync_since(world)

    assert run.outcome == "ok"
    assert numbers(world) == list(range(40))
    listings = [url for url in world.web.asked if "/story/" not in url]
    assert len(listings) < 20
