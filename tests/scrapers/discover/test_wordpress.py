"""Posts over WordPress's REST interface."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from scrapers.discover import discover
from scrapers.discover.wordpress import (
    Options,
    archive_url,
    categories_url,
    posts_url,
    step,
)
from scrapers.errors import DiscoverError, HttpStatus
from scrapers.items import Author, Candidate, Discovery, Hints, Image, Page, Precision
from tests.fakes_visit import FakeVisit, page, urls

HOME = "https://example.org/"


def post(n: int, **overrides: Any) -> dict[str, Any]:
    values = {
        "id": n,
        "link": f"https://example.org/2026/03/{n}/",
        "date": "2026-03-01T12:00:00",
        "date_gmt": "2026-03-01T09:00:00",
        "modified": f"2026-03-02T12:00:{n % 60:02}",
        "modified_gmt": f"2026-03-02T09:00:{n % 60:02}",
        "title": {"rendered": f"Story {n}"},
        "excerpt": {
            "rendered": "<p>What happened [&hellip;]</p>\n",
            "protected": False,
        },
        "content": {"protected": False},
    }
    return values | overrides


def term(n: int, name: str, taxonomy: str = "category") -> dict[str, Any]:
    return {"id": n, "name": name, "slug": name.lower(), "taxonomy": taxonomy}


def embedded(**parts: Any) -> dict[str, Any]:
    return {"_embedded": {key.replace("__", ":"): part for key, part in parts.items()}}


def address(number: int, size: int = 20) -> str:
    return posts_url(HOME, "posts", size=size, number=number)


def web(*answers: list[dict[str, Any]], size: int = 20, **keys: Any) -> FakeVisit:
    total = (("x-wp-totalpages", str(len(answers))),)
    pages = {
        address(n, size): page(address(n, size), json.dumps(answer), headers=total)
        for n, answer in enumerate(answers, 1)
    }
    return FakeVisit(pages, **keys)


def visit(made: FakeVisit, **keys: Any) -> Discovery:
    return discover(Options(**({"kind": "wordpress"} | keys)), made)


def test_a_poll_is_one_request_by_last_change():
    made = web([post(2), post(1)], [post(0)])
    made.knows(*visit(web([post(2), post(1)])).candidates)

    found = visit(made)

    assert made.asked == [address(1)]
    assert "orderby=modified&order=desc" in address(1)
    assert [c.version for c in found.candidates] == [
        "2026-03-02T09:00:02",
        "2026-03-02T09:00:01",
    ]


def test_a_poll_reads_on_while_the_last_of_a_page_is_news():
    made = web([post(3), post(2)], [post(1), post(0)], [post(9)])
    made.knows(*visit(web([post(0)])).candidates)

    found = visit(made)

    assert made.asked == [address(1), address(2)]
    assert urls(found.candidates)[-1] == "/2026/03/0/"


def test_a_poll_looks_past_a_page_of_which_nothing_is_taken():
    made = web([post(3)], [post(1)], [post(9)])
    made.knows(*visit(web([post(1)])).candidates)

    found = visit(made, exclude="/3/$")

    assert made.asked == [address(1), address(2)]
    assert urls(found.candidates) == ["/2026/03/1/"]


def test_a_poll_does_not_read_an_archive_in_search_of_one_post():
    made = web(*([post(n)] for n in range(30)))

    visit(made, exclude=".")

    assert len(made.asked) == 4


class Shop(FakeVisit):
    """A WordPress of so many posts, the highest number the newest."""

    def __init__(self, *numbers: int, size: int = 100, **keys: Any) -> None:
        super().__init__({}, is_first=True, **keys)
        self.posts = sorted(numbers, reverse=True)
        self.size = size
        self.taken: list[int] = []

    def get(self, url: str, *, accept: str = "") -> Page:
        self.asked.append(url)
        if "/posts" not in url:
            return page(url, "[]")
        offset = int(parse_qs(urlsplit(url).query)["offset"][0])
        shown = self.posts[offset : offset + self.size]
        total = (("x-wp-total", str(len(self.posts))),)
        if self.taken:  # between two requests
            self.posts = [n for n in self.posts if n not in self.taken]
            self.taken = []
        return page(url, json.dumps([post(n) for n in shown]), headers=total)


def numbers(found: Iterable[Candidate]) -> list[int]:
    return [int(c.url.split("/")[-2]) for c in found]


def test_a_first_pass_reads_all_by_date_in_hundreds():
    made = Shop(*range(250))

    found = visit(made)

    assert numbers(found.candidates) == list(range(249, -1, -1))
    assert found.complete
    assert found.listed == 100
    assert len(made.asked) == 3
    assert "orderby=date&order=desc" in made.asked[0]


@pytest.mark.parametrize("taken", [[240], [170, 171], list(range(150, 250))])
def test_a_post_that_is_taken_away_meanwhile_hides_no_other(taken):
    made = Shop(*range(250))
    made.taken = taken

    found = visit(made)

    assert set(numbers(found.candidates)) >= set(range(250)) - set(taken)


def test_a_site_that_gives_fewer_at_once_is_read_whole_too():
    made = Shop(*range(95), size=30)

    assert len(visit(made).candidates) == 95


def test_a_first_pass_ends_at_its_limit():
    found = visit(Shop(*range(250)), limit=120)

    assert numbers(found.candidates) == list(range(249, 129, -1))
    assert found.notes == ("read up to the limit of 120 addresses",)


def test_a_step_tells_the_total_and_where_to_go_on():
    since = datetime(2019, 5, 3, tzinfo=UTC)
    made = Shop(*range(250))

    read = step(Options(kind="wordpress"), made, since, {})

    assert (read.total, read.place and read.place["offset"]) == (250, 95)
    assert "after=2019-05-02T00:00:00" in made.asked[0]
    assert json.loads(json.dumps(read.place)) == read.place


def test_a_picture_has_no_type_and_no_size_that_cannot_be():
    picture = {
        "source_url": "/a.jpg",
        "mime_type": 'image/jpeg"><x>',
        "media_details": {"width": 10**30, "height": -1},
    }

    found = visit(web([post(1, **embedded(wp__featuredmedia=[picture]))]))

    hints = found.candidates[0].hints
    assert hints.image == Image(url="https://example.org/a.jpg")


def test_a_record_becomes_hints():
    record = post(
        1,
        title={"rendered": "Rain &#038; wind: &#8220;go&#8221; <em>now</em>"},
        **embedded(
            author=[
                {"name": "Amina &amp; Co", "link": "https://example.org/author/a/"}
            ],
            wp__term=[[term(4, "Iran &amp; News")], [term(9, "Maji", "post_tag")]],
            wp__featuredmedia=[
                {
                    "source_url": "/a.jpg",
                    "alt_text": "A river",
                    "mime_type": "image/jpeg",
                    "media_details": {"width": 800, "height": 600},
                }
            ],
        ),
    )

    found = visit(web([record]))

    assert found.candidates[0].hints == Hints(
        title="Rain & wind: “go” now",
        summary="What happened…",
        authors=(Author(name="Amina & Co", url="https://example.org/author/a/"),),
        published_at=datetime(2026, 3, 1, 9, tzinfo=UTC),
        published_precision=Precision.TIME,
        modified_at=datetime(2026, 3, 2, 9, 0, 1, tzinfo=UTC),
        categories=(("Iran & News",),),
        tags=("Maji",),
        image=Image(
            url="https://example.org/a.jpg",
            width=800,
            height=600,
            alt="A river",
            media_type="image/jpeg",
        ),
    )


def test_categories_get_their_parents_names():
    terms = [term(5, "Iran News"), term(4, "News"), term(8, "Culture")]
    made = web([post(1, **embedded(wp__term=[terms]))])
    tree = [
        {"id": 4, "name": "News", "parent": 0},
        {"id": 5, "name": "Iran News", "parent": 4},
        {"id": 8, "name": "Culture", "parent": 0},
    ]
    url = categories_url(HOME, number=1)
    made.pages = {**made.pages, url: json.dumps(tree)}

    found = visit(made)

    assert found.candidates[0].hints.categories == (("News", "Iran News"), ("Culture",))
    assert url not in dict(found.validators)


def test_categories_that_are_their_own_parents_end():
    made = web([post(1, **embedded(wp__term=[[term(4, "A")]]))])
    tree = [{"id": 4, "name": "A", "parent": 5}, {"id": 5, "name": "B", "parent": 4}]
    made.pages = {**made.pages, categories_url(HOME, number=1): json.dumps(tree)}

    assert len(visit(made).candidates[0].hints.categories[0]) == 10


def test_without_the_category_tree_each_name_stands_alone():
    made = web([post(1, **embedded(wp__term=[[term(4, "A"), term(5, "B")]]))])

    assert visit(made).candidates[0].hints.categories == (("A",), ("B",))


def test_posts_behind_a_password_are_left_out():
    locked = post(1, content={"protected": True, "rendered": ""})
    older = post(2, content={}, excerpt={"protected": True})

    assert urls(visit(web([locked, older, post(3)])).candidates) == ["/2026/03/3/"]


def test_a_date_without_gmt_is_in_the_zone_of_the_source():
    made = web([post(1, date_gmt=None)])

    found = visit(made)

    assert found.candidates[0].hints.published_at == datetime(
        2026, 3, 1, 12, tzinfo=UTC
    )


def test_what_wordpress_says_past_the_end_is_the_end():
    full = page("", json.dumps([post(n) for n in range(100)]))
    past = HttpStatus("400", url=archive_url(HOME, "posts", offset=95), status=400)
    made = FakeVisit(
        {
            archive_url(HOME, "posts", offset=0): full,  # without the header
            archive_url(HOME, "posts", offset=95): past,
        },
        is_first=True,
    )

    found = visit(made)

    assert len(found.candidates) == 100
    assert found.complete


def test_a_first_pass_that_breaks_off_says_where():
    made = Shop(*range(250))
    broken = HttpStatus("answered 500", url="https://x/", status=500)
    ask = made.get
    made.get = lambda url, accept="": ask(url) if len(made.asked) < 1 else fail(broken)

    found = visit(made)

    assert len(found.candidates) == 100
    assert not found.complete


def fail(error: Exception) -> Page:
    raise error


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ("<b>Warning</b>: x", "begins with '<b>Warning</b>"),
        ('{"code": "rest_no_route"}', "no list of posts"),
        ("[" * 100_000, "no WordPress REST answer"),
        ("", "no WordPress REST answer"),
    ],
)
def test_other_answers_are_refused_by_name(body, reason):
    with pytest.raises(DiscoverError, match=reason):
        visit(FakeVisit({address(1): body}))


def test_a_closed_interface_is_named_with_the_remedy():
    closed = HttpStatus("401", url=address(1), status=401)

    with pytest.raises(DiscoverError, match="discover by feed"):
        visit(FakeVisit({address(1): closed}))


def test_other_failures_are_passed_on():
    broken = HttpStatus("500", url=address(1), status=500)

    with pytest.raises(HttpStatus):
        visit(FakeVisit({address(1): broken}))


def test_a_category_tree_that_cannot_be_read_changes_nothing():
    made = web([post(1, **embedded(wp__term=[[term(4, "A")]]))])
    url = categories_url(HOME, number=1)
    for said in ("<html>", HttpStatus("500", url=url, status=500)):
        made.pages = {**made.pages, url: said}
        assert visit(made).candidates[0].hints.categories == (("A",),)


def test_a_large_category_tree_is_read_in_pages():
    made = web([post(1, **embedded(wp__term=[[term(250, "A")]]))])
    for part in range(3):
        tree = [
            {"id": n, "name": f"C{n}", "parent": 0}
            for n in range(part * 100 + 1, part * 100 + 101)
        ]
        url = categories_url(HOME, number=part + 1)
        made.pages = {**made.pages, url: json.dumps(tree)}

    assert visit(made).candidates[0].hints.categories == (("C250",),)


def test_values_of_the_wrong_type_are_passed_over():
    odd = post(
        1,
        title="x",
        excerpt=[],
        date=5,
        date_gmt={},
        _embedded={
            "author": [{"code": "rest_user_invalid_id"}, None, 7],
            "wp:term": [None, [{"name": 5}], "x"],
            "wp:featuredmedia": [
                {"code": "x"},
                {"source_url": "a", "mime_type": "x/y"},
            ],
        },
    )

    found = visit(web([odd, {"link": 7}, "x"]))

    assert found.candidates[0].hints == Hints(
        modified_at=datetime(2026, 3, 2, 9, 0, 1, tzinfo=UTC)
    )


@pytest.mark.parametrize(
    ("home", "start"),
    [
        ("https://example.org/blog", "https://example.org/blog/wp-json/wp/v2/posts?"),
        ("https://example.org/wp-json/", "https://example.org/wp-json/wp/v2/posts?"),
        (
            "https://example.org/?rest_route=/",
            "https://example.org/?rest_route=/wp/v2/posts&",
        ),
    ],
)
def test_the_interface_is_found_from_the_home_or_named(home, start):
    assert posts_url(home, "posts", size=20, number=1).startswith(start + "per_page=20")
