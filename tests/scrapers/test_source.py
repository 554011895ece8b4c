"""Source definitions: what may stand in them, and what is said when it may not."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scrapers.discover.listing import Options as Listing
from scrapers.discover.wordpress import Options as WordPress
from scrapers.errors import SourceError
from scrapers.items import Site
from scrapers.rhythm import Rhythm
from scrapers.source import SourceSpec, dump, from_dict, load, parse

HEAD = 'name = "The Daily Example"\nhome = "https://example.org/"\n'
DISCOVER = '[[discover]]\nkind = "wordpress"\n'
FULL = """
name = "The Daily Example"
home = "https://example.org/"
cron = "0 6-22 * * 1-5"
recheck = "1h"
republish = "full"
rights = "© The Daily Example"
timezone = "Africa/Nairobi"
language = "en"
visibility = "private"
notify = true

[[discover]]
kind = "listing"
url = "https://example.org/news/"
links = "h2 a"
pages = 5
include = "/20"

[[discover]]
kind = "wordpress"

[article]
title = "h1"
body = ["div.entry-content", "article"]
author = ["a[rel=author]", "meta[name=author]@content"]

[[check]]
page = "flood.html"
title = "Flood cuts off two villages"
contains = ["two villages were cut off"]
published = 2026-01-31
"""


def refused(text: str) -> str:
    with pytest.raises(SourceError) as caught:
        parse(text, "daily.toml")
    return str(caught.value)


def test_a_definition_is_read():
    spec = parse(FULL, "daily.toml")

    assert isinstance(spec.discover[0], Listing)
    assert spec.discover[0].include == ("/20",)
    assert isinstance(spec.discover[1], WordPress)
    assert spec.article.title == ("h1",)
    assert spec.check[0].published == "2026-01-31"
    assert spec.rhythm() == Rhythm(cron="0 6-22 * * 1-5", timezone="Africa/Nairobi")
    assert spec.recheck_every() == timedelta(hours=1)
    assert spec.site() == Site(
        name="The Daily Example",
        home="https://example.org/",
        timezone="Africa/Nairobi",
        language="en",
    )


def test_what_is_left_out_has_careful_defaults():
    spec = parse(HEAD + DISCOVER, "daily.toml")

    assert spec.republish == "summary"
    assert spec.visibility == "public"
    assert not spec.notify
    assert spec.rhythm() == Rhythm()
    assert spec.recheck_every() is None


@pytest.mark.parametrize("text", [FULL, HEAD + DISCOVER], ids=["full", "short"])
def test_a_definition_survives_toml_and_json(text):
    spec = parse(text, "daily.toml")

    assert parse(dump(spec), "again.toml") == spec
    assert from_dict(spec.to_dict()) == spec


def test_dump_leaves_out_what_is_default():
    whole = f'{HEAD}\n{DISCOVER}url = "https://example.org/"\n'

    assert dump(parse(HEAD + DISCOVER, "x.toml")) == whole


def test_an_entry_that_leaves_out_its_address_looks_at_the_home():
    (entry,) = parse(HEAD + DISCOVER, "x.toml").discover

    assert entry.url == "https://example.org/"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("evry = '5m'\n", "evry: unknown key (did you mean 'every'?)"),
        ("frequency = 5\n", "frequency: unknown key: name, home, every,"),
        ("every = '5 minutes'\n", "every: '5 minutes' is no duration: write seconds"),
        ("every = '1s'\n", "every: '1s' is out of range: 10s to 366d"),
        ("every = 15\n", "every: 15 should be a valid string"),
        ("cron = '0 6 *'\n", "cron: '0 6 *' has 3 fields, a cron line has 5"),
        ("cron = '61 * * * *'\n", "cron: cron minute '61': "),
        ("cron = '* * * * 8'\n", "cron: cron day of the week '8': write 0 to 7"),
        ("every = '5m'\ncron = '* * * * *'\n", "every and cron are two answers"),
        ("republish = 'ful'\n", "'full', 'summary' or 'headline' (did you mean 'full'"),
        ("republish = 'full'\n", "needs a rights statement"),
        ("timezone = 'Africa/Nairobbi'\n", "(did you mean 'Africa/Nairobi'?)"),
        ("timezone = '../../etc/passwd'\n", "timezone: unknown time zone"),
        ("language = 'English!'\n", "language: 'English!' is no language tag"),
        (
            "[article]\ntitel = 'h1'\n",
            "article.titel: unknown key (did you mean 'title'",
        ),
        ("[article]\nbody = ['p', 'a[']\n", "article.body: 'a[' is no CSS selector"),
        ("[[check]]\npage = '../x'\n", "check[0].page: '../x' is no plain file name"),
        ("[[check]]\npage = 'x.html'\n", "check[0]: a check needs a title"),
    ],
)
def test_what_is_wrong_is_named_with_file_key_and_remedy(text, message):
    whole = HEAD + text + DISCOVER if "[" not in text else HEAD + DISCOVER + text

    found = refused(whole)

    assert found.startswith("daily.toml: ")
    assert message in found


@pytest.mark.parametrize(
    ("entry", "message"),
    [
        (
            'kind = "sitmap"',
            "discover[0].kind: unknown kind 'sitmap' (did you mean 'sitemap'?):"
            " feed, listing, sitemap, wordpress",
        ),
        ('url = "https://example.org/"', "discover[0].kind: missing"),
        ('kind = "feed"', "discover[0].url: missing: Where to look."),
        (
            'kind = "feed"\nurl = "/feed/"',
            "discover[0].url: '/feed/' is no address: write https://host/path",
        ),
        (
            'kind = "feed"\nurl = "https://example.org/feed/"\npage = 3',
            "discover[0].page: unknown key (did you mean 'pages'?)",
        ),
        (
            'kind = "feed"\nurl = "https://example.org:http/"',
            "discover[0].url: 'https://example.org:http/' is no address",
        ),
        (
            'kind = "listing"\nurl = "https://example.org/"\nlinks = "h2 >"',
            "discover[0].links: 'h2 >' is no CSS selector",
        ),
        (
            'kind = "wordpress"\nexclude = "("',
            "discover[0].exclude[0]: '(' is no regular expression",
        ),
    ],
)
def test_a_wrong_discovery_is_named_by_its_place(entry, message):
    assert message in refused(f"{HEAD}[[discover]]\n{entry}\n")


def test_every_fault_of_a_file_is_told_at_once():
    found = refused('nam = "x"\nhome = "example.org"\n' + DISCOVER)

    assert len(found.splitlines()) == 3


def test_a_definition_needs_a_place_to_look():
    assert "discover: " in refused(HEAD)
    assert "discover: " in refused(HEAD + "discover = []\n")


def test_a_syntax_error_is_told_with_its_line():
    assert "no TOML" in refused(HEAD + "every = 15m")
    assert "line 3" in refused(HEAD + "every = 15m")


def test_a_file_gives_its_name_as_slug(tmp_path: Path):
    path = tmp_path / "daily-example.toml"
    path.write_text(HEAD + DISCOVER)

    slug, spec = load(path)

    assert slug == "daily-example"
    assert spec.name == "The Daily Example"


@pytest.mark.parametrize("name", ["all.toml", "Daily.toml", "a b.toml", "a.b.toml"])
def test_a_file_name_that_is_no_slug_is_refused(tmp_path: Path, name):
    path = tmp_path / name
    path.write_text(HEAD + DISCOVER)

    with pytest.raises(SourceError, match=r"slug|called"):
        load(path)


NESTED = b"a = " + b"[" * 3000


@pytest.mark.parametrize("data", [b"\xff\xfe", b"# " + b"x" * 2**20, NESTED])
def test_a_file_that_cannot_be_a_definition_is_refused(tmp_path: Path, data):
    path = tmp_path / "daily.toml"
    path.write_bytes(data)

    with pytest.raises(SourceError, match=r"UTF-8|no definition|too deep"):
        load(path)


def test_a_missing_file_is_refused(tmp_path: Path):
    with pytest.raises(SourceError, match="No such file"):
        load(tmp_path / "daily.toml")


PLAIN = st.none() | st.booleans() | st.integers() | st.text(max_size=9)
JSON = (
    PLAIN | st.lists(PLAIN, max_size=2) | st.dictionaries(st.text(), PLAIN, max_size=2)
)
KEYS = st.sampled_from([*SourceSpec.model_fields, "x"])


@given(st.dictionaries(KEYS, JSON | st.lists(JSON, max_size=2), max_size=4))
def test_any_values_are_refused_with_words(values):
    with pytest.raises(SourceError, match=r"source: \w"):
        from_dict(values)


def test_a_file_without_an_end_is_refused():
    with pytest.raises(SourceError, match=r"no slug|no definition"):
        load(Path("/dev/zero"))


def test_a_byte_order_mark_is_no_part_of_a_definition(tmp_path: Path):
    path = tmp_path / "daily.toml"
    path.write_bytes(b"\xef\xbb\xbf" + (HEAD + DISCOVER).encode())

    assert load(path)[0] == "daily"


def test_an_address_with_a_password_is_refused():
    text = (HEAD + DISCOVER).replace("https://", "https://user:pass@", 1)

    with pytest.raises(SourceError, match=r"home.*password"):
        parse(text, "daily.toml")


@pytest.mark.parametrize("name", ["a\\nb", "a\\u202eb", "a\\u0007"])
def test_a_name_that_would_garble_a_page_is_refused(name):
    text = (HEAD + DISCOVER).replace("The Daily Example", name, 1)

    with pytest.raises(SourceError, match=r"name.*control"):
        parse(text, "daily.toml")
