"""Pages as fetched, for tests of extraction."""

from __future__ import annotations

from datetime import UTC, datetime

from scrapers.extract.article import extract
from scrapers.extract.recipe import Recipe
from scrapers.items import Hints, NotArticle, Page, ScrapedArticle, Site

URL = "https://example.org/news/flood/"
NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
PARAGRAPHS = (
    "Two villages were cut off on Tuesday after the river rose by three metres.",
    "Boats carried food, medicine and the post to the people on the far bank.",
    "The bridge will be closed until the end of the month, the county said.",
)


def page(body="", *, head="", url=URL, lang="en", **overrides):
    """A page of HTML with a title and three paragraphs, unless told otherwise."""
    text = body if isinstance(body, bytes) else document(body, head=head, lang=lang)
    fields = {
        "url": url,
        "requested_url": url,
        "body": text if isinstance(text, bytes) else text.encode(),
        "content_type": "text/html; charset=utf-8",
        "fetched_at": NOW,
    }
    return Page(**(fields | overrides))


def document(body="", *, head="", lang="en"):
    body = body or f"<h1>Flood cuts off two villages</h1><article>{prose()}</article>"
    return (
        f'<!DOCTYPE html><html lang="{lang}"><head><meta charset="utf-8">{head}'
        f"</head><body>{body}</body></html>"
    )


def prose(*paragraphs):
    return "".join(f"<p>{text}</p>" for text in paragraphs or PARAGRAPHS)


def read(body="", *, recipe=None, hints=None, site=None, **overrides):
    """What extraction makes of such a page."""
    return extract(
        page(body, **overrides),
        Recipe.model_validate(recipe or {}),
        hints or Hints(),
        site or Site(),
    )


def article(body="", **overrides) -> ScrapedArticle:
    made = read(body, **overrides)
    assert isinstance(made, ScrapedArticle), made
    return made


def refusal(body="", **overrides) -> str:
    made = read(body, **overrides)
    assert isinstance(made, NotArticle), made
    return made.reason
