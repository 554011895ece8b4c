import pytest

from scrapers.discover.feed import read_feed
from scrapers.discover.hubs import find_hub
from scrapers.discover.rules import Rules
from scrapers.items import Hub, Page
from tests.factories import NOW

URL = "https://example.org/feed/"


def page(link=None, body=b""):
    headers = (("link", link),) if link else ()
    return Page(url=URL, requested_url=URL, body=body, headers=headers, fetched_at=NOW)


def test_a_hub_in_the_document_is_found_with_the_feeds_own_name():
    links = [
        {"rel": "hub", "href": "https://hub.example/"},
        {"rel": "self", "href": "/feed/?x=1"},
    ]

    assert find_hub(page(), links) == Hub(
        url="https://hub.example/", topic="https://example.org/feed/?x=1"
    )


@pytest.mark.parametrize(
    "header",
    [
        '<https://hub.example/>; rel="hub", <https://example.org/f>; rel="self"',
        "<https://hub.example/>;rel=hub,<https://example.org/f>;type=a;rel=self",
        '<https://example.org/f>; title="a, b"; REL="x SELF", </h>; rel=up, '
        "<https://hub.example/>; rel=hub",
    ],
)
def test_headers_name_it_and_come_before_the_document(header):
    links = [{"rel": "hub", "href": "https://other.example/"}]

    assert find_hub(page(header), links) == Hub(
        url="https://hub.example/", topic="https://example.org/f"
    )


def test_without_a_self_link_the_topic_is_where_the_feed_was_found():
    assert find_hub(page(), [{"rel": "hub", "href": "//hub.example/a"}]) == Hub(
        url="https://hub.example/a", topic=URL
    )


@pytest.mark.parametrize(
    "href", ["", "javascript:alert(1)", "ftp://hub.example/", "https://h/" + "x" * 3000]
)
def test_what_is_no_address_is_no_hub(href):
    assert find_hub(page(), [{"rel": "hub", "href": href}]) is None


def test_a_feed_without_a_hub_has_none():
    assert find_hub(page('</a>; rel="next", nonsense'), [{"rel": "self"}]) is None


def test_reading_a_feed_gives_its_hub():
    body = (
        b'<feed xmlns="http://www.w3.org/2005/Atom"><title>t</title>'
        b'<link rel="hub" href="https://hub.example/"/>'
        b'<link rel="self" href="https://example.org/feed/"/></feed>'
    )
    found = read_feed(page(body=body), Rules(publishers=frozenset()), "UTC")

    assert found.hub == Hub(url="https://hub.example/", topic=URL)
