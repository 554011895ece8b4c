from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from selectolax.lexbor import LexborHTMLParser

from scrapers.clean.markup import attributes_of, resolved, without_comments


@given(st.text(st.sampled_from('<>&"\xa0 ampltgnbsquo;#x27a')))
def test_what_lexbor_writes_is_read_as_it_was(text):
    node = LexborHTMLParser("<p>").css_first("p")
    node.insert_child(text)
    node.attrs["title"] = text

    tag, _, rest = (node.html or "").partition(">")

    assert resolved(rest.removesuffix("</p>")) == text
    assert attributes_of(tag) == {"title": text}


def test_comments_are_taken_out_with_the_marks_in_them():
    markup = "<p>Oh!<!-- <b>! --> and<!---->!</p><!-- one that never ends"

    assert without_comments(markup) == "<p>Oh! and!</p><!-- one that never ends"
