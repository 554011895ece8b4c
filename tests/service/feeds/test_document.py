import gzip

import brotli
import pytest
import zstandard
from hypothesis import given
from hypothesis import strategies as st

from service.feeds.codings import ARCHIVE
from service.feeds.document import Dates, make_document, respond

HEADERS = {
    "Content-Type": "application/rss+xml; charset=utf-8",
    "Cache-Control": "public, max-age=60",
    "Link": '<https://wire.example/feeds/a.rss>; rel="self"',
}


def document(text="<rss/>", *, changed=1_000, previous=None, now=5_000):
    return make_document(
        text, seq=7, changed=changed, headers=HEADERS, previous=previous, now=now
    )


def ask(made, method="GET", **headers):
    environ = {f"HTTP_{name.upper()}": value for name, value in headers.items()}
    return respond({"REQUEST_METHOD": method, **environ}, made)


def test_an_answer_has_everything_a_reader_relies_on():
    answer = ask(document())

    assert (answer.status, answer.body) == ("200 OK", b"<rss/>")
    headers = dict(answer.headers)
    assert headers.pop("ETag").startswith('"7-')
    assert headers == HEADERS | {
        "Content-Length": "6",
        "Last-Modified": "Thu, 01 Jan 1970 00:16:40 GMT",
        "Vary": "Accept-Encoding",
        "X-Content-Type-Options": "nosniff",
    }


def test_each_coding_has_a_tag_of_its_own_and_any_of_them_matches():
    made = document()
    plain, zipped = ask(made), ask(made, accept_encoding="gzip")
    tags = [dict(answer.headers)["ETag"] for answer in (plain, zipped)]

    assert gzip.decompress(zipped.body) == plain.body
    assert dict(zipped.headers)["Content-Encoding"] == "gzip"
    assert tags[0] != tags[1]
    assert {ask(made, if_none_match=tag).status for tag in tags} == {"304 Not Modified"}


def test_a_304_repeats_what_caches_need_and_has_no_body():
    answer = ask(document(), if_none_match="*")

    assert answer.body == b""
    assert set(dict(answer.headers)) == {"ETag", "Vary", "Cache-Control"}


def test_head_has_the_headers_of_get():
    made = document()

    assert ask(made, "HEAD").headers == ask(made).headers
    assert ask(made, "HEAD").body == b""


@pytest.mark.parametrize(
    ("since", "status"),
    [
        ("Thu, 01 Jan 1970 00:16:40 GMT", "304 Not Modified"),
        ("Thu, 01 Jan 1970 00:16:39 GMT", "200 OK"),
        ("Thu, 01 Jan 1970 01:00:00 GMT", "304 Not Modified"),
        ("yesterday", "200 OK"),
    ],
)
def test_if_modified_since_is_answered_by_content(since, status):
    assert ask(document(), if_modified_since=since).status == status


def test_if_none_match_wins_over_if_modified_since():
    since = "Thu, 01 Jan 1970 01:00:00 GMT"
    answer = ask(document(), if_none_match='"other"', if_modified_since=since)

    assert answer.status == "200 OK"


def test_equal_bytes_are_the_same_document():
    before = document()

    assert document(changed=2_000, previous=before) is before


def test_other_bytes_are_always_dated_later():
    before = document(changed=1_000)
    backdated = document("<rss>2</rss>", changed=900, previous=before)

    assert backdated.modified == 1_001


def test_nothing_is_dated_in_the_future():
    answer = ask(document(changed=9_000, now=5_000))

    assert dict(answer.headers)["Last-Modified"] == "Thu, 01 Jan 1970 01:23:20 GMT"


def test_two_changes_in_one_second_leave_nobody_behind():
    first = document("1", changed=5_000, now=5_000)
    second = document("2", changed=5_000, previous=first, now=5_000)
    said = dict(ask(first).headers)["Last-Modified"]

    assert dict(ask(second).headers)["Last-Modified"] == said
    assert ask(second, if_modified_since=said).status == "200 OK"
    settled = second.settled(5_001)
    later = dict(ask(settled).headers)["Last-Modified"]
    assert later > said
    assert ask(settled, if_modified_since=said).status == "200 OK"
    assert ask(settled, if_modified_since=later).status == "304 Not Modified"


@given(st.lists(st.tuples(st.integers(0, 50), st.integers(0, 3)), max_size=20))
def test_a_reader_with_dates_alone_always_sees_the_last_version(changes):
    """Whatever the changes' dates, and however close they follow each other."""
    now, current, held = 100, None, None
    for number, (age, pause) in enumerate(changes):
        current = document(str(number), changed=now - age, previous=current, now=now)
        held = dict(ask(current).headers)["Last-Modified"], current.body
        now += pause
        newer = document(f"{number}'", changed=now - age, previous=current, now=now)

        assert ask(newer, if_modified_since=held[0]).status == "200 OK"
        assert ask(newer.settled(now + 2), if_modified_since=held[0]).body == newer.body
        current = newer


LONG = ("/a", "tag=" + "x" * 4_000)


def test_a_date_is_remembered_when_the_bytes_are_not():
    first = document("1", changed=5_000)
    dates = Dates(most=1)
    dates.keep(LONG, first)

    same = again("1", changed=9, dated=dates.find(LONG))
    assert (same.version, same.modified) == (first.version, first.modified)
    other = again("2", changed=9, dated=dates.find(LONG))
    assert other.modified == first.modified + 1
    dates.keep(("/b",), other)
    assert dates.find(LONG) is None


def test_a_document_counts_its_headers_too():
    plain, told = (
        make_document("", seq=1, changed=1, headers=given, previous=None, now=9)
        for given in (HEADERS, HEADERS | {"X": "y" * 999})
    )
    assert told.size == plain.size + 1000


def again(text, *, changed, dated):
    return make_document(
        text,
        seq=7,
        changed=changed,
        headers=HEADERS,
        previous=None,
        now=6_000,
        dated=dated,
    )


@pytest.mark.parametrize(
    ("coding", "unpack"), [("zstd", zstandard.decompress), ("br", brotli.decompress)]
)
def test_an_archive_is_offered_in_every_coding(coding, unpack):
    made = make_document(
        "<rss/>",
        seq=7,
        changed=1,
        headers=HEADERS,
        previous=None,
        now=9,
        codings=ARCHIVE,
    )
    answer = ask(made, accept_encoding=coding)

    assert unpack(answer.body) == b"<rss/>"
    assert dict(answer.headers)["ETag"] == f'"{made.version}-{coding}"'
    assert ask(made, if_none_match=f'W/"{made.version}-{coding}"').body == b""


def test_other_headers_of_the_same_bytes_keep_their_date():
    before = document()
    after = make_document(
        "<rss/>",
        seq=7,
        changed=2_000,
        headers=HEADERS | {"Cache-Control": "public"},
        previous=before,
        now=5_000,
    )

    assert after.modified == before.modified
    assert dict(ask(after).headers)["Cache-Control"] == "public"
