"""Addresses of archives by month or day."""

from __future__ import annotations

from datetime import date

import pytest

from scrapers.discover.calendar import archive_of, before, check_archive, is_archive

NAMED = "https://example.org/news/{year}/{month_name}/"


def test_a_month_may_go_by_its_name():
    assert check_archive(NAMED) == NAMED
    assert archive_of(NAMED, date(2026, 3, 9)) == "https://example.org/news/2026/march/"
    assert before(NAMED, date(2026, 3, 9)) == date(2026, 2, 28)


@pytest.mark.parametrize("rest", ["{month_name}/", "{year}/{day}/"])
def test_what_is_no_archive_of_months_is_refused(rest):
    with pytest.raises(ValueError, match="needs"):
        check_archive(f"https://example.org/{rest}")


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://example.org/2026/04/", True),
        ("https://example.org/2026/4", True),
        ("https://example.org/2026/04/?page=2", False),
        ("https://example.org/2026/04/page/2/", False),
        ("https://example.org/news/", False),
    ],
)
def test_another_month_is_told_from_a_further_page_of_one(url, expected):
    assert is_archive("https://example.org/{year}/{month}", url) is expected
