"""What stands under a headline is found the same by compiled code and in Python."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from scrapers.extract import summaries
from scrapers.extract.document import parse_html
from tests.scrapers.compiled.pages import fragments, needed

needed("standfirst")

NAMES = st.sampled_from(
    [
        "class=standfirst", "class='x Lead y'", "data-testid=standfirst-1", "class",
        "itemprop=description", "itemprop=description class=image", "class=lead-image",
        "class=excerpt data-testid='a b'", "class='é deck'", "id=lead", "", "itemprop",
    ]
)  # fmt: skip
TAGS = st.sampled_from(["div", "p", "h2", "figure", "ul", "header", "span", "a", "svg"])
ELEMENTS = st.builds("<{} {}>".format, TAGS, NAMES)
PIECES = (
    ELEMENTS
    | fragments
    | st.sampled_from(["</div>", "</p>", "<main>", "<!-- -->", "."])
)
PAGES = st.lists(PIECES, max_size=12).map("".join)


@given(PAGES, PAGES)
@example("<div>" * 20_000 + "<h1>", "</h1><p class=lead>")
@example("<template><h1>a</h1><p class=lead>b</p></template>", "")
def test_the_same_element_is_found(before: str, after: str) -> None:
    page = f"<body>{before}<h1>A headline</h1>{after}"
    made = _places(page)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(summaries, "_compiled", None)
        assert _places(page) == made


def _places(page: str) -> list[int | None]:
    """Which of the nodes is found under each, by its number in the page's order."""
    tree = parse_html(page.encode())
    assert tree.root is not None
    nodes = list(tree.root.traverse(include_text=True))
    numbers = {node.mem_id: number for number, node in enumerate(nodes)}
    found = map(summaries._named_under, nodes)
    return [numbers[one.mem_id] if one is not None else None for one in found]
