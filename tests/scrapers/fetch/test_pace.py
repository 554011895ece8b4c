"""When a host may be asked again."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scrapers.fetch.pace import crawl_delay, retry_after, wait_before
from scrapers.items import HostState
from tests.fakes import NOW

PAUSE = timedelta(seconds=10)


def wait(state, pause=PAUSE):
    return wait_before(state, pause=pause, now=NOW).total_seconds()


def asked(seconds_ago, **rest):
    moment = NOW - timedelta(seconds=seconds_ago)
    return HostState(name="example.org:443", last_request_at=moment, **rest)


def test_a_host_never_asked_is_asked_at_once():
    assert wait(HostState(name="example.org:443")) == 0


@pytest.mark.parametrize(("ago", "seconds"), [(0, 10), (4, 6), (10, 0), (99, 0)])
def test_the_rest_of_the_pause_is_waited(ago, seconds):
    assert wait(asked(ago)) == seconds


@pytest.mark.parametrize(("delay", "seconds"), [(2, 10), (15, 15), (9999, 60)])
def test_a_crawl_delay_only_lengthens_and_is_bounded(delay, seconds):
    assert wait(asked(0, crawl_delay_seconds=delay)) == seconds


def test_after_a_jump_of_the_clock_one_pause_is_waited():
    assert wait(asked(-86400)) == 10


@given(st.floats())
def test_any_crawl_delay_is_bounded(seconds):
    assert timedelta(0) <= crawl_delay(seconds) <= timedelta(seconds=60)


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("120", 120),
        (" 120 ", 120),
        ("0", 1),
        ("99999999999999999999", 86400),
        ("Sun, 01 Mar 2026 12:02:00 GMT", 120),
        ("Sunday, 01-Mar-26 12:02:00 GMT", 120),
        ("Sun Mar  1 12:02:00 2026", 120),
        ("Sun, 01 Mar 2026 15:02:00 +0300", 120),
        ("Sun, 01 Mar 2020 12:00:00 GMT", 1),
        ("Sun, 01 Mar 2099 12:00:00 GMT", 86400),
    ],
)
def test_retry_after_is_seconds_or_a_date(value, seconds):
    assert retry_after(value, NOW) == timedelta(seconds=seconds)


@pytest.mark.parametrize("value", [None, "", "soon", "-5", "1.5", "²", "Sun, 99 Foo"])
def test_a_retry_after_nobody_can_read_is_none(value):
    assert retry_after(value, NOW) is None


@given(st.text())
def test_any_retry_after_is_read_or_ignored(value):
    span = retry_after(value, NOW)

    assert span is None or timedelta(seconds=1) <= span <= timedelta(days=1)
