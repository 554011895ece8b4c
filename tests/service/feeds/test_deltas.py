"""Delta feeds (RFC 3229) over HTTP: what changed since the version a reader has."""

import json
from datetime import timedelta
from xml.etree import ElementTree as ET

import pytest
from sqlalchemy import delete as delete_rows
from sqlalchemy import update

from db.articles import restore, store, withdraw
from db.engine import transaction
from db.models import ArticleRow, EventRow, SourceRow
from db.sources import remove_source
from db.takedown import take_down
from db.terms import ensure_terms, set_terms
from service.app import create_app
from service.feeds.deltas import (
    MAX_PAST,
    asks_for_delta,
    find_base,
    find_number,
    remember,
)
from service.feeds.writing import http_date
from tests.factories import arrival, scraped
from tests.factories_feeds import NOON, add_source, article, move_stream
from tests.service.feeds.conftest import Web
from tests.service.feeds.test_narrowed import ATOM

GONE = "{http://purl.org/atompub/tombstones/1.0}deleted-entry"
LATER = NOON + timedelta(hours=1)


@pytest.fixture
def wire(web):
    """Three articles about floods, in a window of three."""
    for number in range(1, 4):
        web.add(number, tags=("flood",))
    return web


def delta(web, base, path="/feeds/daily.atom", **headers):
    asked = {"A_IM": "feed", "If_None_Match": base.headers["ETag"]} | headers
    return web.get(path, **asked)


def told(answer):
    """Which articles a document carries, and which it says have left."""
    root = ET.fromstring(answer.data)
    return (
        [number_of(one.findtext(f"{ATOM}id")) for one in root.iter(f"{ATOM}entry")],
        [number_of(one.get("ref")) for one in root.iter(GONE)],
    )


def number_of(urn):
    return int(urn[-12:], 16)


def edit(web, position, *, seq, **values):
    """Store another version of an article; its terms are those of `values`."""
    with transaction(web.engine) as session:
        changed = article(position, seq=seq, version=2, changed_at=LATER, **values)
        session.execute(
            update(ArticleRow)
            .where(ArticleRow.position == position)
            .values(seq=seq, version=2, changed_at=LATER, title=changed.title)
        )
        source_id = session.scalar(
            update(SourceRow).values(enabled=True).returning(SourceRow.id)
        )
        terms = ensure_terms(session, source_id, [changed])
        set_terms(session, [changed], terms, replaces=[position])
        move_stream(session, seq)
    web.notice()


def test_a_delta_holds_what_is_new_and_what_was_edited(wire):
    base = wire.get("/feeds/daily.atom")
    wire.add(4)
    edit(wire, 3, seq=5)
    answer = delta(wire, base)

    assert (answer.status_code, answer.status) == (226, "226 IM Used")
    assert told(answer) == ([4, 3], [])


def test_a_delta_carries_the_current_tag_and_cannot_be_mistaken(wire):
    base = wire.get("/feeds/daily.atom")
    wire.add(4)
    answer, whole = delta(wire, base), wire.get("/feeds/daily.atom")

    assert answer.headers["ETag"] == whole.headers["ETag"]
    assert answer.headers["Last-Modified"] == whole.headers["Last-Modified"]
    assert answer.headers["IM"] == "feed"
    assert answer.headers["Cache-Control"] == "no-store"
    assert {"A-IM", "If-None-Match"} <= set(answer.headers["Vary"].split(", "))
    assert "A-IM" in whole.headers["Vary"]
    assert delta(wire, answer).status_code == 304


@pytest.mark.parametrize(
    "headers",
    [{}, {"A_IM": "diffe, gzip"}, {"A_IM": "feed;q=0"}, {"If_None_Match": '"1-0"'}],
)
def test_who_did_not_ask_or_has_no_known_version_gets_the_whole(wire, headers):
    base = wire.get("/feeds/daily.atom")
    wire.add(4)
    given = {"If_None_Match": base.headers["ETag"]} | headers
    if "If_None_Match" in headers:
        given["A_IM"] = "feed"

    for _ in range(2):  # made, then kept
        answer = wire.get("/feeds/daily.atom", **given)
        assert answer.status_code == 200
        assert told(answer)[0] == [4, 3, 2]


def test_a_coded_or_weakened_tag_among_others_is_known_too(wire):
    zipped = wire.get("/feeds/daily.atom", Accept_Encoding="gzip")
    wire.add(4)
    tags = f'"other", W/{zipped.headers["ETag"]}'
    answer = delta(wire, zipped, If_None_Match=tags, Accept_Encoding="zstd")

    assert answer.status_code == 226
    assert answer.headers["Content-Encoding"] == "zstd"
    assert answer.headers["ETag"].endswith('-zstd"')


def test_what_was_withdrawn_is_told_and_what_slid_out_is_not(wire):
    base = wire.get("/feeds/daily.atom")
    wire.add(4)
    with transaction(wire.engine) as session:
        withdraw(session, [3], by="site", now=LATER)
    wire.notice()

    assert told(delta(wire, base)) == ([4], [3])


def test_more_than_the_feed_has_room_for_is_sent_whole(wire, other):
    base = wire.get("/feeds/daily.atom")
    for number in range(4, 8):
        wire.add(number)
    other.notice()
    answers = [delta(wire, base), delta(other, base)]

    assert [one.status_code for one in answers] == [200, 200]
    assert told(answers[0]) == ([7, 6, 5], [])


def test_what_is_restored_is_new_again(wire):
    with transaction(wire.engine) as session:
        withdraw(session, [2], by="site", now=LATER)
    wire.notice()
    base = wire.get("/feeds/daily.atom")
    with transaction(wire.engine) as session:
        restore(session, [2], now=LATER + timedelta(hours=1))
    wire.notice()

    assert told(delta(wire, base)) == ([2], [])


def test_what_comes_up_from_below_the_window_is_told(wire):
    wire.add(4)
    base = wire.get("/feeds/daily.atom")
    with transaction(wire.engine) as session:
        withdraw(session, [4], by="site", now=LATER)
    wire.notice()

    assert told(delta(wire, base)) == ([1], [4])


def test_an_article_that_left_a_filter_is_told_to_its_readers_alone(wire):
    path = "/feeds/all.atom?tag=flood"
    narrowed, whole = wire.get(path), wire.get("/feeds/all.atom")
    revise(wire, 2, tags=("drought",))
    wire.notice()

    assert told(delta(wire, narrowed, path)) == ([], [2])
    assert told(delta(wire, whole, "/feeds/all.atom")) == ([2], [])


def test_who_left_a_filter_from_below_the_window_is_told_too(wire):
    path = "/feeds/all.atom?tag=flood"
    for number in range(4, 8):
        wire.add(number, tags=("flood",))
    base = wire.get(path)
    revise(wire, 2, tags=("drought",))
    wire.add(90, tags=("flood",))

    assert told(delta(wire, base, path)) == ([90], [2])
    with transaction(wire.engine) as session:
        take_down(session, article(1).uid, reason=None, now=LATER)
    wire.notice()
    assert delta(wire, base, path).status_code == 200


def test_what_is_found_no_more_is_told(wire):
    for number in (4, 5):
        wire.add(number, title="A bridge")
    base = wire.get("/feeds/all.atom?q=bridge")
    with transaction(wire.engine) as session:
        withdraw(session, [4], by="site", now=LATER)
    wire.notice()

    assert told(delta(wire, base, "/feeds/all.atom?q=bridge")) == ([], [4])


@pytest.mark.parametrize("ending", ["rss", "json"])
def test_a_format_that_cannot_say_that_one_left_is_sent_whole(wire, ending):
    path = f"/feeds/daily.{ending}"
    base = wire.get(path)
    wire.add(4)
    assert delta(wire, base, path).status_code == 226
    with transaction(wire.engine) as session:
        withdraw(session, [3], by="site", now=LATER)
    wire.notice()

    assert delta(wire, base, path).status_code == 200


def test_a_delta_in_json_is_a_feed(wire):
    base = wire.get("/feeds/daily.json")
    wire.add(4)
    feed = json.loads(delta(wire, base, "/feeds/daily.json").data)

    assert [one["_wireroom"]["position"] for one in feed["items"]] == [4]
    assert feed["feed_url"].endswith("/feeds/daily.json")


def test_another_name_of_a_source_is_sent_whole(wire):
    base = wire.get("/feeds/daily.atom")
    with transaction(wire.engine) as session:
        source = session.query(SourceRow).one()
        source.spec = source.spec | {"name": "The Everyday Example"}
    wire.add(4)

    assert delta(wire, base).status_code == 200


def test_what_cannot_be_named_any_more_is_sent_whole(wire):
    with transaction(wire.engine) as session:
        add_source(session, "weekly")
    wire.add(4, source="weekly")
    base = wire.get("/feeds/all.atom")
    with transaction(wire.engine) as session:
        remove_source(session, "weekly", now=LATER)
    wire.notice()
    answer = delta(wire, base, "/feeds/all.atom")

    assert (answer.status_code, told(answer)[0]) == (200, [3, 2, 1])


def test_a_version_too_old_of_which_no_event_tells_gets_the_whole(wire):
    base = wire.get("/feeds/daily.atom")
    for number in range(4, 5 + MAX_PAST):
        wire.add(number)
        wire.get("/feeds/daily.atom")

    assert delta(wire, base).status_code == 200


@pytest.fixture
def other(wire):
    """Another web process on the same database, that has made no version yet."""
    return Web(create_app(wire.publisher.services, patience=None), wire.engine)


def revise(web, number, **values):
    """Let a pass find an article of the source changed."""
    page = article(number).url
    found = scraped(url=page, title=f"Story {number}", **values)
    with transaction(web.engine) as session:
        source = session.query(SourceRow).filter_by(slug="daily").one()
        store(session, source.id, "daily", [arrival(found)], now=LATER)


def test_another_process_tells_what_came_changed_and_left(wire, other):
    base = wire.get("/feeds/daily.atom")
    revise(wire, 2, tags=("flood",))
    with transaction(wire.engine) as session:
        withdraw(session, [3], by="site", now=LATER)
    wire.add(9)

    assert delta(other, base).status_code == 226
    assert told(delta(other, base)) == ([9, 2, 1], [3])  # 1 may have come up


def test_another_process_tells_nothing_of_an_edit_of_the_past(wire, other):
    with transaction(wire.engine) as session:
        second = update(ArticleRow).where(ArticleRow.position == 2)
        session.execute(second.values(is_past=True))
    base = wire.get("/feeds/daily.atom")
    revise(wire, 2, tags=("flood",))
    wire.add(9)

    assert told(delta(other, base)) == ([9], [])


def test_another_process_tells_what_left_a_filter_to_its_readers_alone(wire, other):
    path = "/feeds/all.atom?tag=flood"
    narrowed, whole = wire.get(path), wire.get("/feeds/all.atom")
    revise(wire, 2, tags=("drought",))

    assert told(delta(other, narrowed, path))[1] == [2]
    assert told(delta(other, whole, "/feeds/all.atom"))[1] == []
    assert delta(other, narrowed, "/feeds/all.rss?tag=flood").status_code == 200


@pytest.mark.parametrize(
    "spoil",
    [
        lambda session: remove_source(session, "weekly", now=LATER),
        lambda session: session.execute(delete_rows(EventRow)),
    ],
)
def test_a_version_of_which_nothing_is_known_any_more_gets_the_whole(
    wire, other, spoil
):
    with transaction(wire.engine) as session:
        add_source(session, "weekly")
    base = wire.get("/feeds/daily.atom")
    revise(wire, 2, tags=("drought",))
    with transaction(wire.engine) as session:
        spoil(session)

    assert delta(other, base).status_code == 200


def test_every_process_dates_a_feed_that_an_article_left_alike(wire, other):
    path = "/feeds/all.atom?tag=flood"
    wire.get(path)
    revise(wire, 2, tags=("drought",))
    wire.add(9, tags=("drought",), changed_at=LATER + timedelta(hours=1))
    wire.notice()
    dates = {web.get(path).headers["Last-Modified"] for web in (wire, other)}

    assert dates == {http_date(int(LATER.timestamp()))}


def test_a_number_that_was_never_taken_is_no_version(wire, other):
    made_up = {"If_None_Match": '"99-0123456789abcdef"', "A_IM": "feed"}

    assert other.get("/feeds/daily.atom", **made_up).status_code == 200


def test_many_who_have_one_version_are_sent_one_making(wire):
    base = wire.get("/feeds/daily.atom")
    wire.add(4)
    drawn = []
    form = wire.publisher.formats["atom"]
    around = form.frame
    object.__setattr__(form, "frame", lambda *a: drawn.append(a) or around(*a))
    for _ in range(3):
        delta(wire, base)

    assert len(drawn) == 2  # the feed and the delta


def test_a_head_request_has_the_delta_s_headers(wire):
    base = wire.get("/feeds/daily.atom")
    wire.add(4)
    asked = {"A_IM": "feed", "If_None_Match": base.headers["ETag"]}
    head = wire.get("/feeds/daily.atom", "HEAD", **asked)

    assert (head.status_code, head.data) == (226, b"")
    assert head.headers == delta(wire, base).headers


def test_a_page_has_no_delta(wire):
    base = wire.get("/feeds/daily.atom?before=3")
    wire.add(4)
    edit(wire, 1, seq=9)

    assert delta(wire, base, "/feeds/daily.atom?before=3").status_code == 200


@pytest.mark.parametrize(
    ("header", "asks"),
    [
        ("feed", True),
        ("diffe, FEED ;q=0.5", True),
        ("feed;q=0", False),
        ("feed; q=0.000", False),
        ("feed,,;", True),
        ("feeds", False),
        ("", False),
    ],
)
def test_a_delta_is_asked_for_by_name(header, asks):
    assert asks_for_delta(header) is asks


def test_the_newest_version_that_is_named_is_the_base(wire):
    found = wire.publisher.renderer.make(
        "daily", wire.publisher.formats["atom"], None
    ).outline
    older, newer = f"1-{'a' * 16}", f"2-{'b' * 16}"
    past = remember(newer, found, remember(older, found, ()))
    header = f'"{older}", W/"{newer}-gzip--br"'

    assert find_base(header, past).version == newer
    assert find_base("*", past) is None
    assert (find_number(header), find_number("*")) == (2, None)


def test_a_version_that_never_was_gets_the_whole(wire):
    base = wire.get("/feeds/daily.atom")
    number, _, _ = base.headers["ETag"].strip('"').partition("-")
    forged = f'"{number}-0123456789abcdef"'
    answer = wire.get("/feeds/daily.atom", A_IM="feed", If_None_Match=forged)

    assert (answer.status_code, answer.data) == (200, base.data)


def test_what_was_taken_down_leaves_and_is_told(wire, other):
    base = wire.get("/feeds/daily.atom")
    with transaction(wire.engine) as session:
        take_down(session, article(2).uid, reason=None, now=LATER)
    wire.notice()

    assert told(delta(wire, base)) == ([], [2])
    assert delta(other, base).status_code == 200  # what it was nobody knows any more
    assert b"Story 2" not in other.get("/feeds/daily.atom").data
