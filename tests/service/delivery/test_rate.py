from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.delivery.rate import (
    DELAY,
    MOST_ENTRIES,
    Rate,
    allowed,
    free_at,
    read_rate,
    spend,
)

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)


@pytest.mark.parametrize("text", ["10/second", "30/minute", "500/hour"])
def test_a_rate_is_written_as_it_is_read(text):
    assert str(read_rate(text)) == text


@pytest.mark.parametrize("text", ["10", "0/s", "10/day", "-1/s", "10001/s", "1.5/s"])
def test_what_is_no_rate_is_refused_with_what_is(text):
    with pytest.raises(ValueError, match="write 10/second"):
        read_rate(text)


def test_what_was_sent_counts_until_its_span_is_over():
    rate = Rate(count=3, seconds=60)
    window = spend(rate, (), 2, NOW)
    window = spend(rate, window, 1, NOW + timedelta(seconds=10))

    over = NOW + timedelta(seconds=60) + DELAY
    assert allowed(rate, window, NOW + timedelta(seconds=59)) == 0
    assert free_at(rate, window, NOW + timedelta(seconds=59)) == over
    assert allowed(rate, window, over) == 2


def test_what_goes_out_some_milliseconds_late_meets_nothing_in_its_span():
    rate = Rate(count=3, seconds=1)
    window = spend(rate, (), 3, NOW)

    assert allowed(rate, window, NOW + timedelta(seconds=1.05)) == 0


def test_a_clock_set_back_blocks_nothing():
    rate = Rate(count=1, seconds=3600)
    window = spend(rate, (), 1, NOW + timedelta(hours=5))

    assert allowed(rate, window, NOW) == 1


@given(
    st.integers(1, 30),
    st.lists(st.tuples(st.floats(0, 40), st.integers(1, 20)), max_size=60),
)
def test_no_span_ever_holds_more_than_the_rate_and_the_row_stays_small(count, wishes):
    rate, window, moment, sent = Rate(count=count, seconds=60), (), NOW, []
    for pause, wish in wishes:
        moment += timedelta(seconds=pause)
        if taken := min(wish, allowed(rate, window, moment)):
            window = spend(rate, window, taken, moment)
            sent.append((moment, taken))
        assert len(window) <= MOST_ENTRIES
        until = free_at(rate, window, moment)
        assert (until is None) == (allowed(rate, window, moment) > 0)
        assert until is None or allowed(rate, window, until) > 0
    for end, _ in sent:
        span = [n for at, n in sent if end - timedelta(seconds=60) < at <= end]
        assert sum(span) <= count
