import pytest

from scrapers.discover.asks import of_feed, of_headers
from scrapers.discover.feed import read_feed
from scrapers.discover.rules import Rules
from scrapers.items import Asks
from tests.fakes_visit import page

URL = "https://example.org/feed/"
LATER = "Sun, 01 Mar 2026 12:30:00 GMT"
DATE = "Sun, 01 Mar 2026 12:00:00 GMT"


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"cache-control": "public, max-age=600"}, 600),
        ({"cache-control": "max-age=600", "age": "200"}, 400),
        ({"cache-control": "s-maxage=900, max-age=60"}, 60),
        (
            {"cache-control": "no-cache", "expires": "Sun, 01 Mar 2026 13:00:00 GMT"},
            None,
        ),
        ({"date": DATE, "expires": LATER}, 1800),
        ({"expires": LATER}, 1800),
        ({"date": DATE, "expires": "0"}, None),
        ({"date": DATE, "expires": "Sun, 01 Mar 2020 12:30:00 GMT"}, None),
        ({"cache-control": "max-age=9999999999"}, 31_536_000),
        ({}, None),
    ],
)
def test_an_answer_is_fresh_as_long_as_its_headers_say(headers, seconds):
    found = page(URL, "x", headers=tuple(headers.items()))

    assert of_headers(found).fresh_seconds == seconds


def feed(head):
    return page(
        URL,
        '<rss version="2.0" xmlns:sy="http://purl.org/rss/1.0/modules/syndication/">'
        f"<channel><title>x</title>{head}<item><title>y</title>"
        "<link>https://example.org/1</link></item></channel></rss>",
    )


@pytest.mark.parametrize(
    ("head", "expected"),
    [
        ("<ttl>60</ttl>", Asks(ttl_seconds=3600)),
        ("<ttl>soon</ttl>", Asks()),
        (
            "<skipHours><hour>0</hour><hour> 24 </hour><hour>5</hour></skipHours>",
            Asks(skip_hours=(0, 5)),
        ),
        (
            "<skipDays><day>Sunday</day><day>Someday</day><day>friday</day></skipDays>",
            Asks(skip_days=(4, 6)),
        ),
        (
            "<sy:updatePeriod> daily </sy:updatePeriod>"
            "<sy:updateFrequency>4</sy:updateFrequency>",
            Asks(period_seconds=21_600),
        ),
        ("<sy:updatePeriod>often</sy:updatePeriod>", Asks()),
    ],
)
def test_a_feed_says_how_often_it_wants_to_be_asked(head, expected):
    found = read_feed(feed(head), Rules(publishers=frozenset()), "UTC")

    assert found.asks == expected


def test_a_feed_that_forbids_every_hour_forbids_none():
    hours = "".join(f"<hour>{n}</hour>" for n in range(24))

    assert of_feed(feed(f"<skipHours>{hours}</skipHours>"), {}).skip_hours == ()
