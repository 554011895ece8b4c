"""Compiled code reads in names what Python reads in them."""

from __future__ import annotations

from hypothesis import example, given
from hypothesis import strategies as st

from scrapers.extract.names import MAX_NAME, said_by
from tests.scrapers.compiled.pages import needed

in_python = needed("names").PYTHON["said_by"]

_WORDS = st.sampled_from(
    """
    article articleBody Body BODY post entry content related Related share shareBar toc
    TOC list ad ads adUnit wp-block sidebar comment comments XMLShare main-article
    article-share cookie-consent widget elementor 1-what-are-the-most-popular-ways-to-go
    é_share ---
    """.split()  # noqa: SIM905 - a table of words reads better than a list of strings
)
_NAMES = st.lists(
    st.tuples(_WORDS | st.text(max_size=5), st.sampled_from([" ", "-", "_", "", "2"]))
).map(lambda pairs: "".join(word + mark for word, mark in pairs))


@given(_NAMES)
@example("toc")
@example("share" * 40)
@example("a " * MAX_NAME)
@example("\ud800share")
def test_names_say_the_same(names):
    assert said_by(names) == in_python(names)
