"""What the shape of addresses tells."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scrapers.discover.shapes import (
    by_shape,
    is_archive,
    looks_like_article,
    patterns_for,
)

HOST = "https://example.org"


@pytest.mark.parametrize(
    "path",
    [
        "/2026/02/14/flood-cuts-off/",
        "/politics/flood-cuts-off-two-villages",
        "/news/48123",
        "/?p=4711",
        "/articles/132",
        "/a/flood-cuts-off-two-villages.html",
        "/article.asp?ID=880&cat=2",
        "/CivicAlerts.aspx?AID=680",
        "/news/archive/2026/november/flood-cuts-off-two-villages.html",
        "/archives/4711",
        "/archives/4711.html",
        "/category/politics/flood-cuts-off-two-villages/",
    ],
)
def test_dates_headlines_and_numbers_make_an_article(path):
    assert looks_like_article(HOST + path)


@pytest.mark.parametrize(
    "path",
    ["/", "/politics/", "/tag/flood-in-the-north/", "/author/ann-otieno-of-nairobi/",
     "/privacy-policy/", "/category/news/page/9", "/2026/02/", "/about-us",
     "/archives/2026/11", "/archives/2026/", "/archive/2026/november/", "/?cat=4",
     "/news/12", "/category/news-from-the-coast/", "/category/news/local/",
     "/section.asp?cat=3"],
)  # fmt: skip
def test_lists_and_the_sites_own_pages_do_not(path):
    assert not looks_like_article(HOST + path)


@pytest.mark.parametrize(
    "path",
    [
        "/tags/x",
        "/author/ann",
        "/?s=flood",
        "/contact.html",
        "/wiki/Help:Writing_news",
        "/wiki/User_talk:Ann",
    ],
)
def test_lists_are_known_by_their_words(path):
    assert is_archive(HOST + path)


def matching(patterns: tuple[tuple[str, ...], tuple[str, ...]], url: str) -> bool:
    include, exclude = patterns
    taken = not include or any(re.search(p, url) for p in include)
    return taken and not any(re.search(p, url) for p in exclude)


@pytest.mark.parametrize(
    ("articles", "others"),
    [
        (["/2026/01/a/", "/2025/12/b/"], ["/about/", "/2026/01/", "/tag/x/"]),
        (["/posts/one", "/posts/two"], ["/pages/one", "/posts"]),
        (["/sport/1234-a", "/news/5678-b"], ["/sport/table", "/news/archive"]),
        (["/one-two-three/", "/four-five-six/"], ["/about/", "/privacy-policy/"]),
        (["/one/", "/two/"], ["/about/", "/team/"]),
        (["/x/a.html", "/y/b.html"], ["/x/", "/y/index"]),
        (["/show?id=1", "/show?id=2"], ["/show", "/list?page=2"]),
    ],
)
def test_patterns_take_the_articles_and_nothing_else(articles, others):
    articles = [HOST + path for path in articles]
    others = [HOST + path for path in others]

    found = patterns_for(articles, others)

    assert found is not None
    assert [url for url in (*articles, *others) if matching(found, url)] == articles


def test_a_new_article_matches_too():
    found = patterns_for([f"{HOST}/2026/01/a/"], [f"{HOST}/about/"])

    assert found is not None
    assert matching(found, f"{HOST}/2027/11/quite-another/")


def test_without_others_there_is_nothing_to_say():
    assert patterns_for([f"{HOST}/a"], []) == ((), ())


def test_addresses_that_tell_nothing_are_given_up():
    others = [f"{HOST}/page{n}" for n in range(40)]

    assert patterns_for([f"{HOST}/x", f"{HOST}/y"], others) is None


PATHS = st.lists(st.sampled_from(["2026", "01", "a-b-c", "a", "é", "x.html", "(", ""]))


@given(st.lists(PATHS, min_size=1, max_size=5), st.lists(PATHS, max_size=5))
def test_patterns_always_compile_and_take_all_articles(articles, others):
    first = [f"{HOST}/{'/'.join(path)}" for path in articles]
    second = [f"{HOST}/o/{'/'.join(path)}" for path in others]

    found = patterns_for(first, [url for url in second if url not in first])

    if found is not None:
        assert all(matching(found, url) for url in first)
    assert sum(map(len, by_shape(first))) == len(first)
