from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from service.delivery.breaker import (
    CLOSED,
    FIRST,
    LONGEST,
    UNANSWERED_TO_OPEN,
    Breaker,
    after,
)

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)


def silent(breaker, times=1, *, is_probe=False, now=NOW):
    for _ in range(times):
        breaker = after(breaker, answered=False, is_probe=is_probe, now=now)
    return breaker


def test_a_few_lost_connections_open_nothing():
    assert silent(CLOSED, UNANSWERED_TO_OPEN - 1).open_until is None


def test_five_in_a_row_open_it_for_a_short_while():
    assert silent(CLOSED, UNANSWERED_TO_OPEN).open_until == NOW + FIRST


def test_what_was_under_way_when_it_opened_lengthens_nothing():
    opened = silent(CLOSED, UNANSWERED_TO_OPEN)

    assert silent(opened, 3, now=NOW + timedelta(seconds=1)) == opened


def test_each_probe_that_nobody_answers_doubles_the_pause():
    opened = silent(CLOSED, UNANSWERED_TO_OPEN)

    once, twice = (silent(opened, times, is_probe=True) for times in (1, 2))

    assert (once.open_until, twice.open_until) == (NOW + 2 * FIRST, NOW + 4 * FIRST)


def test_an_answer_closes_it_whoever_brought_it():
    opened = silent(CLOSED, UNANSWERED_TO_OPEN + 3)

    for is_probe in (True, False):
        assert after(opened, answered=True, is_probe=is_probe, now=NOW) == CLOSED


@given(st.integers(0, 10**9), st.booleans(), st.booleans())
def test_no_pause_is_longer_than_the_longest(unanswered, is_open, is_probe):
    breaker = Breaker(unanswered=unanswered, open_until=NOW if is_open else None)

    found = after(breaker, answered=False, is_probe=is_probe, now=NOW)

    assert found.open_until is None or found.open_until <= NOW + LONGEST
