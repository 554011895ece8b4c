from dataclasses import replace

import pytest
from sqlalchemy import update

from db.engine import transaction
from db.models import ArticleRow
from service.feeds.writing import feed_address
from tests.factories_feeds import NOON


def test_unicode_in_an_address_is_percent_encoded():
    address = feed_address("https://wire.example", "daily/اخبار")

    assert address == "https://wire.example/feeds/daily/%D8%A7%D8%AE%D8%A8%D8%A7%D8%B1"


@pytest.fixture
def make(web):
    """Make the feed of the source in RSS, after what was made last."""
    web.add(1)

    def make(last=None):
        form = web.publisher.formats["rss"]
        return web.publisher.renderer.make("daily", form, last)

    return make


def test_what_is_the_same_is_not_written_again(make):
    first = make()

    assert make(first).document is first.document


def test_another_outline_with_the_same_words_is_the_same_document(make):
    first = make()
    other = replace(first, outline=None)

    assert make(other).document is first.document


def test_the_highest_event_number_is_in_the_tag(web, make):
    with transaction(web.engine) as session:
        session.execute(update(ArticleRow).values(seq=77, version=2, changed_at=NOON))

    assert make().document.version.startswith("77-")
