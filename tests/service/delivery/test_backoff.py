from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.delivery.backoff import (
    LONGEST_WAIT,
    SHORTEST_WAIT,
    Fate,
    jittered,
    judge,
    retry_after,
)

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
SCHEDULE = tuple(timedelta(seconds=s) for s in (0, 5, 300))


def verdict(status, step=0, **headers):
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return judge(status, named, step=step, schedule=SCHEDULE, now=NOW, rng=Random(1))


@pytest.mark.parametrize("status", [200, 201, 202, 204, 299])
def test_any_2xx_is_delivered(status):
    assert verdict(status).fate is Fate.DELIVERED


@pytest.mark.parametrize("status", [None, 101, 301, 307, 400, 401, 404, 429, 500, 503])
def test_anything_else_is_retried(status):
    assert verdict(status).fate is Fate.RETRY


def test_410_is_final_at_once():
    assert verdict(410).fate is Fate.GONE


def test_after_the_schedule_it_has_failed_whatever_the_receiver_asks():
    assert verdict(503, step=2, retry_after="5").fate is Fate.FAILED


@pytest.mark.parametrize(("step", "seconds"), [(0, 5), (1, 300)])
def test_the_pause_is_the_schedules_give_or_take_a_fifth(step, seconds):
    after = verdict(500, step=step).after.total_seconds()

    assert seconds * 0.8 <= after <= seconds * 1.2


def test_retry_after_takes_the_place_of_the_schedule():
    assert verdict(429, retry_after="77").after == timedelta(seconds=77)


@pytest.mark.parametrize(
    ("value", "seconds"),
    [("0", 1), ("1", 1), ("3", 3), ("86400", 86400), ("999999999999999999", 86400)],
)
def test_retry_after_in_seconds_is_kept_between_a_second_and_a_day(value, seconds):
    found = retry_after({"retry-after": value}, now=NOW)

    assert found == timedelta(seconds=seconds)


def test_retry_after_as_a_date_counts_from_now():
    value = format_datetime(NOW + timedelta(seconds=90), usegmt=True)

    assert retry_after({"retry-after": value}, now=NOW) == timedelta(seconds=90)


def test_a_receiver_whose_clock_is_wrong_is_measured_by_its_own():
    theirs = NOW - timedelta(hours=3)
    headers = {
        "date": format_datetime(theirs, usegmt=True),
        "retry-after": format_datetime(theirs + timedelta(seconds=30), usegmt=True),
    }

    assert retry_after(headers, now=NOW) == timedelta(seconds=30)


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("3, 120", 120),
        ("120, soon", 120),
        (f"{format_datetime(NOW + timedelta(seconds=90), usegmt=True)}, 7", 90),
        (f"7, {format_datetime(NOW + timedelta(seconds=90), usegmt=True)}", 90),
        ("Sunday, 06-Nov-94 08:49:37 GMT, 9", 9),
    ],
)
def test_of_several_the_longest_that_can_be_read_counts(value, seconds):
    found = retry_after({"retry-after": value}, now=NOW)

    assert found == timedelta(seconds=seconds)


@pytest.mark.parametrize("value", ["", "soon", "-5", "1.5", "٣", "Mon, 99 Foo 2026"])
def test_what_cannot_be_read_leaves_the_schedule_alone(value):
    assert retry_after({"retry-after": value}, now=NOW) is None


@given(st.text(max_size=60), st.text(max_size=60))
def test_no_header_breaks_it_or_passes_its_bounds(value, date):
    found = retry_after({"retry-after": value, "date": date}, now=NOW)

    assert found is None or SHORTEST_WAIT <= found <= LONGEST_WAIT


@given(st.timedeltas(min_value=timedelta(0), max_value=timedelta(days=1)), st.randoms())
def test_jitter_is_at_most_a_fifth(pause, rng):
    assert pause * 0.799 <= jittered(pause, rng) <= pause * 1.201


def test_a_receiver_that_asks_for_a_second_again_and_again_gets_the_schedule():
    schedule = (timedelta(0), *[timedelta(hours=1)] * 9)
    pauses = [
        judge(
            429,
            {"retry-after": "0"},
            step=step,
            schedule=schedule,
            now=NOW,
            rng=Random(1),
        ).after
        for step in range(6)
    ]

    assert pauses[:4] == [SHORTEST_WAIT] * 4
    assert min(pauses[4:]) >= timedelta(minutes=48)
