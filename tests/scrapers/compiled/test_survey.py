"""What is compiled finds the prose of a page where Python finds it."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from selectolax.lexbor import LexborHTMLParser

from scrapers.extract import prose
from scrapers.extract.guards import prune
from tests.scrapers.compiled.pages import fragments, needed

compiled = needed("survey")
SENTENCE = "The river rose by three metres in one night, and nobody was warned of it. "

_TEXTS = st.sampled_from(
    [
        SENTENCE, SENTENCE * 4, "Nothing is known yet.", "x" * 59, "Élysée: «non»",
        "中文报道。" * 9, "भारत में बाढ़ आई है।", "ข่าวภาษาไทยไม่มีเครื่องหมาย" * 2,
        "Half of it  and  ", "   ", "\u3000\u00a0", "\t\n ", "<!-- a comment -->",
    ]
)  # fmt: skip
_STARTS = st.sampled_from(
    """
    p|p class=teaser|div|div class=related|div id=comments|div role=navigation|article
    div hidden|div hidden id=S:1|div style="display: none"|a href=/|span|aside|nav|li|ul
    blockquote|button|object|x-story class=ad|math xlink:role=navigation|td|body class=x
    """.replace("\n", "|").split("|")
)
pages = st.recursive(
    st.one_of(_TEXTS, fragments),
    lambda inner: st.builds(
        lambda start, parts: (
            f"<{start.strip()}>{''.join(parts)}</{start.split(maxsplit=1)[0]}>"
        ),
        _STARTS.filter(str.strip),
        st.lists(inner, max_size=5),
    ),
    max_leaves=20,
)


def told(elements):
    """All that is known of elements, those around them by their place."""
    places = {id(one): place for place, one in enumerate(elements)}
    return [
        (
            one.node.mem_id, one.depth, one.tag, one.names, one.verdict, one.linked,
            one.prose, one.size, [places[id(above)] for above in one.above()],
            one.outer and places[id(one.outer)], one.kept, one.pruned,
        )
        for one in elements
    ]  # fmt: skip


@given(pages)
@example(f"<p>{SENTENCE}" * 60)  # enough in paragraphs, whatever else there is
@example(f"<div>{SENTENCE}<br>{SENTENCE}</div><p>A short one of many.")
@example(f"<p>{SENTENCE}<a href=/>{SENTENCE * 2}</a></p><p><a>{SENTENCE}</a>{SENTENCE}")
@example(f"<div>a <b> <i> </i> </b><span> <p>  {SENTENCE}</p></span></div>")
@example(f"<p>{SENTENCE}<object><p class=teaser>{SENTENCE}</p></object></p>")
def test_the_same_elements_are_above_prose(html):
    root = LexborHTMLParser(html, scripting=True).body
    found = compiled.elements_of(root)

    python = prose.elements_of(root)
    assert told(found) == told(python)
    for one in found[1:]:
        assert one.is_in(one.parent)
        assert not one.parent.is_in(one)
        for enough in (0, 50, 1e9):
            beside = compiled.beside(one.node, enough)
            assert beside in (-1, prose.beside(one.node, enough))


@given(pages)
@example(f"<div class=related><p>{SENTENCE}</p><p>{SENTENCE * 3}</p></div>" * 4)
@example(
    f"<article><p>{SENTENCE * 6}</article><aside><p class=ad>{SENTENCE}</aside><p>a"
)
def test_the_same_of_them_are_furniture_and_the_article(html):
    root = LexborHTMLParser(html, scripting=True).body
    found, python = compiled.elements_of(root), prose.elements_of(root)
    prune(found)
    prune(python)

    assert told(found) == told(python)
    assert (
        prose.best_of(prose.Survey(found), "").mem_id
        == prose.best_of(prose.Survey(python), "").mem_id
    )


@given(st.lists(_TEXTS, max_size=6), st.binary(max_size=3))
def test_a_page_in_no_encoding_is_left_to_python(texts, stray):
    html = f"<p>{'<b>'.join(texts)}".encode() + stray
    root = LexborHTMLParser(html).body
    found = compiled.elements_of(root)

    assert found is None or told(found) == told(prose.elements_of(root))
    assert told(prose.survey(root).elements)


@pytest.mark.parametrize(
    "html",
    [
        "",
        "<div>" * 20_000 + f"<p>{SENTENCE}",
        "<div>" * 1_990 + f"<p>{SENTENCE}",
        "<object><p>" * 300 + SENTENCE,
        f"<div>{SENTENCE}" * 2_500,
        f"<svg><desc><p>{SENTENCE}</desc></svg><template><p>{SENTENCE}</template>",
    ],
)
def test_an_odd_page_has_the_same_elements(html):
    root = LexborHTMLParser(html).body

    assert told(compiled.elements_of(root)) == told(prose.elements_of(root))


def test_a_page_of_spaces_takes_no_time():
    """Each element begins with all the spaces, and there are 1,900 of them."""
    html = f"a {'<div>' * 1_900}{' <b></b>' * 200_000}<p>{SENTENCE}</p>"
    root = LexborHTMLParser(html).body

    assert len(compiled.elements_of(root)) == 1_901


@pytest.mark.parametrize("inside", [" <br>", "ab<br>", "<a href=/>ab</a>", " "])
def test_a_page_of_paragraphs_in_one_another_takes_no_time(inside):
    """Each of them holds all that is in the innermost, and begins with its spaces."""
    html = f"{'<object><p>' * 1_900}{inside * 200_000}<p>{SENTENCE * 9}</p>"
    root = LexborHTMLParser(html).body

    assert compiled.elements_of(root)


@given(st.lists(st.sampled_from(
    ["<object><p>", " ", "\u3000", "a\u00a0", SENTENCE, "<a href=/>", "</a>", "</p>",
     "</object>", "<br>", "Élysée: «non»"]
), max_size=60))  # fmt: skip
def test_paragraphs_in_one_another_have_the_same_elements(parts):
    root = LexborHTMLParser("".join(parts)).body

    assert told(compiled.elements_of(root)) == told(prose.elements_of(root))


def test_an_element_outlives_the_page_that_it_was_read_from():
    parser = LexborHTMLParser(f"<div class=a><p>{SENTENCE}</p></div>")
    one = compiled.elements_of(parser.body)[1]
    del parser

    assert one.node.attributes == {"class": "a"}
    assert one.parent.node.tag == "body"
