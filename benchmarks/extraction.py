"""Extraction without a recipe, in the shape the scoring tools read.

`extract` is what the whole extraction makes of a page: no recipe, no hints, no site.
"""

from __future__ import annotations

from datetime import UTC, datetime

from scrapers.extract.article import examine
from scrapers.extract.dates import Moment
from scrapers.extract.recipe import Recipe
from scrapers.items import Hints, Page, Precision, ScrapedArticle, Site

RECIPE, HINTS, SITE = Recipe(), Hints(), Site()


def extract(html: bytes, url: str) -> dict[str, object]:
    """Give text, title, authors, published, categories, image, language, body_html."""
    page = Page(
        url=url or "http://unknown.invalid/article",
        requested_url=url or "http://unknown.invalid/article",
        body=html,
        content_type="text/html",
        fetched_at=datetime.now(UTC),
    )
    made, moment = examine(page, RECIPE, HINTS, SITE)
    if not isinstance(made, ScrapedArticle):
        return {"text": "", "reason": made.reason}
    names = [name for path in made.categories for name in path]
    return {
        "text": made.body_text,
        "title": made.title,
        "authors": [author.name for author in made.authors],
        "published": _published(moment),
        "categories": list(made.tags) or list(dict.fromkeys(names)),
        "image": made.image.url if made.image else None,
        "language": made.language,
        "body_html": made.body_html,
    }


def _published(moment: Moment | None) -> str | None:
    """In the zone the page states: its day is the day printed."""
    if moment is None:
        return None
    if moment.precision is Precision.TIME:
        return moment.at.isoformat()
    return moment.at.date().isoformat()
