"""Every feed format against every case: golden files, and what a stranger reads.

`--update-golden` rewrites the files; read the difference before committing it.
"""

import json
import os
import warnings
from dataclasses import replace
from datetime import timedelta
from html import unescape
from pathlib import Path
from xml.etree import ElementTree as ET

import feedparser
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from db.choosing import Stretch
from scrapers.items import Author, Enclosure, Image, Precision, Restriction
from service.entries import FeedHead, Tombstone, entry_of
from service.feeds.assembling import assemble, write
from service.feeds.formats import load_formats
from tests.factories_feeds import NOON, article, head

GOLDEN = Path(__file__).parents[2] / "golden" / "feeds"
FORMATS = load_formats()
# IPTC's schema is not ours to ship: who has it tells where.
NINJS_SCHEMA = "NINJS_SCHEMA"

RICH = article(
    7,
    title="Flood cuts off “two” villages",
    authors=(
        Author(name="Amina Otieno", url="https://example.org/by/amina/?a=1&b=2"),
        Author(name="John O'Neil"),
    ),
    categories=(("News", "Iran News"), ("Sport",)),
    tags=("floods", "Kisumu"),
    language="en-KE",
    image=Image(url="https://example.org/flood.jpg", width=1200, height=800, alt="It"),
    seq=12,
    version=2,
    changed_at=NOON + timedelta(hours=1),
)
HOSTILE = [
    article(
        9,
        title="<b>Bold</b> &amp; <script>alert(1)</script> ]]> \x00\x1b\ufffe 🎉",
        summary="<![CDATA[ x ]]> \u202e",
        body_html="<p>]]&gt; ]]> &amp;amp; \x00\x0b</p>",
        url="https://example.org/ä b/?q=<x>&y=%zz",
        authors=(Author(name="A & <B>", url="javascript:alert(1)"),),
        categories=(("<News>", "&amp;"),),
        tags=('"quoted"', "]]>"),
        language='en" onload="x',
        image=Image(url="https://example.org/i m.jpg?a=1&b=2", alt='"pic" <1>'),
    ),
    article(
        8,
        title=" ",
        summary=None,
        body_html="",
        body_text="",
        language=None,
        published_precision=Precision.MONTH,
        published_at=NOON - timedelta(days=20),
        image=Image(url="data:image/png;base64,AAAA"),
    ),
]
PERSIAN = article(
    6,
    title="سیل دو روستا را برد",
    summary="در شمال می\u200cبارد.",
    body_html="<p>سیل دو روستا را برد.</p>",
    body_text="سیل دو روستا را برد.",
    authors=(Author(name="زهرا"),),
    categories=(("اخبار", "اخبار ایران"),),
    language="fa",
)
HELD_BACK = [
    article(5, restrictions=frozenset({Restriction.PAID})),
    article(4, restrictions=frozenset({Restriction.NOINDEX})),
]
EPISODE = article(
    2,
    enclosures=(
        Enclosure(
            url="https://cdn.example.org/ep2.mp3?a=1&b=2",
            media_type="audio/mpeg",
            length=12_216_320,
            title='The flood, "part" <2>',
            duration_seconds=3723,
        ),
        Enclosure(url="https://cdn.example.org/notes.pdf", length=2_147_483_648),
    ),
)
ODD_SOURCE = head(name="<Odd> & 'Co'", rights=None, language=None, republish="summary")
GONE = [Tombstone(id="urn:uuid:gone", withdrawn_at=NOON + timedelta(hours=2))]
FEED = FeedHead(
    slug="daily",
    title="The Daily Example",
    description="The Daily Example, republished by Wireroom.",
    address="https://wire.example/feeds/daily",
    home="https://example.org/",
    language="en",
    rights="© The Daily Example",
    updated_at=NOON + timedelta(hours=2),
)
ODD_FEED = FeedHead(
    slug="odd",
    title="‹Odd› & 'Co'",
    description="‹Odd› & 'Co', republished by Wireroom.",
    address="https://wire.example/feeds/odd/%D8%A7",
    home="https://example.org/?a=1&b=2",
    updated_at=NOON,
)

ARCHIVE = replace(
    FEED,
    parameters=(("lang", "en"),),
    archive=Stretch(first=64, last=95),
    older=Stretch(first=32, last=63),
    newer=Stretch(first=96, last=127),
)
PAGE = replace(
    FEED,
    title="The Daily Example (category news/اخبار, tag a, tag b)",
    parameters=(("tag", "b"), ("category", "news/اخبار"), ("tag", "a")),
    before=7,
    next_before=3,
)

CASES = {
    "ordinary": (FEED, [entry_of(a, head()) for a in (RICH, article(3))], ()),
    "persian": (FEED, [entry_of(PERSIAN, head(language="fa"))], ()),
    "hostile": (ODD_FEED, [entry_of(a, ODD_SOURCE) for a in HOSTILE], ()),
    "held-back": (FEED, [entry_of(a, head()) for a in HELD_BACK], ()),
    "withdrawn": (FEED, [entry_of(article(3), head())], GONE),
    "empty": (ODD_FEED, [], ()),
    "pushed": (replace(FEED, hub="https://wire.example/hub?a=1&b"), [], ()),
    "archive": (ARCHIVE, [entry_of(article(70), head())], GONE),
    "recorded": (FEED, [entry_of(EPISODE, head())], ()),
    "paged": (PAGE, [entry_of(article(3), head())], ()),
}


def written(name, feed, entries, tombstones=()):
    form = FORMATS[name]
    found = [write(form.fragment(one)) for one in entries]
    return assemble(form.frame(feed, tombstones), found).body.decode()


def parsed(text):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # feedparser's own deprecations
        return feedparser.parse(text.encode())


@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize("name", FORMATS)
def test_a_format_writes_what_its_golden_file_holds(name, case, request):
    path = GOLDEN / f"{case}.{name}"
    text = written(name, *CASES[case])
    if request.config.getoption("--update-golden"):
        path.write_text(text, encoding="utf-8")

    assert path.read_text(encoding="utf-8") == text


def test_no_golden_file_is_left_over():
    expected = {f"{case}.{name}" for case in CASES for name in FORMATS}

    assert {path.name for path in GOLDEN.iterdir()} == expected


def test_the_folder_is_the_registry():
    assert sorted(FORMATS) == ["atom", "json", "ninjs", "rss"]
    assert FORMATS["atom"].media_type == "application/atom+xml"


@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize("name", ["rss", "atom"])
def test_a_stranger_reads_every_entry(name, case):
    feed, entries, _ = CASES[case]
    found = parsed(written(name, *CASES[case]))

    assert not found.bozo
    assert [one.id for one in found.entries] == [entry.id for entry in entries]
    assert [one.link for one in found.entries] == [entry.url for entry in entries]
    assert found.feed.link == feed.home


@pytest.mark.parametrize("name", ["rss", "atom"])
def test_a_stranger_reads_all_of_an_entry(name):
    found = parsed(written(name, *CASES["ordinary"])).entries[0]

    assert found.title == "Flood cuts off “two” villages"
    assert "Amina Otieno" in found.author or "Amina Otieno" in str(found.authors)
    assert found.content[0].value.startswith('<div dir="ltr" lang="en-KE">')
    assert found.published_parsed[:5] == (2026, 3, 1, 12, 7)
    assert found.updated_parsed[:5] == (2026, 3, 1, 13, 0)
    assert found.media_content[0]["url"] == "https://example.org/flood.jpg"


@pytest.mark.parametrize("name", ["rss", "atom"])
def test_a_stranger_finds_the_recording(name):
    files = parsed(written(name, *CASES["recorded"])).entries[0].enclosures

    assert files[0].href == "https://cdn.example.org/ep2.mp3?a=1&b=2"
    assert (files[0].type, files[0].length) == ("audio/mpeg", "12216320")


@pytest.mark.parametrize("name", ["rss", "atom"])
def test_a_length_nobody_knows_is_none(name):
    made = article(2, enclosures=(Enclosure(url="https://example.org/play"),))
    (file,) = (
        parsed(written(name, FEED, [entry_of(made, head())])).entries[0].enclosures
    )

    assert (file.length, file.type) == ("0", "application/octet-stream")


def test_rss_has_one_enclosure_and_the_other_files_beside_it():
    text = written("rss", *CASES["recorded"])
    item = parsed(text).entries[0]

    assert text.count("<enclosure ") == 1
    assert [one["url"].rpartition("/")[2] for one in item.media_content] == [
        "ep2.mp3?a=1&b=2",
        "notes.pdf",
    ]
    assert item.media_content[0]["duration"] == "3723"


def test_no_entry_of_one_moment_shares_its_date_of_update():
    alike = [article(n, changed_at=NOON, published_at=NOON) for n in (1, 2)]
    text = written("atom", FEED, [entry_of(one, head()) for one in alike])
    dates = [one.updated for one in parsed(text).entries]

    assert len(set(dates)) == 2


def test_ninjs_cancels_what_left():
    composite = json.loads(written("ninjs", *CASES["withdrawn"]))
    states = [(one["uri"], one["pubStatus"]) for one in composite["associations"]]

    assert states[1:] == [("urn:uuid:gone", "canceled")]
    assert states[0][1] == "usable"


@pytest.mark.parametrize("case", CASES)
def test_ninjs_is_as_its_schema_says(case):
    path = os.environ.get(NINJS_SCHEMA)
    if path is None:
        pytest.skip(f"{NINJS_SCHEMA} names no file of IPTC's ninjs-schema_3.1.json")
    jsonschema = pytest.importorskip("jsonschema")
    schema = json.loads(Path(path).read_text(encoding="utf-8"))
    validator = jsonschema.validators.validator_for(schema)(schema)

    assert list(validator.iter_errors(json.loads(written("ninjs", *CASES[case])))) == []


def test_json_tells_how_exactly_an_article_is_dated():
    item = json.loads(written("json", *CASES["hostile"]))["items"][1]

    assert item["date_published"] == "2026-03-01T12:08:05Z"
    assert item["_wireroom"]["date_stated"] == "2026-02-09T12:00:00Z"
    assert item["_wireroom"]["date_precision"] == "month"


MARKUP = [
    "<",
    ">",
    "&",
    "amp;",
    "&copy",
    ";",
    "]]>",
    "<b",
    "</a>",
    "&#1",
    "\r\n",
    "\xa0",
]


def as_text(detail):
    # feedparser takes what looks like an entity for HTML: "&x&#y;" → "&amp;x&#y;".
    return unescape(detail.value) if detail.type == "text/html" else detail.value


def repaired(text):
    # feedparser takes "Â¡" for UTF-8 that was read as Latin-1, and reads it again.
    try:
        return text.encode("iso-8859-1").decode("utf-8")
    except UnicodeError:
        return text


ANYTHING = st.one_of(
    st.text(alphabet=st.characters(), max_size=60),
    st.lists(st.sampled_from([*MARKUP, "a", "'", '"', "سیل", "\u2028"])).map("".join),
)


@settings(max_examples=150, deadline=None)
@example(title="Â¡", summary="Â¡", name="a", category="a", body="a")
@given(
    title=ANYTHING, summary=ANYTHING, name=ANYTHING, category=ANYTHING, body=ANYTHING
)
def test_any_unicode_goes_in_and_comes_back_equal(title, summary, name, category, body):
    given_article = article(
        title=title,
        summary=summary,
        authors=(Author(name=name),),
        categories=((category,),),
        tags=(name,),
        body_html=f"<p>{body}</p>",
        body_text=body,
    )
    entry = entry_of(given_article, head(name=name))
    item = json.loads(written("json", FEED, [entry]))["items"][0]
    assert (item["title"], item["content_html"]) == (entry.title, entry.content_html)
    for xml in ("rss", "atom"):
        text = written(xml, FEED, [entry])
        root = ET.fromstring(text.encode())
        texts = {node.text for node in root.iter()}
        assert {entry.title, entry.content_html, entry.source.name} <= texts
        found = parsed(text)
        assert not found.bozo
        read = as_text(found.entries[0].title_detail)
        assert read in (entry.title, repaired(entry.title))
