"""The texts and lines of a page are the same, compiled and in Python."""

from __future__ import annotations

from contextlib import contextmanager

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scrapers.extract import document, lines, marked, pictures, titles, topics, unmarked
from scrapers.extract.document import parse_html
from tests.scrapers.compiled.pages import fragments, needed

shown = needed("shown")
needed("around")

KEYS = ["the river rose by three metres", "foto", "foto dpa and others", "", "x", "é"]
COMPILED = [
    (lines, "_compiled"),
    (unmarked, "_compiled"),
    (titles, "_around"),
    (titles, "_said"),
    (marked, "_figures"),
    (topics, "_around_links"),
    (pictures, "_around_pictures"),
]
PIECES = st.sampled_from(
    [
        "<figure><figcaption>by A</figcaption></figure>", "<p>Foto: dpa</p>", "Foto é",
        "<div class='x BreadCrumb y'><b>c</b></div>", "<i data-breadcrumb-trail>d</i>",
        "<nav><a href=/tag/a>e</a></nav>", "<article><header><a>f</a></header>", "<br>",
        "<ul><li>g<li>h</ul>", "The river-rose by THREE metres", "Foto e\u0301", "\f",
        "<select><option>i</select>", "<textarea>j</textarea>", "<!-- k -->", "\u00a0",
        "<p>" + "l " * 450 + "</p>", "<p>" + "\u00e9" * 799 + "</p>", "m\x00n", "\x1c",
        "<p>" + "\u4e2d" * 800 + "</p>", "<table><tr><td>o<td>p</table>", "</div>",
    ]
)  # fmt: skip
PAGES = st.lists(PIECES | fragments, max_size=12).map("".join)


@contextmanager
def pure_python():
    with pytest.MonkeyPatch.context() as patch:
        for module, name in COMPILED:
            assert getattr(module, name)
            patch.setattr(module, name, None)
        for name, function in shown.PYTHON.items():
            patch.setattr(document, name, function)
        yield


def all_told(tree):
    found = []
    for node in tree.root.traverse():
        texts = [document.text_of(node), document.field_of(node)]
        around = [list(lines.lines_after(node, 3)), lines.lines_before(node, 2)]
        found.append((texts, around, list(lines.lines_within(node)), judged(node)))
    return found, list(lines.lines_after(tree.root, 9))


def judged(node):
    above = topics._part_around(node)
    link = titles._link_of(node)
    leads = link.mem_id if link is not None else None
    around = titles.is_in_trail(node), marked.is_credit(node), above, leads
    return (*around, pictures._above(node))


def likely(tree):
    """The texts whose key is that of one of those looked for, or begins one."""
    texts = unmarked._texts(tree.root, KEYS)
    told = [(titles.key_of(text), text, node.mem_id) for text, node in texts]
    return [one for one in told if one[0] and any(k.startswith(one[0]) for k in KEYS)]


@given(PAGES)
def test_a_page_says_the_same(page):
    tree = parse_html(page.encode())

    ours, texts = all_told(tree), likely(tree)

    with pure_python():
        assert ours == all_told(tree)
        assert texts == likely(tree)


@pytest.mark.parametrize("page", ["<div>" * 20_000 + "x", "<b>" * 3_000 + "x", "<p>"])
def test_an_odd_page_says_the_same(page):
    tree = parse_html(page.encode())
    node = tree.css_first("p, b, div")

    told = document.text_of(node), list(lines.lines_within(node)), judged(node)

    with pure_python():
        assert told == (
            document.text_of(node),
            list(lines.lines_within(node)),
            judged(node),
        )


def test_an_element_out_of_the_tree_stands_alone():
    tree = parse_html(b"<figure><p>a</p></figure><p>b</p>")
    node = tree.css_first("p")
    node.decompose()

    assert document.text_of(node) == ""
    assert list(lines.lines_after(node, 3)) == lines.lines_before(node, 3) == []
    assert judged(node) == (False, False, None, None, [])
