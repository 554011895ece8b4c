"""Bodies are read within limits and never unpacked past them."""

from __future__ import annotations

import contextlib
import gzip
import tracemalloc
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scrapers.errors import TooBig, Unreachable, Unreadable
from scrapers.fetch import body
from scrapers.fetch.client import FetchLimits

URL = "https://example.org/"
TEXT = b"The quick brown fox. " * 50


def packed(data):
    """Gzip without the time, so that every test process names its tests alike."""
    return gzip.compress(data, mtime=0)


def read(data, coding="", **limits):
    chunks = [data] if isinstance(data, bytes) else data
    return body.read(chunks, coding, FetchLimits(**limits), url=URL)


def raw_deflate(data):
    packer = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    return packer.compress(data) + packer.flush()


@pytest.mark.parametrize(
    ("coding", "data"),
    [
        ("", TEXT),
        ("identity", TEXT),
        ("gzip", packed(TEXT)),
        ("X-GZIP", packed(TEXT)),
        ("deflate", zlib.compress(TEXT)),
        ("deflate", raw_deflate(TEXT)),
        ("gzip, gzip", packed(packed(TEXT))),
        ("deflate, gzip", packed(zlib.compress(TEXT))),
        ("gzip", packed(TEXT[:9]) + packed(TEXT[9:])),
        ("gzip", packed(TEXT) + bytes(512)),
        ("gzip", b""),
    ],
)
@pytest.mark.parametrize("size", [1, 7, 100_000])
def test_codings_are_undone(coding, data, size):
    chunks = [data[i : i + size] for i in range(0, len(data), size)]

    assert read(chunks, coding) == (TEXT if data else b"")


@pytest.mark.parametrize("coding", ["br", "zstd", "nonsense", "gzip, br"])
def test_a_coding_nobody_asked_for_is_refused(coding):
    with pytest.raises(Unreadable, match="unknown content coding"):
        read(TEXT, coding)


def test_a_chain_of_codings_is_refused():
    with pytest.raises(Unreadable, match="3 content codings"):
        read(TEXT, "gzip, gzip, gzip")


@pytest.mark.parametrize("coding", ["gzip", "deflate"])
def test_a_body_that_is_not_in_its_coding_is_broken(coding):
    with pytest.raises(Unreachable, match="content coding is broken"):
        read(b"<html>plain</html>" * 9, coding)


@pytest.mark.parametrize(
    ("coding", "data"),
    [("gzip", packed(TEXT)), ("deflate", zlib.compress(TEXT))],
)
def test_a_truncated_coding_is_noticed(coding, data):
    with pytest.raises(Unreachable, match="cut short"):
        read(data[:-5], coding)


@pytest.mark.parametrize("coding", ["gzip", "gzip, gzip"])
def test_a_bomb_is_stopped_while_it_is_small(coding):
    bomb = gzip.compress(bytes(200 * 2**20), 6)
    if coding != "gzip":
        bomb = packed(bomb)
    tracemalloc.start()

    with pytest.raises(TooBig, match="more than"):
        read(bomb, coding)

    assert tracemalloc.get_traced_memory()[1] < 25 * 2**20
    tracemalloc.stop()


def test_the_limit_counts_what_was_unpacked():
    with pytest.raises(TooBig, match="more than 1000 bytes"):
        read(packed(TEXT), "gzip", max_bytes=1000)


def test_a_small_page_may_pack_well():
    assert len(read(packed(bytes(500_000)), "gzip")) == 500_000


@pytest.mark.parametrize("count", [1, 10_000])
def test_an_endless_body_is_left(count):
    taken = []

    def endless():
        while True:
            taken.append(1)
            yield b"a" * count

    with pytest.raises(TooBig):
        read(endless(), max_bytes=100_000)

    assert sum(taken) * count <= 110_000


@pytest.mark.parametrize(
    ("start", "name"),
    [
        (b"\x89PNG\r\n\x1a\n", "PNG"),
        (b"\xff\xd8\xff\xe0", "JPEG"),
        (b"GIF89a", "GIF"),
        (b"%PDF-1.7", "PDF"),
        (b"PK\x03\x04", "ZIP"),
        (b"\0\0\0\x20ftypisom", "MP4"),
    ],
)
def test_bytes_that_are_no_text_are_named(start, name):
    with pytest.raises(Unreadable, match=f"binary content: {name}"):
        read(start + bytes(100))


@pytest.mark.parametrize(
    "kind",
    ["image/png", "VIDEO/mp4; x=y", "audio/mpeg", "application/pdf", "application/zip"],
)
def test_a_type_that_is_no_text_is_refused(kind):
    with pytest.raises(Unreadable, match="binary content"):
        body.refuse_binary(kind, url=URL)


@pytest.mark.parametrize(
    "kind",
    ["", "text/html", "application/gzip", "application/octet-stream", "image/svg+xml"],
)
def test_other_types_pass(kind):
    body.refuse_binary(kind, url=URL)


def test_the_start_of_a_long_body_is_enough():
    def chunks():
        yield packed(TEXT)[:60]
        raise AssertionError

    start = body.read_start(chunks(), "gzip", 20, max_ratio=100, url=URL)

    assert start == TEXT[:20]


@given(st.lists(st.binary()), st.sampled_from(["gzip", "deflate", "deflate, gzip"]))
def test_any_bytes_in_any_coding_are_read_or_refused(chunks, coding):
    with contextlib.suppress(Unreachable, Unreadable):
        read(chunks, coding)
