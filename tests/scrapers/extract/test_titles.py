from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scrapers.extract.titles import key_of, without_site
from scrapers.items import Site
from tests.factories_pages import article, prose

SITE = Site(name="The Daily Example", home="https://example.org/")
TITLE = "Flood cuts off two villages"


def jsonld(headline):
    return (
        '<script type="application/ld+json">{"@type":"NewsArticle",'
        f'"headline":"{headline}"}}</script>'
    )


def title(body, head=""):
    return article(body + prose(), head=head, site=SITE).title


def test_the_heading_that_agrees_with_the_title_element_is_the_headline():
    body = f"<h1>The Daily Example</h1><h2>Weather</h2><h2>{TITLE}</h2>"

    assert title(body, f"<title>{TITLE} – The Daily Example</title>") == TITLE


def test_a_lone_heading_is_what_readers_see():
    head = '<meta property="og:title" content="Floods: all you need to know now">'

    assert title(f"<h1>{TITLE}</h1>", head) == TITLE


def test_a_headline_that_data_and_title_element_confirm_stands():
    head = f"<title>{TITLE} | The Daily Example</title>{jsonld(TITLE)}"

    assert title("<h1>Our live reporting from the river</h1>", head) == TITLE


def test_the_title_element_again_in_a_heading_is_no_headline():
    whole = f"{TITLE} &gt; Notices | The Daily Example"
    hidden, shown = f"<h1 id=hd_h1>{whole}</h1>", f"<h2>{TITLE}</h2>"

    assert title(hidden + shown, f"<title>{whole}</title>") == TITLE


def test_a_kicker_inside_the_heading_is_cut():
    head = f'<meta property="og:title" content="{TITLE}">'

    assert title(f"<h1><span>Opinion</span> {TITLE}</h1>", head) == TITLE


@pytest.mark.parametrize(
    ("head", "body", "expected"),
    [
        (f"<title>{TITLE} | The Daily Example</title>", "", TITLE),
        (f"<title>The Daily Example: {TITLE}</title>", "", TITLE),
        ("", "<h1>Rain</h1>", "Rain"),
        (f'<meta name="twitter:title" content="{TITLE}">', "", TITLE),
        (
            jsonld("Flood &amp; rain in two villages"),
            "",
            "Flood & rain in two villages",
        ),
    ],
)
def test_the_title_comes_from_wherever_it_stands(head, body, expected):
    assert title(body, head) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (f"{TITLE} – The Daily Example", TITLE),
        (f"{TITLE} | News | The Daily Example", TITLE),
        (f"{TITLE} - Some Paper", TITLE),
        ("Well-known twenty-one-year-old wins", "Well-known twenty-one-year-old wins"),
        ("Kenya: the river rose", "Kenya: the river rose"),
        ("", ""),
    ],
)
def test_the_sites_name_is_cut_off(text, expected):
    assert without_site(text, {key_of(SITE.name)}) == expected


def test_a_heading_in_the_trail_is_not_the_headline():
    trail = "<nav aria-label=Breadcrumb><h1>Flood news from the county today</h1></nav>"
    head = "<title>Flood news from the county today</title>" + jsonld(TITLE)

    assert title(f"{trail}<h2>{TITLE}</h2>", head) == TITLE


def test_what_most_of_the_stated_titles_repeat_is_no_kicker():
    whole = f"“A hard day”: {TITLE}"
    head = (
        f"<title>{TITLE} | The Daily Example</title>{jsonld(whole)}"
        f'<meta property="og:title" content="{whole}">'
    )

    assert title(f"<h1>{whole}</h1>", head) == whole


def test_a_kicker_that_most_titles_repeat_stays_though_one_ends_like_a_sites_name():
    whole = f"In the north: {TITLE} - County office denies it"
    head = f"<title>{whole}</title>{jsonld(whole)}"
    head += f'<meta property="og:title" content="{TITLE} - County office denies it">'
    body = f"<h2>In the north: {TITLE} - County office denies it</h2>"

    assert title(body, head) == whole


def test_what_the_markup_calls_a_kicker_is_cut():
    head = f"<title>On the river: all about it</title>{jsonld(TITLE)}"

    assert title(f"<h1><span class=kicker>Rain</span> {TITLE}</h1>", head) == TITLE


def test_a_heading_that_a_long_title_begins_with_is_the_headline():
    head = f"<title>{TITLE} - The Great Flood of the Year: A Guide for All</title>"
    body = f"<h1>All maps and places</h1><h1>{TITLE}</h1><h1>The northern bank</h1>"

    assert title(body, head) == TITLE


def test_a_chinese_sites_name_is_cut_off_without_spaces():
    assert (
        without_site("武汉的声音：有英勇的你！-新华网", frozenset())
        == "武汉的声音：有英勇的你！"
    )


@pytest.mark.parametrize(
    ("heading", "expected"),
    [
        ("<h1><a href=/>Notes from the bank of the river</a></h1>", TITLE),
        ("<a href=/news/><h1>Notes from the bank of the river</h1></a>", TITLE),
        ("<h1><a href=/news/flood/>{title}</a></h1>", "{title}"),
        ("<h1><a href=https://boats.example/>{title}</a></h1>", "{title}"),
        ("<h1><a href=/>Home</a> {title}</h1>", "Home {title}"),
    ],
)
def test_a_heading_that_leads_up_is_the_sites(heading, expected):
    shown = "A county without a bridge for a month"
    head = f"<title>Notes from the bank of the river: {TITLE}</title>"
    body = heading.format(title=shown)

    assert title(f"{body}<h3>{TITLE}</h3>", head) == expected.format(title=shown)


def test_a_heading_that_links_the_first_of_several_pages_is_the_headline():
    shown = "A county without a bridge for a month"
    body = f"<h1><a href=/news/flood/>{shown}</a></h1>{prose()}"

    made = article(body, url="https://example.org/news/flood/page/2/")
    assert made.title == shown


@given(st.text(st.characters(max_codepoint=0x17F) | st.sampled_from("’“”–…一\u0301")))
def test_a_key_does_not_depend_on_what_else_the_text_is_written_in(text):
    assert key_of(f"{text} 漢") == f"{key_of(text)} 漢".strip()


@pytest.mark.parametrize("stated", ["_上游水库_Daily", "_河畔网", " - 河畔新闻网"])
def test_a_short_chinese_headline_is_one(stated):
    headline = "洪水切断村庄道路"

    assert (
        title(f"<h1>{headline}</h1>", f"<title>{headline}{stated}</title>") == headline
    )


def test_a_short_chinese_name_of_a_section_is_no_headline():
    head = "<title>新闻动态_洪水切断两个村庄的道路_河畔网</title>"

    assert title("<h1>新闻动态</h1>", head) == "新闻动态_洪水切断两个村庄的道路"


def test_a_title_of_endless_parts_is_read_in_no_time():
    started = time.process_time()
    without_site("> » › " * 20_000 + "Flood", frozenset())

    assert time.process_time() - started < 5
