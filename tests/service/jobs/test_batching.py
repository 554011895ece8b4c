from itertools import count

import pytest

from scrapers.errors import Backoff
from scrapers.items import Gone, Scrape, ScrapedArticle
from service.jobs.batching import BATCH, BATCH_CHARACTERS, batches
from tests.fakes import NOW

URL = "https://example.org/"
GONE = Scrape(url=URL, page_url=URL, outcome=Gone(url=URL, status=404))


def read(length):
    article = ScrapedArticle(url=URL, title="A", body_text="a" * length)
    return Scrape(url=URL, page_url=URL, outcome=article)


def sizes(scrapes, *, seconds=0):
    return [len(batch) for batch in batches(iter(scrapes), count(0, seconds).__next__)]


@pytest.mark.parametrize(
    ("scrapes", "seconds", "expected"),
    [
        ([], 0, []),
        ([GONE] * (BATCH + 1), 0, [BATCH, 1]),
        ([read(BATCH_CHARACTERS // 2), GONE] * 2 + [GONE], 0, [3, 2]),
        ([GONE] * 5, 1, [2, 2, 1]),
    ],
)
def test_a_batch_ends_by_count_length_or_time(scrapes, seconds, expected):
    assert sizes(scrapes, seconds=seconds) == expected


def test_what_is_read_when_the_host_objects_is_kept():
    def scrapes():
        yield GONE
        raise Backoff("answered 503", url=URL, retry_at=NOW)

    found = batches(scrapes(), lambda: 0.0)

    assert next(found) == [GONE]
    with pytest.raises(Backoff):
        next(found)
