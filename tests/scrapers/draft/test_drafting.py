"""What a draft says of a site, and when there is none."""

from __future__ import annotations

import tomllib

import pytest

from scrapers.draft.arriving import Refusal
from scrapers.draft.drafting import Draft
from scrapers.draft.writing import write
from scrapers.errors import Unreachable
from scrapers.items import Restriction
from scrapers.sandbox import InProcess
from tests.fakes import Answer, FakeWeb, redirect
from tests.scrapers.draft.seeing import look
from tests.sites import static, wordpress
from tests.sites.site import rss
from tests.sites.stories import stories

HOME = "https://example.org/"


def drafted(site, url: str = "") -> Draft:
    found = look(site, url or site.home)
    assert isinstance(found, Draft), found
    return found


def refused(web, url: str = HOME) -> Refusal:
    found = look(web, url)
    assert isinstance(found, Refusal)
    return found


def kinds(draft: Draft) -> list[str]:
    return [chosen.lead.kind for chosen in draft.choice.used]


def toml(draft: Draft, *, is_full: bool = False) -> str:
    return write(draft, InProcess(), is_full=is_full).text


@pytest.mark.parametrize(
    ("make", "wanted"),
    [
        (wordpress.classic, ["wordpress"]),
        (wordpress.block, ["feed", "listing"]),
        (static.blog, ["feed", "sitemap"]),
        (static.feeds_only, ["feed"]),
        (static.sitemaps_only, ["sitemap"]),
        (static.listings_only, ["listing", "listing", "listing"]),
    ],
)
def test_the_cheapest_places_that_find_everything_are_chosen(make, wanted):
    draft = drafted(make())

    assert kinds(draft) == wanted
    assert draft.doubts == ()


def test_the_name_is_what_the_site_calls_itself():
    assert drafted(wordpress.block()).name == "Block Post"
    assert drafted(static.listings_only()).name == "Strand Weekly"


def test_the_reasons_stand_in_the_definition():
    text = toml(drafted(static.blog()))

    assert "# The newest 5 articles, 13 known articles are not in it" in text
    assert "304" in text
    assert tomllib.loads(text)["every"] == "12h"


def test_whole_articles_need_a_rights_line_and_get_one():
    draft = drafted(static.blog())

    values = tomllib.loads(toml(draft, is_full=True))

    assert (values["republish"], values["rights"]) == ("full", "© Notes from the Quay")
    assert tomllib.loads(toml(draft))["republish"] == "summary"


def test_an_article_leads_to_its_site():
    site = static.blog()
    article = min(site.articles)
    page = site.pages[article].replace(
        "<head>",
        '<head><meta property="og:type" content="article">'
        '<meta property="article:published_time" content="2026-02-01T08:00:00Z">',
    )
    site[article] = page

    draft = drafted(site, article)

    assert draft.home == site.home
    assert any("is an article" in note for note in draft.notes)


def test_a_feed_leads_to_its_site():
    site = static.blog()

    draft = drafted(site, f"{site.root}/atom.xml")

    assert draft.home == site.home
    assert any("is a feed" in note for note in draft.notes)


def test_the_host_that_redirects_lead_to_is_the_home():
    site = wordpress.classic()
    site["http://classic.example.org/"] = redirect(site.home)

    assert drafted(site, "http://classic.example.org/").home == site.home


def test_a_promotion_in_the_shape_of_an_article_is_left_out():
    site = static.listings_only()
    promo = '<h3 class="card-title"><a href="/council/0-win-a-cruise">Win a cruise for'
    section = f"{site.root}/council"
    site[section] = str(site.pages[section]).replace(
        '<div class="grid">', f'<div class="grid"><div>{promo} two</a></h3></div>'
    )
    site.put("/council/0-win-a-cruise", "<html><body><h1>Win</h1>Soon.</body></html>")

    listed = {url for one in drafted(site).choice.used for url in one.lead.urls}

    assert listed == site.articles


def test_robots_txt_is_obeyed_and_told():
    site = static.blog()
    site.put("/robots.txt", "User-agent: *\nDisallow: /")

    found = refused(site, site.home)

    assert found.reason == "robots.txt forbids it"
    assert site.asked == []


def test_a_site_that_reserves_its_rights_is_drafted_with_a_warning():
    site = static.blog()
    rule = '[{"location": "/", "tdm-reservation": 1}]'
    site.put("/.well-known/tdmrep.json", Answer(body=rule))

    draft = drafted(site)

    assert draft.reserves_rights
    assert "reserves its rights" in toml(draft)


def test_noindex_is_told():
    site = wordpress.block()
    for url in site.articles:
        page = site.pages[url]
        assert isinstance(page, str)
        site[url] = page.replace(
            "<head>", '<head><meta name="robots" content="noindex">'
        )

    draft = drafted(site)

    assert Restriction.NOINDEX in draft.restrictions
    assert "noindex" in toml(draft)


@pytest.mark.parametrize(
    ("said", "reason"),
    [
        (Unreachable("no such host", url=HOME), "no such host"),
        (404, "answers 404"),
        (500, "answered 500"),
        (Answer(body=b"%PDF-1.7 x", content_type="application/pdf"), "binary"),
        (Answer(body='{"a": 1}', content_type="application/json"), "no web page"),
        ("<html><body><h1>Us</h1><p>We sell rope.</p></body></html>", "no feed,"),
        ("<html><body><div id=app></div><script src=a.js></script></html>", "scripts"),
    ],
)
def test_what_is_no_site_to_watch_is_refused_with_the_reason(said, reason):
    web = FakeWeb({HOME: said})

    assert reason in refused(web).reason


def test_a_host_that_asks_to_wait_is_left_alone():
    web = FakeWeb({HOME: Answer(status=503, headers={"retry-after": "3600"})})

    found = refused(web)

    assert "try again after 2026-03-01 13:00" in found.remedy
    assert len(web.asked) == 1


def test_pages_that_only_scripts_fill_give_no_draft():
    site = static.feeds_only()
    for url in site.articles:
        site[url] = "<html><body><div id=root></div><script src=/a.js></script></html>"

    found = refused(site, site.home)

    assert found.reason.startswith("articles are listed, but their pages give none")


def test_pauses_are_kept_and_each_document_is_told():
    site, told = static.blog(), []

    look(site, site.home, told)

    assert len(told) == len(site.asked)
    assert len(site.clock.naps) >= len(site.requests) - 1


def test_pages_that_forbid_copies_are_not_saved():
    site = static.blog()
    meta = "<meta name=robots content=noarchive>"
    for url in site.articles:
        site[url] = str(site.pages[url]).replace("<head>", f"<head>{meta}")

    written = write(drafted(site), InProcess(), is_full=False)

    assert written.pages == ()
    assert written.spec.check == ()


def test_what_a_site_calls_itself_cannot_break_the_file():
    site = static.blog()
    name = "Bad\u202e \u2028\"Name'\n[[x]]"
    site.put("/atom.xml", 404)
    site.put("/", str(site.pages[site.home]).replace("Notes from the Quay", name))

    written = write(drafted(site), InProcess(), is_full=True)

    assert "\u202e" not in written.text
    assert tomllib.loads(written.text)["rights"] == f"© {written.spec.name}"


def test_a_feed_that_has_not_heard_of_https_misses_nothing():
    site = static.feeds_only()
    feed = site.pages[f"{site.root}/rss.xml"]
    assert isinstance(feed, Answer)
    plain = str(feed.body).replace("https://feeds", "http://www.feeds")
    site.feed("/rss.xml", plain, "rss")
    for url in list(site.articles):
        site[url.replace("https://", "http://www.")] = redirect(url)

    assert kinds(drafted(site)) == ["feed"]


def test_a_page_among_the_articles_of_a_sitemap_is_left_out_and_told():
    site = static.sitemaps_only()
    year = f"{site.root}/map-articles-2026.xml"
    odd = f"{site.root}/what-all-of-this-is-for"
    sheet = site.pages[year]
    assert isinstance(sheet, Answer)
    line = f"<url><loc>{odd}</loc></url></urlset>"
    site[year] = Answer(
        body=str(sheet.body).replace("</urlset>", line), content_type=sheet.content_type
    )
    site[odd] = "<html><body><h1>What all of this is for</h1><p>Hm.</p></body></html>"

    draft = drafted(site)

    assert odd not in {candidate.url for candidate in draft.candidates}
    assert any("a guess" in doubt for doubt in draft.doubts)


def test_an_index_that_costs_too_much_a_poll_is_only_mentioned():
    site = static.sitemaps_only()
    site["https://maps.example.com/robots.txt"] = (
        "Sitemap: https://maps.example.com/i.xml"
    )
    rows = "".join(
        f"<sitemap><loc>{site.root}/map-articles-{year}.xml</loc></sitemap>"
        for year in range(2010, 2027)
    )
    site.put("/i.xml", Answer(body=f"<sitemapindex>{rows}</sitemapindex>"))
    newest = [
        (url, one)
        for url, one in zip(
            (f"{site.root}/{one.slug}" for one in stories(5)), stories(5), strict=True
        )
    ]
    site.feed("/feed.xml", rss("The Cable", site.home, newest, full=True), "rss")

    draft = drafted(site)

    assert kinds(draft) == ["feed"]
    assert [one.lead.kind for one in draft.choice.unused] == ["sitemap"]
    assert any("every article" in doubt for doubt in draft.doubts)


def test_a_feed_that_lists_the_pages_of_the_menu_is_read_without_these():
    site = static.blog()
    feed = site.pages[f"{site.root}/atom.xml"]
    assert isinstance(feed, Answer)
    about = f"<entry><title>About</title><link href='{site.root}/about/'/></entry>"
    site.feed("/atom.xml", str(feed.body).replace("</feed>", f"{about}</feed>"), "atom")

    draft = drafted(site)

    assert {candidate.url for candidate in draft.candidates} == site.articles
    assert r"exclude = '^https://blog\.example\.net/about/$'" in toml(draft)


def test_where_only_a_feed_was_found_that_is_told():
    (note,) = drafted(static.feeds_only()).notes

    assert note == "only a feed was found: nothing older than its 18"


def test_rights_reserved_for_a_part_of_the_site_are_not_all():
    site = static.blog()
    rule = '[{"location": "/press/*", "tdm-reservation": 1}]'
    site.put("/.well-known/tdmrep.json", Answer(body=rule))

    assert not drafted(site).reserves_rights


def test_all_the_sitemaps_of_articles_are_taken_however_they_are_called():
    site = static.sitemaps_only()
    months = ("january", "february", "march", "april", "may")
    rows = "".join(
        f"<sitemap><loc>{site.root}/posts-{month}.xml</loc>"
        f"<lastmod>2026-0{n + 1}-01</lastmod></sitemap>"
        for n, month in enumerate(months)
    )
    pages = f"<sitemap><loc>{site.root}/map-pages.xml</loc></sitemap>"
    site.put("/maps.xml", Answer(body=f"<sitemapindex>{rows}{pages}</sitemapindex>"))
    for month in months:
        site.put(
            f"/posts-{month}.xml", site.pages[f"{site.root}/map-articles-2026.xml"]
        )

    (chosen,) = drafted(site).choice.used

    children = chosen.lead.entry()["children"]
    assert isinstance(children, list)
    assert len(children) == len(months)
