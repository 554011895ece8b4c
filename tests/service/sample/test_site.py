"""The example site as a visitor meets it: WordPress, with its habits."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

import httpx
import pytest
from flask.testing import FlaskClient

from service.sample.app import create_app
from service.sample.content import articles
from service.sample.edition import WITHDRAWN, WITHDRAWN_AFTER
from service.sample.server import running
from tests.fakes import FakeClock

START = datetime(2026, 3, 1, 9, tzinfo=UTC)
BASE = "http://127.0.0.1:8081/"
POSTS = "/wp-json/wp/v2/posts"


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock(START)


@pytest.fixture
def site(clock: FakeClock) -> FlaskClient:
    return create_app(clock).test_client()


def path_of(url: str) -> str:
    parts = urlsplit(url)
    return parts.path + (f"?{parts.query}" if parts.query else "")


def test_every_article_has_a_page(site):
    for post in site.get(POSTS + "?per_page=100").json:
        answer = site.get(path_of(post["link"]))
        assert answer.status_code == 200
        assert f'<link rel="canonical" href="{post["link"]}">' in answer.text


def test_a_page_has_the_trail_the_byline_and_the_links_of_wordpress(site):
    answer = site.get("/2025/10/the-clock-that-runs-ahead/")

    assert '<span property="name">Town</span></a>' in answer.text
    assert 'class="post post-post current-item">Why the town hall clock' in answer.text
    assert 'rel="author">Joseph Kilonzo</a>' in answer.text
    assert 'rel="https://api.w.org/"' in answer.headers["Link"]
    assert "rel=shortlink" in ", ".join(answer.headers.getlist("Link"))


def test_pages_carry_no_validators_and_feeds_do(site):
    for path in ("/", POSTS, "/wp-sitemap.xml", "/2025/10/the-clock-that-runs-ahead/"):
        headers = site.get(path).headers
        assert not {"ETag", "Last-Modified", "Cache-Control"} & set(headers.keys())
    feed = site.get("/feed/")
    for name, value in (
        ("If-None-Match", feed.headers["ETag"]),
        ("If-Modified-Since", feed.headers["Last-Modified"]),
    ):
        assert site.get("/feed/", headers={name: value}).status_code == 304


def test_the_feed_is_well_formed_with_ten_items_and_a_portless_link(site):
    root = ET.fromstring(site.get("/feed/", base_url=BASE).data)

    own = root.find("channel/{http://www.w3.org/2005/Atom}link")
    assert len(root.findall("channel/item")) == 10
    assert own is not None
    assert own.get("href") == "http://127.0.0.1/feed/"
    assert site.get("/feed/?paged=99").status_code == 404
    assert ET.fromstring(site.get("/category/news/town/feed/").data) is not None


def test_listings_page_until_there_are_no_more(site):
    pages, path = 0, "/"
    while site.get(path).status_code == 200:
        pages += 1
        path = f"/page/{pages + 1}/"

    assert pages == 5
    assert 'class="next page-numbers"' in site.get("/page/4/").text
    assert 'class="next page-numbers"' not in site.get("/page/5/").text


def test_the_sticky_post_heads_the_first_page(site):
    first, second = site.get("/").text, site.get("/page/2/").text

    assert first.index("how-to-read-the-courier") < first.index('id="post-', 3000)
    assert " sticky" in first
    assert second.count(" sticky") == 0


@pytest.mark.parametrize(
    "path",
    [
        "/category/news/",
        "/category/farsi/ketab/",
        "/author/neema-baraka/",
        "/tag/Goats/",
        "/robots.txt",
        "/wp-sitemap-taxonomies-category-1.xml",
    ],
)
def test_it_is_there(site, path):
    assert site.get(path).status_code == 200


def test_it_is_dressed(site):
    with site.get("/static/style.css") as answer:
        assert answer.content_type.startswith("text/css")


@pytest.mark.parametrize(
    "path",
    [
        "/page/99/",
        "/category/nothing/",
        "/author/nobody/",
        "/tag/nothing/",
        "/2026/01/nothing/",
        "/?p=5",
        "/category/nothing/feed/",
    ],
)
def test_it_is_not_there(site, path):
    assert site.get(path).status_code == 404


@pytest.mark.parametrize(
    ("path", "to"),
    [
        ("/2025/10/the-clock/", "/2025/10/the-clock-that-runs-ahead/"),
        ("/2024/01/the-clock-that-runs-ahead/", "/2025/10/the-clock-that-runs-ahead/"),
        ("/2025/10/the-clock-that-runs-ahead", "/2025/10/the-clock-that-runs-ahead/"),
    ],
)
def test_wrong_addresses_lead_to_the_right_one(site, path, to):
    answer = site.get(path)

    assert answer.status_code == 301
    assert path_of(answer.headers["Location"]) == to


def test_a_posts_number_leads_to_it(site):
    post = site.get(POSTS).json[0]

    answer = site.get(f"/?p={post['id']}")

    assert answer.status_code == 301
    assert answer.headers["Location"] == post["link"]


def test_a_withdrawn_post_answers_410_and_leaves_rest(site, clock):
    minute = int(START.timestamp() // 60)
    minute += (16 - minute) % (2 * WITHDRAWN)
    clock.now = datetime.fromtimestamp(minute * 60, UTC)
    link = site.get(f"{POSTS}/{minute}").json["link"]

    clock.advance(minutes=WITHDRAWN_AFTER)

    assert site.get(path_of(link)).status_code == 410
    assert site.get(f"{POSTS}/{minute}").status_code == 404


def test_a_locked_post_shows_a_form_and_hides_its_words(site):
    answer = site.get("/2026/02/subscribers-page/")
    record = next(p for p in all_posts(site) if p["content"]["protected"])

    assert answer.status_code == 200
    assert "post-password-form" in answer.text
    assert "back of a menu" not in answer.text
    assert record["content"]["rendered"] == ""


def all_posts(site: FlaskClient) -> list[dict]:
    return site.get(POSTS + "?per_page=100&_embed=1").json


def test_rest_pages_and_counts(site):
    answer = site.get(POSTS + "?per_page=20&page=3")

    assert int(answer.headers["X-WP-Total"]) == len(articles()) + 5
    assert answer.headers["X-WP-TotalPages"] == "3"
    assert len(answer.json) == (len(articles()) + 5) % 20


@pytest.mark.parametrize("query", ["per_page=101", "per_page=0", "page=99", "page=x"])
def test_rest_refuses_what_wordpress_refuses(site, query):
    assert site.get(f"{POSTS}?{query}").status_code == 400


def test_rest_tells_the_latest_changes_first(site):
    found = site.get(POSTS + "?orderby=modified&per_page=50").json
    changes = [post["modified_gmt"] for post in found]

    assert changes == sorted(changes, reverse=True)
    assert site.get(POSTS + "?order=asc").json[0]["slug"] == "how-to-read-the-courier"


def test_rest_dates_are_local_and_names_carry_entities(site):
    post = next(p for p in all_posts(site) if p["slug"] == "ampersand")

    assert post["date"] == "2026-01-23T07:15:00"
    assert post["date_gmt"] == "2026-01-23T04:15:00"
    assert post["title"]["rendered"].startswith("&amp;amp; and other")
    assert post["_embedded"]["author"][0]["name"] == "The Courier&#x27;s desk"


def test_rest_gives_the_fields_asked_for(site):
    query = "?_fields=id,content.protected,title,_embedded&_embed=author&per_page=1"

    (post,) = site.get(POSTS + query).json

    assert set(post) == {"id", "content", "title", "_embedded"}
    assert post["content"] == {"protected": False}


def test_rest_filters_by_category_and_names_parents(site):
    river = next(
        c
        for c in site.get("/wp-json/wp/v2/categories?per_page=100").json
        if c["slug"] == "river"
    )

    found = site.get(f"{POSTS}?categories={river['id']}&per_page=100").json

    assert river["parent"] == 10
    assert found
    assert all(post["categories"] == [river["id"]] for post in found)
    assert site.get("/wp-json/wp/v2/users").json
    assert site.get("/wp-json/").json["namespaces"] == ["wp/v2"]


def test_the_sitemap_lists_every_post_with_its_change(site):
    index = ET.fromstring(site.get("/wp-sitemap.xml").data)
    posts = ET.fromstring(site.get("/wp-sitemap-posts-post-1.xml").data)

    assert len(index) == 2
    assert len(posts) == len(articles()) + 5
    assert all(len(line) == 2 for line in posts)


def test_furniture_moves_and_the_article_does_not(site, clock):
    path = "/2025/10/the-clock-that-runs-ahead/"
    before = site.get(path).text
    clock.advance(minutes=3)
    after = site.get(path).text

    def article(text: str) -> str:
        return text[text.index("<article") : text.index("</article>")]

    assert before != after
    assert article(before) == article(after)


def test_the_page_without_a_date_shows_none(site):
    text = site.get("/2026/02/no-date-on-this-stone/").text

    assert "<time" not in text
    assert "<time" in site.get("/2026/02/the-baker-who-writes-backwards/").text


def test_persian_pages_run_from_right_to_left(site):
    text = site.get("/2026/01/name-be-fanous/").text

    assert '<html lang="fa" dir="rtl">' in text


def test_pictures_are_drawn_and_cached(site):
    answer = site.get("/wp-content/uploads/5.png")

    assert answer.content_type == "image/png"
    again = site.get(
        "/wp-content/uploads/5.png", headers={"If-None-Match": answer.headers["ETag"]}
    )
    assert again.status_code == 304


def test_a_visit_takes_no_longer_after_a_year(site, clock):
    clock.advance(days=365)

    assert site.get("/").status_code == 200
    assert int(site.get(POSTS).headers["X-WP-Total"]) < 1_100
    assert clock.now - START == timedelta(days=365)


def test_it_is_served_over_the_network():
    with running() as home:
        answer = httpx.get(home + "wp-json/wp/v2/posts?per_page=1", trust_env=False)

    assert answer.status_code == 200
    assert answer.json()[0]["link"].startswith(home)
