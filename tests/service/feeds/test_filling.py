"""The entries of a document: kept when written, and bounded together."""

from dataclasses import replace

import pytest

from db.engine import reading
from db.feeds import outline
from db.scopes import find_scope
from service.feeds.assembling import write
from service.feeds.filling import BATCH, Filling, Fragments
from tests.factories_feeds import head


def test_written_entries_are_kept_within_bounds():
    kept = Fragments(max_bytes=10)
    keys = [("rss", "full", number, number, head()) for number in range(4)]
    for key in keys:
        kept.keep(key, write("12345"))

    assert [kept.find(key) is not None for key in keys] == [False, False, True, True]


def test_an_entry_written_twice_counts_once():
    kept = Fragments(max_bytes=10)
    key = ("rss", "full", 1, 1, head())
    for _ in range(5):
        kept.keep(key, write("1234567890"))
    kept.keep(("rss", "full", 2, 2, head()), write(""))

    assert kept.find(key) == write("1234567890")


@pytest.fixture
def fill(web):
    """Fill a document of the source in JSON; give its entries as texts."""

    def fill(room=10**6, *, fragments=None, slug="daily", kept=True):
        with reading(web.engine) as session:
            found = outline(session, find_scope(session, "daily"), 100)
            heads = ((one, replace(face, slug=slug)) for one, face in found.sources)
            filling = Filling(
                session=session,
                found=replace(found, sources=tuple(heads)),
                form=web.publisher.formats["json"],
                content="full",
                fragments=fragments or Fragments(),
                is_kept=kept,
                room=room,
            )
            return [entry.body.decode() for entry in filling.texts()]

    return fill


def big(web, count):
    for number in range(1, count + 1):
        body = f"<p>{number} {'word ' * 2_000}end</p>"
        web.add(number, body_html=body, body_text=f"{number} {'word ' * 2_000}end")


def whole(entries):
    return [" end" in entry for entry in entries]


def test_beyond_its_room_a_document_has_summaries_and_misses_no_entry(web, fill):
    big(web, 2 * BATCH + 1)
    fragments = Fragments()
    entries = fill(15_000, fragments=fragments)

    assert whole(entries) == [True, True] + [False] * (2 * BATCH - 1)
    numbers = range(2 * BATCH + 1, 0, -1)
    assert all(f"story-{n}/" in text for n, text in zip(numbers, entries, strict=True))
    assert fill(15_000, fragments=fragments) == entries == fill(15_000, kept=False)


def test_the_latest_entry_is_whole_however_long(web, fill):
    big(web, 2)

    assert whole(fill(1)) == [True, False]


def test_within_its_room_every_entry_is_whole(web, fill):
    big(web, BATCH + 1)

    assert whole(fill()) == [True] * (BATCH + 1)


def test_an_article_whose_source_was_renamed_meanwhile_waits(web, fill):
    web.add(1)

    assert len(fill()) == 1
    assert fill(slug="renamed") == []
