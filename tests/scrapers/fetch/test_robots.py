"""What robots.txt lets us do (RFC 9309)."""

from __future__ import annotations

import time
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scrapers.fetch import robots
from scrapers.fetch.robots import Rules
from scrapers.items import HostState
from tests.fakes import NOW

STATE = HostState(name="example.org:443")
SITE = "https://example.org"


@pytest.mark.parametrize(
    ("text", "path", "may"),
    [
        ("", "/a", True),
        ("User-agent: *\nDisallow: /", "/a", False),
        ("User-agent: *\nDisallow: /", "/robots.txt", True),
        ("User-agent: *\nDisallow:", "/a", True),
        ("User-agent: *\nDisallow: /a\nAllow: /a/b", "/a/b/c", True),
        ("User-agent: *\nDisallow: /a\nAllow: /a", "/a", True),
        ("User-agent: *\nDisallow: /*.pdf$", "/x.pdf", False),
        ("User-agent: *\nDisallow: /*.pdf$", "/x.pdf?y", True),
        ("User-agent: *\nDisallow: /?p=", "/?p=7", False),
        ("User-agent: *\nDisallow: /a%3Cb", "/a<b", False),
        ("User-agent: other\nDisallow: /", "/a", True),
        ("User-agent: wire\nDisallow: /", "/a", True),
        ("User-agent: room\nDisallow: /", "/a", True),
        ("User-agent: WIREROOM\nDisallow: /", "/a", False),
        ("User-agent: Wireroom/1.0 (+x)\nDisallow: /", "/a", False),
        ("user-agent:Wireroom # us\ndisallow:/", "/a", False),
        ("User-agent: *\nDisallow: /\n\nUser-agent: wireroom\nAllow: /", "/a", True),
        ("User-agent: other\nUser-agent: wireroom\nDisallow: /", "/a", False),
        (
            "User-agent: wireroom\nDisallow: /a\nUser-agent: other\nDisallow: /b",
            "/b",
            True,
        ),
        (
            "User-agent: wireroom\nDisallow: /a\n\nUser-agent: wireroom\nDisallow: /b",
            "/a",
            False,
        ),
        ("User-agent: *\nSitemap: /s.xml\nDisallow: /", "/a", False),
        ("User-agent: *\r\nDisallow: /a\r\n", "/a", False),
        ("<html>User-agent: *</html>", "/a", True),
    ],
)
def test_the_rules_for_us_are_obeyed(text, path, may):
    assert Rules(text).may_fetch(SITE + path) is may


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("User-agent: *\nCrawl-delay: 2.5", 2.5),
        ("User-agent: *\nCrawl-delay: soon", None),
        ("User-agent: other\nCrawl-delay: 9\nUser-agent: *\nDisallow: /a", None),
        ("", None),
    ],
)
def test_a_crawl_delay_is_ours_or_none(text, seconds):
    assert Rules(text).crawl_delay_seconds == seconds


def test_rules_hold_for_a_day():
    state = robots.answered(STATE, status=200, body=b"User-agent: *", now=NOW)

    assert state.robots_text == "User-agent: *"
    assert robots.is_fresh(state, NOW + timedelta(hours=23, minutes=59))
    assert not robots.is_fresh(state, NOW + timedelta(hours=24))


@pytest.mark.parametrize("status", [301, 404])
def test_an_answer_without_rules_allows_all(status):
    state = robots.answered(STATE, status=status, body=b"ignored", now=NOW)

    assert (state.robots_text, state.robots_status) == ("", status)


def test_no_answer_leaves_nothing_allowed_and_is_asked_again_soon():
    state = robots.unreachable(STATE, status=0, now=NOW)

    assert state.robots_text is None
    assert not robots.is_fresh(state, NOW + timedelta(minutes=5))


def test_a_mark_and_nul_are_dropped_and_the_rest_past_the_limit():
    body = b"\xef\xbb\xbfUser-agent: *\x00\n" + b"#" * 600_000

    text = robots.answered(STATE, status=200, body=body, now=NOW).robots_text

    assert text.startswith("User-agent: *\n")
    assert len(text) < robots.MAX_BYTES


def test_a_file_of_many_agents_and_rules_costs_little():
    agents = "".join(f"User-agent: a{n}\n" for n in range(12_000))
    rules = "".join(f"Disallow: /{n}*x\n" for n in range(20_000))
    start = time.perf_counter()

    assert Rules(agents + rules).may_fetch(SITE + "/7")
    assert time.perf_counter() - start < 3


@given(st.text(), st.text(alphabet="abz/?*%$é"))
def test_any_file_is_read(text, path):
    Rules(text).may_fetch(f"{SITE}/{path}")
