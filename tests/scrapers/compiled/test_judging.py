"""Compiled code judges elements as Python does."""

from __future__ import annotations

from hypothesis import example, given
from hypothesis import strategies as st
from selectolax.lexbor import LexborHTMLParser

from scrapers.extract.boilerplate import judge
from tests.scrapers.compiled.pages import fragments, needed

compiled = needed("judging")

_SAID = st.lists(
    st.tuples(
        st.sampled_from(["class", "id", "role", "style", "hidden", "xlink:role"]),
        st.lists(
            st.sampled_from(
                """
                share related hidden md:block widget elementor article body comments
                sr-only d-none navigation display:none VISIBILITY:HIDDEN cookie-consent
                S:1 toc Aside -- 1-what-are-the-most-popular-ways-to-go é
                """.split()  # noqa: SIM905
            )
            | st.text(alphabet='ab-_ "', max_size=90),
            max_size=12,
        ),
    ),
    max_size=5,
)


def both(html):
    nodes = LexborHTMLParser(html).css("*")
    return (
        [compiled.judge(node, node.tag) for node in nodes],
        [judge(node, node.tag) for node in nodes],
    )


@given(fragments)
@example("<svg class=share><a xlink:role=navigation>x</a></svg>")
@example("<nav><footer id=share><main class=share><custom-el class=share></custom-el>")
def test_what_a_page_has_is_judged_the_same(html):
    ours, python = both(html)

    assert ours == python


@given(_SAID, st.sampled_from(["div", "main", "aside", "h2", "math", "x-y"]))
def test_what_an_element_says_is_judged_the_same(said, tag):
    words = (f'{name}="{" ".join(words)}"' for name, words in said)
    ours, python = both(f"<{tag} {' '.join(words)}>x")

    assert ours == python
