from __future__ import annotations

import json

import pytest

from scrapers.items import Site
from tests.factories_pages import URL, article, prose

TITLE = "Flood cuts off two villages"
SITE = Site(name="The Daily Example", home="https://example.org/")
PATH = (("News", "Local News"),)


def jsonld(*names, page=True):
    items = [
        {"@type": "ListItem", "position": n, "item": {"@id": f"/{n}", "name": name}}
        for n, name in enumerate(names, start=1)
    ]
    if page:
        items.append({"@type": "ListItem", "position": 9, "name": "x", "item": URL})
    value = {"@context": "https://schema.org", "@graph": [
        {"@type": "BreadcrumbList", "itemListElement": items}]}  # fmt: skip
    return f'<script type="application/ld+json">{json.dumps(value)}</script>'


@pytest.mark.parametrize(
    "trail",
    [
        "<div class=breadcrumbs><a href=/>Home</a> &gt; <a href=/n>News</a> &gt;"
        f" <a href=/l>Local News</a> &gt; {TITLE}</div>",
        "<nav aria-label=Breadcrumb><ol><li><a href=/>⌂</a><li><a href=/n>News</a>"
        "<li><a href=/l>Local News</a></ol></nav>",
        "<p class=breadcrumb>You are here: Home / News / Local News / Flood cuts…</p>",
        '<div itemtype="https://schema.org/BreadcrumbList"><span><a href=/><b itemprop='
        "name>The Daily Example</b></a></span><a href=/n><b itemprop=name>News</b></a>"
        "<a href=/l><b itemprop=name>Local News</b></a></div>",
        f"<div>The Daily Example &gt; News &gt; Local News &gt; {TITLE}</div>",
        "<ul id=breadcrumbs><li>The Daily Example »</li><li>News »</li>"
        "<li>Local News</li></ul>",
    ],
)
def test_a_trail_is_read_in_every_markup(trail):
    made = article(f"<h1>{TITLE}</h1>{trail}{prose()}", site=SITE)

    assert made.categories == PATH
    assert "News" not in made.body_text


def test_structured_data_gives_the_path():
    made = article(head=jsonld("Home", "News", "Local News"), site=SITE)

    assert made.categories == PATH


@pytest.mark.parametrize(
    "trail",
    [
        "<p>您所在的位置： 首页 &gt; 新闻 &gt; 本地 &gt; 正文</p>",
        "<p>首页＞新闻＞本地＞正文</p>",
        "<p id=localPankuzu><a href=/>ホーム</a> ＞ <a href=/n>新闻</a> ＞ 本地</p>",
        "<div class=topic-path><a href=/>首页</a> ＞ <a href=/n>新闻</a> ＞ 本地</div>",
        "<div class=breadcrumb><a href=/>首页</a>&gt;<a href=/n>新闻</a>&gt;"
        "<a href=/n/b>本地</a>&gt;<span>正文</span></div>",
    ],
)
def test_a_chinese_trail_ends_with_a_word_for_the_page(trail):
    made = article(f"{trail}<h1>洪水切断两个村庄的道路</h1>{prose()}", lang="zh")

    assert made.categories == (("新闻", "本地"),)


def test_an_article_filed_nowhere_has_no_category():
    trail = f"<div class=breadcrumbs><a href=/>Home</a> &gt; {TITLE}</div>"

    assert article(f"<h1>{TITLE}</h1>{trail}{prose()}", site=SITE).categories == ()


def test_a_trail_without_titles_end_is_no_trail_in_plain_text():
    made = article(f"<h1>{TITLE}</h1><p>Settings > Network > Reset.</p>{prose()}")

    assert made.categories == ()


def test_sections_stand_in_for_a_trail():
    head = '<meta property="article:section" content="Local &amp;amp; News">'

    assert article(head=head).categories == (("Local & News",),)


def test_tags_are_said_once_and_without_the_sites_name():
    made = article(
        head='<meta property="article:tag" content="River"><meta name=keywords'
        ' content="x"><meta property="article:tag" content="river, The Daily Example">',
        site=SITE,
    )

    assert made.tags == ("River",)


def test_a_deep_or_wordy_trail_is_no_category():
    made = article(head=jsonld(*[f"Level {n}" for n in range(9)]), site=SITE)

    assert made.categories == ()


def test_a_whole_page_named_for_its_trail_is_no_trail():
    links = "<a href=/rain/>Rain</a> <a href=/roads/>Roads</a>"
    page = f"<div class=has-breadcrumb><h1>Flood</h1>{prose() * 3}{links}</div>"

    assert article(page).categories == ()
