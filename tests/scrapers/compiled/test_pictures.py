"""The pictures, links and rules that compiled code writes are as Python writes them."""

from __future__ import annotations

from html import escape

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from selectolax.lexbor import LexborHTMLParser

from scrapers.clean import images
from scrapers.clean.images import LAZY, PLACEHOLDERS
from scrapers.extract.blocks import outline, walk
from tests.scrapers.compiled.pages import needed

needed("walk")

BASES = st.sampled_from(["https://example.org/news/a", "", "https://ex ample.org/"])
NAMES = st.sampled_from(
    [
        *LAZY, "src", "srcset", "data-srcset", "alt", "title", "width", "height", "dir",
        "lang", "style", "class", "data-a-name-of-many-letters", 'a"b', "é", "href",
    ]
)  # fmt: skip
ADDRESSES = st.sampled_from(
    [
        "https://a.b/c.jpg", "/c.jpg", "c.jpg", "//a.b/c.jpg", "/c.jpg?a=1&b=2", "/c d",
        "https://a.b/Lazy-load.png", "/a/1x1.gif", "/pixel", "data:image/gif;base64,x",
        "about:blank", "{{ src }}", "[x]", "/a.jpg%20300w", "/a.jpg 300w, /b.jpg 600w",
        "300w", "/max", "/imageUrl('x')", "/c(1).jpg", "c(1).jpg", "c(x='1')",
        "/%zz.jpg", "", " ", "\n/c.jpg ",
        "javascript:1", "https://a.b/é.jpg", "/" + "c" * 2000,
        *(f"/{word}.gif" for word in PLACEHOLDERS),
    ]
)  # fmt: skip
VALUES = ADDRESSES | st.sampled_from(
    [
        "0", "1", "1px", " 1 ", "10", "100%", "auto", "AUTO", "width:1px;height:1px",
        "width: 1px", 'say "<no>" & go', "no\u00a0break", "١", "2", "01", "-1", "é",
    ]
)  # fmt: skip
ATTRIBUTES = st.lists(st.tuples(NAMES, VALUES), max_size=6)


def both(html, base):
    body = LexborHTMLParser(html, scripting=True).body
    one, other = outline(body), walk(body)
    return (
        one.html_of(one.containers[0], [], base),
        other.html_of(other.containers[0], [], base),
    )


@settings(max_examples=1000)
@given(
    st.sampled_from(["img", "img", "img", "a", "hr", "picture", "amp-img", "iframe"]),
    st.sampled_from(LAZY) | st.just("src") | st.just("href"),
    ADDRESSES,
    ATTRIBUTES,
    BASES,
)
@example("img", "src", "/c.jpg", [("width", None)], "https://example.org/")
@example("img", "src", "/c.jpg", [("alt", None)], "https://example.org/")
def test_they_are_as_python_writes_them(tag, first, address, attributes, base):
    said = "".join(
        f" {name}" + ("" if value is None else f'="{escape(value)}"')
        for name, value in [(first, address), *attributes]
    )
    inner = f"<source srcset='/s.jpg 2x'><img{said}>" if tag == "picture" else ""
    page = f"<p>Text <{tag}{said}>{inner}more text</{tag}> and more.</p>"

    made, expected = both(page, base)

    assert made == expected


@pytest.mark.parametrize(
    ("tag", "expected"),
    [
        (
            '<img class=x alt="a &amp; b" data-src="/b.jpg" src="/lazy.gif" width=640>',
            '<img src="https://example.org/b.jpg" alt="a &amp; b" width="640">',
        ),
        ("<img src=/b.jpg width=1 height=1>", ""),
        ("<img src=/1x1.gif>", ""),
        ("<img width=640 alt=x>", ""),
        ("<img src='data:image/gif;base64,x'>", ""),
        (
            "<img src='data:,x' srcset='/b.jpg 2x'>",
            '<img src="https://example.org/b.jpg">',
        ),
        (
            "<picture><source srcset=/b.jpg><img></picture>",
            '<img src="https://example.org/b.jpg">',
        ),
        ("<hr class=x>", "<hr>"),
    ],
)
def test_they_are_as_they_should_be(tag, expected):
    made, _ = both(f"<p>Text.</p>{tag}", "https://example.org/news/a")

    assert made == f"<p>Text.</p>{expected}"


SETS = st.lists(
    st.sampled_from(
        [
            "/a.jpg", "b", "data:image/gif;base64", ",", ", ", " ", "\n", "\x1c",
            "300w",
            " 300w", " 2x", " 1.5x", " 1.2.3x", " .w", " 3000w", " 9", " 200h", " 10q",
            "300w,", "x", "w", "é", "\xa0", "9" * 20 + "w", " 0" + "9" * 20 + "x", ",,",
        ]
    ),
    max_size=10,
).map("".join)  # fmt: skip


def in_python(function, value):
    kept, images._compiled = images._compiled, None
    try:
        return function(value)
    finally:
        images._compiled = kept


@settings(max_examples=500)
@given(st.none() | st.lists(ADDRESSES | SETS, max_size=3).map("".join))
def test_an_address_is_told_as_python_does(value):
    assert images._address(value) == in_python(images._address, value)


@settings(max_examples=1000)
@given(SETS)
@example("a,b c d 2x, e 3x")
@example("a,b 300w c, d")
@example("a 300w 200h, b 200h 300w")
@example("a 300w ")
@example("a,")
@example(", ,a 1x,,")
@example("a 2000w, b 2000w, c 2001w")
def test_the_widest_of_a_srcset_is_as_python_finds_it(srcset):
    assert images.largest(srcset) == in_python(images.largest, srcset)


def test_a_srcset_without_end_is_read_in_no_time():
    srcset = "a," * 9_000 + "b c d"

    assert images.largest(srcset) == in_python(images.largest, srcset)
