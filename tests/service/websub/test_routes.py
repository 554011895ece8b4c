"""The hub's door, on both databases: what it takes, refuses, and advertises."""

import pytest
from sqlalchemy import insert, select

from db.engine import reading, transaction
from db.filters import Filter
from db.models import HubRequestRow
from db.saved import SavedFeed, add_saved, hash_of
from service.jobs.hub import finder
from service.websub.asking import TopicName
from service.websub.routes import MAX_OF_HOST
from tests.factories_feeds import NOON
from tests.service.feeds.conftest import BASE, make_web

GOOD = {
    "hub.mode": "subscribe",
    "hub.topic": f"{BASE}/feeds/all.atom",
    "hub.callback": "https://reader.example/cb",
}


@pytest.fixture
def web(engine, tmp_path):
    return make_web(engine, tmp_path)


def ask(web, **changes):
    named = {f"hub.{name}": value for name, value in changes.items()}
    return web.app.test_client().post("/hub", data=GOOD | named)


def pending(web):
    with reading(web.engine) as session:
        return [row.mode for row in session.scalars(select(HubRequestRow))]


def test_a_request_is_accepted_at_once_and_kept_for_asking(web):
    assert ask(web, secret="hush").status_code == 202
    with reading(web.engine) as session:
        row = session.scalars(select(HubRequestRow)).one()

    assert (row.mode, row.topic, row.host) == (
        "subscribe",
        "all.atom",
        "reader.example:443",
    )
    assert row.lease_seconds == 864_000
    assert "hush" not in row.secret


def test_a_newer_request_takes_the_place_of_the_one_before(web):
    ask(web)
    ask(web, mode="unsubscribe")

    assert pending(web) == ["unsubscribe"]


def test_what_is_wrong_is_said_and_nothing_is_kept(web):
    answer = ask(web, mode="dance")

    assert answer.status_code == 400
    assert "subscribe or unsubscribe" in answer.text
    assert pending(web) == []


def test_a_feed_that_is_not_there_is_refused_but_can_be_left(web):
    topic = f"{BASE}/feeds/nowhere.atom"

    assert ask(web, topic=topic).status_code == 404
    assert ask(web, topic=topic, mode="unsubscribe").status_code == 202


def test_a_client_that_asks_too_often_is_told_when_to_come_back(web):
    for _ in range(200):
        ask(web, mode="x")
    answer = ask(web)

    assert answer.status_code == 429
    assert int(answer.headers["Retry-After"]) >= 1


def test_a_host_that_has_enough_may_renew_and_is_told_when_to_ask_for_more(
    web,
):
    ask(web)
    with transaction(web.engine) as session:
        add_requests(session, host="reader.example:443", count=MAX_OF_HOST)

    again = ask(web, secret="new")
    more = ask(web, callback="https://reader.example/another")

    assert (again.status_code, more.status_code) == (202, 429)
    assert int(more.headers["Retry-After"]) >= 1
    assert ask(web, callback="https://other.example/cb").status_code == 202


def add_requests(session, *, host, count):
    rows = [
        {
            "nonce": str(n),
            "mode": "subscribe",
            "topic": "all.atom",
            "topic_url": GOOD["hub.topic"],
            "callback": f"https://{host}/{n}",
            "host": host,
            "lease_seconds": 60,
            "created_at": NOON,
        }
        for n in range(count)
    ]
    session.execute(insert(HubRequestRow), rows)


def test_a_form_is_bounded(web):
    assert ask(web, secret="x" * 100_000).status_code == 413


def test_other_methods_are_told_the_right_one(web):
    answer = web.get("/hub")

    assert answer.status_code == 405
    assert answer.headers["Allow"] == "POST, OPTIONS"
    assert "hub.callback" in answer.text
    assert web.app.test_client().put("/hub").status_code == 405
    options = web.app.test_client().options("/hub")
    assert (options.status_code, options.headers["Allow"]) == (200, "POST, OPTIONS")


def test_feeds_of_their_own_name_the_hub_and_narrowed_ones_do_not(web):
    web.add(1)
    whole = web.get("/feeds/all.atom")
    narrowed = web.get("/feeds/all.atom?limit=1")

    assert f'<{BASE}/hub>; rel="hub"' in whole.headers["Link"]
    assert f'<link rel="hub" href="{BASE}/hub"/>' in whole.text
    assert "hub" not in narrowed.headers["Link"]
    assert 'rel="hub"' not in narrowed.text


def test_a_service_without_a_hub_names_none(engine, tmp_path):
    web = make_web(engine, tmp_path, hub=False)

    assert "hub" not in web.get("/feeds/all.atom").headers["Link"]
    assert web.app.test_client().post("/hub", data=GOOD).status_code == 404


@pytest.fixture
def private(web):
    """A private feed; give its address with its token."""
    feed = SavedFeed(
        slug="desk",
        title="Desk",
        filter=Filter(),
        content="summary",
        token_hash=hash_of("s3cret"),
        added_at=NOON,
    )
    with transaction(web.engine) as session:
        add_saved(session, feed, now=NOON)
    return f"{BASE}/feeds/desk.atom?token=s3cret"


def test_a_private_feed_is_pushed_to_who_has_its_token_alone(web, private):
    assert ask(web, topic=private.partition("?")[0]).status_code == 404
    assert ask(web, topic=private.replace("s3cret", "guess")).status_code == 404
    assert ask(web, topic=private).status_code == 202
    with reading(web.engine) as session:
        row = session.scalars(select(HubRequestRow)).one()

    assert "s3cret" not in row.topic + row.topic_url + row.token
    name = web.publisher.services.cipher.decrypt(row.token)
    assert name == "s3cret"


def test_a_private_feed_names_the_hub_too(web, private):
    assert f'<{BASE}/hub>; rel="hub"' in web.get(private).headers["Link"]


def test_what_finds_documents_opens_private_ones(web, private):
    find = finder(web.publisher)
    name = TopicName(slug="desk", ending="atom", token="s3cret").text
    encrypt = web.publisher.services.cipher.encrypt

    assert find(name, encrypt("s3cret")).body.startswith(b"<?xml")
    assert find(name, encrypt("guess")) is None
    assert find("desk.atom", None) is None
    assert find("all.pdf", None) is None
