"""A feed opened in a browser is a page; readers never see it."""

import pytest

from db.engine import transaction
from tests.factories_feeds import add_source

BROWSER = {
    "Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
    "Sec_Fetch_Dest": "document",
}


@pytest.mark.parametrize("ending", ["rss", "atom", "json", "ninjs"])
def test_a_feed_opened_in_a_browser_is_readable(web, ending):
    web.add(1, title="سیل", body_html="<p>Whole.</p>", language="fa")
    page = web.get(f"/feeds/daily.{ending}", **BROWSER)

    assert page.headers["Content-Type"] == "text/html; charset=utf-8"
    assert (
        'lang="fa"><a href="https://example.org/2026/03/story-1/">سیل</a>' in page.text
    )
    assert "What story 1 is about." in page.text
    assert "Whole." not in page.text
    assert f"https://wire.example/feeds/daily.{ending}</code>" in page.text


def test_each_text_runs_its_own_way(web):
    summary = "A long summary in English of what the headline says in Persian."
    web.add(1, title="سیل دو روستا را برد", summary=summary, language="fa")
    page = web.get("/feeds/daily.atom", **BROWSER).text

    assert '<h2 dir="rtl" lang="fa">' in page
    assert f'<p dir="ltr" lang="fa">{summary}</p>' in page


def test_without_https_the_older_header_tells(web):
    page = web.get("/feeds/daily.rss", Upgrade_Insecure_Requests="1")

    assert "text/html" in page.headers["Content-Type"]


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Accept": BROWSER["Accept"], "User_Agent": "Mozilla/5.0"},
        {"Accept": "application/xml, text/html, */*;q=0.9"},
        {"Sec_Fetch_Dest": "empty", "Upgrade_Insecure_Requests": "1"},
    ],
)
def test_who_reads_feeds_gets_the_feed(web, headers):
    answer = web.get("/feeds/daily.rss", **headers)

    assert answer.headers["Content-Type"] == "application/rss+xml; charset=utf-8"


def test_both_say_what_they_depend_on(web):
    for headers in ({}, BROWSER):
        vary = web.get("/feeds/daily.rss", **headers).headers["Vary"]
        assert {"Sec-Fetch-Dest", "Upgrade-Insecure-Requests"} <= set(vary.split(", "))


def test_the_front_gives_no_page_away(web):
    web.get("/feeds/daily.rss")
    web.get("/feeds/daily.rss", **BROWSER)

    assert web.get("/feeds/daily.rss").data.startswith(b"<?xml")
    assert web.get("/feeds/daily.rss", **BROWSER).data.startswith(b"<!doctype html>")


def test_a_page_leads_to_what_is_older_and_to_the_formats(web):
    for number in range(1, 9):
        web.add(number)
    page = web.get("/feeds/all.atom?limit=3", **BROWSER).text

    assert (
        'rel="next" href="https://wire.example/feeds/all.atom?before=6&amp;limit=3"'
        in page
    )
    assert 'rel="prev-archive"' in page
    assert 'href="https://wire.example/feeds/all.rss?limit=3"' in page


def test_an_empty_feed_has_a_page_and_an_unknown_one_has_none(web):
    assert "No article is in it yet." in web.get("/feeds/daily.atom", **BROWSER).text
    assert web.get("/feeds/weekly.atom", **BROWSER).status_code == 404
    assert web.get("/feeds/all.atom?limit=x", **BROWSER).status_code == 400


def test_a_page_holds_no_markup_of_the_site(web):
    with transaction(web.engine) as session:
        add_source(session, "odd", name="<script>alert(1)</script>")
    web.add(1, source="odd", title="<img src=x onerror=alert(1)> &amp;")
    page = web.get("/feeds/all.rss", **BROWSER).text

    assert "<img src=x" not in page
    assert "<script" not in page


def test_a_page_is_no_longer_for_long_articles(web):
    for number in (1, 2):
        long = f"{number} " + "word " * 200_000
        web.add(number, summary=long, body_text=long, body_html=f"<p>{long}</p>")
    page = web.get("/feeds/daily.rss", **BROWSER)

    assert page.text.count("<h2") == 2
    assert len(page.data) < 10_000
