import json

import pytest

from db.articles import store
from db.engine import reading, transaction
from db.sources import get_source
from scrapers.source import parse
from tests.factories import NOW, arrival
from tests.scrapers.test_check import PAGE

GOOD = """
name = "The Daily Example"
home = "https://example.org/"
[[discover]]
kind = "feed"
url = "https://example.org/feed/"
"""


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "example.toml"
    path.write_text(GOOD)
    return path


@pytest.fixture
def added(wireroom, file):
    """One source, added by the command."""
    assert wireroom("source", "add", str(file)).exit_code == 0
    return file


def listed(wireroom):
    return json.loads(wireroom("source", "list", "--json").output)


def test_without_sources_the_list_says_what_to_do(wireroom):
    result = wireroom("source", "list")

    assert result.output == (
        "No sources yet: add one with `wireroom source add FILE`.\n"
    )


def test_an_added_source_is_listed(wireroom, added):
    (row,) = listed(wireroom)

    assert (row["slug"], row["health"], row["enabled"]) == ("example", "new", True)
    assert "example" in wireroom("source", "list").output


def test_the_list_counts_articles(wireroom, added, database):
    with transaction(database) as session:
        source = get_source(session, "example")
        store(session, source.id, "example", [arrival()], now=NOW)

    assert listed(wireroom)[0]["articles"] == 1


def test_a_wrong_definition_is_refused_with_file_and_key(wireroom, file):
    file.write_text(GOOD.replace("home", "hmoe"))

    result = wireroom("source", "add", str(file))

    assert result.exit_code == 1
    assert "example.toml: hmoe: unknown key (did you mean 'home'?)" in result.output
    assert listed(wireroom) == []


def test_adding_again_changes_the_definition(wireroom, added):
    added.write_text(GOOD.replace("Daily", "Weekly"))

    result = wireroom("source", "add", str(added))

    assert result.output.startswith("Changed example: The Weekly Example")
    assert listed(wireroom)[0]["name"] == "The Weekly Example"


def test_what_is_exported_can_be_added(wireroom, added):
    text = wireroom("source", "export", "example").output

    assert parse(text, "exported") == parse(GOOD, "added")


def test_a_disabled_source_is_not_due_until_it_is_enabled(wireroom, added):
    wireroom("source", "disable", "example")
    assert listed(wireroom)[0]["next_poll_at"] is None

    wireroom("source", "enable", "example")
    assert listed(wireroom)[0]["next_poll_at"] is not None


def test_poll_makes_a_source_due(wireroom, added, database):
    with reading(database) as session:
        before = get_source(session, "example").next_poll_at

    assert wireroom("source", "poll", "example").exit_code == 0

    with reading(database) as session:
        assert get_source(session, "example").next_poll_at > before


def test_an_unknown_slug_is_refused_with_the_known_ones(wireroom, added):
    result = wireroom("source", "poll", "exmaple")

    assert result.exit_code == 1
    assert result.output == "Error: no source 'exmaple'; there are: example\n"


def test_a_renamed_source_is_listed_by_its_new_slug(wireroom, added):
    assert wireroom("source", "rename", "example", "daily").exit_code == 0

    assert listed(wireroom)[0]["slug"] == "daily"


def test_only_feeds_that_were_leave_addresses_behind(wireroom, file):
    file.write_text(f'visibility = "private"\n{GOOD}')
    wireroom("source", "add", str(file))

    hidden = wireroom("source", "rename", "example", "daily").output
    file.write_text(GOOD)
    wireroom("source", "add", str(file))
    shown = wireroom("source", "rename", "example", "weekly").output

    assert hidden.startswith("example is daily now.")
    assert shown.startswith("example is weekly now; its old addresses answer 301.")


def test_a_slug_that_is_none_is_refused(wireroom, added):
    result = wireroom("source", "rename", "example", "The Daily")

    assert "no slug: lower case" in result.output


def test_a_source_is_removed_after_a_yes(wireroom, added):
    refused = wireroom("source", "remove", "example", input="n\n")
    assert "0 articles for good?" in refused.output
    assert len(listed(wireroom)) == 1

    assert wireroom("source", "remove", "example", "--yes").exit_code == 0
    assert listed(wireroom) == []


def test_a_definition_without_checks_is_well_formed(wireroom, file):
    result = wireroom("source", "check", str(file))

    assert result.exit_code == 0
    assert "well formed" in result.output


def test_a_check_that_fails_is_told_and_counts(wireroom, file):
    file.write_text(GOOD + '[[check]]\npage = "flood.html"\ntitle = "Drought"\n')
    folder = file.with_suffix("")
    folder.mkdir()
    (folder / "flood.html").write_text(PAGE)

    result = wireroom("source", "check", str(file))

    assert result.exit_code == 1
    assert "title: wanted 'Drought', got 'Flood'" in result.output


def test_checks_are_told_to_programs_too(wireroom, file):
    file.write_text(GOOD + '[[check]]\npage = "flood.html"\ntitle = "Flood"\n')

    result = wireroom("source", "check", str(file), "--json")

    (check,) = json.loads(result.output)["checks"]
    assert check["page"] == "flood.html"
    assert "No such file" in check["faults"][0]
