"""`sync --since`, killed at random moments, goes on where it was (DESIGN 5.5).

    WIREROOM_TEST_ARCHIVE=5000 WIREROOM_TEST_KILLS=6 pytest -s -k sqlite THIS_FILE

walks an archive of 5,000 pages and prints what the origin counted.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from datetime import UTC, datetime
from pathlib import Path
from random import Random

import pytest
from sqlalchemy import func, select

from db import sources
from db.engine import reading, transaction
from db.models import ArticleRow, EventRow
from db.sources import Definition
from scrapers.scrape import AHEAD
from service.jobs.batching import BATCH
from tests.journeys.test_year import archived, ids, link
from tests.service.feeds.conftest import BASE, make_web
from tests.story_site import StorySite

ARTICLES = int(os.environ.get("WIREROOM_TEST_ARCHIVE", "200"))
KILLS = int(os.environ.get("WIREROOM_TEST_KILLS", "2")) if ARTICLES > 200 else 2
PER_LISTING = 20
POLLED = 3 * PER_LISTING  # a pass reads three listing pages
# What a killed process had fetched and not yet stored: a batch, and what is read.
IN_FLIGHT = BATCH + AHEAD + 2
# DESIGN 6: what a worker may take.
MOST_MEMORY_MIB = 180


@pytest.fixture
def environment(database_url):
    return {
        **{k: v for k, v in os.environ.items() if not k.startswith("WIREROOM_")},
        "WIREROOM_DATABASE_URL": database_url,
        "WIREROOM_ALLOW_NETS": "127.0.0.0/8",
        "WIREROOM_HOST_PAUSE": "0",
        "WIREROOM_LEASE": "2s",
        "WIREROOM_DELIVERY_TIMEOUT": "1s",
    }


def archive(site):
    """Put stories on the site, and listing pages of them that lead back in time."""
    site.publish(*range(ARTICLES))
    del site.pages["/sitemap.xml"]
    last = -(-ARTICLES // PER_LISTING)
    for page in range(1, last + 1):
        start = (page - 1) * PER_LISTING
        links = "".join(
            f"<h2><a href='/story/{n}/'>Story</a></h2>"
            for n in range(start, min(start + PER_LISTING, ARTICLES))
        )
        more = f"<a rel=next href='/news/page/{page + 1}/'>Older</a>"
        path = "/news/" if page == 1 else f"/news/page/{page}/"
        site.pages[path] = (links + (more if page < last else "")).encode()


def add_source(engine, site):
    listing = {"kind": "listing", "url": f"{site.url}/news/", "links": "h2 a"}
    spec = {"name": "Example", "home": f"{site.url}/", "discover": [listing]}
    with transaction(engine) as session:
        definition = Definition(slug="example", spec=spec)
        sources.add_source(session, definition, origin="api", now=datetime.now(UTC))


def start(environment):
    words = ("sync", "example", "--since", "2019", "--json")
    return subprocess.Popen(
        [sys.executable, "-m", "service.cli.main", *words],
        env=environment,
        stdout=subprocess.PIPE,
        text=True,
    )


def stored(engine):
    with reading(engine) as session:
        return session.scalar(select(func.count()).select_from(ArticleRow)) or 0


def peak_mib(process):
    """The most memory a process had so far, in MiB."""
    status = Path(f"/proc/{process.pid}/status").read_text(encoding="ascii")
    line = next(line for line in status.splitlines() if line.startswith("VmHWM"))
    return int(line.split()[1]) / 1024


def watch(process, engine, *, enough):
    """Wait until so many are stored, or the process ends; give its memory by then."""
    peak = 0.0
    while process.poll() is None and stored(engine) < enough:
        peak = max(peak, peak_mib(process))
        time.sleep(0.05)
    return peak


@pytest.mark.skipif(sys.platform != "linux", reason="memory is read from /proc")
def test_a_walk_that_is_killed_goes_on_and_fetches_no_page_twice(
    engine, environment, tmp_path
):
    rng = Random(2026)
    peaks = []
    begun = time.monotonic()
    with StorySite() as site:
        archive(site)
        add_source(engine, site)
        for kill in range(1, KILLS + 1):
            process = start(environment)
            enough = ARTICLES * kill // (KILLS + 1) + rng.randrange(15)
            peaks.append(watch(process, engine, enough=enough))
            process.kill()
            process.communicate()
        process = start(environment)
        half = watch(process, engine, enough=(stored(engine) + ARTICLES) // 2)
        peaks.append(watch(process, engine, enough=ARTICLES))
        (row,) = json.loads(process.communicate(timeout=120)[0])
        asked = dict(site.asked)

    stories = {path: n for path, n in asked.items() if path.startswith("/story/")}
    again = sum(stories.values()) - len(stories)
    listings = sum(n for path, n in asked.items() if path.startswith("/news/page/"))
    seconds = time.monotonic() - begun
    sys.stdout.write(
        f"{ARTICLES} articles, {KILLS} kills, {seconds:.0f} s: {again} fetched again, "
        f"{listings} listing pages of {-(-ARTICLES // PER_LISTING) - 1}, "
        f"peak memory {max(peaks):.0f} MiB, half-way through the last run {half:.0f}\n"
    )
    assert row["outcome"] == "ok"
    assert stored(engine) == len(stories) == ARTICLES
    assert again <= KILLS * IN_FLIGHT
    # Its first pass reads three of them, and each kill may cost the one under way.
    assert listings <= -(-ARTICLES // PER_LISTING) + 3 + 3 * KILLS
    assert max(peaks) <= MOST_MEMORY_MIB
    with reading(engine) as session:
        types = session.execute(select(EventRow.type, EventRow.is_history)).all()
    assert types == [("article.published", True)] * ARTICLES
    read_feed(make_web(engine, tmp_path))


def read_feed(web):
    """The feed has what the first pass listed; its archives and pages have all."""
    address = f"{BASE}/feeds/example.atom"
    news = {f"Story number {n}" for n in range(POLLED)}
    titles, _ = archived(web, address)

    assert len(titles) == ARTICLES
    feed = web.get("/feeds/example.atom")
    assert {titles[name] for name in ids(feed)} <= news
    listed = []
    while address:
        answer = web.get(address.removeprefix(BASE))
        listed += ids(answer)
        address = link(answer, "next")
    assert sorted(listed) == sorted(titles)
