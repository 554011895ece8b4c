import json
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import update

from db.engine import transaction
from db.models import SourceRow
from db.runs import Run, Tally, record_run
from db.sources import add_source
from scrapers.baseline import Baseline, Sample
from scrapers.drift import Drift, Evidence
from scrapers.pace import Pace, paced
from tests.factories import NOW, definition

THEN = datetime(2026, 3, 1, 9, tzinfo=UTC)


def sample(n):
    return Sample(
        url=f"https://example.org/{n}/",
        title=f"{n:08}",
        chars=1000 + n,
        echo=0.5,
        is_dated=True,
        is_signed=False,
        is_pictured=n < 5,
    )


@pytest.fixture
def drifting(database):
    """A source whose site has changed."""
    evidence = Evidence(
        now="12 characters of text",
        usual="where 1,004 are usual",
        urls=("https://example.org/13/",),
        extent="on 4 of 4 pages",
    )
    baseline = Baseline().with_samples([sample(n) for n in range(10)], now=THEN)
    drift = Drift(since=THEN, began=THEN, pages=evidence)
    with transaction(database) as session:
        add_source(session, definition("example"), origin="api", now=NOW)
        session.execute(
            update(SourceRow).values(
                health="ok", baseline=baseline.to_dict(), drift=drift.to_dict()
            )
        )


def test_a_drifting_source_is_shown_with_its_evidence_and_what_to_do(
    wireroom, drifting
):
    shown = wireroom("source", "show", "example").output

    assert "12 characters of text on 4 of 4 pages, where 1,004 are usual" in shown
    assert "https://example.org/13/" in shown
    assert "1,004 characters, 100% date, 0% author, 50% image" in shown
    assert "wireroom source accept example" in shown


def test_programs_get_the_evidence_as_json(wireroom, drifting):
    shown = json.loads(wireroom("source", "show", "example", "--json").output)

    assert shown["health"] == "drifting"
    assert shown["evidence"][0]["urls"] == ["https://example.org/13/"]
    assert shown["usual"]["characters"] == 1004.5


def test_a_drifting_source_is_listed_as_such(wireroom, drifting):
    (row,) = json.loads(wireroom("source", "list", "--json").output)

    assert row["health"] == "drifting"
    assert "where 1,004 are usual (https://example.org/13/)" in row["reason"]


def test_a_site_can_be_taken_as_it_is(wireroom, drifting):
    said = wireroom("source", "accept", "example").output

    shown = json.loads(wireroom("source", "show", "example", "--json").output)
    assert "taken as it is" in said
    assert (shown["health"], shown["evidence"], shown["usual"]) == ("ok", [], None)


def test_how_often_a_source_is_polled_is_told_with_the_reason(wireroom, database):
    times = [NOW - timedelta(hours=n) for n in range(200)]
    pace = paced(Pace().with_times(times), now=NOW)
    with transaction(database) as session:
        for slug, every in (("busy", "auto"), ("steady", "2h")):
            made = definition(slug, every=every)
            add_source(session, made, origin="api", now=NOW)
        session.execute(update(SourceRow).values(pace=pace.to_dict()))

    busy, steady = json.loads(wireroom("source", "list", "--json").output)
    assert busy["every"] == "15 min (auto)"
    assert busy["every_because"] == "about 1 article an hour"
    assert (steady["every"], steady["every_because"]) == (
        "2h",
        "as its definition says",
    )
    shown = wireroom("source", "show", "busy").output
    assert "15 min (auto): about 1 article an hour" in shown


def test_an_unknown_source_is_named(wireroom):
    result = wireroom("source", "accept", "nobody")

    assert result.exit_code != 0
    assert "nobody" in result.output


def test_pages_that_are_not_read_are_shown_with_their_reasons(
    wireroom, drifting, database
):
    url = "https://example.org/12/"
    tally = Tally(failed=3, failures=((url, "answers 403"),))
    run = Run(
        source_id=1,
        started_at=NOW,
        finished_at=NOW,
        outcome="ok",
        reason=None,
        tally=tally,
    )
    with transaction(database) as session:
        record_run(session, run)

    shown = wireroom("source", "show", "example").output

    assert f"not read  {url}: answers 403" in shown
    assert "… and 2 more" in shown
