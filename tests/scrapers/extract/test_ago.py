from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scrapers.extract.ago import ago
from scrapers.extract.dates import zone_of
from scrapers.items import Precision
from tests.factories_pages import article, prose

NAIROBI = zone_of("Africa/Nairobi")
NOW = datetime(2026, 3, 1, 12, 30, tzinfo=UTC)  # 15:30 in Nairobi


@pytest.mark.parametrize(
    ("text", "hours"),
    [
        ("3 hours ago", 3), ("an hour ago", 1), ("Published 2h ago", 2),
        ("vor 2 Stunden", 2), ("vor einer Stunde", 1), ("il y a 3 heures", 3),
        ("hace 3 horas", 3), ("há 3 horas", 3), ("3 ore fa", 3), ("un'ora fa", None),
        ("3 uur geleden", 3), ("för 3 timmar sedan", 3), ("for 3 timer siden", 3),
        ("3 tuntia sitten", 3), ("3 godziny temu", 3), ("před 3 hodinami", 3),
        ("3 часа назад", 3), ("час назад", 1), ("3 години тому", 3),
        ("преди 3 часа", 3), ("3 saat önce", 3), ("3 órával ezelőtt", 3),
        ("acum 3 ore", 3), ("πριν από 3 ώρες", 3), ("منذ 3 ساعات", 3),
        ("منذ ساعتين", 2), ("قبل ساعة", 1), ("۳ ساعت پیش", 3), ("یک ساعت قبل", 1),
        ("3 گھنٹے پہلے", 3), ("לפני 3 שעות", 3), ("לפני שעתיים", 2),
        ("3 घंटे पहले", 3), ("৩ ঘণ্টা আগে", 3), ("3 jam yang lalu", 3),
        ("3 giờ trước", 3), ("3 ชั่วโมงที่แล้ว", 3), ("3小时前", 3), ("3時間前", 3),
        ("3시간 전", 3), ("saa 3 zilizopita", None),
    ],
)  # fmt: skip
def test_hours_are_counted_back_to_a_time(text, hours):
    moment = ago(text, NOW, NAIROBI)

    if hours is None:  # not understood, and not misunderstood
        assert moment is None
    else:
        assert moment.at == NOW - timedelta(hours=hours)
        assert moment.precision is Precision.TIME


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2 days ago", 27), ("vor 2 Tagen", 27), ("há 2 dias", 27), ("2天前", 27),
        ("منذ يومين", 27), ("2 روز پیش", 27), ("yesterday", 28), ("Gestern", 28),
        ("ayer", 28), ("вчера", 28), ("دیروز", 28), ("昨日", 28), ("어제", 28),
        ("vorgestern", 27), ("a week ago", 22),
    ],
)  # fmt: skip
def test_days_are_counted_back_to_a_day(text, day):
    moment = ago(text, NOW, NAIROBI)

    assert moment.at == datetime(2026, 2, day, tzinfo=UTC)
    assert moment.precision is Precision.DAY


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("gestern, 14:30 Uhr", "2026-02-28T11:30"),
        ("Published today at 10:05", "2026-03-01T07:05"),
        ("Hoy, 9:15", "2026-03-01T06:15"),
        ("امروز ۱۰:۲۰", "2026-03-01T07:20"),
    ],
)
def test_a_day_with_a_time_is_in_the_sites_zone(text, expected):
    moment = ago(text, NOW, NAIROBI)

    assert moment.at == datetime.fromisoformat(expected).replace(tzinfo=UTC)
    assert moment.precision is Precision.TIME


def test_yesterday_is_the_sites():
    late = datetime(2026, 3, 1, 22, tzinfo=UTC)  # already the 2nd in Nairobi

    assert ago("yesterday", late, NAIROBI).at == datetime(2026, 3, 1, tzinfo=UTC)


def test_months_tell_a_month():
    moment = ago("2 months ago", NOW, UTC)

    assert moment.at == datetime(2025, 12, 1, tzinfo=UTC)
    assert moment.precision is Precision.MONTH


@pytest.mark.parametrize(
    "text",
    [
        "USA Today", "Psychology Today", "Klicken Sie hier", "two years ago",
        "3 people", "for 3 hours", "900 days ago", "long ago", "", "5 min read",
        "Today in history", "3 hours ago " * 9,
    ],
)  # fmt: skip
def test_what_tells_no_time_is_none(text):
    assert ago(text, NOW, UTC) is None


@given(st.text(max_size=80))
def test_any_text_is_read_or_not_and_never_lies_ahead_of_the_day(text):
    moment = ago(text, NOW, NAIROBI)

    assert moment is None or moment.at < NOW + timedelta(days=1)


def test_an_article_that_only_tells_how_long_ago_has_that_time():
    made = article(f"<h1>Flood cuts off two villages</h1><p>3 hours ago</p>{prose()}")

    assert made.published_at == datetime(2026, 3, 1, 9, tzinfo=UTC)
    assert made.published_precision is Precision.TIME
