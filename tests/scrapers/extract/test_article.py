from __future__ import annotations

import gc
import json
from datetime import UTC, datetime

import pytest
from selectolax.lexbor import LexborHTMLParser

from scrapers.items import Author, Hints, Image, Precision, Restriction, Site
from tests.factories_pages import PARAGRAPHS, URL, article, prose, read, refusal

TITLE = "Flood cuts off two villages"


def test_a_plain_page_gives_title_and_paragraphs():
    made = article()

    assert made.title == TITLE
    assert made.body_text == "\n".join(PARAGRAPHS)
    assert made.body_html == prose()
    assert (made.url, made.language) == (URL, "en")


def test_furniture_around_the_text_stays_out():
    made = article(
        "<header><nav><ul><li><a href=/>Home</a></ul></nav></header>"
        f"<main><h1>{TITLE}</h1><div class=byline>By Amina Otieno</div>{prose()}"
        "<div class='share-buttons'><a href=#>Share this with your friends.</a></div>"
        "<aside><p>Subscribe to our newsletter, it comes out each day.</p></aside>"
        "<section id=comments><p>I disagree with this in every way.</p></section>"
        "</main><footer><p>All rights reserved by The Daily Example.</p></footer>"
    )

    assert made.body_text == "\n".join(PARAGRAPHS)


def test_a_class_that_holds_the_text_is_no_furniture():
    made = article(f"<h1>{TITLE}</h1><div class='sidebar widget'>{prose()}</div>")

    assert made.body_text == "\n".join(PARAGRAPHS)


def test_the_recipe_comes_before_everything_else():
    made = article(
        f"<h1>No</h1><b id=t>Yes</b><div id=x>{prose()}</div><i id=y>The body.</i>"
        "<u class=who data-n='Amina Otieno'>z</u><time id=d>5 May 2024 10:30</time>"
        "<s id=trail>Site &gt; News &gt; Floods</s><img class=lead src=/a.jpg>"
        "<p class=sum>In short.</p><a class=tag>river</a><a class=tag>rain</a>",
        recipe={
            "title": "#t", "body": ["#none", "#y"], "author": ".who@data-n",
            "date": "#d", "breadcrumbs": "#trail", "image": ".lead",
            "summary": ".sum", "tags": ".tag", "drop": "#x",
        },
        site=Site(name="Site", timezone="Africa/Nairobi"),
    )  # fmt: skip

    assert (made.title, made.body_text, made.summary) == (
        "Yes",
        "The body.",
        "In short.",
    )
    assert made.authors == (Author(name="Amina Otieno"),)
    assert made.published_at == datetime(2024, 5, 5, 7, 30, tzinfo=UTC)
    assert made.categories == (("News", "Floods"),)
    assert made.image == Image(url="https://example.org/a.jpg", media_type="image/jpeg")
    assert made.tags == ("river", "rain")


def test_hints_fill_what_the_page_leaves():
    hints = Hints(
        title="Not this",
        summary="What happened.",
        authors=(Author(name="Wanjiru"),),
        published_at=datetime(2026, 2, 1, tzinfo=UTC),
        published_precision=Precision.TIME,
        categories=(("News",),),
        tags=("river",),
        image=Image(url="https://example.org/i.jpg"),
        language="sw",
    )
    made = article(hints=hints, lang="")

    assert made.title == TITLE
    assert (made.summary, made.authors, made.tags) == (
        hints.summary, hints.authors, hints.tags,
    )  # fmt: skip
    assert (made.published_at, made.image) == (hints.published_at, hints.image)
    assert (made.categories, made.language) == (hints.categories, "sw")


def test_the_stated_body_stands_in_for_a_page_that_hides_it():
    stated = "The river rose. " * 40
    made = article(
        f"<h1>{TITLE}</h1><p>The river rose.</p>",
        head='<script type="application/ld+json">{"@type": "NewsArticle",'
        f'"articleBody": "{stated}\\n\\nAnd fell &amp; rose."}}</script>',
    )

    assert made.body_text.splitlines()[1] == "And fell & rose."
    assert made.body_html.endswith("<p>And fell &amp; rose.</p>")


@pytest.mark.parametrize(
    ("canonical", "url"),
    [
        # what the page is, but for the scheme of before, or in a version of it
        ("http://example.org/news/flood/", URL),
        ("http://example.org/news/flood", URL),
        ("https://example.org/news/flood/amp/", URL),
        ("https://m.example.org/news/flood/", URL),
        ("/other/?utm_source=x", "https://example.org/other/"),
        ("https://m.example.org/a", "https://m.example.org/a"),
        ("https://elsewhere.example/a", URL),
        ("https://example.org/", URL),
        ("http://[", URL),
        ("/news/", URL),
    ],
)
def test_the_pages_own_canonical_is_obeyed_within_reason(canonical, url):
    assert article(head=f'<link rel=canonical href="{canonical}">').url == url


@pytest.mark.parametrize(
    ("url", "canonical", "is_obeyed"),
    [
        ("/news/flood/?page=2", "/news/flood/", True),
        ("/news/flood/amp/", "/news/flood/", True),
        ("/news/flood/comment-page-3/", "/news/flood/", True),
        ("/news/flood/2/", "/news/flood/", True),
        ("/news/2026/flood-in-town/", "/news/2026/", False),
        ("/article.php?id=5", "/article.php", False),
        ("/article.php?id=5&print=1", "/article.php?id=5", True),
    ],
)
def test_a_canonical_that_names_a_section_or_a_script_is_not(url, canonical, is_obeyed):
    url, canonical = f"https://example.org{url}", f"https://example.org{canonical}"

    made = article(head=f'<link rel=canonical href="{canonical}">', url=url)

    assert made.url == (canonical if is_obeyed else url)


def test_other_addresses_are_kept():
    made = article(
        head='<link rel=shortlink href="/?p=5"><link rel=canonical href="/a">',
        requested_url="http://example.org/old",
    )

    assert made.addresses == (
        URL, "http://example.org/old", "https://example.org/?p=5",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"", "empty"),
        (b" \n\xef\xbb\xbf ", "empty"),
        (b"\x00" * 500, "not HTML"),
        (b"%PDF-1.7\n<p>", "not HTML"),
        (b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 20, "not HTML"),
        ("<h1>A title</h1><nav><a href=/>Home</a></nav>", "no text"),
        (prose(), "no title"),
        (
            "<h1>Protected</h1><form class=post-password-form><p>This content is"
            " protected. To view it please enter your password below:</p></form>",
            "password form",
        ),
        (
            "<h1>Welcome</h1><p>We and our partners store cookies. You may accept"
            " or refuse consent to cookies by our partners at any time.</p>",
            "consent wall",
        ),
        (
            "<h1>ようこそ</h1><p>当サイトはクッキーを使用します。プライバシーポリシーに同意するか、"
            "クッキーの使用を拒否してください。同意はいつでも取り消せます。</p>",
            "consent wall",
        ),
        (
            "<h1>Stop</h1><p>Please tick the box.</p><div class=g-recaptcha></div>",
            "captcha",
        ),
    ],
)
def test_what_is_no_article_is_named(body, reason):
    assert refusal(body) == reason


def test_a_challenge_page_is_a_captcha():
    head = "<title>Just a moment...</title>"

    assert refusal("<h1>example.org</h1><p>Checking you.</p>", head=head) == "captcha"


def test_json_is_not_html():
    assert refusal(b'{"a": "<p>"}', content_type="application/json") == "not HTML"


def test_a_long_article_about_cookies_is_an_article():
    text = "Cookies need consent, said the partners of the privacy office on Monday. "

    assert article(f"<h1>{TITLE}</h1>{prose(text * 30)}").title == TITLE


def test_a_chinese_report_of_a_law_is_an_article():
    text = "议会在星期二表决通过了隐私法草案，多数议员同意新的规定，记者在现场报道。"

    assert article(f"<h1>{text}</h1>{prose(text[:-1] + '，河边。')}", lang="zh").title


def test_nul_and_control_characters_leave_every_field():
    made = article(
        "<h1>Flood\x00 cuts\x01&#11; off</h1><p>It&#1; rained\x0b all\x00 day,"
        " and the river rose by three metres.</p>",
        head='<meta name=author content="Amina\x02 Otieno">'
        '<meta property="og:description" content="a&#3;b">',
    )

    assert made.title.replace("\ufffd", "") == "Flood cuts off"
    assert made.authors[0].name == "Amina Otieno"
    assert not any(ord(c) < 32 and c != "\n" for c in repr(made) + made.body_html)


def test_bytes_in_the_wrong_charset_still_give_an_article():
    text = f"<h1>Überschwemmung</h1>{prose('Die Brücke ist gesperrt, sagt der Kreis.')}"

    assert article(text.encode("latin-1"), content_type="").title == "Überschwemmung"


def test_an_address_without_a_canonical_form_stands_as_it_is():
    assert article(url="ftp://example.org/a").url == "ftp://example.org/a"


def test_a_recipe_that_finds_nothing_leaves_the_page_to_the_generic_extractor():
    made = article(recipe={"body": ["#none", "#neither"], "title": "#no", "drop": "#x"})

    assert (made.title, made.body_text) == (TITLE, "\n".join(PARAGRAPHS))


def test_several_elements_make_one_body():
    made = article(
        f"<h1>{TITLE}</h1><div class=x><p>One.</p><p class=x>Two.</p></div>"
        "<p>No.</p><div class=x>Three.</div>",
        recipe={"body": ".x"},
    )

    assert made.body_text == "One.\nTwo.\nThree."


def test_rights_are_recorded():
    made = article(
        head="<meta name=robots content='noarchive'>",
        headers=(("tdm-reservation", "1"),),
    )

    assert made.restrictions == {Restriction.NOARCHIVE, Restriction.RESERVED}


@pytest.mark.parametrize("depth", [5_000])
def test_deep_nesting_is_survived(depth):
    made = read("<h1>Deep</h1>" + "<div>" * depth + prose() + "</div>" * depth)

    assert made is not None


def test_what_a_recipe_drops_from_the_body_may_still_name_the_author():
    made = article(
        f"<h1>{TITLE}</h1><div id=x>{prose()}"
        "<div class=box>About <a rel=author href=/by/amina/>Amina Otieno</a>.</div>"
        "</div>",
        recipe={"body": "#x", "author": ".box a", "drop": [".box", ".box a"]},
    )

    assert [author.name for author in made.authors] == ["Amina Otieno"]
    assert made.body_text == "\n".join(PARAGRAPHS)


def test_a_recipe_may_drop_what_the_generic_body_would_keep():
    extra = "<p class=promo>The paper has a new shop, and it sells mugs.</p>"

    made = article(f"<h1>{TITLE}</h1>{prose()}{extra}", recipe={"drop": ".promo"})

    assert made.body_text == "\n".join(PARAGRAPHS)


def test_a_page_leaves_no_tree_for_the_garbage_collector():
    # The child looks for cycles seldom: a tree in one would stay for many pages.
    trail = [{"position": n, "name": name} for n, name in enumerate("WA")]
    stated = json.dumps({"@type": "BreadcrumbList", "itemListElement": trail})
    head = (
        '<meta name=author content="Amina Otieno">'
        f'<script type="application/ld+json">{stated}</script>'
    )
    gc.collect()
    gc.disable()
    try:
        # Everything is told early: the lines below the headline stay half read.
        article(
            f"<h1>{TITLE}</h1><p>February 3, 2026 at 10:30 EAT</p>"
            f"{9 * '<p>A line.</p>'}{prose()}",
            head=head,
        )
        left = [one for one in gc.get_objects() if isinstance(one, LexborHTMLParser)]
    finally:
        gc.enable()

    assert not left


@pytest.mark.parametrize("dropped", ["html", ":root", "html, .promo"])
def test_the_root_of_a_page_is_not_dropped(dropped):
    made = article(f"<h1>{TITLE}</h1>{prose()}", recipe={"drop": dropped})

    assert made.title == TITLE


def test_a_dropped_headline_still_has_its_standfirst_below_it():
    lead = "The river rose by three metres overnight and took the bridge with it."
    head = f'<meta name="description" content="{lead}">'
    body = f"<h1>{TITLE}</h1><p class=x>{lead}</p><article>{prose()}</article>"
    whole = article(body, head=head)

    assert article(body, head=head, recipe={"drop": "h1"}).body_text == whole.body_text
