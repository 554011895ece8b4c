"""Real pages behind one origin: every one becomes an article or says why not."""

from __future__ import annotations

import gzip
from pathlib import Path
from random import Random

import pytest
from sqlalchemy import select

from db.engine import reading
from db.models import ArticleRow, PageRow
from tests.story_site import StorySite
from tests.syncing import real_services, sync

PAGES = Path(__file__).parents[2].parent / "shared" / "data" / "extraction"
ENOUGH = 300

pytestmark = pytest.mark.skipif(
    not PAGES.is_dir(), reason="needs ../shared/data/extraction, real news pages"
)


def real_pages():
    found = sorted(PAGES.glob("*/pages/*.html.gz"))
    return Random(1).sample(found, min(ENOUGH, len(found)))


def serve(site):
    for number, path in enumerate(real_pages()):
        site.pages[f"/story/{number}/"] = gzip.decompress(path.read_bytes())
    site.publish()


def test_every_real_page_is_an_article_or_says_why_not(tmp_path):
    with StorySite() as site, real_services(tmp_path) as services:
        serve(site)
        run = sync(services, site)
        with reading(services.engine) as session:
            pages = session.scalars(select(PageRow)).all()
            articles = session.scalars(select(ArticleRow)).all()

    assert run.tally.fetched == len(pages) == len(real_pages())
    assert all(page.status in {"stored", "alias"} or page.reason for page in pages)
    assert len(articles) >= 0.95 * len(pages)
    assert all(article.title for article in articles)
    assert all(a.body_text or "noarchive" in a.restrictions for a in articles)
