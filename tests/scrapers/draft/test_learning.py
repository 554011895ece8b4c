"""Selectors are learned where the generic reading misses what a feed tells."""

from __future__ import annotations

from datetime import UTC, date

from scrapers.draft.learning import Example, learn, likeness
from scrapers.extract.article import extract
from scrapers.extract.recipe import Recipe
from scrapers.items import Hints, Page, ScrapedArticle, Site
from tests.fakes import NOW
from tests.sites.stories import prose, story

SITE = Site(name="The Strand", home="https://example.org/")


def page(n: int, html: str) -> Page:
    url = f"https://example.org/{n}"
    return Page(url=url, requested_url=url, body=html.encode(), fetched_at=NOW)


def example(n: int, *, extra: str = "", **known: object) -> Example:
    one = story(n)
    html = (
        f"<html><head><title>The Strand</title></head><body><h1>The Strand</h1>{extra}"
        f"<div class='strapline-x'>{one.title}</div><div class='who'>{one.author}</div>"
        f"<div class='text-of-it'>{prose(one)}</div></body></html>"
    )
    return Example(page=page(n, html), **known)  # type: ignore[arg-type] # a test names fields


def found(examples: list[Example]) -> dict[str, str]:
    return {one.key: one.selector for one in learn(tuple(examples), SITE)}


def test_a_headline_that_is_no_heading_is_found_by_its_class():
    examples = [example(n, title=story(n).title) for n in (1, 2, 3)]

    assert found(examples)["title"] == ".strapline-x"


def test_a_headline_is_what_links_say_where_all_pages_have_the_same():
    called = [example(n, called=story(n).title) for n in (1, 2, 3)]
    buttons = [example(n, called="Read more") for n in (1, 2, 3)]

    assert found(called)["title"] == ".strapline-x"
    assert "title" not in found(buttons)


def test_an_author_nobody_marked_is_found_by_its_class():
    examples = [example(n, author=story(n).author) for n in (1, 2, 3)]

    selector = found(examples).get("author")

    assert selector == ".who"
    article = extract(examples[0].page, Recipe(author=(selector,)), Hints(), SITE)
    assert isinstance(article, ScrapedArticle)
    assert [one.name for one in article.authors] == [story(1).author]


def test_the_right_of_several_dates_is_chosen():
    days = {n: date(2026, 1, n) for n in (1, 2, 3)}
    examples = [
        example(
            n,
            day=day,
            extra=f"<p class=date>Today: 27.2.2026</p><p class=out>{day:%d.%m.%Y}",
        )
        for n, day in days.items()
    ]

    assert found(examples) == {"date": ".out"}


def test_a_body_the_generic_reading_takes_too_much_of_is_narrowed():
    def sheet(n: int) -> Example:
        one = story(n)
        noise = "".join(
            f"<p>{part} Told again.</p>" for part in story(n + 50).paragraphs
        )
        html = (
            f"<html><head><title>{one.title}</title></head><body><h1>{one.title}</h1>"
            f"<div class=leaf><div class=told>{prose(one)}</div>{noise}</div>"
        )
        return Example(page=page(n, html), text=" ".join(one.paragraphs))

    assert found([sheet(n) for n in (1, 2, 3)])["body"] == ".told"


def test_a_chinese_body_is_full_though_it_has_no_spaces():
    def sheet(n: int) -> Example:
        told = [
            f"第{n}天{k}时河水上涨，{'山桥村路船人'[k]}都被切断。" * 9 for k in range(6)
        ]
        noise = [text.replace("河水", "股票") for text in told]
        html = (
            f"<html><head><title>河水上涨第{n}天</title></head><body><div class=leaf>"
            f"<div class=told>{''.join(f'<p>{text}</p>' for text in told)}</div>"
            f"{''.join(f'<p>{text}</p>' for text in noise)}</div>"
        )
        return Example(page=page(n, html), text="".join(told))

    assert found([sheet(n) for n in (1, 2, 3)])["body"] == ".told"


def test_what_reads_well_needs_no_recipe():
    def sheet(n: int) -> Example:
        one = story(n)
        html = (
            f"<html><head><title>{one.title}</title></head><body><article><h1>{one.title}"
            f"</h1><time datetime='{one.at.isoformat()}'></time>"
            f"<a rel=author>{one.author}</a>"
            f"<div class=entry-content>{prose(one)}</div></article></body></html>"
        )
        return Example(
            page=page(n, html),
            title=one.title,
            author=one.author,
            day=one.at.astimezone(UTC).date(),
            text=" ".join(one.paragraphs),
        )

    assert found([sheet(n) for n in (1, 2, 3)]) == {}


def test_a_selector_that_fails_on_one_page_is_not_written():
    examples = [example(n, title=story(n).title) for n in (1, 2)]
    examples.append(example(3, title="A title that stands nowhere on the page"))

    assert "title" not in found(examples)


def test_one_page_proves_nothing():
    assert found([example(1, title=story(1).title)]) == {}


def test_likeness_goes_by_the_words_of_both():
    assert likeness("a b c", "a b c") == 1
    assert likeness("a b", "c d") == 0
    assert likeness("", "") == 0
    assert likeness("河水上涨三米", "河水上涨了三米") > 0.9
