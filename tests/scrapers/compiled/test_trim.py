"""The compiled choice and trimming of blocks gives what Python's gives."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from selectolax.lexbor import LexborHTMLParser

from scrapers.extract import generic
from scrapers.extract.blocks import outline, walk
from tests.scrapers.compiled.pages import fragments, needed

needed("trim")
PROSE = "The river rose by three metres in a night, and the lower town was cleared. "
TEXTS = st.sampled_from(
    [
        PROSE, PROSE + "All were safe.", "River rises", "RIVER RISES!", "Home › News",
        "Home » River rises", "By Jane Doe", "Photo: dpa", "Read more:", "4 May 2026",
        "Related", "Most read", "Jane Doe is a reporter who covers rivers.", "A line,",
        "Sign up for our newsletter.", "相关新闻", "(记者 唐霁)", "Ένα",
        "It said:" + "x " * 30, "short", "ไทย" * 12,
        "中文报道说河水上涨了三米，下城已经疏散。" * 2,
    ]
)  # fmt: skip
NAMES = st.sampled_from(
    "p div section h2 h3 ul li td article figure figcaption main pre td span".split()  # noqa: SIM905
)
INNER = st.builds("<{0}>{1}</{0}>".format, NAMES, TEXTS) | st.builds(
    "<{0}><a href=/x>{1}</a></{0}>".format, NAMES, TEXTS
)
PAGES = st.lists(
    st.recursive(
        INNER | st.just("<img src=/a.jpg>"),
        lambda inner: st.builds(
            lambda name, parts: f"<{name}>{''.join(parts)}</{name}>",
            st.sampled_from(
                ["div", "div class=a", "section", "ul", "figure", "table", "article"]
            ),
            st.lists(inner, max_size=6),
        ),
    ),
    min_size=1,
    max_size=12,
).map("".join)


def kept(page, title):
    """What stays of a page, and where the elements are of which nothing stays."""
    best = generic._best(page)
    body = generic._keep(page, best, title)
    places = {id(one): n for n, one in enumerate(page.containers)}
    return places[id(best)], body.text, [places[id(one)] for one in body._gone]


def both(html, title):
    root = LexborHTMLParser(html, scripting=True).body
    return kept(outline(root), title), kept(walk(root), title)


@given(PAGES | fragments, st.sampled_from(["River rises", "", "News"]))
@example(f"<div>{PROSE * 4}</div><div><p>{PROSE}</div>", "")
@example(f"<div><p>{PROSE * 9}</div><section><div>{PROSE}</div></section>", "")
@example(f"<table><tr><td>{PROSE}<td><a href=/>x</a></table>" * 3, "")
@example(f"<p>{PROSE}" * 9 + "<h2>Related</h2>" + "<p><a href=/>x</a>" * 4, "")
def test_the_same_stays(html, title):
    ours, python = both(html, title)

    assert ours == python


@pytest.mark.parametrize(
    "html",
    [
        "",
        "<div>" * 20_000 + PROSE,
        f"<div>{PROSE * 9}" + "<div>" * 400 + f"<div>{PROSE}</div>" * 400,
        f"<ul>{'<li><a href=/>x</a>' * 3000}</ul>",
        "<div><img src=/a></div><p></p>" * 3000,
        "<ul><li>" * 200 + f"<p>{PROSE}</p>" * 20 + f"</ul><p>{PROSE}</p>" * 100,
        f"<p>{PROSE * 9}</p>" * 9
        + "<ul><li>" * 300
        + "<p><a href=/>x</a></p>" * 300
        + "</ul>" * 300
        + f"<p>{PROSE * 9}</p>" * 90,
    ],
    ids=[
        "nothing",
        "deep",
        "deep beside",
        "links",
        "empty",
        "far inside",
        "links far inside",
    ],
)
def test_an_odd_page_is_kept_the_same(html):
    ours, python = both(html, "River rises")

    assert ours == python
