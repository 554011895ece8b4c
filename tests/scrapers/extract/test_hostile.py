"""Hostile pages through the whole extraction, in the child as in service."""

from __future__ import annotations

import time
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scrapers.errors import SandboxError
from scrapers.extract.article import extract
from scrapers.extract.recipe import Recipe
from scrapers.items import Hints, NotArticle, ScrapedArticle, Site
from scrapers.sandbox import Sandbox
from tests.factories_pages import PARAGRAPHS, document, page, prose

MEMORY = 700 * 2**20
TITLE = "<h1>Flood cuts off two villages</h1>"
OPEN_TAGS = "<p>" + "".join(f"<font a{n}=1>" for n in range(5000)) + "<p>x" * 5000


@pytest.fixture(scope="module")
def sandbox():
    with Sandbox(memory_bytes=MEMORY, timeout=timedelta(seconds=5)) as made:
        yield made


def parse(sandbox, body):
    fetched = page(body)
    return sandbox.run(extract, fetched, Recipe(), Hints(), Site(), url=fetched.url)


@pytest.mark.parametrize(
    "body",
    [
        OPEN_TAGS,
        "<div>" * 1_000_000,
        "<template>" * 1_000_000,
        f"<p {' '.join(f'a{n}=1' for n in range(500_000))}>x",
    ],
    ids=["open tags", "levels", "templates", "attributes"],
)
def test_a_hostile_page_is_a_named_failure_within_seconds(sandbox, body):
    before, started = resident_kib(), time.monotonic()
    try:
        made = parse(sandbox, TITLE + body)
    except SandboxError as error:
        made = error

    assert isinstance(made, SandboxError | NotArticle | ScrapedArticle)
    assert time.monotonic() - started < 10
    # A few copies of the page at most: what parsing takes is the child's.
    assert resident_kib() - before < 100_000
    assert parse(sandbox, "").title == "Flood cuts off two villages"


def test_running_out_of_memory_is_named(sandbox):
    with pytest.raises(SandboxError, match="too much memory"):
        parse(sandbox, TITLE + OPEN_TAGS)


@pytest.mark.parametrize(
    "inner",
    [
        "<b>" * 900 + "The river rose by three metres." + "</b>" * 900,
        "<ul><li>" * 300 + "The river rose by three metres.",
        "<blockquote>" * 1500 + prose(),
    ],
)
def test_deep_markup_gives_its_text(inner):
    made = extract(page(f"{TITLE}<article>{inner}"), Recipe(), Hints(), Site())

    assert isinstance(made, ScrapedArticle)
    assert "three metres" in made.body_text


def test_many_comments_take_no_longer_each_than_few():
    comment = f"<div class=comment><p>{PARAGRAPHS[0]}</div>"
    started = time.process_time()
    extract(page(f"{TITLE}{prose()}{comment * 30_000}"), Recipe(), Hints(), Site())

    assert time.process_time() - started < 5


WHOLE = document(
    f"<header class=top><nav><a href=/>Home</a></nav></header>{TITLE}"
    "<div class=breadcrumbs><a href=/>Home</a> &gt; <a href=/n>News</a></div>"
    "<p class=byline>By <a rel=author href=/a>Amina Otieno</a>, 4 May 2021</p>"
    f"<article><img data-src=/a.jpg>{prose()}<table><tr><td>1<td>2</table></article>",
    head='<script type="application/ld+json">{"@type":"Article","author":"A"}</script>'
    '<meta property="og:title" content="Flood"><link rel=canonical href="/x">',
)
EDITS = st.lists(
    st.tuples(
        st.integers(0, len(WHOLE)),
        st.integers(0, 30),
        st.sampled_from(
            ["<", ">", '"', "</", "<!--", "&#0;", "\x00", "<table>", "}", "="]
        )
        | st.text(max_size=4),
    ),
    min_size=1,
    max_size=12,
)


@given(EDITS)
def test_a_mutated_page_is_an_article_or_a_reason(edits):
    text = WHOLE
    for at, length, put in edits:
        text = text[:at] + put + text[at + length :]
    made = extract(
        page(text.encode("utf-8", "surrogatepass")), Recipe(), Hints(), Site()
    )

    if isinstance(made, NotArticle):
        assert made.reason
    else:
        assert made.title
        assert made.body_text
        assert "\x00" not in repr(made)
        assert "<script" not in made.body_html


@given(st.binary(max_size=300))
def test_any_bytes_are_an_article_or_a_reason(body):
    made = extract(page(body), Recipe(), Hints(), Site())

    assert isinstance(made, ScrapedArticle | NotArticle)


def test_the_text_says_each_paragraph_once():
    body = f"{TITLE}<article>{prose()}<div>{prose()}</div></article>"
    made = extract(page(body), Recipe(), Hints(), Site())

    assert isinstance(made, ScrapedArticle)
    assert made.body_text == "\n".join(PARAGRAPHS)


def resident_kib():
    status = Path("/proc/self/status").read_text()
    return int(status.partition("VmRSS:")[2].split()[0])


@pytest.mark.parametrize("name", [b"\xed\xa0\x80", b"data-\xff-that-is-long", b"\xc3"])
def test_names_that_are_no_utf_8_change_nothing(name):
    body = document(TITLE + prose() + "<p class=x>More of it.</p><img src=/a.jpg>")
    broken = body.encode().replace(b"<img ", b"<img %s=x " % name)
    broken = broken.replace(b"class=x", b"%s=y class=related" % name)

    made = extract(page(broken), Recipe(), Hints(), Site())

    assert isinstance(made, ScrapedArticle)
    assert '<img src="https://' in made.body_html
