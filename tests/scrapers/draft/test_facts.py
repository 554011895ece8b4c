"""A site's zone and rhythm, guessed from what it says."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest

from scrapers.discover.detect import Front
from scrapers.draft.facts import name_of, pace_of
from scrapers.draft.judging import Sample
from scrapers.draft.zones import guess_zone, zones_of
from scrapers.items import Page
from tests.factories_pages import URL
from tests.fakes import NOW

HOUR = timedelta(hours=1)


def at(month: int, zone: str) -> datetime:
    return datetime(2026, month, 10, 12, tzinfo=ZoneInfo(zone))


def fixed(hours: float, month: int = 1) -> datetime:
    zone = timezone(timedelta(hours=hours))
    return datetime(2026, month, 10, 12, tzinfo=zone)


@pytest.mark.parametrize("start", [b"<title>", b"<title "])
def test_titles_that_never_end_are_passed_through_once(start):
    pages = [
        Page(
            url=URL,
            requested_url=URL,
            body=start * 100_000,
            content_type="text/html",
            fetched_at=NOW,
        )
    ] * 2
    samples = [Sample(url=URL, page=page) for page in pages]

    assert name_of(Front(url=URL, home=URL), [], samples) == "example.org"


@pytest.mark.parametrize(
    ("url", "language", "dates", "name", "is_sure"),
    [
        ("https://x.co.ke/", "en", [fixed(3)], "Africa/Nairobi", True),
        ("https://x.de/", "de", [fixed(1), fixed(2, 7)], "Europe/Berlin", True),
        ("https://x.com/", "fa-IR", [fixed(3.5)], "Asia/Tehran", True),
        ("https://x.com/", "pl", [fixed(1)], "Europe/Warsaw", True),
        ("https://x.com.au/", "en", [fixed(10, 7)], "Australia/Lord_Howe", None),
        ("https://x.co.ke/", "en", [], "Africa/Nairobi", False),
        ("https://x.co.ke/", "en", [fixed(0)], "Africa/Nairobi", False),
        # A domain for everybody, and a language of many countries.
        ("https://x.io/", "en", [], None, False),
        ("https://x.io/", "en", [fixed(3)], "Etc/GMT-3", False),
        ("https://x.com/", "zh-CN", [], "Asia/Shanghai", False),
        # A country with many zones, and one with many more that are hardly anybody's.
        ("https://x.us/", "en", [], None, False),
        ("https://x.ru/", "ru", [], "Europe/Moscow", False),
        ("https://x.ru/", "ru", [fixed(3)], "Europe/Moscow", True),
        ("https://x.com.br/", "pt-BR", [], "America/Sao_Paulo", False),
        # British, but written in summer time in January.
        ("https://x.co.uk/", "en", [fixed(1)], "Etc/GMT-1", False),
    ],
)
def test_a_zone_is_certain_only_where_offset_and_country_agree(
    url, language, dates, name, is_sure
):
    found = guess_zone(url, language, dates)

    if is_sure is None:  # several zones of the country have this offset in July
        assert found.name in zones_of("AU")
        assert found.name != name
    else:
        assert (found.name, found.is_sure) == (name, is_sure)
    assert found.why


def dates(*gaps: timedelta, since: timedelta = HOUR) -> list[datetime]:
    found = [NOW - since]
    for gap in gaps:
        found.append(found[-1] - gap)
    return found


@pytest.mark.parametrize(
    ("found", "every"),
    [
        (dates(*[HOUR] * 12), "15m"),
        (dates(*[24 * HOUR] * 12), "4h"),
        (dates(*[timedelta(minutes=5)] * 12, since=timedelta(minutes=2)), "5m"),
        (dates(*[240 * HOUR] * 12), "24h"),
        # Bulletins by the minute now, whatever was before them.
        (dates(*[HOUR / 60] * 4, *[900 * HOUR] * 6, since=HOUR / 60), "5m"),
        # A burst a week ago: nobody has to look every five minutes for that.
        (dates(*[HOUR / 60] * 4, *[168 * HOUR] * 6, since=100 * HOUR), "24h"),
        (dates(*[HOUR] * 12, since=4000 * HOUR), "24h"),
        # Dates without times: three a day, all said to be of midnight.
        (dates(*[HOUR * 0, HOUR * 0, HOUR * 24] * 4), "1h"),
        (dates(*[HOUR * 0] * 4), "auto"),
    ],
)
def test_a_site_is_asked_as_often_as_it_speaks(found, every):
    assert pace_of(found, window=None, now=NOW).every == every


def test_a_short_feed_is_asked_before_it_overflows():
    found = dates(*[HOUR * 8] * 12)

    assert pace_of(found, window=None, now=NOW).every == "2h"
    assert pace_of(found, window=1, now=NOW).every == "2h"
    assert pace_of(dates(*[HOUR] * 9, since=90 * HOUR), window=2, now=NOW).every == "1h"


def test_too_few_dates_leave_it_to_the_service():
    found = pace_of([NOW - HOUR], window=None, now=datetime(2026, 3, 1, 12, tzinfo=UTC))

    assert (found.every, found.gap) == ("auto", None)


@pytest.mark.parametrize("mark", ["：", "_", "-", " - ", "｜"])
def test_a_name_is_told_from_what_stands_before_it(mark):
    title = f"首页{mark}临江新闻网"
    pages = (
        Page(
            url=URL,
            requested_url=URL,
            body=f"<title>{text}{mark}临江新闻网</title>".encode(),
            content_type="text/html; charset=utf-8",
            fetched_at=NOW,
        )
        for text in ("新有轨电车线路", "沿江防洪工程")
    )
    samples = [Sample(url=URL, page=page) for page in pages]

    assert name_of(Front(url=URL, home=URL, title=title), (), samples) == "临江新闻网"


def test_a_name_that_titles_end_with_is_read_in_their_character_set():
    def sample(headline: str) -> Sample:
        html = f"<meta charset=Shift_JIS><title>{headline} - 港新聞</title>"
        body = html.encode("shift_jis")
        page = Page(
            url=URL,
            requested_url=URL,
            body=body,
            content_type="text/html",
            fetched_at=NOW,
        )
        return Sample(url=URL, page=page)

    samples = [sample("大雨が続く"), sample("橋が開く")]

    assert name_of(Front(url=URL, home=URL), (), samples) == "港新聞"
