"""`wireroom article`, on both databases."""

import json

import pytest

from db.engine import transaction
from tests.factories_feeds import add_article, add_source, article

URL = "https://example.org/2026/03/story-1/"


@pytest.fixture
def stored(database):
    with transaction(database) as session:
        add_source(session)
        add_article(session, article(1))
    return article(1)


def state(wireroom, key=URL):
    (row,) = json.loads(wireroom("article", "show", key, "--json").stdout)
    return row["withdrawn_by"], row["title"]


def test_an_article_is_found_by_its_id_and_by_its_address(wireroom, stored):
    for key in (str(stored.uid), f"urn:uuid:{stored.uid}", URL, f"{URL}?utm_source=x"):
        assert state(wireroom, key) == (None, "Story 1")


@pytest.mark.parametrize(
    "key", ["https://example.org/none/", "none", "http://[none", "urn:uuid:none"]
)
def test_what_there_is_not_is_named_with_the_remedy(wireroom, stored, key):
    missing = wireroom("article", "withdraw", key)

    assert missing.exit_code == 1
    assert "none" in missing.stderr
    assert "one of its addresses" in missing.stderr


def test_withdrawing_and_restoring_are_told(wireroom, stored):
    assert "is withdrawn" in wireroom("article", "withdraw", URL).stdout
    assert "already" in wireroom("article", "withdraw", URL).stdout
    assert state(wireroom) == ("hand", "Story 1")
    assert "is restored" in wireroom("article", "restore", URL).stdout
    assert "is not withdrawn" in wireroom("article", "restore", URL).stdout
    assert state(wireroom) == (None, "Story 1")


def test_a_takedown_is_asked_for_twice_unless_told_not_to(wireroom, stored):
    refused = wireroom("article", "takedown", URL, input="n\n")
    assert refused.exit_code == 1
    assert "Story 1" in refused.stderr
    assert state(wireroom) == (None, "Story 1")

    done = wireroom("article", "takedown", URL, "--yes", "--reason", "order 17")
    assert done.exit_code == 0
    assert URL in done.stdout
    assert state(wireroom) == ("takedown", "")


def test_what_is_blocked_is_listed_and_nothing_brings_it_back(wireroom, stored):
    done = wireroom("article", "takedown", URL, "--yes", "--reason", "17", "--json")
    assert json.loads(done.stdout)[0]["addresses"] == [URL]

    (line,) = json.loads(wireroom("article", "blocked", "--json").stdout)
    assert (line["url"], line["reason"]) == (URL, "17")
    restored = wireroom("article", "restore", URL)
    assert (restored.exit_code, "nothing is left" in restored.stderr) == (1, True)
