from datetime import UTC, datetime, timedelta
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scrapers import rhythm
from scrapers.rhythm import Rhythm

NOW = datetime(2026, 3, 4, 12, 0, tzinfo=UTC)  # a Wednesday


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("30 12 * * *", datetime(2026, 3, 4, 12, 30, tzinfo=UTC)),
        ("0 6 * * 0", datetime(2026, 3, 8, 6, 0, tzinfo=UTC)),
        ("0 6 * * 7", datetime(2026, 3, 8, 6, 0, tzinfo=UTC)),
        ("0 6 * * 1-5", datetime(2026, 3, 5, 6, 0, tzinfo=UTC)),
        ("0 6 * * 5-7", datetime(2026, 3, 6, 6, 0, tzinfo=UTC)),
        ("0 6 * * mon", datetime(2026, 3, 9, 6, 0, tzinfo=UTC)),
    ],
)
def test_a_cron_line_means_what_crontab_means(line, expected):
    due = rhythm.next_poll(Rhythm(cron=line), last=None, now=NOW, rng=Random(1))

    assert due == expected


def test_a_cron_line_is_read_in_the_sources_zone():
    nairobi = Rhythm(cron="0 6 * * *", timezone="Africa/Nairobi")

    due = rhythm.next_poll(nairobi, last=None, now=NOW, rng=Random(1))

    assert due == datetime(2026, 3, 5, 3, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("line", "named"),
    [
        ("* * * *", "4 fields"),
        ("61 * * * *", "minute"),
        ("* * * * 8", "day of the week"),
        ("* * * * 5-1", "day of the week"),
        ("* * * * 1-x", "day of the week"),
        ("* * * foo *", "month"),
    ],
)
def test_a_bad_cron_line_is_refused_with_the_field(line, named):
    with pytest.raises(ValueError, match=named):
        rhythm.cron_trigger(line)


def test_an_impossible_date_does_not_stop_the_source_for_good():
    due = rhythm.next_poll(Rhythm(cron="0 0 30 2 *"), last=None, now=NOW, rng=Random(1))

    assert due > NOW


def test_after_a_long_sleep_the_next_poll_is_now():
    hourly = Rhythm(every=timedelta(hours=1))

    due = rhythm.next_poll(hourly, last=NOW - timedelta(days=3), now=NOW, rng=Random(1))

    assert due == NOW


def test_a_last_poll_in_the_future_is_not_believed():
    hourly = Rhythm(every=timedelta(hours=1))

    due = rhythm.next_poll(hourly, last=NOW + timedelta(days=3), now=NOW, rng=Random(1))

    assert due <= NOW + timedelta(hours=1.1)


@given(failures=st.integers(1, 10_000), seed=st.integers())
def test_backoff_is_bounded_and_never_in_the_past(failures, seed):
    most = timedelta(hours=6)

    due = rhythm.after_failure(
        Rhythm(), failures=failures, now=NOW, most=most, rng=Random(seed)
    )

    assert NOW < due <= NOW + most * (1 + rhythm.JITTER)


def test_backoff_doubles():
    pauses = [
        rhythm.retry_page(attempts=n, now=NOW, rng=Random(1)) - NOW for n in (1, 2, 3)
    ]

    assert pauses[0] < pauses[1] < pauses[2]


@pytest.mark.parametrize(
    ("age", "least", "most"),
    [
        (timedelta(0), timedelta(minutes=13), timedelta(minutes=17)),
        (timedelta(days=2), timedelta(hours=21), timedelta(hours=27)),
        (timedelta(days=3650), timedelta(days=27), timedelta(days=33)),
    ],
)
def test_the_older_an_article_the_rarer_the_looks(age, least, most):
    due = rhythm.recheck(None, published_at=NOW - age, now=NOW, rng=Random(1))

    assert least <= due - NOW <= most


@pytest.mark.parametrize(
    ("every", "first"),
    [
        (timedelta(seconds=20), timedelta(minutes=1)),
        (timedelta(hours=1), timedelta(minutes=15)),
        (None, timedelta(minutes=15)),
    ],
)
def test_what_is_polled_often_is_looked_at_again_sooner(every, first):
    soonest = rhythm.first_recheck(Rhythm(every=every))
    due = rhythm.recheck(None, published_at=NOW, now=NOW, rng=Random(1), first=soonest)

    assert soonest == first
    assert abs(due - NOW - first) <= first / 10


def test_a_definition_can_say_how_often_to_look_again():
    due = rhythm.recheck(
        timedelta(minutes=1),
        published_at=NOW - timedelta(days=9),
        now=NOW,
        rng=Random(1),
    )

    assert due - NOW <= timedelta(minutes=1.1)
