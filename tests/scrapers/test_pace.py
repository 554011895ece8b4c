from dataclasses import replace
from datetime import UTC, datetime, timedelta
from random import Random
from statistics import median

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scrapers import pace, rhythm
from scrapers.items import Asks
from scrapers.pace import LONGEST, SHORTEST, Pace, allowed, paced
from scrapers.rhythm import Rhythm

NOW = datetime(2026, 3, 2, tzinfo=UTC)  # a Monday
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


def every(gap, *, days=28, hours=range(24)):
    """A site that publishes every so often in these hours, up to now."""
    count = int(days * DAY / gap)
    times = [NOW - n * gap for n in range(count, 0, -1)]
    return Pace().with_times([at for at in times if at.hour in hours])


def chosen(known, *, now=NOW):
    return paced(known, now=now).every


@pytest.mark.parametrize(
    ("gap", "least", "most"),
    [
        (MINUTE, SHORTEST, SHORTEST),
        (HOUR, 14 * MINUTE, 16 * MINUTE),
        (4 * HOUR + 7 * MINUTE, 26 * MINUTE, 34 * MINUTE),
        (25 * HOUR, 65 * MINUTE, 90 * MINUTE),
    ],
)
def test_four_times_the_articles_are_twice_the_polls(gap, least, most):
    assert least <= chosen(every(gap)) <= most


def test_a_site_nothing_is_known_of_is_polled_every_quarter_of_an_hour():
    assert paced(Pace(), now=NOW) == Pace()
    assert Pace().every == 15 * MINUTE


@pytest.mark.parametrize(
    ("silence", "expected"),
    [(MINUTE, 15 * MINUTE), (4 * HOUR, 30 * MINUTE), (DAY, HOUR)],
)
def test_a_site_of_few_articles_is_polled_as_seldom_as_it_is_silent(silence, expected):
    known = Pace().with_times([NOW - silence, NOW - 20 * DAY])

    assert chosen(known) == expected


def test_a_feed_that_announces_its_updates_is_believed_until_more_is_known():
    weekly = {"feed": Asks(period_seconds=604_800)}

    assert chosen(Pace(asks=weekly)) > 2 * HOUR
    assert chosen(replace(every(HOUR), asks=weekly)) <= 16 * MINUTE


def test_nights_are_for_sleeping_and_mornings_are_not_slept_through():
    known = every(HOUR, hours=range(8, 20))
    night, noon = NOW + HOUR, NOW + 12 * HOUR

    assert chosen(known, now=night) > 2 * chosen(known, now=noon)
    assert night + chosen(known, now=night) < NOW + 8 * HOUR


def test_a_weekday_without_articles_is_polled_less():
    times = [NOW - n * HOUR for n in range(28 * 24, 0, -4)]
    known = Pace().with_times([at for at in times if at.weekday() != 0])

    monday, tuesday = chosen(known), chosen(known, now=NOW + DAY)
    assert monday > 1.3 * tuesday


def test_a_site_that_fell_silent_is_polled_ever_less():
    known = every(HOUR)
    pauses = [chosen(known, now=NOW + n * DAY) for n in (0, 30, 100, 2000)]

    assert pauses == sorted(pauses)
    assert pauses[0] * 4 < pauses[-1] <= LONGEST


@pytest.mark.parametrize(
    ("asks", "expected", "why"),
    [
        (Asks(ttl_seconds=2400), 40 * MINUTE, "its ttl ask"),
        (Asks(fresh_seconds=1800), 30 * MINUTE, "its cache headers ask"),
        (Asks(ttl_seconds=86_400), HOUR, "60 min or more"),
        (Asks(ttl_seconds=60), 15 * MINUTE, "about 1 article an hour"),
    ],
)
def test_what_a_site_asks_for_is_heeded_up_to_an_hour(asks, expected, why):
    found = paced(replace(every(HOUR), asks={"feed": asks}), now=NOW)

    assert abs(found.every - expected) <= MINUTE
    assert why in found.why


@pytest.mark.parametrize(
    ("asks", "due", "expected"),
    [
        (Asks(skip_hours=(0, 1)), NOW + 5 * MINUTE, NOW + 2 * HOUR),
        (Asks(skip_days=(0,)), NOW + 5 * MINUTE, NOW + DAY),
        (Asks(skip_hours=(3,)), NOW, NOW),
        (Asks(skip_hours=tuple(range(24))), NOW, NOW + 7 * DAY),
    ],
)
def test_polls_keep_out_of_hours_and_days_a_feed_forbids(asks, due, expected):
    assert allowed(Pace(asks={"feed": asks}), due) == expected


@given(
    st.lists(st.integers(0, 60 * 24 * 365), max_size=60),
    st.integers(0, 10**9),
)
def test_a_pace_is_bounded_whatever_was_published_and_asked(times, ttl):
    known = Pace(asks={"feed": Asks(ttl_seconds=ttl)})
    found = paced(known.with_times(NOW - ago * MINUTE for ago in times), now=NOW)

    assert SHORTEST <= found.every <= LONGEST
    assert Pace.from_dict(found.to_dict()) == found


def test_only_auto_goes_by_the_pace():
    slow = replace(Pace(), every=5 * HOUR, asks={"feed": Asks(skip_hours=(0,))})
    said = Rhythm(every=10 * MINUTE)

    due = rhythm.next_poll(said, last=NOW, now=NOW, rng=Random(1), pace=slow)
    auto = rhythm.next_poll(Rhythm(), last=NOW, now=NOW, rng=Random(1), pace=slow)

    assert due - NOW <= 11 * MINUTE
    assert 4.5 * HOUR <= auto - NOW <= 5.5 * HOUR


def published(a_day, *, days, rng):
    """A paper that works by day, half at weekends: a month of it, and some days."""
    found, at = [], NOW - 28 * DAY
    while at < NOW + days * DAY:
        factor = (1.9 if 6 <= at.hour < 18 else 0.1) * (1 if at.weekday() < 5 else 0.5)
        if rng.random() < a_day / 1440 * factor:
            found.append(at)
        at += MINUTE
    return found


def polled(articles, rhythm_, known, *, days):
    """Poll for some days; give the number of polls, and the delays in minutes."""
    now, polls, delays, rng = NOW, 0, [], Random(2)
    waiting = [at for at in articles if at > NOW]
    while now < NOW + days * DAY:
        known = paced(known, now=now)
        now = rhythm.next_poll(rhythm_, last=now, now=now, rng=rng, pace=known)
        polls += 1
        new = [at for at in waiting if at <= now]
        delays += [(now - at) / MINUTE for at in new]
        waiting = waiting[len(new) :]
        known = known.with_times(new)
    return polls, delays


@pytest.mark.parametrize(
    ("a_day", "polls_share", "delay_share"),
    [(40, 1.1, 0.75), (10, 0.6, 1.7)],
)
def test_a_simulated_paper_is_found_sooner_or_with_fewer_polls(
    a_day, polls_share, delay_share
):
    articles = published(a_day, days=10, rng=Random(1))
    known = Pace().with_times([at for at in articles if at <= NOW])
    fixed = Rhythm(every=pace.AUTO_INTERVAL)

    polls, delays = polled(articles, fixed, Pace(), days=10)
    auto_polls, auto_delays = polled(articles, Rhythm(), known, days=10)

    assert auto_polls <= polls_share * polls
    assert median(auto_delays) <= delay_share * median(delays)
