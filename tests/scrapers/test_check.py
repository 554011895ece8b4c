import pytest

from scrapers.check import run_checks, unused_pages
from scrapers.sandbox import InProcess
from scrapers.source import parse

SPEC = """
name = "The Daily Example"
home = "https://example.org/"
[[discover]]
kind = "feed"
url = "https://example.org/feed/"
[[check]]
page = "flood.html"
"""
PAGE = """<html lang="en"><title>Flood</title>
<meta name="author" content="Amina Otieno">
<meta property="article:published_time" content="2026-01-31T08:00:00Z">
<article><h1>Flood</h1><p>{}</p><p>{}</p></article>""".format(
    "Two villages were cut off by the river this morning, officials said. " * 3,
    "Boats brought food and blankets to those who stayed in their homes. " * 3,
)


@pytest.fixture
def file(tmp_path):
    """A definition file with one saved page."""
    (tmp_path / "example").mkdir()
    (tmp_path / "example" / "flood.html").write_text(PAGE)
    return tmp_path / "example.toml"


def faults(file, check):
    (finding,) = run_checks(parse(SPEC + check, "example"), file, InProcess())
    return list(finding.faults)


def test_a_page_that_gives_what_is_wanted_has_no_fault(file):
    check = """
        title = "Flood"
        authors = ["Amina Otieno"]
        published = 2026-01-31
        language = "en"
        contains = ["cut off by the river"]
        lacks = ["Amina"]
    """
    assert faults(file, check) == []


@pytest.mark.parametrize(
    ("check", "fault"),
    [
        ('title = "Drought"', "title: wanted 'Drought', got 'Flood'"),
        ('title = "Flood"\nauthors = []', "authors: wanted (), got ('Amina Otieno',)"),
        (
            'title = "Flood"\npublished = "2026-02"',
            "published: wanted '2026-02', got '2026-01'",
        ),
        ('title = "Flood"\nimage = "x"', "image: wanted 'x', got None"),
        ('contains = ["drought"]', "contains: 'drought' is not in the body"),
        ('title = "Flood"\nlacks = ["river"]', "lacks: 'river' is in the body"),
    ],
)
def test_each_difference_is_named(file, check, fault):
    assert faults(file, check) == [fault]


def test_a_page_that_is_no_article_is_a_fault(file):
    (file.parent / "example" / "flood.html").write_text("")

    assert faults(file, 'title = "Flood"')[0].startswith("no article: ")


def test_a_page_that_is_missing_is_a_fault(file):
    (file.parent / "example" / "flood.html").unlink()

    (fault,) = faults(file, 'title = "Flood"')

    assert fault.endswith("flood.html: No such file or directory")


def test_a_saved_page_that_no_check_reads_is_named(file):
    (file.parent / "example" / "stray.html").write_text(PAGE)
    spec = parse(SPEC + 'title = "Flood"', "example")

    assert unused_pages(spec, file) == ("stray.html",)
