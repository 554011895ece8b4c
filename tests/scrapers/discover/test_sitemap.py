"""Sitemaps, indexes of them, and what their extensions tell."""

from __future__ import annotations

import gzip
from datetime import UTC, datetime

import pytest

from scrapers.discover import discover
from scrapers.discover.sitemap import MOST_SITEMAPS, Options
from scrapers.errors import DiscoverError, HttpStatus
from scrapers.items import Discovery, Hints, Image, NotModified, Precision, Site
from tests.fakes_visit import FakeVisit, urls

MAP = "https://example.org/sitemap.xml"
NS = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'


def urlset(*lines: str, spaces: str = NS) -> str:
    body = "".join(f"<url>{line}</url>" for line in lines)
    return f'<?xml version="1.0"?><urlset {spaces}>{body}</urlset>'


def line(path: str, lastmod: str = "") -> str:
    changed = f"<lastmod>{lastmod}</lastmod>" if lastmod else ""
    return f"<loc>https://example.org{path}</loc>{changed}"


def index(*children: tuple[str, str]) -> str:
    body = "".join(
        f"<sitemap>{line(path, lastmod)}</sitemap>" for path, lastmod in children
    )
    return f"<sitemapindex {NS}>{body}</sitemapindex>"


def visit(pages: object, /, **keys: object) -> Discovery:
    made = pages if isinstance(pages, FakeVisit) else FakeVisit({MAP: pages})
    return discover(Options(**({"kind": "sitemap", "url": MAP} | keys)), made)


def test_dated_lines_come_newest_first_and_their_lastmod_is_the_version():
    found = visit(
        urlset(line("/a/"), line("/b/", "2026-01-01"), line("/c/", "2026-02-01"))
    )

    assert urls(found.candidates) == ["/c/", "/b/", "/a/"]
    assert [c.version for c in found.candidates] == ["2026-02-01", "2026-01-01", None]


@pytest.mark.parametrize("made", ["2026-03-09", None])
def test_lines_alike_come_by_the_days_in_their_addresses(made):
    days = ("/2026/03/01/a/", "/2026/03/08/c/", "/about/", "/2026/03/05/b/")
    found = visit(urlset(*(line(path, *([made] if made else [])) for path in days)))

    assert urls(found.candidates) == [days[1], days[3], days[0], days[2]]


@pytest.mark.parametrize("made", ["2026-03-09", None])
def test_lines_whose_numbers_grow_begin_with_the_oldest(made):
    stamp = [made] if made else []
    paths = [f"/news/2026{n:04}" for n in range(6)]
    found = visit(urlset(*(line(path, *stamp) for path in ["/about/", *paths])))
    falling = visit(urlset(*(line(path, *stamp) for path in paths[::-1])))

    assert urls(found.candidates) == [*paths[::-1], "/about/"]
    assert urls(falling.candidates) == paths[::-1]


def test_times_without_a_zone_are_read():
    pages = {
        MAP: index(("/old.xml", "2026-01-01T10:00:00"), ("/s.xml", "2026-02-01 10:00")),
        "https://example.org/s.xml": urlset(line("/a/", "2026-02-01T10:00:00")),
        "https://example.org/old.xml": urlset(line("/b/", "2026-01-01T10:00:00")),
    }

    assert urls(visit(FakeVisit(pages)).candidates) == ["/a/", "/b/"]


def test_a_news_sitemap_gives_hints():
    spaces = (
        f'{NS} xmlns:n="http://www.google.com/schemas/sitemap-news/0.9"'
        ' xmlns:i="http://www.google.com/schemas/sitemap-image/1.1"'
    )
    news = (
        "<n:news><n:publication><n:name>Daily</n:name><n:language>sw</n:language>"
        "</n:publication><n:publication_date>2026-03-01T09:00:00+03:00"
        "</n:publication_date><n:title>Mafuriko &amp;amp; mvua</n:title>"
        "<n:keywords>mvua, Tana , mvua</n:keywords></n:news>"
        "<i:image><i:loc>https://example.org/a.jpg</i:loc></i:image>"
    )

    found = visit(urlset(line("/a/") + news, spaces=spaces))

    assert urls(found.candidates) == ["/a/"]
    assert found.candidates[0].hints == Hints(
        title="Mafuriko & mvua",
        published_at=datetime(2026, 3, 1, 6, tzinfo=UTC),
        published_precision=Precision.TIME,
        tags=("mvua", "Tana"),
        image=Image(url="https://example.org/a.jpg"),
        language="sw",
    )


def test_a_time_without_offset_is_in_the_zone_of_the_source():
    news = "<news><publication_date>2026-03-01T09:00:00</publication_date></news>"
    web = FakeVisit({MAP: urlset(line("/a/") + news)})
    web.site = Site(home="https://example.org/", timezone="Africa/Nairobi")

    found = visit(web)

    assert found.candidates[0].hints.published_at == datetime(2026, 3, 1, 6, tzinfo=UTC)


def test_lines_that_all_carry_one_stamp_tell_no_versions():
    stamp = "2026-03-01T10:11:12+00:00"

    found = visit(urlset(*(line(f"/{n}/", stamp) for n in range(9))))

    assert {c.version for c in found.candidates} == {None}


def test_a_gzipped_sitemap_is_unpacked():
    packed = gzip.compress(urlset(line("/a/")).encode())

    assert urls(visit(packed).candidates) == ["/a/"]


@pytest.mark.parametrize(
    "body",
    [gzip.compress(b" " * 10_000_000, mtime=0), b"\x1f\x8b\x08 no gzip"],
    ids=["bomb", "broken"],
)
def test_bad_gzip_is_refused(body):
    with pytest.raises(DiscoverError, match="gzip"):
        visit(body)


def test_a_list_of_addresses_is_a_sitemap_too():
    found = visit("https://example.org/a/\r\n\r\nhttps://example.org/b/\n")

    assert urls(found.candidates) == ["/a/", "/b/"]


def test_what_stands_before_a_fault_is_kept_and_the_fault_told():
    found = visit(urlset(line("/a/"), line("/b?x=1&y=2"), line("/c/")))

    assert urls(found.candidates) == ["/a/"]
    assert found.notes[0].startswith("broken XML: ")
    assert not found.complete


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ("", "neither XML nor addresses"),
        ("<!DOCTYPE html><html>", "an HTML page"),
        ("<rss><channel/></rss>", "the document is a <rss>"),
        ("<urlset><url><loc>", "broken XML"),
        ('<!DOCTYPE x [<!ENTITY a "b">]><urlset/>', "refused"),
    ],
)
def test_what_is_no_sitemap_is_refused_by_name(body, reason):
    with pytest.raises(DiscoverError, match=reason):
        visit(body)


def test_an_index_is_followed_latest_first():
    web = FakeVisit(
        {
            MAP: index(("/1.xml", "2026-01-01"), ("/2.xml", "2026-02-01")),
            "https://example.org/1.xml": urlset(line("/a/")),
            "https://example.org/2.xml": urlset(line("/b/")),
        },
        is_first=True,
    )

    found = visit(web)

    assert urls(web.asked) == ["/sitemap.xml", "/2.xml", "/1.xml"]
    assert urls(found.candidates) == ["/b/", "/a/"]
    assert [url for url, _ in found.validators] == web.asked


def test_a_poll_passes_over_children_not_changed_since_the_last_pass():
    web = FakeVisit(
        {
            MAP: index(("/1.xml", "2026-01-01"), ("/2.xml", "2026-02-28")),
            "https://example.org/2.xml": urlset(line("/b/")),
        },
        last_pass_at=datetime(2026, 3, 1, tzinfo=UTC),
    )

    visit(web)

    assert urls(web.asked) == ["/sitemap.xml", "/2.xml"]


def test_an_index_without_dates_is_never_asked_conditionally():
    web = FakeVisit(
        {
            MAP: index(("/1.xml", "")),
            "https://example.org/1.xml": urlset(line("/a/")),
        },
        last_pass_at=datetime(2026, 3, 1, tzinfo=UTC),
    )

    found = visit(web)

    assert urls(found.candidates) == ["/a/"]
    assert [url for url, _ in found.validators] == ["https://example.org/1.xml"]


def test_children_can_be_chosen():
    web = FakeVisit(
        {
            MAP: index(("/posts-1.xml", ""), ("/pages-1.xml", "")),
            "https://example.org/posts-1.xml": urlset(line("/a/")),
        }
    )

    visit(web, children="posts")

    assert urls(web.asked) == ["/sitemap.xml", "/posts-1.xml"]


def test_a_broken_child_is_a_note_and_an_unanswered_one_is_asked_again():
    child = "https://example.org/1.xml"
    pages = {MAP: index(("/1.xml", "2026-01-01"))}

    broken = visit(FakeVisit(pages | {child: "<html/>"}))
    failing = visit(
        FakeVisit(pages | {child: HttpStatus("503", url=child, status=503)})
    )

    assert not broken.complete
    assert "no sitemap" in broken.notes[0]
    assert [url for url, _ in broken.validators] == [MAP]
    assert failing.validators == ()


def test_children_elsewhere_and_circles_are_not_followed():
    far = "<sitemap><loc>https://other.net/1.xml</loc></sitemap>"
    page = index(("/sitemap.xml", "")).replace("</sitemapindex>", far)
    web = FakeVisit({MAP: page + "</sitemapindex>"}, is_first=True)

    visit(web)

    assert web.asked == [MAP]


def test_nesting_has_an_end():
    pages = {f"https://example.org/{n}": index((f"/{n + 1}", "")) for n in range(9)}
    pages[MAP] = index(("/0", ""))
    web = FakeVisit(pages, is_first=True)

    found = visit(web)

    assert len(web.asked) == 3
    assert "3 levels deep" in found.notes[0]


def test_an_index_of_thousands_has_an_end():
    web = FakeVisit(
        {MAP: index(*((f"/{n}.xml", "") for n in range(2 * MOST_SITEMAPS)))},
        is_first=True,
    )

    found = visit(web)

    assert len(web.asked) == MOST_SITEMAPS
    assert not found.complete


def test_the_limit_is_kept():
    found = visit(urlset(*(line(f"/{n}/") for n in range(9))), limit=4)

    assert len(found.candidates) == 4
    assert not found.complete


def test_the_limit_cuts_off_the_oldest():
    lines = (line(f"/{n}/", f"2026-01-{n:02}") for n in range(1, 10))

    assert urls(visit(urlset(*lines), limit=2).candidates) == ["/9/", "/8/"]


def test_an_index_of_sitemaps_stops_at_the_limit_too():
    pages = {MAP: index(("/1.xml", "2026-01-01"), ("/2.xml", "2026-02-01"))}
    pages["https://example.org/2.xml"] = urlset(line("/a/"), line("/b/"))
    web = FakeVisit(pages, is_first=True)

    found = visit(web, limit=2)

    assert urls(found.candidates) == ["/a/", "/b/"]
    assert not found.complete
    assert urls(web.asked) == ["/sitemap.xml", "/2.xml"]


def test_lines_of_other_publishers_and_without_an_address_are_left_out():
    other = "<loc>https://example.net/1/</loc>"

    found = visit(urlset(other, "<lastmod>2026-01-01</lastmod>", line("/a/")))

    assert urls(found.candidates) == ["/a/"]


def test_an_unchanged_sitemap_gives_nothing():
    assert visit(NotModified(url=MAP)).candidates == ()


def test_the_first_document_must_be_there():
    with pytest.raises(DiscoverError, match="404"):
        visit(FakeVisit({}))
