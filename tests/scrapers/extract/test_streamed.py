"""Pages that are streamed: what comes late stands where it belongs."""

from __future__ import annotations

import pytest

from tests.factories_pages import PARAGRAPHS, article

TITLE = "Flood cuts off two villages"
FIRST, SECOND, THIRD = (text * 3 for text in PARAGRAPHS)
AFTER = f"<p>{THIRD}</p>"


def page(place, segment, call=""):
    return (
        f"<main><article><h1>{TITLE}</h1><p>{FIRST}</p>{place}{AFTER}</article></main>"
        f"<aside><p>Also today: rain.</p></aside>{segment}<script>{call}</script>"
    )


def segment(number, html):
    return f'<div hidden id="S:{number}">{html}</div>'


@pytest.mark.parametrize(
    ("place", "call"),
    [
        ('<template id="P:4"></template>', '$RS("S:4","P:4")'),
        ('<template id="B:4"></template>', '$RC("B:4","S:4")'),
        ('<template id="B:0"></template>', '$RC("B:0","S:4")'),
        ('<!--$?--><template id="B:4"></template><p>Loading…</p><!--/$-->', ""),
    ],
)
def test_a_segment_stands_where_its_placeholder_was(place, call):
    late = segment(4, f"<p>{SECOND}</p>")

    made = article(page(place, late, call))

    assert made.body_text.split("\n") == [FIRST, SECOND, THIRD]


def test_segments_may_hold_the_places_of_others():
    inner = segment(1, f"<p>{SECOND}</p>")
    outer = segment(0, '<div><template id="P:1"></template></div>')

    made = article(page('<template id="B:0"></template>', inner + outer))

    assert made.body_text.split("\n") == [FIRST, SECOND, THIRD]


@pytest.mark.parametrize(
    "odd",
    [
        segment(0, '<template id="B:0"></template><p>x</p>'),
        segment("zz", "<p>x</p>"),
        segment(0, "") * 900,
        '<template id="B:0"></template>' * 900 + segment(0, "<p>x</p>"),
        segment(0, '<template id="B:1"></template>')
        + segment(1, '<template id="B:0"></template>'),
    ],
)
def test_what_fits_nowhere_does_no_harm(odd):
    made = article(page("", odd))

    assert made.body_text.split("\n") == [FIRST, THIRD]
