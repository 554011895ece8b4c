"""Sites that are made otherwise than most, and what a draft says of them."""

from __future__ import annotations

import json
from datetime import timedelta
from random import Random

import pytest

from scrapers.draft.arriving import Refusal
from scrapers.draft.drafting import Draft
from scrapers.draft.writing import write
from scrapers.sandbox import InProcess
from tests.fakes import Answer, FakeWeb
from tests.scrapers.draft.seeing import look
from tests.sites import bare
from tests.sites.site import SmallSite, rss, sitemap, sitemap_index
from tests.sites.stories import Story, prose, stories

COUNT, SHOWN = 20, 4
HOME = "https://example.org/"


def page(main: str, title: str, *, language: str = "en", head: str = "") -> str:
    return (
        f'<html lang="{language}"><head><title>{title}</title>{head}</head><body>'
        f"<div class=page>{main}</div><p><a href=/about/>About</a></p></body></html>"
    )


def address(one: Story) -> str:
    return f"/{one.at:%Y/%m}/{one.slug}/"


def paged(where: str = "/", host: str = "paged.example.org") -> SmallSite:
    """A listing in pages by number, each linked from all; neither feed nor sitemap."""
    site = SmallSite(host)
    told = stories(COUNT)
    for one in told:
        post = f"<h1>{one.title}</h1><p class=meta>{one.author}, {one.at:%Y-%m-%d}</p>"
        site.publish(address(one), page(f"{post}{prose(one)}", one.title))
    last = COUNT // SHOWN
    pager = "".join(f'<a href="{where}?page={n + 1}">{n + 1}</a>' for n in range(last))
    for number in range(last):
        rows = "".join(
            f'<div class=item><h2><a href="{address(one)}">{one.title}</a></h2></div>'
            for one in told[number * SHOWN : (number + 1) * SHOWN]
        )
        listed = page(f"{rows}<div class=pager>{pager}</div>", "The Pager")
        site.put(f"{where}?page={number + 1}", listed)
        if not number:
            site.put(where, listed)
    if where != "/":
        menu = f'<nav><a href="{where}">News</a> <a href="/about/">About</a></nav>'
        site.put("/", page(f"<h1>The Pager</h1>{menu}", "The Pager"))
    return site


def drafted(site: SmallSite, url: str = "") -> Draft:
    found = look(site, url or site.home)
    assert isinstance(found, Draft), found
    return found


@pytest.mark.parametrize(
    "listing",
    [bare.tables, bare.cells, bare.lines, bare.definitions, bare.paragraphs],
)
def test_a_list_without_headings_classes_or_dates_of_articles_is_found(listing):
    site = bare.bare(listing)

    (chosen,) = drafted(site).choice.used

    assert set(chosen.lead.urls) == site.articles


@pytest.mark.parametrize("where", ["/", "/news/"])
def test_pages_by_number_are_one_listing(where):
    site = paged(where)

    (chosen,) = drafted(site).choice.used

    assert (chosen.lead.url, chosen.lead.reaches_all) == (site.root + where, True)


@pytest.mark.parametrize("kind", ["application/feed+json", "application/json"])
def test_a_json_feed_that_is_linked_is_found_with_its_name(kind):
    site = paged()
    link = f'<link rel=alternate type="{kind}" href="/feed.json">'
    site.put("/", page("<p>Welcome.</p>", "Home", head=link))
    items = [
        {"id": one.slug, "url": address(one), "date_published": one.at.isoformat()}
        for one in stories(COUNT)
    ]
    version = "https://jsonfeed.org/version/1.1"
    feed = {"version": version, "title": "The Pager", "items": items}
    site.put("/feed.json", Answer(body=json.dumps(feed), content_type=kind))

    found = drafted(site)

    (chosen,) = found.choice.used
    assert (chosen.lead.kind, set(chosen.lead.urls)) == ("feed", site.articles)
    assert found.name == "The Pager"


def test_an_article_that_says_nothing_of_itself_leads_to_its_site():
    site = paged()

    draft = drafted(site, min(site.articles))

    assert draft.home == site.home
    assert any("is an article" in note for note in draft.notes)


def test_a_section_that_was_asked_for_is_a_site_of_its_own():
    site = paged("/news/")

    assert drafted(site, f"{site.root}/news/").home == f"{site.root}/news/"


LOGIN = "<h1>Members</h1><form><input name=user><input type=password></form>"
CAPTCHA = "<title>Just a moment...</title><p>Checking your browser.</p>"
CONSENT = (
    "<title>Before you continue</title><p>We and our partners use cookies; accept all "
    "cookies or read of our privacy choices and your consent to go on to the site.</p>"
)


@pytest.mark.parametrize(
    ("body", "named"),
    [(LOGIN, "a login"), (CAPTCHA, "a captcha"), (CONSENT, "a consent wall")],
)
def test_a_front_page_that_keeps_programs_out_is_named(body, named):
    found = look(FakeWeb({HOME: f"<html>{body}<script src=/a.js></script>"}), HOME)

    assert isinstance(found, Refusal)
    assert named in found.reason
    assert found.remedy


@pytest.mark.parametrize(
    ("body", "named"),
    [
        ("", "the page is empty"),
        ("  \n", "the page is empty"),
        ("<html><head><title>Soon</title></head><body></body></html>", "is empty"),
        (Random(1).randbytes(20_000), "the page is no HTML"),
        ("It works.", "the page is no HTML"),
        ("<html><body><p>It works.</p></body></html>", "no feed, sitemap"),
    ],
)
def test_a_front_page_that_is_none_is_named(body, named):
    found = look(FakeWeb({HOME: Answer(body=body)}), HOME)

    assert isinstance(found, Refusal)
    assert named in found.reason


def test_a_site_with_a_login_beside_its_articles_is_drafted():
    site = paged()
    site.put("/", str(site.pages[site.home]).replace("<body>", f"<body>{LOGIN}"))

    assert drafted(site).choice.used


def test_articles_in_two_languages_are_told():
    site = paged()
    for one in stories(COUNT)[1:]:
        url = site.root + address(one)
        site[url] = str(site.pages[url]).replace('lang="en"', 'lang="sw"')

    draft = drafted(site)

    assert any("several languages" in note for note in draft.notes), draft.notes


def test_another_edition_is_told_with_its_address():
    site = paged()
    link = '<link rel=alternate hreflang="fa" href="/fa/">'
    own = f'<link rel=alternate hreflang="en" href="{site.home}">'
    front = str(site.pages[site.home]).replace("</head>", f"{own}{link}</head>")
    site.put("/", front)

    (note,) = [note for note in drafted(site).notes if "edition" in note]

    assert f"{site.root}/fa/" in note
    assert "fa" in note


def test_the_preview_names_what_was_not_fetched_by_its_link():
    site = paged()

    rows = write(drafted(site), InProcess(), is_full=False).rows

    titles = {site.root + address(one): one.title for one in stories(COUNT)}
    assert {row.url: row.title for row in rows} == {
        row.url: titles[row.url] for row in rows
    }
    assert any(row.words is None for row in rows)


def test_a_front_page_of_very_many_links_is_refused_with_a_remedy():
    links = "".join(f"<p><a href=/t/{n}>Thing {n}</a></p>" for n in range(60_000))
    found = look(FakeWeb({HOME: f"<html><body>{links}</body></html>"}), HOME)

    assert isinstance(found, Refusal)
    assert "60,000 links" in found.reason
    assert "page that lists" in found.remedy


def test_print_amp_and_mobile_versions_in_a_sitemap_are_left_out():
    site = paged()
    urls = []
    for one in stories(COUNT):
        path = address(one)
        for version in (path, f"/amp{path}", f"{path}print/", f"/m{path}"):
            site.put(version, site.pages[site.root + path])
            urls.append((site.root + version, None))
    site.put("/sitemap.xml", sitemap(urls))

    (chosen,) = drafted(site).choice.used

    assert chosen.lead.kind == "sitemap"
    assert set(chosen.lead.urls) == site.articles


def test_popular_articles_beside_a_listing_stay_articles():
    site = paged()
    urls = [(site.root + address(one), None) for one in stories(COUNT)]
    popular = f"<li><a href='{urls[9][0]}'>{stories(COUNT)[9].title}</a></li>"
    front = str(site.pages[site.home]).replace(
        "<p><a", f"<aside>{popular}</aside><p><a"
    )
    site.put("/", front)
    site.put("/sitemap.xml", sitemap([*urls, (f"{site.root}/about/", None)]))

    (chosen,) = drafted(site).choice.used

    assert set(chosen.lead.urls) == site.articles


def test_where_nothing_leads_to_older_articles_that_is_told():
    site = bare.bare(bare.lines)

    (note,) = drafted(site).notes

    assert note == (
        f"no way to articles older than the {len(site.articles)} listed was found"
    )


def test_articles_that_were_read_here_and_there_are_no_rhythm():
    site = paged("/news/")
    old = "".join(
        f'<h3><a href="{address(one)}">{one.title}</a></h3>'
        for one in stories(COUNT)[15:]
    )
    front = str(site.pages[site.home]).replace("</h1>", f"</h1>{old}")
    site.put("/", front)

    draft = drafted(site)

    assert len(draft.samples) >= 3
    assert draft.pace.gap is not None
    assert abs(draft.pace.gap - timedelta(hours=83)) < timedelta(hours=20)


def test_the_name_of_the_host_says_nothing_of_its_pages():
    site = paged("/news/", "help.bishop.example.org")

    (chosen,) = drafted(site).choice.used

    assert set(chosen.lead.urls) < site.articles


def test_archives_by_month_are_left_to_walks_back_in_time():
    site = bare.bare(bare.lines)
    links = "".join(f'<li><a href="/2026/{n:02}/">Month {n}</a></li>' for n in (2, 1))
    front = str(site.pages[site.home]).replace("<HR>", f"<nav>{links}</nav><HR>")
    site.put("/", front)
    for n in (1, 2):
        told = stories(bare.COUNT)[9 * n - 9 : 9 * n]
        site.put(f"/2026/{n:02}/", bare.page(bare.NAME, bare.lines(told)))

    found = drafted(site)

    assert [one.lead.url for one in found.choice.used] == [site.home]
    assert not set(site.asked) & {f"{site.root}/2026/{n:02}/" for n in (1, 2)}
    archive = f"{site.root}/{{year}}/{{month}}/"
    assert dict(found.choice.used[0].lead.keys)["archive"] == archive
    (note,) = found.notes
    assert "wireroom sync --since" in note


def test_a_shops_articles_are_told_from_products_addressed_alike():
    site = paged("/news/")
    told = stories(COUNT)
    for one in told:
        site.publish(f"/magazine/{one.slug}", site.pages[site.root + address(one)])
    site.articles -= {site.root + address(one) for one in told}
    shop = [f"/{one.slug}-pan/item-{one.number}" for one in told]
    for path in shop:
        site.put(path, page(f"<h1>A pan</h1><p>9.95</p>{path}", "A pan"))
    site.put("/", page("<p>Welcome to the shop.</p>", "The Pager"))
    urls = [*(site.root + path for path in shop), *sorted(site.articles)]
    site.put("/sitemap.xml", sitemap([(url, "2026-02-02") for url in urls]))

    (chosen,) = drafted(site).choice.used

    assert set(chosen.lead.urls) == site.articles


def test_the_newest_sitemap_of_an_index_may_yet_be_empty():
    site = paged()
    site.put("/", page("<p>Welcome.</p>", "The Pager"))
    days = ("2026-03-01", "2026-02-28")
    index = [(f"{site.root}/articles-{day}.xml", f"{day}T08:00:00Z") for day in days]
    site.put("/sitemap.xml", sitemap_index(index))
    site.put(f"/articles-{days[0]}.xml", sitemap([]))
    urls = [(url, None) for url in sorted(site.articles)]
    site.put(f"/articles-{days[1]}.xml", sitemap(urls))

    (chosen,) = drafted(site).choice.used

    assert set(chosen.lead.urls) == site.articles


def test_a_feed_of_all_that_two_pages_show_is_joined_by_a_listing_of_more():
    site = paged()
    items = [(site.root + address(one), one) for one in stories(3 * SHOWN)]
    body = rss("The Pager", site.home, items, full=False)
    site.feed("/feed.xml", body, "rss")

    used = [one.lead for one in drafted(site).choice.used]

    assert [lead.kind for lead in used] == ["feed", "listing"]


def test_short_headlines_in_a_box_of_the_latest_stay_in_their_feed():
    site = paged()
    told = stories(COUNT)
    for one in told:
        site.publish(f"/{100 + one.number}", site.pages[site.root + address(one)])
    items = [(f"{site.root}/{100 + one.number}", one) for one in told]
    box = "".join(f"<li><a href='/{100 + n}'>Flood {n}</a></li>" for n in (1, 2))
    site.put("/", page(f"<aside><ul>{box}</ul></aside>", "The Pager"))
    body = rss("The Pager", site.home, items, full=False)
    site.feed("/feed.xml", body, "rss")

    (chosen,) = drafted(site).choice.used

    assert set(chosen.lead.urls) == {url for url, _ in items}


def test_a_link_below_a_short_list_leads_to_the_long_one():
    site = paged()
    told = stories(COUNT)

    def rows(some: list[Story]) -> str:
        return "".join(f"<h2><a href='{address(s)}'>{s.title}</a></h2>" for s in some)

    more = "<div><a href=/stories>All stories</a></div>"
    site.put("/", page(rows(told[:3]) + more, "The Pager"))
    site.put("/stories", page(rows(told), "All stories"))

    used = [one.lead for one in drafted(site).choice.used]

    assert {url for lead in used for url in lead.urls} == site.articles


def test_archives_by_the_months_name_that_a_section_links_are_its_listings():
    site = paged("/news/")
    told = stories(COUNT)
    rows = "".join(f"<h2><a href='{address(s)}'>{s.title}</a></h2>" for s in told[:5])
    names = ("february", "january", "december")
    links = "".join(f"<li><a href='/news/2026/{n}/'>{n} 2026</a></li>" for n in names)
    site.put("/news/", page(f"{rows}<ul>{links}</ul>", "News"))

    (chosen,) = drafted(site).choice.used

    archive = f"{site.root}/news/{{year}}/{{month_name}}/"
    assert dict(chosen.lead.keys)["archive"] == archive


@pytest.mark.parametrize("path", ["/blog/{}.html", "{}#comment-5"])
def test_a_feed_of_gone_articles_or_of_comments_is_no_feed_of_articles(path):
    site = paged()
    told = stories(COUNT)
    items = [(site.root + path.format(address(one).rstrip("/")), one) for one in told]
    body = rss("The Pager", site.home, items[:6], full=False)
    site.feed("/feed.xml", body, "rss")

    (chosen,) = drafted(site).choice.used

    assert (chosen.lead.kind, chosen.lead.reaches_all) == ("listing", True)
    assert set(chosen.lead.urls) <= site.articles


def test_an_article_may_be_called_as_links_to_more_are():
    site = paged()
    site.publish("/essays/no-more/", site.pages[min(site.articles)])
    line = "<p class=x>Read <a href=/essays/no-more/>No more</a> again</p>"
    site.put("/", page(f"<p>Welcome.</p>{line}", "The Pager"))
    site.put("/sitemap.xml", sitemap([(url, None) for url in sorted(site.articles)]))

    (chosen,) = drafted(site).choice.used

    assert set(chosen.lead.urls) == site.articles
