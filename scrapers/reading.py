"""What the parsing child runs for a page: extract, clean, and take its fingerprint.

Apart from `scrapers.scrape`, so that the child loads no HTTP client.
"""

from __future__ import annotations

from dataclasses import replace

from scrapers.edition import signed
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
from scrapers.likeness import marks


def read_page(page: Page, recipe: Recipe, hints: Hints, site: Site) -> Scrape:
    """Make of a page its article, or the reason why it is none. Pure.

    The Scrape's `url` is the address that was asked for. A page that forbids to keep a
    copy (noarchive) loses its body here, after the fingerprint: an edit still shows.
    """
    outcome = extract(page, recipe, hints, site)
    read = Scrape(
        url=page.requested_url,
        page_url=page.url,
        outcome=outcome,
        validators=page.validators,
    )
    if isinstance(outcome, NotArticle):
        return read
    return replace(
        read,
        outcome=_kept(outcome),
        content_hash=signed(content_hash(outcome)),
        marks=marks(outcome.body_text),
    )


def _kept(outcome: ScrapedArticle) -> ScrapedArticle:
    if Restriction.NOARCHIVE not in outcome.restrictions:
        return outcome
    return replace(outcome, body_html="", body_text="")
