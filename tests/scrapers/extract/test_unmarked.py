"""A headline that is no heading: bold letters, a cell, a plain element."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from tests.factories_pages import article, prose

TITLE = "Flood cuts off two villages"
HEAD = f"<title>The Valley Herald: {TITLE}</title>"
DAY = datetime(2021, 11, 4, tzinfo=UTC)
BYLINE = "<i>By Amina Otieno, November 4, 2021</i>"


@pytest.mark.parametrize(
    "headline",
    [
        f"<font size=5><b>{TITLE}</b></font><br>",
        f"<div class=t>{TITLE}</div>",
        f"<table><tr><td>{TITLE}</td></tr></table>",
        f"<p><a href='/news/flood/'>{TITLE}</a></p>",
    ],
)
def test_what_stands_around_it_is_read_as_around_a_heading(headline):
    made = article(headline + BYLINE + prose(), head=HEAD)

    assert made.title == TITLE
    assert made.published_at == DAY
    assert [author.name for author in made.authors] == ["Amina Otieno"]


def test_the_step_of_a_trail_is_no_headline():
    trail = f"<div class=breadcrumb>Home &gt; <span>{TITLE}</span></div>"
    old = "<p>January 2, 2019</p>"
    body = f"{trail}{old}<div>{TITLE}</div><p>November 4, 2021</p>{prose()}"

    assert article(body, head=HEAD).published_at == DAY


def test_a_title_that_the_metadata_state_too_stays_whole():
    both = "The Valley Herald: " + TITLE
    meta = f'<meta property="og:title" content="{both}">'

    assert article(f"<div>{TITLE}</div>{prose()}", head=HEAD + meta).title == both


def test_a_title_that_no_text_repeats_stays_as_it_is_stated():
    assert article(prose(), head=f"<title>{TITLE}</title>").title == TITLE


@pytest.mark.parametrize(
    "stated",
    [f"{TITLE} Valley Herald", f"{TITLE}__Herald number 23", f"{TITLE}-Valley Herald"],
)
def test_names_behind_a_headline_that_the_page_shows_are_left_out(stated):
    body = f"<p class=t>» {TITLE}</p>{prose()}"

    made = article(body, head=f"<title>{stated}</title>")

    assert made.title == TITLE
    assert TITLE not in made.body_text


def test_what_is_less_than_half_of_a_title_is_no_headline():
    stated = f"{TITLE} and a third one that lies behind the old bridge of the county"

    made = article(f"<p>{TITLE}</p>{prose()}", head=f"<title>{stated}</title>")

    assert made.title == stated
