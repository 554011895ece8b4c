"""Links of a listing, and the pages after it."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from scrapers.discover import discover
from scrapers.discover.listing import Options
from scrapers.errors import DiscoverError, HttpStatus
from scrapers.items import Discovery, Elsewhere, NotModified, Validators
from tests.fakes_visit import FakeVisit, urls

NEWS = "https://example.org/news/"


def listing(*paths: str, rest: str = "") -> str:
    items = "".join(f'<h2><a href="{path}">x</a></h2>' for path in paths)
    return f"<body><p><a href='/about/'>About</a></p>{items}{rest}"


def next_link(path: str) -> str:
    return f'<a rel="next" href="{path}">Older</a>'


def visit(pages: dict[str, object] | FakeVisit, /, **keys: object) -> Discovery:
    made = pages if isinstance(pages, FakeVisit) else FakeVisit(pages)
    options = {"kind": "listing", "url": NEWS, "links": "h2 a"}
    return discover(Options(**(options | keys)), made)


def test_links_come_once_and_as_listed():
    found = visit({NEWS: listing("/b/", "a/?utm_source=x", "/b/#comments")})

    assert urls(found.candidates) == ["/b/", "/news/a/"]
    assert found.complete


def test_a_first_pass_follows_next_links_up_to_its_pages():
    web = FakeVisit(
        {
            NEWS: listing("/4/", "/3/", rest=next_link("/news/page/2")),
            NEWS + "page/2": listing("/2/", rest=next_link("/news/page/3")),
            NEWS + "page/3": listing("/1/"),
        },
        is_first=True,
    )

    assert urls(visit(web, pages=3).candidates) == ["/4/", "/3/", "/2/", "/1/"]
    short = visit(web, pages=2)
    assert urls(short.candidates) == ["/4/", "/3/", "/2/"]
    assert not short.complete
    assert short.notes == ("read up to the limit of 2 pages",)


def test_a_poll_stops_at_the_first_page_without_news():
    web = FakeVisit(
        {
            NEWS: listing("/5/", "/4/", rest=next_link("/news/page/2")),
            NEWS + "page/2": listing("/3/", "/2/", rest=next_link("/news/page/3")),
            NEWS + "page/3": listing("/1/"),
        }
    )
    web.known = dict.fromkeys(f"https://example.org/{n}/" for n in (1, 2, 3, 4))

    found = visit(web)

    assert web.asked == [NEWS, NEWS + "page/2"]
    assert found.complete


def test_a_pattern_may_have_the_number_before():
    web = FakeVisit(
        {NEWS: listing("/2/"), NEWS + "index_1.html": listing("/1/")}, is_first=True
    )

    found = visit(web, pattern=NEWS + "index_{page-1}.html", pages=9)

    assert urls(found.candidates) == ["/2/", "/1/"]
    assert web.asked[1:] == [NEWS + "index_1.html", NEWS + "index_2.html"]


def test_pages_by_pattern_end_with_the_first_that_is_not_there():
    web = FakeVisit(
        {NEWS: listing("/2/"), NEWS + "page/2": listing("/1/")}, is_first=True
    )

    found = visit(web, pattern=NEWS + "page/{page}", pages=9)

    assert web.asked == [NEWS, NEWS + "page/2", NEWS + "page/3"]
    assert found.complete


def test_a_site_that_repeats_its_last_page_for_ever_is_left():
    last = listing("/1/")
    web = FakeVisit(
        {NEWS: last, NEWS + "page/2": last, NEWS + "page/3": last}, is_first=True
    )

    visit(web, pattern=NEWS + "page/{page}", pages=9)

    assert web.asked == [NEWS, NEWS + "page/2"]


def test_the_next_page_may_have_a_selector_of_its_own():
    more = '<p><b class="more" data-url="/news/2">More</b></p>'
    web = FakeVisit(
        {NEWS: listing("/2/", rest=more), NEWS + "2": listing("/1/")}, is_first=True
    )
    web.pages["https://example.org/news/2"] = listing("/1/")

    found = visit(web, next=".more@data-url")

    assert urls(found.candidates) == ["/2/", "/1/"]


def test_the_next_page_is_never_on_another_host():
    page = listing("/1/", rest=next_link("https://other.net/news/2"))
    web = FakeVisit({NEWS: page}, is_first=True)

    visit(web)

    assert web.asked == [NEWS]


@pytest.mark.parametrize(
    "markup",
    [
        '<article data-href="/1/"></article>',
        '<article><a href="/1/">x</a></article>',
        '<a href="/1/"><article>x</article></a>',
    ],
)
def test_an_address_is_found_on_in_and_around_what_the_selector_names(markup):
    links = "article@data-href" if "data-href" in markup else "article"

    assert urls(visit({NEWS: markup}, links=links).candidates) == ["/1/"]


def test_links_elsewhere_count_only_where_the_definition_allows_them():
    page = listing(
        "https://www.example.org/1/",
        "https://sport.example.org/2/",
        "https://other.net/3/",
        "https://deep.partner.com/4/",
        "mailto:desk@example.org",
        "javascript:void(0)",
        "https://example.org:8443/5/",
    )

    found = visit({NEWS: page}, hosts=["partner.com"])

    assert [c.url for c in found.candidates] == [
        "https://www.example.org/1/",
        "https://sport.example.org/2/",
        "https://deep.partner.com/4/",
    ]


def test_include_and_exclude_choose_by_address():
    page = listing("/2026/a/", "/2026/video/b/", "/tag/c/")

    found = visit({NEWS: page}, include=[r"/2026/"], exclude=["/video/"])

    assert urls(found.candidates) == ["/2026/a/"]


def test_the_home_the_listing_and_endless_addresses_are_no_articles():
    page = listing("/", "/news/", "/" + "x" * 3000, "http://[::1", "/1/")

    assert urls(visit({NEWS: page}).candidates) == ["/1/"]


def test_a_base_element_moves_relative_links():
    page = '<base href="/archive/">' + listing("1/")

    assert urls(visit({NEWS: page}).candidates) == ["/archive/1/"]


def test_the_limit_is_told():
    found = visit({NEWS: listing("/1/", "/2/", "/3/")}, limit=2)

    assert urls(found.candidates) == ["/1/", "/2/"]
    assert not found.complete
    assert found.notes == ("read up to the limit of 2 addresses",)


def test_a_selector_that_matches_nothing_is_an_error_that_names_it():
    with pytest.raises(DiscoverError, match="no link matches 'h2 a'"):
        visit({NEWS: "<h3><a href='/1/'>x</a></h3>"})


def test_an_unchanged_listing_gives_nothing_and_keeps_its_validators():
    kept = Validators(etag='"a"')

    found = visit({NEWS: NotModified(url=NEWS, validators=kept)})

    assert found == Discovery(validators=((NEWS, kept),))


def test_a_listing_that_is_gone_or_moved_to_another_host_is_an_error():
    moved = Elsewhere(requested_url=NEWS, url="https://example.net/")
    with pytest.raises(DiscoverError, match=r"nothing there \(404\)"):
        visit({})
    with pytest.raises(DiscoverError, match=r"write https://example\.net/ instead"):
        visit({NEWS: moved})


def test_a_failing_later_page_ends_a_first_pass_and_fails_a_poll():
    pages = {
        NEWS: listing("/1/", rest=next_link("/news/2/")),
        NEWS + "2/": HttpStatus("500", url=NEWS + "2/", status=500),
    }

    found = visit(FakeVisit(pages, is_first=True))

    assert urls(found.candidates) == ["/1/"]
    assert not found.complete
    with pytest.raises(HttpStatus):
        visit(pages)


def test_only_the_first_page_is_asked_conditionally_next_time():
    pages = {NEWS: listing("/1/", rest=next_link("2/")), NEWS + "2/": listing("/0/")}

    found = visit(FakeVisit(pages, is_first=True))

    assert [url for url, _ in found.validators] == [NEWS]


@pytest.mark.parametrize(
    "keys",
    [
        {"links": "h2 a["},
        {"next": "a:::b"},
        {"pattern": NEWS + "page/2"},
        {"next": "a", "pattern": NEWS + "{page}"},
        {"url": "example.org"},
        {"pages": 0},
        {"include": ["("]},
        {"hosts": ["https://x.org/"]},
    ],
)
def test_wrong_values_are_refused(keys):
    with pytest.raises(ValidationError):
        visit({}, **keys)
