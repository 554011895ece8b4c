import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.feeds.codings import ARCHIVE
from service.feeds.conditional import has_tag, preferred_coding, seconds_of
from service.feeds.writing import http_date


@pytest.mark.parametrize(
    ("accept", "coding"),
    [
        ("", "identity"),
        ("gzip", "gzip"),
        ("GZIP", "gzip"),
        ("x-gzip", "gzip"),
        ("gzip, deflate, br", "gzip"),
        ("br;q=1.0, gzip;q=0.8, *;q=0.1", "gzip"),
        ("*", "gzip"),
        ("*;q=0", "identity"),
        ("gzip;q=0", "identity"),
        ("gzip;q=0, *", "identity"),
        ("gzip;q=0.5, identity;q=0.6", "identity"),
        ("gzip;q=0.5, identity;q=0.5", "gzip"),
        ("identity;q=0, gzip;q=0.001", "gzip"),
        ("gzip;q=abc,,;", "identity"),
        ("gzip;Q=0.000", "identity"),
        ("deflate", "identity"),
        ("zstd", "zstd"),
        ("gzip, deflate, br, zstd", "zstd"),
        ("zstd;q=0.5, gzip", "gzip"),
        ("zstd;q=0, *", "gzip"),
        ("br", "identity"),
        ("identity;q=0", "identity"),
        ("*;q=0, gzip;q=0.1", "gzip"),
    ],
)
def test_the_coding_is_what_the_reader_prefers(accept, coding):
    assert preferred_coding(accept) == coding


def test_a_header_longer_than_any_reader_sends_is_not_read():
    assert preferred_coding("gzip" + ", x" * 100) == "gzip"
    assert preferred_coding("gzip" + ", x" * 1000) == "identity"


def test_brotli_is_for_archives():
    assert preferred_coding("gzip, deflate, br, zstd", ARCHIVE) == "br"
    assert preferred_coding("gzip, deflate, br;q=0.9, zstd", ARCHIVE) == "zstd"
    assert preferred_coding("*", ARCHIVE) == "gzip"


@pytest.mark.parametrize(
    ("header", "matches"),
    [
        ('"a-1"', True),
        ('W/"a-1"', True),
        ('"x", W/"a-1-gzip" , "y"', True),
        ("*", True),
        (" * ", True),
        ('"b"', False),
        ("a-1", False),
        (',,"', False),
        ("", False),
        ('"' + "x" * 4000 + '"', False),
        ('W/"a-1-br"', True),
        ('"a-1--gzip"', True),
        ('"a-1;gzip"', True),
        ('"a-1-gzip-gzip"', True),
        ('"a-1-other"', False),
        ('"a-1", ' + "x" * 4000, True),
        ('"x", ' * 4000 + '"a-1"', False),
    ],
)
def test_if_none_match_is_compared_weakly(header, matches):
    assert has_tag(header, {"a-1", "a-1-gzip"}) is matches


@given(st.integers(min_value=0, max_value=4_102_444_800))
def test_a_date_we_write_is_a_date_we_read(seconds):
    assert seconds_of(http_date(seconds)) == seconds


@given(st.text())
def test_nonsense_is_never_an_error(text):
    seconds_of(text)
    has_tag(text, {"a"})
    preferred_coding(text)


@pytest.mark.parametrize(
    "header",
    [
        "yesterday",
        "Sun, 06 Nov 99999 08:49:37 GMT",
        "Thu, 99 Foo 2099 25:61:61 GMT",
        "",
        "0",
        "Sun, 06 Nov 1994",
        "Mon, 23 Nov 2026 05:51:44 +0600",
        "Mon, 23 Nov 2026 05:51:44",
        "Mon, 23 Nov 2026 05:51:44 GMT, Mon, 23 Nov 2026 05:51:45 GMT",
        "Mon, 31 Feb 2026 05:51:44 GMT",
        "Mon, 23 Nov 2026 24:51:44 GMT",
        "Sun Nov    08:49:37 1994",
    ],
)
def test_what_is_no_date_is_none(header):
    assert seconds_of(header) is None


def test_the_older_forms_of_a_date_are_read():
    assert seconds_of("Sunday, 06-Nov-94 08:49:37 GMT") == 784111777
    assert seconds_of("Sun Nov  6 08:49:37 1994") == 784111777
