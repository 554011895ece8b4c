"""A definition run against its site as it is now."""

from __future__ import annotations

import pytest

from scrapers.draft.drafting import Draft
from scrapers.draft.writing import write
from scrapers.live import MOST_ARTICLES, Live, check_live
from scrapers.sandbox import InProcess
from scrapers.source import SourceSpec, from_dict
from tests.scrapers.draft.seeing import look, visits_of
from tests.sites import static, wordpress


def spec_of(site, **overrides: object) -> SourceSpec:
    found = look(site, site.home)
    assert isinstance(found, Draft)
    values = write(found, InProcess(), is_full=False).spec.to_dict()
    site.requests.clear()
    return from_dict({**values, **overrides})


def live(site, spec: SourceSpec) -> Live:
    return check_live(
        spec, visits_of(site), InProcess(), clock=site.clock, tell=lambda url: None
    )


@pytest.mark.parametrize(
    "make", [wordpress.classic, wordpress.block, static.blog, static.listings_only]
)
def test_a_site_as_it_was_drafted_has_nothing_wrong(make):
    site = make()
    found = live(site, spec_of(site))

    assert found.is_good
    assert len(found.pages) == MOST_ARTICLES
    assert all(page.title and page.published and page.words for page in found.pages)


def test_few_documents_are_asked_for_and_at_a_pace():
    site = static.sitemaps_only()
    spec = spec_of(site)
    naps = len(site.clock.naps)

    live(site, spec)

    assert len(site.asked) <= 4 + MOST_ARTICLES
    assert len(site.clock.naps) - naps >= len(site.asked) - 1


def test_a_listing_that_finds_nothing_is_named():
    site = static.listings_only()
    spec = spec_of(site)
    for path in ("/harbour", "/council", "/culture"):
        site.put(path, "<html><body><p>Moved.</p></body></html>")

    found = live(site, spec)

    assert not found.is_good
    assert "no link matches" in found.places[0].faults[0]
    assert found.pages == ()


def test_pages_that_lost_text_and_date_are_named():
    site = wordpress.classic()
    spec = spec_of(site)
    hollow = "<html><head><title>Report</title></head><body><h1>Report</h1><p>Soon.</p>"
    for url in site.articles:
        site[url] = hollow

    found = live(site, spec)

    assert any("words of text" in page.faults[0] for page in found.pages)


def test_a_site_that_forbids_copies_lacks_no_text():
    site = static.blog()
    spec = spec_of(site)
    for url in site.articles:
        head = "<head><meta name=robots content=noarchive>"
        site[url] = str(site.pages[url]).replace("<head>", head)

    found = live(site, spec)

    assert found.is_good, found
    assert {page.words for page in found.pages} == {0}


def test_a_selector_that_matches_no_page_is_named():
    site = static.blog()
    spec = spec_of(site, article={"author": ".writer", "title": "h1", "drop": ".ad"})

    found = live(site, spec)

    assert found.faults == ("article.author matches nothing on any of 4 pages",)


def test_a_page_that_is_gone_is_named():
    site = static.blog()
    spec = spec_of(site)
    newest = f"{site.root}/2026/02/25/"
    gone = next(url for url in site.articles if url.startswith(newest))
    site[gone] = 410

    (fault,) = (page.faults for page in live(site, spec).pages if page.url == gone)

    assert fault == ("answers 410",)
