from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scrapers.clean.urls import (
    absolute,
    canonical,
    is_home,
    registrable,
    same_publisher,
)

BASE = "https://example.org/news/"


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://example.org/a/b-c/", "https://example.org/a/b-c/"),
        ("HTTPS://Example.ORG:443", "https://example.org/"),
        ("http://example.org:8080/a", "http://example.org:8080/a"),
        ("https://example.org/a/../b/./c", "https://example.org/b/c"),
        ("https://example.org/a?b=2&a=1#top", "https://example.org/a?a=1&b=2"),
        (
            "https://example.org/a?utm_source=x&p=1&fbclid=2",
            "https://example.org/a?p=1",
        ),
        ("https://example.org/?utm_source=x", "https://example.org/"),
        ("https://example.org/w/a?redirect=%2Fweb%2Fnews", "https://example.org/w/a"),
        ("https://example.org/a?redirect=1", "https://example.org/a?redirect=1"),
        ("https://me:secret@example.org/a", "https://example.org/a"),
        ("https://bücher.example/ä b", "https://xn--bcher-kva.example/%C3%A4%20b"),
        (" https://example.org/a\n/b ", "https://example.org/a/b"),
        ("https://example.org/a%2fb%7e", "https://example.org/a%2Fb~"),
        ("http://[::1]:80/a", "http://[::1]/a"),
        ("http://127.0.0.1:8080/a/b/", "http://127.0.0.1:8080/a/b/"),
        ("http://127.0.0.1:80/a", "http://127.0.0.1/a"),
        ("http://127.0.0.1:46129/a", "http://127.0.0.1:46129/a"),
        ("http://127.0.0.1:65535/a", "http://127.0.0.1:65535/a"),
        ("https://example.org:443/a", "https://example.org/a"),
    ],
)
def test_one_spelling_stands_for_the_page(url, expected):
    assert canonical(url) == expected


@pytest.mark.parametrize(
    "url", ["", "/a", "mailto:a@b.c", "javascript:1", "http://", "http://a@\\"]
)
def test_what_is_no_web_address_has_no_canonical_form(url):
    with pytest.raises(ValueError, match="no http"):
        canonical(url)


def test_a_port_that_cannot_be_is_refused():
    with pytest.raises(ValueError, match="range"):
        canonical("http://127.0.0.1:65536/a")


@given(st.text(), st.text(), st.text())
def test_the_canonical_form_is_its_own(host, path, query):
    try:
        once = canonical(f"http://a{host}/{path}?{query}")
    except ValueError:
        return

    assert canonical(once) == once


@pytest.mark.parametrize(
    ("href", "expected"),
    [
        ("a b", "https://example.org/news/a%20b"),
        ("/x#y", "https://example.org/x#y"),
        ("//cdn.example/x", "https://cdn.example/x"),
        ("/x/../y", "https://example.org/y"),
        ("/x?a=1&b=%41/./#y", "https://example.org/x?a=1&b=%41/./#y"),
        ("/" + "x" * 3000, None),
        ("\n/x\t", "https://example.org/x"),
        ("https://example.org/a?b=[c]", "https://example.org/a?b=%5Bc%5D"),
        ("javascript:alert(1)", None),
        ("java\nscript:alert(1)", None),
        ("mailto:a@b.c", None),
        ("data:text/html,x", None),
        ("http://", None),
        ("http://[", None),
        ("http://a:b/", None),
        ("https://", None),
        ("HTTPS://?a=1", None),
        ("//", None),
        ("//#top", None),
        ("http://exa mple/ü", None),
        ("//exa\u3000mple/", None),
        ("http://a|b/", None),
        ("http://a%20b/", None),
        ("http://user name@a.example/", "http://user%20name@a.example/"),
        ("http://ü.example/", "http://xn--tda.example/"),
        ("http://[::1]/a b", "http://[::1]/a%20b"),
        ("https:/x", "https://example.org/x"),
        ("https://example.org/" + "x" * 3000, None),
    ],
)
def test_a_link_becomes_absolute_or_nothing(href, expected):
    assert absolute(BASE, href) == expected


@given(st.text(st.sampled_from("ab/.?#;=%é :"), max_size=12))
def test_a_plain_link_from_the_top_of_the_site_is_resolved_as_any_other(rest):
    # What begins with a space is not plain, and means the same.
    assert absolute(BASE, f"/{rest}") == absolute(BASE, f" /{rest}")


@given(st.text())
def test_an_absolute_link_stays_what_it_is(href):
    once = absolute(BASE, href)

    assert once is None or absolute("https://other.example/", once) == once


@pytest.mark.parametrize(
    ("host", "expected"),
    [
        ("www.example.org", "example.org"),
        ("news.example.co.ke", "example.co.ke"),
        ("example.co.ke", "example.co.ke"),
        ("one.blogspot.com", "one.blogspot.com"),
        ("localhost", "localhost"),
        ("127.0.0.1", "127.0.0.1"),
        ("co.ke", "co.ke"),
        ("", ""),
    ],
)
def test_the_registrable_name_is_what_a_publisher_owns(host, expected):
    assert registrable(host) == expected


def test_two_hosts_of_one_publisher_are_told_from_strangers():
    assert same_publisher("https://www.example.org/a", "http://m.example.org/b")
    assert not same_publisher("https://a.blogspot.com/", "https://b.blogspot.com/")
    assert not same_publisher("https://example.org/", "https://example.net/")
    assert not same_publisher("", "")
    assert not same_publisher("http://[", "http://[")


@pytest.mark.parametrize(
    "path", ["", "/", "/index.html", "/index.php", "/?utm=", "/home"]
)
def test_a_front_page_is_known(path):
    assert is_home("https://example.org" + path)


@pytest.mark.parametrize("path", ["/?p=5", "/a", "/2022/04/"])
def test_an_article_is_no_front_page(path):
    assert not is_home("https://example.org" + path)


def test_a_percent_sign_that_encodes_nothing_is_encoded():
    assert absolute("https://a.example/", "/x?text=W%") == (
        "https://a.example/x?text=W%25"
    )
    assert absolute("https://a.example/", "/x%zz%41") == "https://a.example/x%25zz%41"
