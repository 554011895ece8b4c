from __future__ import annotations

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from scrapers.clean import html as cleaning
from scrapers.clean.html import ATTRIBUTES, TAGS, VOID
from tests.scrapers.compiled.pages import needed

compiled = needed("clean")

BASE = "https://example.org/news/a"
TEXTS = st.sampled_from(
    [
        "a", " ", "\n", "\nb", "&nbsp;", "&amp;", "&lt;b&gt;", "&amp;amp;", "é", "中",
        "\u3000", "\u2003", "\x85", "\u1680", "\u2028", "\u205f", "\ufeff", "\u200b",
        "\ufffc", "x \n y", "🎉", '"', "'", "\x7f",
    ]
)  # fmt: skip
# What only looks like text and values as lexbor writes them.
STRANGE = st.sampled_from(
    [
        "&", "&amp", "&quot;", "&copy;", "&#10;", "\xa0", "\r", "\x00", "\x0c", "\x1c",
        ">", "<", "</", "<p", "<p/>", "<P>", "</p >", "</p", "<!---->", "<p\ndir='x'>",
        "<p dir=x>", "<p dir>", '<p dir="a"dir="b">', '<p dir="a" dir="b">', "<b >",
        '<p dir="a', '<p dir="<">', '<p dir=">">', '<p dir="&copy">', "</br>", "</img>",
        '<p dir="\r">', '<p dir="\xa0">', "<script>", "<main>", "<h1>", "\ufffd",
        "\uffff", "\ud800", "<a-b>", "<tablex>", "<>", "</>", "<svg>", "<col/>",
    ]
)  # fmt: skip
VALUES = st.sampled_from(
    ["", "rtl", "https://example.org/x?a=1&amp;b=2", "&quot;&lt;&gt;&nbsp;", "é\n'`="]
)
NAMES = st.sampled_from(sorted(TAGS))


# The attributes that are always there, or in an order of their own.
ORDERED = {
    "a": ("href", "title", "dir", "lang"),
    "img": ("src", "alt", "title", "width", "height", "dir", "lang"),
}


def start_tag(name, values):
    known = ORDERED.get(name) or sorted(ATTRIBUTES.get(name, set()) | ATTRIBUTES["*"])
    if name == "img" or (name == "a" and values):
        values = ["https://example.org/x?a=1&amp;b=2", *filter(None, values)]
    pairs = zip(known, values, strict=False)
    said = "".join(f' {key}="{value}"' for key, value in pairs)
    return f"<{name}{said}>"


def element(name, values, inner):
    end = "" if name in VOID else f"</{name}>"
    return f"{start_tag(name, values)}{'' if name in VOID else ''.join(inner)}{end}"


def words(names):
    return names.split()


def nested(texts, names=NAMES):
    """Elements in one another, as a parser leaves them and as none does."""
    values = st.just([]) | st.lists(VALUES, max_size=2)
    return st.recursive(
        texts,
        lambda inner: st.builds(element, names, values, st.lists(inner, max_size=4)),
        max_leaves=25,
    )


def tables():
    """Tables in whose places mostly stands what may stand there."""
    inner = st.recursive(
        TEXTS | st.just("<p>a</p>"),
        lambda inner: st.lists(inner, min_size=1, max_size=3).map(table),
        max_leaves=6,
    )
    return st.lists(inner, min_size=1, max_size=4).map("".join)


def table(cells):
    first, *rest = cells
    rows = "".join(f"<tr> <td>{cell}</td></tr>\n" for cell in rest)
    return (
        f"<table> <caption>{first}</caption><colgroup> <col></colgroup>"
        f"<thead><tr><th>{first}</th></tr></thead>\n<tbody>{rows}</tbody></table>"
    )


def in_python(html):
    """What `settled` makes of it where nothing is compiled."""
    kept, cleaning._compiled = cleaning._compiled, None
    try:
        return cleaning.settled(html, BASE)
    finally:
        cleaning._compiled = kept


FRAGMENTS = st.lists(nested(TEXTS), max_size=4).map("".join)
# Few names make for more of what matters: the same in itself, and what closes another.
CLOSE = st.sampled_from(words("p li ul dd dt dl a b h2 h3 div rt ruby pre"))
CLOSE_FRAGMENTS = st.lists(nested(TEXTS, CLOSE), max_size=4).map("".join)
IN_TABLES = st.sampled_from(
    words("table caption colgroup col tbody thead tr td th a p br li b")
)
TABLE_FRAGMENTS = st.lists(nested(TEXTS, IN_TABLES), max_size=4).map("".join)
FORMATS = st.sampled_from(words("a b code em i s small strong u table tr td p div"))
FORMAT_FRAGMENTS = st.lists(nested(TEXTS, FORMATS), max_size=4).map("".join)
LOOSE = st.lists(
    NAMES.map(lambda name: f"<{name}>")
    | NAMES.map(lambda name: f"</{name}>")
    | TEXTS
    | STRANGE,
    max_size=12,
).map("".join)


@settings(max_examples=1000)
@given(
    FRAGMENTS
    | CLOSE_FRAGMENTS
    | TABLE_FRAGMENTS
    | FORMAT_FRAGMENTS
    | LOOSE
    | tables()
    | st.lists(nested(TEXTS | STRANGE), max_size=4).map("".join)
)
@example("<b>" * 5 + "a" + "</b>" * 5)
@example("<a><table><tbody><tr><td><a>x</a></td></tr></tbody></table></a>")
@example("<pre><b></b>\na</pre>")
@example("<p>a<p>b</p>c</p><p>d<hr>e</p>")
@example("<p>a<table> </table></p>")
@example("<table>&nbsp;<tbody><tr><td>a</td></tr></tbody></table>")
def test_what_is_sure_is_what_a_parser_writes(html):
    made = compiled.settled(html)

    if made is not None:
        assert cleaning._parsed(made) == made


@settings(max_examples=1000)
@given(
    FRAGMENTS
    | CLOSE_FRAGMENTS
    | TABLE_FRAGMENTS
    | FORMAT_FRAGMENTS
    | tables()
    | st.lists(nested(TEXTS | STRANGE), max_size=4).map("".join)
)
@example("<div>" * 10 + " <br>" + "</div>" * 10)
@example("<div>" * 30 + "&nbsp;" + "</div>" * 30)
@example("<div><p>a</p>" + "<b>" * 15 + "</b>" * 15 + "<br dir=rtl></div>")
@example("<pre>\n\n\na</pre><p>a<div><br dir=rtl></div>b</p>")
@example("<pre>\n\n\n\na</pre>")
@example("<div><p>a<p></p>b</p></div>")
@example("<p>a<p> <p>b</p></p></p>")
def test_what_is_sure_is_what_python_makes(html):
    assert cleaning.settled(html, BASE) == in_python(html)


@pytest.mark.parametrize(
    "html",
    [
        "<p>a <b>b</b> &amp; <i>c</i></p>\n<p>d<br>e</p>",
        '<h2>a</h2><ul><li>b</li><li><p>c</p><ul><li value="2">d</li></ul></li></ul>',
        '<figure><img src="https://a.b/c" alt=""><figcaption>d</figcaption></figure>',
        "<table> <caption>a</caption> <colgroup> <col> <col></colgroup>\n<tbody><tr>"
        '<td colspan="2">b<table><tbody><tr><td><p>c</p></td></tr></tbody></table></td>'
        "<th>d</th></tr> </tbody></table>",
        "<dl><dt>a</dt><dd>b<dl><dt>c</dt><dd>d</dd></dl></dd></dl>",
        "<ruby>漢<rp>(</rp><rt>kan</rt><rp>)</rp></ruby>",
        "<div><a><div><p>a</p></div></a></div>",
        "<blockquote><pre>a\n  b</pre></blockquote>",
        "<p>a</p><div> <span>&nbsp;<br></span><p><b> </b></p></div><hr>",
    ],
)
def test_what_pages_hold_is_sure(html):
    assert compiled.settled(html) is not None


@pytest.mark.parametrize(
    "html",
    [
        "<p><b><div>a</div></b></p>", "<p>a<div> </div></p>",
        "<p><span><p>a</p></span></p>", "<a>a<a>b</a></a>",
        "<li>a<li>b</li></li>", "<ul><li><div><li>a</li></div></li></ul>",
        "<dd><p>a</p><dt>b</dt></dd>", "<h2><h3>a</h3></h2>", "<td>a</td>",
        "<table><tr><td>a</td></tr></table>", "<tr>a</tr>", "<p>a", "a</p>",
        "<b><i>a</b></i>", "<table>a</table>", "<pre>\n\n\n\na</pre>", "a\xa0b", "a&b",
        "<table><tbody><tr><td>a</td></tr></tbody><br></table>", "<p dir=rtl>a</p>",
        "<ruby><rt>a<rp>b</rp></rt></ruby>", "a\rb", "a\x00", "a > b", "\ud800",
        "<b>" * 300 + "a" + "</b>" * 300,
    ],
)  # fmt: skip
def test_what_a_parser_writes_otherwise_is_not_sure(html):
    assert compiled.settled(html) is None


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        ("<p>a<p><a>b</a></p></p>", "<p>a</p><p><a>b</a></p>"),
        ("<div><p> <p><a>b</a></p>c</p></div>", "<div><p><a>b</a></p>c</div>"),
        ("<p>a<hr>b</p>", "<p>a</p><hr>b"),
        ("<pre>\na</pre>", "<pre>a</pre>"),
    ],
)
def test_a_paragraph_around_a_player_is_parted(html, expected):
    assert compiled.settled(html) == expected
    assert in_python(html) == expected


def test_what_is_hollow_goes_without_a_parser():
    html = (
        "<p>a</p><div> <p>&nbsp;<b> <br></b></p>\n</div><table><tbody> </tbody></table>"
    )

    assert compiled.settled(html) == "<p>a</p>"


@pytest.mark.parametrize("deep", range(1, 9))
def test_a_p_that_is_parted_and_never_ends_stays_inside_what_is_its_own(deep):
    """Its end tag is written where it is parted: more bytes than there are so far."""
    for size in range(64):
        assert compiled.settled("<p>a<ul><li>" * deep + "x" * size) is None
