"""Values for tests: plain functions with keyword overrides."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from db.known import Arrival
from db.sources import Definition
from scrapers.items import Author, Precision, ScrapedArticle

NOW = datetime(2026, 3, 4, 12, 0, tzinfo=UTC)


def scraped(n: int = 1, **overrides: Any) -> ScrapedArticle:
    """One article of example.org, the n-th."""
    values: dict[str, Any] = {
        "url": f"https://example.org/2026/03/story-{n}/",
        "title": f"Story {n}",
        "summary": "What happened, in short.",
        "body_html": f"<p>Story {n} happened.</p>",
        "body_text": f"Story {n} happened.",
        "authors": (Author(name="Amina Otieno"),),
        "published_at": datetime(2026, 3, 1, 8, n % 60, tzinfo=UTC),
        "published_precision": Precision.TIME,
        "categories": (("News", "Iran News"),),
        "tags": ("floods",),
        "language": "en",
    }
    return ScrapedArticle(**(values | overrides))


def arrival(article: ScrapedArticle | None = None, **overrides: Any) -> Arrival:
    """An article on its way in."""
    article = article or scraped()
    values: dict[str, Any] = {
        "article": article,
        "content_hash": f"{article.title} {article.body_text} {article.categories}",
        "page_url": article.url,
    }
    return Arrival(**(values | overrides))


def definition(slug: str = "example", **overrides: Any) -> Definition:
    """A source definition as it stands in the table."""
    spec: dict[str, Any] = {
        "name": "The Daily Example",
        "home": "https://example.org/",
        "discover": [{"kind": "feed", "url": "https://example.org/feed/"}],
    }
    return Definition(slug=slug, spec=spec | overrides)
