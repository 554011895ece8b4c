"""A definition drafted from an address finds the site's articles, and only these."""

from __future__ import annotations

import pytest

from scrapers.check import run_checks
from scrapers.draft.drafting import Draft
from scrapers.draft.writing import write
from scrapers.sandbox import InProcess
from scrapers.source import load
from tests.crawling import World
from tests.scrapers.draft.seeing import look
from tests.sites import bare, static, wordpress

SITES = {
    "classic theme": wordpress.classic,
    "block theme": wordpress.block,
    "static blog": static.blog,
    "feeds only": static.feeds_only,
    "sitemaps only": static.sitemaps_only,
    "listings only": static.listings_only,
    "tables of long ago": lambda: bare.bare(bare.tables),
}
# What a person would ask for, and no more (robots.txt and all).
MOST_REQUESTS = 25


def drafted(site):
    found = look(site, site.home)
    assert isinstance(found, Draft)
    assert len(site.requests) <= MOST_REQUESTS
    return write(found, InProcess(), is_full=False)


@pytest.mark.parametrize("kind", SITES)
def test_the_draft_finds_every_article_and_nothing_else(kind, engine):
    site = SITES[kind]()
    spec = drafted(site).spec.to_dict()
    world = World(engine, web=site)
    world.add_source(**{"article": {}, **spec})
    site.requests.clear()

    run = world.sync()

    assert (run.outcome, run.reason) == ("ok", None)
    assert {row.url for row in world.articles()} == site.articles
    # No page of the menus was even asked for as an article.
    assert set(world.pages()) == site.articles

    site.requests.clear()
    world.sync()

    assert not set(site.asked) & site.articles


@pytest.mark.parametrize("kind", SITES)
def test_the_drafts_checks_pass_at_once(kind, tmp_path):
    site = SITES[kind]()
    written = drafted(site)
    file = tmp_path / "drafted.toml"
    file.write_text(written.text, encoding="utf-8")
    (tmp_path / "drafted").mkdir()
    for name, body in written.pages:
        (tmp_path / "drafted" / name).write_bytes(body)

    slug, spec = load(file)
    findings = run_checks(spec, file, InProcess())

    assert (slug, spec) == ("drafted", written.spec)
    assert len(findings) == len(written.pages) >= 2
    assert [fault for each in findings for fault in each.faults] == []
