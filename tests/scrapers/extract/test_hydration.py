"""Articles that the page does not show, but brings as data for its scripts."""

from __future__ import annotations

import json
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scrapers.extract.hydration import MOST_VALUES, story_of
from scrapers.items import NotArticle
from tests.factories_pages import article, prose, read

TITLE = "Flood cuts off two villages"
STORY = [
    f"Paragraph {n} tells at length how the river rose and what was done about it,"
    " which took the whole of the night, and by whom."
    for n in range(6)
]
TEXT = "\n".join(STORY)
HEAD = f"<title>{TITLE}</title>"


def fed(data, *, kind="application/json"):
    return f'<script id="data" type="{kind}">{json.dumps(data)}</script>'


def block(text, kind="paragraph"):
    return {"type": kind, "content": [{"type": "text", "value": text}]}


LINKED = {
    "type": "paragraph",
    "content": [
        {"type": "text", "value": STORY[0][:40]},
        {"type": "link", "data": {"href": "/x"}, "content": [
            {"type": "text", "value": STORY[0][40:60]}]},
        {"type": "text", "value": STORY[0][60:]},
    ],
}  # fmt: skip
AST = {"type": "document", "content": [LINKED, *map(block, STORY[1:])]}
PORTABLE = [
    {"_type": "block", "children": [{"_type": "span", "text": text}]} for text in STORY
]
ARC = [{"type": "text", "content": f"<p>{text}</p>"} for text in STORY]
EDITOR = {"blocks": [{"type": "paragraph", "data": {"text": t}} for t in STORY]}
DRAFT = {"blocks": [{"type": "unstyled", "text": t} for t in STORY], "entityMap": {}}
HAST = {"type": "root", "children": [
    {"type": "element", "tagName": "p", "children": [{"type": "text", "value": text}]}
    for text in STORY
]}  # fmt: skip
HTML = "".join(f"<p>{text}</p>" for text in STORY)


@pytest.mark.parametrize(
    "body",
    [AST, PORTABLE, ARC, EDITOR, DRAFT, HAST, HTML],
    ids=["tree", "portable text", "arc", "editor.js", "draft.js", "hast", "html"],
)
def test_a_story_in_an_editors_format_is_read_whole(body):
    data = {"props": {"story": {"headline": TITLE, "id": 7, "body": body}}}

    made = article(f"<h1>{TITLE}</h1><div id=app></div>{fed(data)}", head=HEAD)

    assert made.body_text == TEXT
    assert made.body_html == "".join(f"<p>{text}</p>" for text in STORY)


@pytest.mark.parametrize(
    "name", ["window.__INITIAL_STATE__ ", "var state", 'self["__STATE__"]']
)
def test_a_story_that_a_script_gives_to_a_variable_is_read(name):
    state = f"{name}={json.dumps({'title': TITLE, 'body': AST})};start();"

    made = article(f"<h1>{TITLE}</h1><script>{state}</script>", head=HEAD)

    assert made.body_text == TEXT


def test_a_page_that_shows_nothing_at_all_is_an_article_by_its_data():
    data = {"page": {"title": TITLE, "body": AST}}

    made = article(f"<div id=app></div>{fed(data)}", head=HEAD)

    assert (made.title, made.body_text) == (TITLE, TEXT)


def test_a_story_that_begins_as_the_page_does_is_the_pages():
    data = {"story": {"headline": "Another title for machines", "body": AST}}
    shown = f"<h1>{TITLE}</h1><p>{STORY[0]}</p>"

    assert article(shown + fed(data), head=HEAD).body_text == TEXT


def test_another_pages_story_is_not_taken():
    data = {"related": {"headline": "Rain on Friday", "body": AST}}

    made = read(f"<h1>{TITLE}</h1>{fed(data)}", head=HEAD)

    assert isinstance(made, NotArticle)


def test_stories_of_a_list_are_not_taken_for_paragraphs_of_one():
    others = [{"headline": f"Story {n}", "body": DRAFT} for n in range(5)]
    data = {"title": TITLE, "stories": others, "body": EDITOR}

    assert article(f"<h1>{TITLE}</h1>{fed(data)}", head=HEAD).body_text == TEXT


def test_what_stands_between_the_paragraphs_is_left_out():
    between = [block("Buy now, and buy much of it. " * 5, "inline-newsletter")]
    body = {"type": "document", "content": [*map(block, STORY[:3]), *between]}
    body["content"] += [block("Photo: a very long caption. " * 5, "image")]
    body["content"] += map(block, STORY[3:])
    data = {"title": TITLE, "body": body}

    assert article(f"<h1>{TITLE}</h1>{fed(data)}", head=HEAD).body_text == TEXT


def test_tags_and_numbers_are_no_story():
    tags = [{"type": "tag", "text": f"Keyword {n}"} for n in range(200)]
    page = fed({"title": TITLE, "tags": tags}).encode()

    assert story_of(page, TITLE, "") == ""


def test_a_page_that_shows_its_article_is_not_asked():
    longer = {"title": TITLE, "body": [block(text * 9) for text in STORY]}
    shown = prose(*STORY, *(text[::-1] + "." for text in STORY))

    made = article(f"<h1>{TITLE}</h1>{shown}{fed(longer)}", head=HEAD)

    assert STORY[0] in made.body_text.splitlines()
    assert len(made.body_text) < 3 * len(TEXT)


@pytest.mark.parametrize(
    "said",
    ["{" * 2000, "[" * 50_000 + "]" * 50_000, '{"a": 1' + " " * 2000, "null" * 500],
)
def test_what_is_no_data_is_passed_over(said):
    page = f'<script type="application/json">{said}</script>{fed({"title": TITLE})}'

    assert story_of(page.encode(), TITLE, "") == ""


def test_lists_in_lists_take_no_longer_than_their_size():
    inner: object = {"type": "text", "text": "a"}
    for _ in range(90):
        inner = [inner, {"children": [{"text": "b"}] * 40}, {"text": "c"}]
    page = fed([inner] * 40).encode()
    begun = time.process_time()

    assert story_of(page, TITLE, "") == ""
    assert time.process_time() - begun < MOST_VALUES / 10_000


@pytest.mark.parametrize(
    "start",
    [
        "<script ",
        "<script type=application/json>",
        "<script type=application/json>[</scrip",
        "<script>window",
        "<script>window a={",
        "<script type ",
    ],
)
def test_scripts_that_never_end_are_passed_through_once(start):
    page = (start * 60_000).encode()
    begun = time.process_time()

    assert story_of(page, TITLE, "") == ""
    assert time.process_time() - begun < MOST_VALUES / 10_000


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(max_size=80),
        lambda inner: (
            st.lists(inner, max_size=6)
            | st.dictionaries(
                st.sampled_from(["type", "text", "content", "children", "body", "x"]),
                inner,
                max_size=5,
            )
        ),
        max_leaves=60,
    )
)
def test_any_data_is_read_without_an_error(data):
    page = fed([data, "x" * 1000]).encode()

    assert isinstance(story_of(page, TITLE, TITLE), str)
