"""What a visit to a host does, against a web of our own."""

from __future__ import annotations

import contextlib
import hashlib
from datetime import timedelta

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scrapers.errors import (
    Backoff,
    FetchError,
    Forbidden,
    HttpStatus,
    RedirectLoop,
    TooBig,
    Unreachable,
    Unreadable,
)
from scrapers.fetch.client import FetchLimits
from scrapers.fetch.guard import ForbiddenAddress
from scrapers.items import (
    Elsewhere,
    Gone,
    HostState,
    NotModified,
    Page,
    Validators,
)
from tests.fakes import NOW, USER_AGENT, Answer, Chunks, FakeWeb, gzipped, redirect

HOME = "https://example.org/"
ROBOTS = "https://example.org/robots.txt"
DATE = "Sun, 01 Mar 2026 10:00:00 GMT"


def test_a_page_comes_with_its_headers_and_validators():
    web = FakeWeb({HOME: Answer(body="Hello", etag='"1"', last_modified=DATE)})

    page = web.fetcher().get(HOME)

    assert isinstance(page, Page)
    assert (page.url, page.requested_url, page.body) == (HOME, HOME, b"Hello")
    assert page.content_type == "text/html; charset=utf-8"
    assert page.header("ETag") == '"1"'
    assert page.fetched_at == NOW
    digest = hashlib.sha256(b"Hello").hexdigest()
    expected = Validators(etag='"1"', last_modified=DATE, digest=digest)
    assert page.validators == expected


def test_the_request_says_who_asks_and_where_to_object():
    web = FakeWeb({HOME: "Hello"})

    web.fetcher().get(HOME, accept="text/html")

    asked = web.requests[-1].headers
    assert asked["user-agent"] == USER_AGENT
    assert asked["accept"] == "text/html"
    assert asked["accept-encoding"] == "gzip, deflate"
    assert "cookie" not in asked


# Conditional requests


def test_a_known_document_is_not_modified():
    web = FakeWeb({HOME: Answer(body="Hello", etag='"1"')})
    known = Validators(etag='"1"', digest="d")

    assert web.fetcher().get(HOME, known) == NotModified(url=HOME, validators=known)


def test_a_304_renews_the_validators_it_names():
    web = FakeWeb({HOME: Answer(status=304, etag='"2"')})
    known = Validators(etag='"1"', last_modified=DATE, digest="d")

    answer = web.fetcher().get(HOME, known)

    expected = Validators(etag='"2"', last_modified=DATE, digest="d")
    assert answer == NotModified(url=HOME, validators=expected)


def test_the_same_bytes_are_not_modified_without_validators():
    web = FakeWeb({HOME: "Hello"})
    known = Validators(digest=hashlib.sha256(b"Hello").hexdigest())

    assert web.fetcher().get(HOME, known) == NotModified(url=HOME, validators=known)


def test_a_weakened_tag_is_sent_without_its_mark():
    web = FakeWeb({HOME: Answer(body="Hello", etag='W/"1"', last_modified=DATE)})
    fetcher = web.fetcher()
    page = fetcher.get(HOME)

    fetcher.get(HOME, page.validators)

    asked = web.requests[-1].headers
    assert asked["if-none-match"] == '"1"'
    assert asked["if-modified-since"] == DATE


def test_a_304_to_an_unconditional_request_is_an_error():
    web = FakeWeb({HOME: 304})

    with pytest.raises(HttpStatus, match="answered 304"):
        web.fetcher().get(HOME, Validators(digest="d"))


@pytest.mark.parametrize("etag", ['"' + "x" * 600 + '"', '"é"', '"\t"'])
def test_validators_nobody_can_send_back_are_forgotten(etag):
    headers = [(b"etag", etag.encode("latin-1"))]
    body = Chunks(b"Hello")
    web = FakeWeb({HOME: lambda _: httpx.Response(200, headers=headers, stream=body)})

    assert web.fetcher().get(HOME).validators.etag is None


# What is not there


@pytest.mark.parametrize("status", [404, 410])
def test_what_is_gone_is_a_value(status):
    web = FakeWeb({HOME: status})

    assert web.fetcher().get(HOME) == Gone(url=HOME, status=status)


@pytest.mark.parametrize("status", [202, 204, 206, 300, 401, 403, 418, 500, 502])
def test_other_answers_are_errors_with_their_status(status):
    web = FakeWeb({HOME: status})

    with pytest.raises(HttpStatus) as error:
        web.fetcher().get(HOME)

    assert (error.value.status, error.value.reason) == (status, f"answered {status}")


# Redirects


def test_redirects_within_the_host_are_followed():
    web = FakeWeb(
        {
            "https://example.org/?p=7": redirect("/2026/flood/", 302),
            "https://example.org/2026/flood/": "Flood",
        }
    )

    page = web.fetcher().get("https://example.org/?p=7")

    assert page.url == "https://example.org/2026/flood/"
    assert page.requested_url == "https://example.org/?p=7"


@pytest.mark.parametrize(
    ("to", "found"),
    [
        ("http://example.org/", "http://example.org/"),
        ("https://www.example.org/", "https://www.example.org/"),
        ("//example.org:8443/x", "https://example.org:8443/x"),
        ("https://example.org@127.0.0.1/", None),
        ("http://2130706433/", "http://127.0.0.1/"),
        ("http://[::ffff:127.0.0.1]/", "http://[::ffff:7f00:1]/"),
    ],
)
def test_a_redirect_that_leaves_the_host_is_left_to_others(to, found):
    web = FakeWeb({HOME: redirect(to)})
    fetcher = web.fetcher()

    if found is None:
        with pytest.raises(HttpStatus, match="carries a user name"):
            fetcher.get(HOME)
    else:
        assert fetcher.get(HOME) == Elsewhere(requested_url=HOME, url=found)
    assert web.asked == [HOME]


def test_an_address_on_another_host_is_not_asked():
    web = FakeWeb()
    other = "https://other.example/x"

    assert web.fetcher().get(other) == Elsewhere(requested_url=other, url=other)
    assert web.requests == []


def test_a_circle_of_redirects_ends_at_once():
    web = FakeWeb({HOME: redirect("/a"), HOME + "a": redirect("/#again")})

    with pytest.raises(RedirectLoop, match="circle"):
        web.fetcher().get(HOME)

    assert len(web.asked) == 2


def test_an_endless_road_of_redirects_ends():
    web = FakeWeb({f"{HOME}{n}": redirect(f"/{n + 1}") for n in range(50)})

    with pytest.raises(RedirectLoop, match="too many"):
        web.fetcher(limits=FetchLimits(max_redirects=3)).get(HOME + "0")

    assert len(web.asked) == 4


def test_every_hop_obeys_robots():
    web = FakeWeb(
        {
            ROBOTS: "User-agent: *\nDisallow: /private",
            HOME: redirect("/private/x"),
            HOME + "private/x": "secret",
        }
    )

    with pytest.raises(Forbidden, match=r"robots\.txt forbids it"):
        web.fetcher().get(HOME)

    assert web.asked == [HOME]


@pytest.mark.parametrize(
    "location",
    ["file:///etc/passwd", "http://", "ftp://x/", "javascript:alert(1)", "http://[::1"],
)
def test_a_redirect_to_a_bad_address_names_it(location):
    web = FakeWeb({HOME: redirect(location)})

    with pytest.raises(HttpStatus, match="redirects to a bad address"):
        web.fetcher().get(HOME)


def test_a_redirect_to_nowhere_is_an_error():
    web = FakeWeb({HOME: 301})

    with pytest.raises(HttpStatus, match="answered 301 without a Location"):
        web.fetcher().get(HOME)


@pytest.mark.parametrize("url", ["ftp://example.org/", "example.org", "", "http://"])
def test_an_address_that_is_none_is_refused(url):
    with pytest.raises(Forbidden):
        FakeWeb().fetcher().get(url)


# Pace


def test_a_pause_passes_between_requests():
    web = FakeWeb({HOME: "a", HOME + "b": "b"})
    fetcher = web.fetcher(pause=timedelta(seconds=2))

    fetcher.get(HOME)
    fetcher.get(HOME + "b")

    assert web.clock.naps == [2, 2]  # robots.txt was the first request


def test_the_pause_reaches_across_visits():
    web = FakeWeb({HOME: "a"})
    web.fetcher().get(HOME)
    first = web.fetcher(pause=timedelta(seconds=5))
    first.get(HOME)
    web.clock.advance(seconds=3)
    web.clock.naps.clear()

    web.fetcher(first.state, pause=timedelta(seconds=5)).get(HOME)

    assert web.clock.naps == [2]


def test_a_crawl_delay_lengthens_the_pause():
    web = FakeWeb({ROBOTS: "User-agent: *\nCrawl-delay: 7", HOME: "a"})
    fetcher = web.fetcher(pause=timedelta(seconds=2))

    fetcher.get(HOME)

    assert web.clock.naps == [7]
    assert fetcher.state.crawl_delay_seconds == 7


@pytest.mark.parametrize(
    ("status", "said", "seconds"),
    [
        (429, "120", 120),
        (503, "Sun, 01 Mar 2026 13:00:00 GMT", 3600),
        (503, "soon", 120),
        (429, "0", 1),
        (429, "9" * 40, 86400),
        (500, "60", 60),
    ],
)
def test_a_busy_host_is_left_alone(status, said, seconds):
    web = FakeWeb({HOME: Answer(status=status, headers={"retry-after": said})})
    fetcher = web.fetcher()

    with pytest.raises(Backoff) as error:
        fetcher.get(HOME)

    assert error.value.retry_at == NOW + timedelta(seconds=seconds)
    assert fetcher.state.not_before == error.value.retry_at


def test_nobody_asks_before_the_pause_is_over():
    web = FakeWeb({HOME: "a"})
    state = HostState(name="example.org:443", not_before=NOW + timedelta(minutes=1))

    with pytest.raises(Backoff) as error:
        web.fetcher(state).get(HOME)

    assert error.value.retry_at == state.not_before
    assert web.requests == []


def test_a_clock_that_jumped_back_stops_nobody_for_long():
    web = FakeWeb({HOME: "a"})
    future = NOW + timedelta(days=400)
    state = HostState(
        name="example.org:443",
        not_before=future,
        last_request_at=future,
        robots_text="User-agent: *\nDisallow: /",
        robots_expires_at=future,
    )

    assert isinstance(web.fetcher(state, pause=timedelta(seconds=3)).get(HOME), Page)
    assert web.clock.naps == [3, 3]


# robots.txt


def test_robots_is_asked_for_once_a_day():
    web = FakeWeb({ROBOTS: "", HOME: "a"})
    first = web.fetcher()
    first.get(HOME)
    first.get(HOME)
    web.clock.advance(hours=23)
    second = web.fetcher(first.state)
    second.get(HOME)
    assert [str(r.url) for r in web.requests].count(ROBOTS) == 1

    web.clock.advance(hours=2)
    web.fetcher(second.state).get(HOME)

    assert [str(r.url) for r in web.requests].count(ROBOTS) == 2


@pytest.mark.parametrize("status", [400, 401, 403, 404, 410])
def test_without_a_robots_file_all_is_allowed(status):
    web = FakeWeb({ROBOTS: status, HOME: "a"})

    assert isinstance(web.fetcher().get(HOME), Page)


@pytest.mark.parametrize("failure", [500, 502, httpx.ConnectError("refused")])
def test_an_unreachable_robots_file_forbids_all_for_a_while(failure):
    web = FakeWeb({ROBOTS: [failure, "User-agent: *\nAllow: /"], HOME: "a"})
    fetcher = web.fetcher()
    for _ in range(2):
        with pytest.raises(Unreachable, match=r"robots\.txt"):
            fetcher.get(HOME)
    assert len(web.requests) == 1

    web.clock.advance(minutes=6)

    assert isinstance(fetcher.get(HOME), Page)


def test_an_earlier_copy_is_obeyed_while_robots_is_unreachable():
    web = FakeWeb({ROBOTS: 500, HOME: "a"})
    state = HostState(
        name="example.org:443",
        robots_text="User-agent: *\nDisallow: /private",
        robots_expires_at=NOW,
    )
    fetcher = web.fetcher(state)

    assert isinstance(fetcher.get(HOME), Page)
    with pytest.raises(Forbidden):
        fetcher.get(HOME + "private")


def test_a_busy_robots_file_is_a_pause_of_the_host():
    web = FakeWeb({ROBOTS: 503, HOME: "a"})

    with pytest.raises(Backoff):
        web.fetcher().get(HOME)


def test_a_host_the_guard_forbids_is_forbidden_for_good():
    web = FakeWeb({ROBOTS: ForbiddenAddress("10.0.0.1 is not public"), HOME: "a"})
    fetcher = web.fetcher()

    with pytest.raises(Forbidden, match="is not public"):
        fetcher.get(HOME)

    assert fetcher.state.robots_expires_at is None


def test_robots_behind_a_forbidden_address_is_merely_unreachable():
    web = FakeWeb(
        {
            ROBOTS: redirect("http://internal.example/robots.txt"),
            "http://internal.example/robots.txt": ForbiddenAddress("not public"),
        }
    )

    with pytest.raises(Unreachable, match=r"robots\.txt: not public"):
        web.fetcher().get(HOME)


def test_robots_redirects_are_followed_to_other_hosts():
    web = FakeWeb(
        {
            ROBOTS: redirect("https://cdn.example/robots.txt"),
            "https://cdn.example/robots.txt": "User-agent: *\nDisallow: /",
            HOME: "a",
        }
    )

    with pytest.raises(Forbidden, match=r"robots\.txt"):
        web.fetcher().get(HOME)


def test_a_robots_file_behind_too_many_redirects_is_none():
    web = FakeWeb({ROBOTS: redirect("/robots.txt"), HOME: "a"})

    assert isinstance(web.fetcher().get(HOME), Page)
    assert len(web.requests) == 7


def test_robots_is_asked_of_the_scheme_and_port_of_the_page():
    web = FakeWeb({"http://127.0.0.1:8081/a": "a"})

    web.fetcher("http://127.0.0.1:8081/").get("http://127.0.0.1:8081/a")

    assert str(web.requests[0].url) == "http://127.0.0.1:8081/robots.txt"


# Bodies


def test_a_compressed_page_is_unpacked():
    web = FakeWeb({HOME: gzipped(b"Hello")})

    assert web.fetcher().get(HOME).body == b"Hello"


def test_a_bomb_is_not_unpacked():
    web = FakeWeb({HOME: gzipped(bytes(50 * 2**20))})

    with pytest.raises(TooBig, match="unpacks to more than 100 times"):
        web.fetcher().get(HOME)


def test_a_page_over_the_limit_is_refused():
    web = FakeWeb({HOME: "a" * 2000})

    with pytest.raises(TooBig, match="more than 1500 bytes"):
        web.fetcher(limits=FetchLimits(max_bytes=1500)).get(HOME)


def test_an_announced_size_over_the_limit_is_refused_unread():
    web = FakeWeb({HOME: Answer(body="a", headers={"content-length": "9" * 30})})

    with pytest.raises(TooBig):
        web.fetcher().get(HOME)


def test_an_announced_size_that_is_no_number_says_nothing():
    headers = [(b"content-length", "²".encode("latin-1"))]
    body = Chunks(b"Hello")
    web = FakeWeb({HOME: lambda _: httpx.Response(200, headers=headers, stream=body)})

    assert web.fetcher().get(HOME).body == b"Hello"


def test_a_picture_is_no_document():
    web = FakeWeb({HOME: Answer(body=b"...", content_type="Image/PNG")})

    with pytest.raises(Unreadable, match="binary content: image/png"):
        web.fetcher().get(HOME)


def test_too_many_headers_are_refused():
    web = FakeWeb({HOME: Answer(body="a", headers={"x-fill": "a" * 70_000})})

    with pytest.raises(TooBig, match="headers"):
        web.fetcher().get(HOME)


# Whatever a server says


@given(
    st.integers(100, 599),
    st.text(st.characters(codec="latin-1", exclude_characters="\r\n\0")),
    st.sampled_from(
        [
            "location",
            "content-encoding",
            "content-length",
            "etag",
            "content-type",
            "retry-after",
            "last-modified",
        ]
    ),
    st.binary(),
)
def test_any_answer_is_a_value_or_a_named_error(status, value, name, body):
    headers = [(name.encode(), value.encode("latin-1"))]

    def answer(_):
        return httpx.Response(status, headers=headers, stream=Chunks(body))

    web = FakeWeb({ROBOTS: "", HOME: answer})
    fetcher = web.fetcher()

    with contextlib.suppress(FetchError):
        fetcher.get(HOME, Validators(etag='"1"'))

    assert fetcher.state.last_request_at is not None


@given(st.text())
def test_any_address_is_a_value_or_a_named_error(text):
    for url in (text, f"https://example.org/{text}", f"https://{text}/"):
        with contextlib.suppress(FetchError):
            FakeWeb().fetcher().get(url)
