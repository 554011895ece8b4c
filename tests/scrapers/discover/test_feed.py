"""RSS and Atom as a source, kind and hostile."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scrapers.discover import discover
from scrapers.discover.feed import Options
from scrapers.errors import DiscoverError
from scrapers.items import Author, Candidate, Discovery, Image, Precision, Site
from tests.fakes_visit import FakeVisit, urls

FEED = "https://example.org/feed/"
SPACES = (
    'xmlns:content="http://purl.org/rss/1.0/modules/content/"'
    ' xmlns:dc="http://purl.org/dc/elements/1.1/"'
    ' xmlns:atom="http://www.w3.org/2005/Atom"'
    ' xmlns:media="http://search.yahoo.com/mrss/"'
    ' xmlns:slash="http://purl.org/rss/1.0/modules/slash/"'
)


def rss(*items: str, head: str = "") -> str:
    body = "".join(f"<item>{item}</item>" for item in items)
    return (
        f'<?xml version="1.0" encoding="UTF-8"?><rss version="2.0" {SPACES}><channel>'
        f"<title>Daily</title>{head}{body}</channel></rss>"
    )


def item(n: int, rest: str = "") -> str:
    return (
        f"<title>Story {n}</title><link>https://example.org/{n}/</link>"
        f"<guid isPermaLink='false'>https://example.org/?p={n}</guid>{rest}"
    )


def visit(pages: object, /, **keys: object) -> Discovery:
    made = pages if isinstance(pages, FakeVisit) else FakeVisit({FEED: pages})
    return discover(Options(**({"kind": "feed", "url": FEED} | keys)), made)


def only(feed: object) -> Candidate:
    found = visit(feed).candidates
    assert len(found) == 1
    return found[0]


@pytest.mark.parametrize(
    ("stated", "image_type"),
    [("image/PNG; q=1", "image/png"), ("image/&quot;&gt;", None), ("video/mp4", None)],
)
def test_a_picture_has_no_type_that_is_none_of_a_picture(stated, image_type):
    entry = item(1, f'<media:content url="/a" medium="image" type="{stated}"/>')

    image = only(rss(entry)).hints.image

    assert image == Image(url="https://example.org/a", media_type=image_type)


@pytest.mark.parametrize("date", ["2026-03-01T09:30:00", "Sun, 01 Mar 2026 09:30:00"])
def test_a_date_without_a_zone_is_of_the_sites(date):
    found = only(rss(item(1, f"<pubDate>{date}</pubDate>")))

    at = datetime(2026, 3, 1, 9, 30, tzinfo=ZoneInfo(FakeVisit({}).site.timezone))
    assert found.hints.published_at == at


@pytest.mark.parametrize("year", ["1970", "1899", "0001"])
def test_no_article_is_older_than_the_web(year):
    found = only(rss(item(1, f"<pubDate>Thu, 01 Jan {year} 00:00:00 GMT</pubDate>")))

    assert found.hints.published_at is None


def test_an_entry_becomes_a_candidate_with_hints():
    entry = item(
        1,
        "<pubDate>Sun, 01 Mar 2026 09:30:00 +0300</pubDate>"
        "<dc:creator><![CDATA[Amina &amp;amp; Co]]></dc:creator>"
        "<category><![CDATA[Iran &amp; News]]></category><category>Maji</category>"
        "<description><![CDATA[<p>What <b>happ</b>ened.</p><p>More [&#8230;]</p>]]>"
        "</description><content:encoded><![CDATA[<p>All of it</p>]]></content:encoded>"
        '<media:content url="/a.jpg" medium="image" width="800" height="x"/>',
    )

    found = only(rss(entry, head="<language>en-US</language>"))

    assert found.url == "https://example.org/1/"
    assert found.hints.title == "Story 1"
    assert found.hints.summary == "What happened. More…"
    assert found.hints.authors == (Author(name="Amina & Co"),)
    assert found.hints.published_at == datetime(2026, 3, 1, 6, 30, tzinfo=UTC)
    assert found.hints.published_precision is Precision.TIME
    assert found.hints.categories == (("Iran & News",), ("Maji",))
    assert found.hints.image == Image(url="https://example.org/a.jpg", width=800)
    assert found.hints.language == "en-US"


def test_an_atom_entry_becomes_a_candidate_with_hints():
    feed = """<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="sw">
      <entry><id>urn:x:1</id><title type="html">A &amp;amp; B</title>
      <link rel="self" href="https://example.org/1.atom"/>
      <link href="/1/"/><updated>2026-03-01T09:00:00Z</updated>
      <published>2026-03-01T09:00:00+03:00</published>
      <author><name>Amina</name><uri>/amina</uri><email>a@example.org</email></author>
      <link rel="enclosure" type="image/png" href="/a.png"/>
      <category term="maji" label="Maji"/></entry></feed>"""

    found = only(feed)

    assert found.url == "https://example.org/1/"
    assert found.hints.title == "A & B"
    assert found.hints.authors == (
        Author(name="Amina", url="https://example.org/amina"),
    )
    assert found.hints.published_at == datetime(2026, 3, 1, 6, tzinfo=UTC)
    assert found.hints.modified_at == datetime(2026, 3, 1, 9, tzinfo=UTC)
    assert found.hints.categories == (("Maji",),)
    assert found.hints.image is not None
    assert found.hints.language == "sw"


def test_the_version_follows_the_entry_and_not_its_counters():
    body = (
        "<content:encoded><![CDATA[<p>{} <a href='?n={}'>x</a></p>]]></content:encoded>"
    )
    comments = "<slash:comments>{}</slash:comments>"
    first = only(rss(item(1, body.format("Text", 1) + comments.format(1))))
    again = only(rss(item(1, body.format("Text", 2) + comments.format(9))))
    edited = only(rss(item(1, body.format("New text", 1))))

    assert first.version == again.version
    assert first.version != edited.version


def test_an_edit_at_the_end_of_a_long_text_changes_the_version():
    body = (
        "<content:encoded><![CDATA[<p>" + "word " * 9000 + "{}</p>]]></content:encoded>"
    )

    versions = {only(rss(item(1, body.format(end)))).version for end in ("one", "two")}

    assert len(versions) == 2


@pytest.mark.parametrize(
    ("date", "at", "precision"),
    [
        ("Sun, 01 Mar 2026 09:30:00", (6, 30), Precision.TIME),
        ("Sun, 01 Mar 2026 09:30:00 GMT", (9, 30), Precision.TIME),
        ("2026-03-01T09:30:00", (6, 30), Precision.TIME),
        ("2026-03-01", (0, 0), Precision.DAY),
        ("01 Mar 2026", (0, 0), Precision.DAY),
        ("Sun Mar  1 09:30:00 2026", (9, 30), Precision.TIME),
    ],
)
def test_dates_without_a_zone_are_in_that_of_the_source(date, at, precision):
    web = FakeVisit({FEED: rss(item(1, f"<pubDate>{date}</pubDate>"))})
    web.site = Site(home="https://example.org/", timezone="Africa/Nairobi")

    hints = visit(web).candidates[0].hints

    assert hints.published_at == datetime(2026, 3, 1, *at, tzinfo=UTC)
    assert hints.published_precision is precision


@pytest.mark.parametrize(
    "date", ["soon", "9999999", "Sun, 99 Foo 2026 00:00:00 GMT", "2027-01-01T00:00Z"]
)
def test_a_date_nobody_can_believe_is_none(date):
    found = only(rss(item(1, f"<pubDate>{date}</pubDate>")))

    assert found.hints.published_at is None


def test_a_mail_address_is_no_author():
    named = only(rss(item(1, "<author>ann@example.org (Ann Otieno)</author>")))
    bare = only(rss(item(1, "<author>desk@example.org</author>")))

    assert named.hints.authors == (Author(name="Ann Otieno"),)
    assert bare.hints.authors == ()


def test_a_guid_that_is_a_link_serves_as_one_and_any_other_does_not():
    linked = "<title>A</title><guid>https://example.org/1/</guid>"
    named = "<title>B</title><guid isPermaLink='false'>x1</guid>"

    found = visit(rss(linked, named))

    assert urls(found.candidates) == ["/1/"]
    assert found.notes == ("1 entries without an address to take",)


def test_raw_control_characters_do_not_spoil_a_feed():
    feed = rss(item(1, "<description>a\x0b\x08b</description>"), item(2))

    assert urls(visit(feed).candidates) == ["/1/", "/2/"]


def test_a_feed_in_another_charset_is_read():
    text = rss(item(1)).replace("UTF-8", "windows-1256").replace("Story", "خبر")

    found = visit(text.encode("windows-1256"))

    assert found.candidates[0].hints.title == "خبر 1"


def test_a_broken_feed_gives_what_it_has():
    feed = rss(item(1, "<description>AT&T <b>x</description>"), item(2))

    assert "/1/" in urls(visit(feed).candidates)


BOMB = (
    '<!DOCTYPE rss [<!ENTITY a "lol"><!ENTITY b "&a;&a;&a;"><!ENTITY c "&b;&b;">]>'
    "<rss version='2.0'><channel><item><title>&c;</title>"
    "<link>https://example.org/1/</link></item></channel></rss>"
)


@pytest.mark.parametrize(
    "body",
    [
        BOMB.encode(),
        ('<?xml version="1.0"?>\n<!-- <a> -->' + BOMB).encode(),
        BOMB.replace("DOCTYPE rss", "DOCTYPE\nrss SYSTEM 'http://x/y'").encode(),
        ("\ufeff" + BOMB).encode("utf-16"),
        BOMB.encode("utf-16-le"),
    ],
    ids=["plain", "comment", "external", "utf-16", "utf-16 without mark"],
)
def test_entities_are_refused_before_anything_parses_them(body):
    with pytest.raises(DiscoverError, match="refused"):
        visit(body)


def test_a_document_type_that_only_names_itself_is_harmless():
    doctype = (
        '<!DOCTYPE rss PUBLIC "-//Netscape Communications//DTD RSS 0.91//EN"'
        ' "http://my.netscape.com/publish/formats/rss-0.91.dtd">'
    )
    feed = rss(item(1)).replace("<rss", doctype + "<rss")

    assert urls(visit(feed).candidates) == ["/1/"]


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ("<!DOCTYPE html><html></html>", "an HTML page"),
        ("<html><body>hello</body></html>", "no feed: it begins with '<html>"),
        ("", "it is empty"),
        ('{"a": 1}', "no feed"),
        (b"\x89PNG\r\n\x1a\n" + bytes(range(256)), "no feed"),
        ("<!DOCTYPE rss", "does not end"),
    ],
)
def test_what_is_no_feed_is_refused_by_name(body, reason):
    with pytest.raises(DiscoverError, match=reason):
        visit(body)


def test_a_feed_without_entries_is_a_feed():
    assert visit(rss()).candidates == ()


def pages(relation: str) -> dict[str, str]:
    link = '<atom:link rel="{}" href="{}"/>'
    return {
        FEED: rss(item(2), head=link.format(relation, FEED + "?paged=2")),
        FEED + "?paged=2": rss(item(1)),
    }


@pytest.mark.parametrize("relation", ["next", "prev-archive"])
def test_a_first_pass_reads_the_further_pages(relation):
    found = visit(FakeVisit(pages(relation), is_first=True))

    assert urls(found.candidates) == ["/2/", "/1/"]


def test_a_poll_reads_on_only_after_a_gap():
    web = FakeVisit(pages("next"))
    web.knows(*visit(FakeVisit({FEED: rss(item(2))})).candidates)

    visit(web)

    assert web.asked == [FEED]


def test_a_link_to_the_next_page_that_lost_its_port_gets_it_back():
    local = "http://127.0.0.1:8081/feed/"
    lost = '<atom:link rel="next" href="http://127.0.0.1/feed/?paged=2"/>'
    web = FakeVisit(
        {local: rss(item(1), head=lost)},
        is_first=True,
        site=Site(home="https://example.org/"),
    )

    visit(web, url=local)

    assert web.asked[-1] == local + "?paged=2"


def test_feedburners_counting_links_are_passed_by():
    burner = 'xmlns:feedburner="http://rssnamespace.org/feedburner/ext/1.0"'
    entry = item(9).replace("https://example.org/9/", "https://feeds.example.net/9")
    entry += "<feedburner:origLink>https://example.org/1/</feedburner:origLink>"

    found = visit(rss(entry).replace(SPACES, f"{SPACES} {burner}"))

    assert urls(found.candidates) == ["/1/"]


ODD = st.sampled_from(
    [
        *("<item>", "</item>", "<entry>", "</entry>", "<link>", "</link>", "<guid>"),
        *("<title>", "<![CDATA[", "]]>", "&amp;", "&x;", "<", ">", "<id>", "<summary>"),
        *("<title_detail a='b'/>", "<authors a='b'/>", "<tags>x</tags>", "<links/>"),
        *("<content a='1'/>", "<published_parsed a='b'/>", "<media:content url=''/>"),
        *("<category term='a'/>", "<entries x='y'/>", "<feed x='y'/>", "\x00", " x "),
        *("<pubDate>x</pubDate>", "<updated a='b'>1</updated>", "<tags a='b'/>"),
        "https://example.org/1/",
    ]
)


@settings(max_examples=150, deadline=None)
@given(st.lists(ODD, max_size=30))
def test_any_feed_gives_candidates_or_a_named_refusal(parts):
    try:
        found = visit(rss("".join(parts)))
    except DiscoverError:
        return
    assert all(isinstance(c, Candidate) for c in found.candidates)
