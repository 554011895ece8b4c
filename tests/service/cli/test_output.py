import json
from datetime import UTC, datetime, timedelta

import pytest

from service.cli.output import ago, cell, print_rows, visible

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (5, "5 s ago"),
        (89, "89 s ago"),
        (180, "3 min ago"),
        (7200, "2 h ago"),
        (86400 * 3, "3 d ago"),
        (-600, "in 10 min"),
    ],
)
def test_times_are_told_from_now(seconds, text):
    assert ago(NOW - timedelta(seconds=seconds), NOW) == text


def test_what_comes_from_a_site_is_never_markup():
    assert cell("[red]Kisumu[/red]").plain == "[red]Kisumu[/red]"


def test_rows_are_a_table_for_people(capsys):
    rows = [{"slug": "sample", "polled_at": NOW, "tags": ("a", "b"), "error": None}]
    print_rows(rows, rows[0], as_json=False, empty="none", now=NOW)

    head, line = capsys.readouterr().out.splitlines()
    assert head.split() == ["slug", "polled", "at", "tags", "error"]
    assert line.split() == ["sample", "0", "s", "ago", "a,", "b", "–"]


def test_no_rows_are_a_sentence_for_people_and_an_empty_list_for_programs(capsys):
    print_rows([], ["slug"], as_json=False, empty="No sources yet.")
    print_rows([], ["slug"], as_json=True, empty="No sources yet.")

    sentence, *text = capsys.readouterr().out.splitlines()
    assert sentence == "No sources yet."
    assert json.loads("".join(text)) == []


def test_programs_get_every_key_and_times_as_iso(capsys):
    row = {"slug": "ä", "polled_at": NOW, "every": timedelta(minutes=5)}
    print_rows([row], ["slug"], as_json=True, empty="")

    (found,) = json.loads(capsys.readouterr().out)
    assert found == {
        "slug": "ä",
        "polled_at": "2026-03-01T12:00:00+00:00",
        "every": 300.0,
    }


def test_the_joiners_that_persian_needs_are_printed():
    assert visible("می\u200cشود \x1b[31m") == "می\u200cشود \ufffd[31m"
