"""Google News sitemaps: what each source published in the last two days."""

from datetime import UTC, datetime, timedelta
from xml.etree import ElementTree as ET

import pytest

from scrapers.items import Precision, Restriction
from service.feeds.news import news_language, write_news
from tests.factories_feeds import head
from tests.service.feeds.conftest import BASE
from tests.service.feeds.test_routes import add_source, transaction

SITEMAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
NEWS = "{http://www.google.com/schemas/sitemap-news/0.9}"


@pytest.fixture
def now(web):
    return datetime.fromtimestamp(web.clock(), UTC)


def locations(answer):
    return [one.text for one in ET.fromstring(answer.data).iter(f"{SITEMAP}loc")]


def recent(number, moment, **values):
    """An article that was published and seen at a moment."""
    given = {"published_at": moment, "first_seen_at": moment, "changed_at": moment}
    return {"number": number, **given, **values}


def test_a_sitemap_says_of_each_article_what_google_asks(web, now):
    web.add(**recent(1, now - timedelta(hours=3), title="A & <X>", language="fa-IR"))
    root = ET.fromstring(web.get("/feeds/daily.news.xml").data)
    (url,) = root
    (news,) = url.iter(f"{NEWS}news")

    assert url.findtext(f"{SITEMAP}loc") == "https://example.org/2026/03/story-1/"
    assert news.findtext(f"{NEWS}title") == "A & ‹X›"
    assert news.findtext(f"{NEWS}publication_date") == "2026-03-02T09:00:00Z"
    assert news.findtext(f"{NEWS}publication/{NEWS}name") == "The Daily Example"
    assert news.findtext(f"{NEWS}publication/{NEWS}language") == "fa"


def test_only_two_days_are_in_a_sitemap_and_they_pass(web, now):
    old = now - timedelta(days=3)
    web.add(**recent(1, now - timedelta(hours=40)))
    web.add(**recent(2, now, published_at=old, published_precision=Precision.DAY))
    web.add(**recent(3, now - timedelta(hours=1)))
    first = locations(web.get("/feeds/daily.news.xml"))
    web.clock.pass_by(10 * 3600)
    later = locations(web.get("/feeds/daily.news.xml"))

    assert [url[-8:] for url in first] == ["story-3/", "story-1/"]
    assert [url[-8:] for url in later] == ["story-3/"]


def test_what_its_site_keeps_from_search_engines_is_in_no_sitemap(web, now):
    web.add(**recent(1, now, restrictions=frozenset({Restriction.NOINDEX})))

    assert locations(web.get("/feeds/daily.news.xml")) == []


def test_a_sitemap_is_of_the_one_host_that_most_are_on(web, now):
    for number, url in enumerate(["a.example/1", "b.example/", "a.example/2"], 1):
        web.add(**recent(number, now, url=f"https://{url}"))
    found = locations(web.get("/feeds/daily.news.xml"))

    assert found == ["https://a.example/2", "https://a.example/1"]


def test_a_sitemap_is_answered_like_a_feed(web, now):
    web.add(**recent(1, now))
    first = web.get("/feeds/daily.news.xml")
    assert first.headers["Content-Type"] == "application/xml; charset=utf-8"
    web.app.view_functions.clear()
    again = web.get("/feeds/daily.news.xml", If_None_Match=first.headers["ETag"])

    assert again.status_code == 304


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/feeds/all.news.xml", 404),
        ("/feeds/daily/news.news.xml", 404),
        ("/feeds/weekly.news.xml", 404),
        ("/feeds/Daily.news.xml", 301),
        ("/feeds/daily.news.xml?limit=1", 400),
        ("/sitemap.xml?limit=1", 400),
    ],
)
def test_there_is_one_sitemap_a_public_source(web, path, status):
    assert web.get(path).status_code == status


def test_robots_txt_leads_to_all_sitemaps(web):
    with transaction(web.engine) as session:
        add_source(session, "secret", visibility="private")

    assert f"Sitemap: {BASE}/sitemap.xml" in web.get("/robots.txt").text
    assert locations(web.get("/sitemap.xml")) == [f"{BASE}/feeds/daily.news.xml"]
    assert web.get("/feeds/secret.news.xml").status_code == 404


@pytest.mark.parametrize(
    ("language", "written"),
    [
        ("en", "en"),
        ("en-GB", "en"),
        ("zh", "zh-cn"),
        ("zh-Hant-TW", "zh-tw"),
        ("zh-HK", "zh-tw"),
        ("ckb", "ckb"),
        (None, "und"),
    ],
)
def test_languages_are_written_as_google_does(language, written):
    assert news_language(language) == written


def test_a_sitemap_of_nothing_is_one():
    assert list(ET.fromstring(write_news([], head()))) == []
