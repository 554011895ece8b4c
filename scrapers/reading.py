"""What the parsing child runs for a page: extract, clean, and take its fingerprint.

Apart from `scrapers.scrape`, so that the child loads no HTTP client.
"""

from __future__ import annotations

from dataclasses import replace

from scrapers.extract.article import extract
from scrapers.extract.recipe import Recipe
from scrapers.fingerprint import content_hash
from scrapers.items import (
    Hints,
    NotArticle,
    Page,
    Restriction,
    Scrape,
    ScrapedArticle,
    Site,
)


def read_page(page: Page, recipe: Recipe, hints: Hints, site: Site) -> Scrape:
    """Make of a page its article, or the reason why it is none. Pure.

    The Scrape's `url` is the address that was asked for. A page that forbids to keep a
    copy (noarchive) loses its body here, after the fingerprint: an edit still shows.
    """
    outcome = extract(page, recipe, hints, site)
    return Scrape(
        url=page.requested_url,
        page_url=page.url,
        outcome=_kept(outcome),
        content_hash=content_hash(outcome)
        if isinstance(outcome, ScrapedArticle)
        else "",
        validators=page.validators,
    )


def _kept(outcome: ScrapedArticle | NotArticle) -> ScrapedArticle | NotArticle:
    if isinstance(outcome, NotArticle):
        return outcome
    if Restriction.NOARCHIVE not in outcome.restrictions:
        return outcome
    return replace(outcome, body_html="", body_text="")
