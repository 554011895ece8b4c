from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scrapers.clean.enclosures import enclosure_of, gathered, seconds_of
from scrapers.items import Enclosure

BASE = "https://example.org/ep/2/"


def test_what_is_stated_of_a_file_is_kept():
    found = enclosure_of(
        BASE,
        "/a.bin",
        media_type="Audio/MPEG; codecs=mp3",
        length=" 4294967296 ",
        title=" The\nflood ",
        duration="1:02:03",
    )

    assert found == Enclosure(
        url="https://example.org/a.bin",
        media_type="audio/mpeg",
        length=4294967296,
        title="The flood",
        duration_seconds=3723,
    )


@pytest.mark.parametrize(
    ("address", "kind"),
    [
        ("a.mp3?t=1", "audio/mpeg"),
        ("a.M4V", "video/mp4"),
        ("a.pdf", "application/pdf"),
        ("play", None),
    ],
)
def test_the_ending_tells_the_type_where_none_is_stated(address, kind):
    found = enclosure_of(BASE, address, media_type="mp3")

    assert found is not None
    assert found.media_type == kind


@pytest.mark.parametrize(
    ("address", "kind"),
    [
        ("", ""),
        ("data:audio/mp3;base64,AA", ""),
        ("blob:https://example.org/1", "audio/mpeg"),
        ("live.m3u8", ""),
        ("live", "application/vnd.apple.mpegurl"),
        ("live.mpd", "video/mp4"),
    ],
)
def test_what_is_no_file_is_no_enclosure(address, kind):
    assert enclosure_of(BASE, address, media_type=kind) is None


@pytest.mark.parametrize(
    ("stated", "seconds"),
    [
        ("3723", 3723),
        (3723.5, 3723),
        ("62:03", 3723),
        ("PT1H2M3S", 3723),
        ("PT62M3.4S", 3723),
        ("P1DT1S", 86_401),
        ("an hour", None),
        ("PT", None),
        ("0", None),
        (-1, None),
        (True, None),
        ("9" * 40, None),
        (float("nan"), None),
    ],
)
def test_durations_are_read_as_feeds_and_pages_write_them(stated, seconds):
    assert seconds_of(stated) == seconds


@given(st.one_of(st.text(), st.integers(), st.floats(), st.none(), st.binary()))
def test_nothing_that_is_stated_breaks_the_reading(value):
    made = enclosure_of(BASE, "a.mp3", length=value, duration=value)

    assert made is not None
    assert made.length is None or made.length > 0


def test_one_file_of_two_hosts_is_one_with_all_that_is_told():
    found = gathered(
        [
            Enclosure(url="https://a.example/x.mp3?k=1", length=5),
            None,
            Enclosure(url="https://b.example/x.mp3", length=6, title="X"),
            Enclosure(url="https://b.example/get?id=1"),
            Enclosure(url="https://b.example/get?id=2"),
        ]
    )

    assert found[0] == Enclosure(url="https://a.example/x.mp3?k=1", length=5, title="X")
    assert len(found) == 3
