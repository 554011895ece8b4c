"""The compiled walk gives what the walk in Python gives."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from selectolax.lexbor import LexborHTMLParser

from scrapers.extract.blocks import walk
from tests.scrapers.compiled.pages import fragments, needed

compiled = needed("walk")
BASE = "https://example.com/news/"


def found(page, index):
    """What an outline tells, with the HTML of one container without those inside."""
    containers = page.containers
    one = containers[index % len(containers)]
    inside = [c for c in containers if c.first > one.first and c.last < one.last]
    return {
        "blocks": [
            (b.text, b.link_chars, containers.index(b.container)) for b in page.blocks
        ],
        "holders": [containers.index(b.holder()) for b in page.blocks],
        "containers": [
            (c.tag, c.start, c.end, c.first, c.last, page.shows(c)) for c in containers
        ],
        "paths": [[containers.index(o) for o in c.path()] for c in containers],
        "tags": [c.start_tag for c in containers[1:]],
        "whole": page.html_of(one, [], BASE),
        "without": page.html_of(one, inside[-1:], BASE),
    }


def both(html, index=0):
    root = LexborHTMLParser(html, scripting=True).body
    return found(compiled.outline(root), index), found(walk(root), index)


@given(fragments, st.integers(0, 20))
@example("<ul class=related><li>" + "x" * 40 + "</li><li>" + "y" * 40 + "</ul>z", 0)
@example("<h2>Setting up<a href='#up'>¶</a></h2><h2><a href='#up'>x</a></h2>", 0)
@example("<picture><source srcset='/b.webp 2x'><img alt=x></picture>", 0)
@example("<video><source src='/v.mp4'></video><amp-youtube data-videoid=abcdefgh>", 0)
@example("<p>a<b></b>b<a href=/x></a>c<a></a><em>&nbsp;</em></p><pre>a\n b</pre>", 0)
def test_a_page_has_the_same_outline(html, index):
    ours, python = both(html, index)

    assert ours == python


@pytest.mark.parametrize("html", ["", "<div>" * 20_000 + "deep", "<b>" * 3_000 + "x"])
def test_an_odd_page_has_the_same_outline(html):
    root = LexborHTMLParser(html).body

    assert [b.text for b in compiled.outline(root).blocks] == [
        b.text for b in walk(root).blocks
    ]


def test_a_container_outlives_the_page_that_it_was_read_from():
    parser = LexborHTMLParser("<div class=a><p>one</p></div>")
    one = compiled.outline(parser.body).containers[1]
    del parser

    assert one.start_tag == 'div class="a"'


def test_the_innermost_of_many_is_let_go_of_last():
    """Each holds the one around it, and letting go of that must take no stack."""
    html = "<marquee><div>" * 800_000 + "deep"
    one = compiled.outline(LexborHTMLParser(html).body).containers[-1]

    assert one.tag == "div"
