"""When a listing says its articles were published."""

from __future__ import annotations

import time

import pytest

from scrapers.discover.listing import Options, read_listing
from scrapers.discover.rules import rules_of
from scrapers.items import Site
from tests.fakes_visit import page

NEWS = "https://example.org/news/"
DAYS = (3, 11, 20)


def dates(items: list[str], *, zone: str = "UTC") -> list[str | None]:
    options = Options(kind="listing", url=NEWS, links="a.t")
    html = page(NEWS, f"<html lang=en><body><main>{''.join(items)}</main>")
    rules = rules_of(options, Site(home="https://example.org/"))
    told = read_listing(html, rules, options, 2, zone).candidates
    found = [candidate.hints.published_at for candidate in told]
    return [f"{at:%Y-%m-%d %H:%M}" if at else None for at in found]


def link(day: int, inner: str = "The council votes") -> str:
    return f"<a class=t href='/news/{day}/'>{inner} {day}</a>"


def asked(day: int) -> str:
    return f"2025-11-{day:02} 00:00"


@pytest.mark.parametrize(
    "item",
    [
        "<li><span>{day} November 2025</span> {link}</li>",
        "<li>{day}.11.2025 {link}</li>",
        "<div class=c><h3>{link}</h3><p class=d>Posted 2025-11-{day:02}</p></div>",
        "<tr><td>11/{day}/2025</td><td>{link}</td></tr>",
        "<article>{link}<time datetime='2025-11-{day:02}'>then</time></article>",
        "<a class=t href='/news/{day}/'><b>The {day}</b><i>{day} Nov 2025</i></a>",
        "<li>{link}<p>On 1 May 2020 the council began what the parish had asked it"
        " for since anybody can remember.</p><em>{day} Nov. 2025</em></li>",
    ],
)
def test_a_date_that_stands_with_a_link_is_its_articles(item):
    rows = [item.format(day=day, link=link(day)) for day in DAYS]
    before, after = ("<table>", "</table>") if "<tr>" in item else ("", "")

    assert dates([before, *rows, after]) == [asked(day) for day in DAYS]


@pytest.mark.parametrize(
    "item",
    [
        "<li>{link}</li>",
        "<li><a class=t href='/news/{day}/'>The vote of {day} November 2025</a></li>",
        "<li>{day} November 2031 {link}</li>",
        "<p>{link} <a class=t href='/news/x{day}/'>Other</a> 3 May 2025</p>",
        "<li>May 2025 {link}</li>",
    ],
    ids=["none", "in the headline", "to come", "of two", "a month"],
)
def test_other_dates_are_not(item):
    found = dates([item.format(day=day, link=link(day)) for day in DAYS])

    assert set(found) == {None}


def test_a_list_of_which_few_tell_a_date_tells_none():
    rows = [f"<li>{link(day)}</li>" for day in DAYS]

    assert dates([*rows, f"<li>{link(25)} 3 May 2025</li>"]) == [None] * 4


def test_a_time_of_day_is_of_the_sites_zone():
    rows = [f"<li>2025-11-{day:02} 14:30 {link(day)}</li>" for day in DAYS]

    assert dates(rows, zone="Europe/Berlin")[0] == "2025-11-03 13:30"


def test_a_page_of_thousands_of_links_in_one_block_takes_no_second():
    began = time.process_time()

    found = dates([link(n) for n in range(5_000)])

    assert set(found) == {None}
    assert time.process_time() - began < 1
