from __future__ import annotations

import pytest

from scrapers.clean.images import largest


@pytest.mark.parametrize(
    ("srcset", "address"),
    [
        ("/a.jpg 320w, /b.jpg 640w", "/b.jpg"),
        ("/a.jpg 40w 60h,/b.jpg 400w 600h", "/b.jpg"),
        ("/a.jpg, /b.jpg 2x", "/b.jpg"),
        ("/a,b.jpg 1x,/c,d.jpg 1.5x", "/c,d.jpg"),
        (" , ", None),
    ],
)
def test_the_widest_address_of_a_srcset_is_taken(srcset, address):
    assert largest(srcset) == address


@pytest.mark.parametrize("sign", ["\n", ",", "a,", "a ", "a", ", "])
def test_a_srcset_without_end_is_read_in_no_time(sign):
    largest(sign * 20_000 + " b c")  # which would take hours
