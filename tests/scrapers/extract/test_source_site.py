"""The first source site's page, exactly, with its recipe and with none."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from scrapers.extract.article import extract
from scrapers.extract.recipe import Recipe
from scrapers.items import Hints, Page, Precision, Site

FOLDER = Path(__file__).parents[4] / "shared" / "data" / "source-site"
RECIPE = Recipe(
    title=("h1",),
    body=("div.entry-content",),
    author=("[rel=author]",),
    breadcrumbs=(".breadcrumbs",),
)


@pytest.mark.skipif(
    not FOLDER.exists(), reason="../shared is not beside the repository"
)
@pytest.mark.parametrize("recipe", [RECIPE, Recipe()], ids=["recipe", "generic"])
def test_the_first_source_gives_exactly_what_is_expected(recipe):
    expected = json.loads((FOLDER / "expected.json").read_text())
    page = Page(
        url=expected["url"],
        requested_url=expected["url"],
        body=(FOLDER / "article.html").read_bytes(),
        content_type="text/html; charset=UTF-8",
        fetched_at=datetime(2026, 1, 1, tzinfo=UTC),
    )

    made = extract(page, recipe, Hints(), Site())

    assert made.title == expected["title"]
    assert made.categories == (tuple(expected["categories"]),)
    assert [author.name for author in made.authors] == expected["authors"]
    assert made.language.startswith(expected["language"])
    assert made.body_text.splitlines() == expected["paragraphs"]
    assert (made.published_at, made.published_precision) == (
        datetime(2022, 4, 1, tzinfo=UTC),
        Precision.MONTH,
    )
