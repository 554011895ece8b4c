import pytest
from hypothesis import given
from hypothesis import strategies as st

from scrapers.clean.variants import key_of, standing

PAGE = "https://example.org/2026/03/flood/"


@pytest.mark.parametrize(
    "version",
    [
        "http://example.org/2026/03/flood/",
        "https://www.example.org/2026/03/flood",
        "https://m.example.org/2026/03/flood/",
        "https://amp.example.org/2026/03/flood/",
        "https://example.org/2026/03/flood/amp/",
        "https://example.org/amp/2026/03/flood/",
        "https://example.org/2026/03/flood/print",
        "https://example.org/2026/03/flood/?amp=1",
        "https://example.org/2026/03/flood/?outputType=amp",
        "https://example.org/2026/03/flood/?view=print&from=home",
        "https://example.org/2026/03/Flood/index.html",
        "https://example.org:443/2026/03/flood/?replytocom=7",
    ],
)
def test_versions_of_a_page_have_its_key(version):
    assert key_of(version) == key_of(PAGE)


@pytest.mark.parametrize(
    "other",
    [
        "https://example.org/2026/03/flood-2/",
        "https://example.org/2026/03/flood/?page=2",
        "https://example.org/2026/03/flood/?id=3",
        "https://sport.example.org/2026/03/flood/",
        "https://example.org:8443/2026/03/flood/",
        "https://example.org/2026/03/",
    ],
)
def test_other_pages_have_another(other):
    assert key_of(other) != key_of(PAGE)


def test_files_have_the_key_of_their_amp_and_print_files():
    files = ("/a/flood.html", "/a/flood.amp.html", "/a/flood-print.html")

    assert len({key_of(f"https://example.org{file}") for file in files}) == 1


@pytest.mark.parametrize(
    ("better", "worse"),
    [
        (PAGE, PAGE + "amp/"),
        (PAGE, PAGE + "?print=1"),
        (PAGE, "https://m.example.org/2026/03/flood/"),
        (PAGE, PAGE.replace("https", "http")),
        (PAGE.replace("https", "http"), PAGE + "amp/"),
    ],
)
def test_a_page_stands_above_its_versions(better, worse):
    assert standing(better) > standing(worse)


@given(st.text(max_size=60))
def test_anything_has_a_key(text):
    assert isinstance(key_of(text), str)
    assert isinstance(key_of(f"https://example.org/{text}"), str)
