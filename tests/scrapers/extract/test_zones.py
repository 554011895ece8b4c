from __future__ import annotations

from datetime import UTC, timedelta

import pytest

from scrapers.extract import zones
from scrapers.extract.article import examine
from scrapers.extract.dates import find
from scrapers.extract.recipe import Recipe
from scrapers.items import Hints, Site
from tests.factories_pages import page, prose

TITLE = "<h1>Flood cuts off two villages</h1>"
TITLES = {
    "zh": "洪水切断两个村庄的道路",
    "ja": "洪水で二つの村が孤立",
    "tr": "Sel iki köyü ayırdı",
    "fa": "سیل راه دو روستا را بست",
    "en": "Flood cuts off two villages",
}
LATE = '<meta property="article:published_time" content="2026-02-03T22:40:10Z">'
EARLY = '<meta property="article:published_time" content="2026-02-03T02:18:11Z">'


def stated(head, body, site=None):
    shown = page(f"{TITLE}{body}{prose()}", head=head)
    return examine(shown, Recipe(), Hints(), site or Site())[1].at.isoformat()


@pytest.mark.parametrize(
    ("head", "body", "expected"),
    [
        (LATE, "<p>4 February 2026, 09:40</p>", "2026-02-04T09:40:10+11:00"),
        (LATE, "<p>February 4, 2026 - 4:10 am</p>", "2026-02-04T04:10:10+05:30"),
        (EARLY, "<p>Feb 2, 2026 6:18 pm PT</p>", "2026-02-02T18:18:11-08:00"),
        (LATE, "<p>4 February 2026</p>", "2026-02-04T00:40:10+02:00"),
        (EARLY, "<p>2 February 2026</p>", "2026-02-02T23:18:11-03:00"),
        (
            LATE,
            '<time datetime="2026-02-04T09:40:10+11:00">Wednesday</time>',
            "2026-02-04T09:40:10+11:00",
        ),
    ],
)
def test_an_instant_is_told_in_the_zone_that_the_page_prints(head, body, expected):
    assert stated(head, body) == expected


@pytest.mark.parametrize(
    "body",
    [
        "",
        "<p>3 February 2026</p>",
        "<p>Read on: 9 February 2026</p>",
        "<p>4 February 2026, 05:39</p>",  # of an update: no zone is 6:59 ahead
    ],
)
def test_what_the_page_prints_of_other_moments_tells_no_zone(body):
    assert stated(LATE, body) == "2026-02-03T22:40:10+00:00"


RELATED = "<p><time>2 February 2026</time> <time>4 February 2026</time></p>"


@pytest.mark.parametrize("own", ["3 February 2026", "3 February 2026, 22:40"])
def test_what_stands_after_the_articles_own_date_tells_no_zone(own):
    assert stated(LATE, f"<time>{own}</time>{RELATED}").endswith("+00:00")


def test_a_site_has_its_zone():
    nairobi = Site(timezone="Africa/Nairobi")

    assert stated(LATE, "", nairobi) == "2026-02-04T01:40:10+03:00"


@pytest.mark.parametrize(
    ("lang", "line", "expected"),
    [
        ("zh", "2026-02-03 17:58 来源：日报", "2026-02-03T17:58:00+08:00"),
        ("ja", "2026年2月3日 17時58分", "2026-02-03T17:58:00+09:00"),
        ("tr", "03.02.2026 17:58", "2026-02-03T17:58:00+03:00"),
        ("fa-AF", "2026-02-03 17:58", "2026-02-03T17:58:00+00:00"),
        ("en", "2026-02-03 17:58", "2026-02-03T17:58:00+00:00"),
    ],
)
def test_a_language_of_one_clock_tells_the_zone_that_nothing_else_does(
    lang, line, expected
):
    shown = page(f"<h1>{TITLES[lang[:2]]}</h1><p>{line}</p>{prose()}", lang=lang)

    moment = examine(shown, Recipe(), Hints(), Site())[1]

    assert moment.at.isoformat() == expected


def test_a_stated_zone_beats_that_of_the_language():
    head = '<meta name="datemodified" content="2026-02-03T18:00:00+01:00">'
    shown = page(f"<h1>{TITLES['zh']}</h1><p>2026-02-03 17:58</p>{prose()}", head=head)

    moment = examine(shown, Recipe(), Hints(), Site())[1]

    assert moment.at.isoformat() == "2026-02-03T17:58:00+01:00"


def test_yesterday_and_the_last_change_are_of_the_same_clock():
    head = '<meta name="datemodified" content="2026-02-28 23:30">'
    shown = page(f"<h1>{TITLES['zh']}</h1><p>昨天 23:10</p>{prose()}", head=head)

    made, moment = examine(shown, Recipe(), Hints(), Site())

    assert moment.at.isoformat() == "2026-02-28T23:10:00+08:00"
    assert made.modified_at == moment.at + timedelta(minutes=20)


@pytest.mark.parametrize(
    "text",
    ["4 March 2026", "26/03/04", "R8.3.14", "R08.03.04", "1404/12/13", "4/3/2569"],
)
def test_a_date_in_any_calendar_has_its_years_spelling(text):
    printed = find(text, UTC, month_first=False)
    assert printed is not None
    assert printed.at.year in (2004, 2026)

    assert any(year in text for year in zones._years_of(printed.at))
