"""One article under several addresses stays one, whatever comes first."""

from __future__ import annotations

from itertools import permutations

import pytest
from sqlalchemy import select

from db.engine import reading
from db.models import ArticleUrlRow, EventRow
from tests.crawling import HOME, World
from tests.fakes import Answer, redirect

WHO = ("the mayor", "a teacher", "the ferryman", "a nurse", "the baker", "a judge")
DID = ("spoke of", "asked about", "wrote down", "forgot", "praised", "measured")
KEYS = range(5)
PAGE = f"{HOME}/2026/02/flood/"


def sentences(seed, count=8):
    """So many sentences that no other seed has."""
    return [
        f"On that day {WHO[n % 6]} {DID[(n * seed) % 6]} the {word} of the old town"
        for n, word in enumerate(words(seed, count))
    ]


def words(seed, count):
    letters = "bcdfghklmnprstvz"
    return [
        "".join(
            letters[(seed * 7 + n * 3 + k * (seed + n)) % 16] + "a" for k in range(5)
        )
        for n in range(count)
    ]


def page(seed=1, *, title="", text=(), canonical="", day=1, extra=""):
    body = "".join(f"<p>{line}.</p>" for line in text or sentences(seed))
    title = title or f"The {words(seed, 1)[0]} of {words(seed, 2)[1]}"
    link = f"<link rel=canonical href='{canonical}'>" if canonical else ""
    return (
        f"<html lang=en><head><title>{title}</title>{link}</head><body><main><article>"
        f"<h1>{title}</h1><time datetime='2026-02-{day:02d}T08:00:00Z'></time>"
        f"<div class=entry-content>{body}</div></article></main>{extra}</body></html>"
    )


def listed(world, *urls):
    links = "".join(f"<h2><a href='{url}'>Story</a></h2>" for url in urls)
    world.web[f"{HOME}/news/"] = f"<html><body>{links}</body></html>"


def visit_all(world):
    for host in ("example.org:80", "m.example.org:443", "www.example.org:443"):
        world.visit(host)


def addresses(world):
    with reading(world.engine) as session:
        return set(session.scalars(select(ArticleUrlRow.url)))


def rechecked(world, **span):
    world.web.clock.advance(**(span or {"days": 40}))
    world.visit()
    visit_all(world)


@pytest.fixture
def world(engine):
    made = World(engine)
    made.add_source()
    made.web[PAGE] = page()
    return made


VERSIONS = {
    "print": (f"{PAGE}print/", page(extra="<p>Printed from The Daily Example</p>")),
    "amp": (f"{PAGE}amp/", page(canonical=PAGE)),
    "query": (f"{PAGE}?ref=home", page()),
    "mobile": ("https://m.example.org/2026/02/flood/", page()),
    "http": ("http://example.org/2026/02/flood/", page()),
    "www": ("https://www.example.org/2026/02/flood/", page()),
    "another place": (f"{HOME}/sport/4711-flood.html", page()),
}


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("order", ["together", "page first", "version first"])
def test_a_version_of_a_page_is_no_second_article(world, version, order):
    url, html = VERSIONS[version]
    world.web[url] = html
    first = {"page first": [PAGE], "version first": [url]}.get(order, [PAGE, url])
    listed(world, *first)
    world.sync()
    visit_all(world)
    listed(world, PAGE, url)
    world.sync()
    visit_all(world)
    rechecked(world)

    (article,) = world.articles()
    published = [row.position for row in world.rows(EventRow) if "publ" in row.type]
    assert published == [article.position]
    assert {PAGE, url} <= addresses(world) | {article.url}
    if version not in {"another place", "www"}:  # then the one seen first
        assert article.url == PAGE
    assert "Printed" not in article.body_text
    before = article.version
    owners = [u for u, p in world.pages().items() if p.status == "stored"]
    assert len(owners) == 1
    rechecked(world)
    assert world.articles()[0].version == before


ORDERS = list(permutations(("page", "amp", "query", "another place")))


@pytest.mark.parametrize("at", [2, 11, 22])
def test_one_page_of_many_addresses_is_one_article_in_any_order(world, at):
    urls = {"page": PAGE, **{n: VERSIONS[n][0] for n in ORDERS[0][1:]}}
    for name, url in urls.items():
        world.web[url] = page(canonical=PAGE if name == "amp" else "")

    for name in ORDERS[at]:
        listed(world, urls[name])
        world.sync()

    assert len(world.articles()) == 1
    assert world.events().count("article.published") == 1
    assert "/amp" not in world.articles()[0].url


@pytest.mark.parametrize("at", range(6))
def test_the_page_that_calls_itself_canonical_gets_the_article(world, at):
    mobile, amp = f"{HOME}/m/2026/02/flood/", f"{PAGE}amp/"
    world.web[mobile] = page()
    world.web[amp] = page(canonical=PAGE)
    world.web[PAGE] = page(canonical=PAGE)
    met = [*permutations((mobile, amp, PAGE))][at]
    for count in (1, 2, 3):
        listed(world, *met[:count])
        world.sync()
        visit_all(world)

    (article,) = world.articles()
    assert article.url == PAGE
    assert [url for url, p in world.pages().items() if p.status == "stored"] == [PAGE]


def test_an_edit_is_taken_from_the_articles_own_page_alone(world):
    copy = f"{HOME}/sport/4711.html"
    world.web[copy] = page()
    listed(world, PAGE)
    world.sync()
    listed(world, PAGE, copy)
    world.sync()

    world.web[PAGE] = page(text=[*sentences(1), "The water fell on Thursday"])
    rechecked(world)
    rechecked(world)

    (article,) = world.articles()
    assert article.body_text.endswith("The water fell on Thursday.")
    assert article.version == 2
    assert world.pages()[copy].status == "alias"


def test_a_copy_found_after_an_edit_is_still_one(world):
    listed(world, PAGE)
    world.sync()
    copy = f"{HOME}/sport/4711.html"
    world.web[copy] = page(text=[*sentences(1), "The water fell on Thursday"])
    listed(world, copy, PAGE)

    world.sync()

    assert len(world.articles()) == 1
    assert world.pages()[copy].status == "alias"


def test_a_new_slug_moves_the_article_whichever_is_met_first(world):
    listed(world, PAGE)
    world.sync()
    renamed = f"{HOME}/2026/02/the-great-flood/"
    world.web[renamed] = page(extra="<!-- its own address -->")
    world.web[PAGE] = redirect(renamed)
    listed(world, renamed)

    world.sync()
    rechecked(world)
    world.web[renamed] = page(title="The great flood")
    rechecked(world)

    (article,) = world.articles()
    assert (article.url, article.title) == (renamed, "The great flood")
    assert world.events() == ["article.published", *["article.updated"] * 2]


def test_a_copy_takes_the_place_of_a_page_that_is_gone(world):
    copy = f"{HOME}/sport/4711.html"
    world.web[copy] = page()
    listed(world, PAGE, copy)
    world.sync()

    world.web[PAGE] = 410
    rechecked(world)

    (article,) = world.articles()
    assert article.withdrawn_at is None
    assert world.pages()[copy].status == "stored"
    world.web[copy] = 410
    rechecked(world)
    assert world.articles()[0].withdrawn_by == "site"


def test_a_longer_print_version_gives_the_text_and_the_page_its_address(world):
    whole = f"{PAGE}print/"
    world.web[PAGE] = page(text=sentences(1)[:4], extra="<a href='?page=2'>2</a>")
    world.web[whole] = page()
    listed(world, whole, PAGE)

    world.sync()
    rechecked(world)

    (article,) = world.articles()
    assert article.url == PAGE
    assert len(article.body_text.splitlines()) == 8


def test_an_alias_that_becomes_another_article_is_one_of_its_own(engine):
    world = World(engine)
    world.add_source(discover=[{"kind": "feed", "url": f"{HOME}/news/"}])
    world.web[PAGE] = page()
    copy = f"{HOME}/sport/4711.html"
    world.web[copy] = page()
    feed(world, (copy, "a"), (PAGE, "a"))
    world.sync()
    assert len(world.articles()) == 1

    world.web[copy] = page(5)
    feed(world, (copy, "b"), (PAGE, "a"))
    world.sync()

    assert [row.url for row in world.articles()] == [PAGE, copy]
    assert world.events() == ["article.published"] * 2
    rechecked(world)
    assert [row.version for row in world.articles()] == [1, 1]


def feed(world, *items):
    entries = "".join(
        f"<item><title>Story</title><link>{url}</link><description>{mark}</description>"
        "</item>"
        for url, mark in items
    )
    world.web[f"{HOME}/news/"] = Answer(
        content_type="application/rss+xml",
        body=f"<rss version='2.0'><channel><title>x</title>{entries}</channel></rss>",
    )


def test_two_articles_that_come_to_say_the_same_stay_two(world):
    other = f"{HOME}/2026/02/other/"
    world.web[other] = page(5)
    listed(world, PAGE, other)
    world.sync()

    world.web[other] = page()
    rechecked(world)

    assert [row.withdrawn_at for row in world.articles()] == [None, None]
    assert world.articles()[0].body_text == world.articles()[1].body_text
    world.web[other] = page(5)
    rechecked(world)
    assert world.articles()[0].body_text != world.articles()[1].body_text


def test_an_article_whose_page_now_leads_to_another_leaves(world):
    other = f"{HOME}/2026/02/other/"
    world.web[other] = page(5)
    listed(world, other, PAGE)
    world.sync()

    world.web[PAGE] = redirect(other)
    rechecked(world)
    rechecked(world)

    first, second = world.articles()
    assert (first.url, first.withdrawn_by) == (PAGE, "site")
    assert (second.version, second.withdrawn_at) == (1, None)
    assert world.events()[2:] == ["article.withdrawn"]


def test_one_canonical_on_every_page_is_obeyed_for_none(world):
    urls = [f"{HOME}/2026/02/story-{n}/" for n in (2, 3, 4)]
    for n, url in enumerate(urls, start=2):
        world.web[url] = page(n, canonical=f"{HOME}/about/us/")
    for url in urls:
        listed(world, url)
        world.sync()
    rechecked(world)

    assert sorted(row.url for row in world.articles()) == urls
    versions = [row.version for row in world.articles()]
    rechecked(world)
    assert [row.version for row in world.articles()] == versions


def test_so_is_it_where_they_are_read_at_once(world):
    other = f"{HOME}/2026/02/other/"
    world.web[other] = page(5, canonical=PAGE)
    listed(world, PAGE, other)

    world.sync()
    rechecked(world)

    assert [row.url for row in world.articles()] == [other, PAGE]


def test_a_page_wrongly_named_by_others_has_its_own_address(world):
    other = f"{HOME}/2026/02/other/"
    world.web[other] = page(5, canonical=PAGE)
    listed(world, other)
    world.sync()
    assert world.articles()[0].url == PAGE

    listed(world, PAGE)
    world.sync()
    rechecked(world)

    assert [row.url for row in world.articles()] == [other, PAGE]


REPORT = [
    "Rain falls over the highlands and the coast stays dry until the evening",
    "Winds come from the east and calm down after sunset, as they mostly do",
    "Drivers are asked to take care on wet roads, above all near the escarpment",
    "Farmers may expect more of the same for the rest of the week, it was said",
    "The lakes are calm, and fishermen may go out until noon at their own risk",
]


def test_reports_from_one_template_are_all_published(world):
    urls = [f"{HOME}/weather/{n}/" for n in range(12)]
    for n, url in enumerate(urls):
        facts = [*REPORT, f"It reaches {20 + n} degrees in Nairobi and {30 - n} here"]
        world.web[url] = page(title="The weather", text=facts, day=1 + n // 6)
    listed(world, *urls)

    world.sync()

    assert len(world.articles()) == 12
