"""Which sitemaps of an index may hold something new."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from scrapers.discover.children import Child, changed_after, end_of, newest_first

SITE = "https://example.org"
NOW = datetime(2026, 3, 10, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("path", "end"),
    [
        ("/articles-2026-03-09.xml", (2026, 3, 10)),
        ("/sitemap/2026/03/09/", (2026, 3, 10)),
        ("/20260309.xml.gz", (2026, 3, 10)),
        ("/s.xml?yyyy=2026&mm=3&dd=9", (2026, 3, 10)),
        ("/s.xml?year=2026&month=11", (2026, 12, 2)),
        ("/2026/news-2026-11.xml", (2026, 12, 2)),
        ("/posts-202602.xml", (2026, 3, 4)),
    ],
)
def test_a_sitemap_is_as_old_as_the_day_or_month_in_its_name(path, end):
    assert end_of(SITE + path) == datetime(*end, tzinfo=UTC)


@pytest.mark.parametrize(
    "path",
    [
        "/posts-1.xml",
        "/2026-1.xml",
        "/posts-2026.xml",
        "/20269931.xml",
        "/a/4711202603",
    ],
)
def test_other_numbers_tell_nothing(path):
    assert end_of(SITE + path) is None


def test_those_whose_days_are_over_are_not_asked_again():
    days = [Child(url=f"{SITE}/d-2026-03-{day:02}.xml") for day in (4, 8, 9)]
    plain, stated = Child(url=f"{SITE}/tags.xml"), Child(url=f"{SITE}/d-2026-03-01.xml")
    stated = Child(url=stated.url, changed_at=NOW)

    asked = changed_after([*days, plain, stated], NOW - timedelta(hours=1))

    assert newest_first(asked) == [stated, days[2], days[1], plain]
