"""Which links count, and how hosts are compared."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scrapers.discover.paging import follow
from scrapers.discover.rules import Rules, own_host, publisher_of

RULES = Rules(publishers=frozenset({"example.org"}), hosts=("partner.com",))


@pytest.mark.parametrize(
    ("url", "host"),
    [
        ("https://www.Example.org:443/a", "example.org"),
        ("http://example.org:443/", "example.org:443"),
        ("http://127.0.0.1:8081/", "127.0.0.1:8081"),
        ("https://example.org:99999/", "example.org"),
        ("nothing", ""),
    ],
)
def test_a_host_is_named_without_www_and_default_port(url, host):
    assert own_host(url) == host


def test_two_ports_of_one_machine_are_two_publishers():
    assert publisher_of("http://127.0.0.1:1/") != publisher_of("http://127.0.0.1:2/")
    assert publisher_of("https://a.example.co.ke/") == "example.co.ke"


@pytest.mark.parametrize(
    ("href", "url"),
    [
        ("/1/", "https://example.org/1/"),
        ("//sport.example.org/1/", "https://sport.example.org/1/"),
        ("https://partner.com/1/", "https://partner.com/1/"),
        ("https://notpartner.com/1/", None),
        ("https://example.org.evil.net/", None),
        ("data:text/html,x", None),
        ("/bulletin/2026-41.PDF?download=1", None),
        ("/photos/flood.jpeg", None),
        ("/2026/why-we-left-node.js", "https://example.org/2026/why-we-left-node.js"),
        ("", None),
        ("http://[", None),
    ],
)
def test_a_link_counts_where_it_leads_to_the_publisher(href, url):
    assert RULES.admit("https://example.org/news/", href) == url


@pytest.mark.parametrize("href", ["", "http://[", "https://example.net/2", "mailto:x"])
def test_no_next_page_is_where_no_page_of_the_host_is(href):
    assert follow("https://example.org/", href) is None


@given(st.text(max_size=60))
def test_whatever_is_admitted_is_admitted_again_as_itself(href):
    url = RULES.admit("https://example.org/", href)

    assert url is None or RULES.admit("https://example.org/x/", url) == url
