"""Real pages behind one origin: every one becomes an article or says why not."""

from __future__ import annotations

import gzip
from datetime import timedelta
from pathlib import Path
from random import Random
from threading import Event

import pytest
from sqlalchemy import select

from config.settings import Settings
from db import sources
from db.engine import reading, transaction
from db.migrate import upgrade
from db.models import ArticleRow, PageRow
from service.jobs.sync import sync_source
from service.services import build
from service.visiting import build_sandbox, build_worker
from tests.story_site import StorySite

PAGES = Path(__file__).parents[2].parent / "shared" / "data" / "extraction"
ENOUGH = 300

pytestmark = pytest.mark.skipif(
    not PAGES.is_dir(), reason="needs ../shared/data/extraction, real news pages"
)


@pytest.fixture
def services(tmp_path):
    settings = Settings(
        database_url=f"sqlite:///{tmp_path}/real.db",
        allow_nets="127.0.0.0/8",
        host_pause=0,
    )
    services = build(settings)
    upgrade(services.engine)
    yield services
    services.engine.dispose()


def real_pages():
    found = sorted(PAGES.glob("*/pages/*.html.gz"))
    return Random(1).sample(found, min(ENOUGH, len(found)))


def serve(site):
    for number, path in enumerate(real_pages()):
        site.pages[f"/story/{number}/"] = gzip.decompress(path.read_bytes())
    site.publish()


def sync(services, site):
    spec = {
        "name": "Real pages",
        "home": f"{site.url}/",
        "discover": [{"kind": "sitemap", "url": f"{site.url}/sitemap.xml"}],
    }
    now = services.clock()
    with transaction(services.engine) as session:
        definition = sources.Definition(slug="real", spec=spec)
        sources.add_source(session, definition, origin="api", now=now)
        until = now + services.settings.lease
        source = sources.claim_source(
            session, "real", owner=services.name, now=now, until=until
        )
    with build_sandbox(services.settings) as sandbox:
        worker = build_worker(services, sandbox, Event())
        return sync_source(worker, source, most_backoff=timedelta(hours=1))


def test_every_real_page_is_an_article_or_says_why_not(services):
    with StorySite() as site:
        serve(site)
        run = sync(services, site)

    with reading(services.engine) as session:
        pages = session.scalars(select(PageRow)).all()
        articles = session.scalars(select(ArticleRow)).all()
    assert run.tally.fetched == len(pages) == len(real_pages())
    assert all(page.status in {"stored", "alias"} or page.reason for page in pages)
    assert len(articles) >= 0.95 * len(pages)
    assert all(article.title and article.body_text for article in articles)
