"""The stream of events by polling: nothing twice, nothing skipped."""

import json
import time
from threading import Thread

import pytest
from jsonschema import Draft202012Validator
from sqlalchemy import delete

from db import subscriptions
from db.engine import transaction
from db.models import EventRow
from db.subscription_events import record_disabled
from service.webhooks.schema import VERSION, schema_text
from tests.factories import NOW
from tests.factories_events import add_source, publish, subscribe
from tests.service.api.conftest import add_token


def test_the_cursor_leads_through_all_events_once(engine, api):
    source = add_source(engine)
    numbers = publish(engine, source, *range(7))

    seen, after = [], "0"
    while True:
        page = api.events(after=after, limit=3)
        seen += [each["seq"] for each in page["events"]]
        after = page["next"]
        if not page["has_more"]:
            break

    assert seen == numbers
    assert api.events(after=after) == {"events": [], "next": after, "has_more": False}
    more = publish(engine, source, 100)
    assert api.seqs(after=after) == more


def test_an_event_is_the_message_that_webhooks_get(engine, api):
    publish(engine, add_source(engine), 1)

    (event,) = api.events()["events"]

    Draft202012Validator(json.loads(schema_text(VERSION))).validate(event)
    assert event["type"] == "article.published"
    assert event["data"]["title"] == "Story 1"


def test_what_becomes_of_subscriptions_takes_a_scope_of_its_own(engine, api):
    who = subscribe(engine)
    with transaction(engine) as session:
        gone = subscriptions.disable(session, [who.id], reason="it answered 410")
        record_disabled(session, gone, now=NOW)
    add_token(
        engine, "wrt_ops", "operator", scopes=("events:read", "subscriptions:read")
    )

    refused = api.get(type="subscription.disabled")
    told = api.get(type="subscription.disabled", token="wrt_ops")

    assert refused.status_code == 403
    assert 'scope="subscriptions:read"' in refused.headers["WWW-Authenticate"]
    (event,) = told.json["events"]
    assert event["data"]["reason"] == "it answered 410"


def test_history_is_no_news(engine, api):
    source = add_source(engine)
    publish(engine, source, 1, is_history=True)
    news = publish(engine, source, 2)

    assert api.seqs() == news


def test_a_filter_narrows_and_the_cursor_passes_what_does_not_match(engine, api):
    publish(engine, add_source(engine), 1, 2)
    other = publish(engine, add_source(engine, "other"), 3, slug="other")
    publish(engine, add_source(engine, "third"), 4, slug="third")

    page = api.events(source="other")

    assert [each["seq"] for each in page["events"]] == other
    assert int(page["next"]) > other[0]


def test_a_private_source_is_for_who_names_it(engine, api):
    found = publish(engine, add_source(engine, visibility="private"), 1)

    assert api.seqs() == []
    assert api.seqs(source="example") == found


def test_less_of_an_article_can_be_asked_for(engine, api):
    publish(engine, add_source(engine), 1)

    (event,) = api.events(content="headline")["events"]

    assert event["data"]["content_html"] is None


@pytest.mark.parametrize(
    ("parameters", "said"),
    [
        ({"after": "x"}, "after: Input should be a valid integer"),
        ({"after": ["1", "2"]}, "after: given 2 times, and it takes one value"),
        ({"limit": 501}, "less than or equal to 500"),
        ({"wait": 31}, "less than or equal to 30"),
        ({"sorce": "x"}, "there is no such parameter; there are after, limit"),
        ({"source": "nowhere"}, "no source 'nowhere'"),
        ({"type": "article.publishd"}, "did you mean 'article.published'?"),
        ({"lang": ""}, "has no value"),
        ({"content": "all"}, "'full', 'summary' or 'headline'"),
    ],
)
def test_what_cannot_be_asked_is_a_problem_that_says_what_can(api, parameters, said):
    answer = api.get(**parameters)

    assert (answer.status_code, answer.content_type) == (
        400,
        "application/problem+json",
    )
    assert said in answer.json["detail"]
    assert (answer.json["status"], answer.json["title"]) == (400, "Bad Request")


@pytest.mark.parametrize("path", ["/api/v1/nothing", "/api/"])
def test_an_address_that_is_not_there_is_a_problem_too(api, path):
    answer = api.get(path)

    assert (answer.status_code, answer.content_type) == (
        404,
        "application/problem+json",
    )


def test_a_cursor_whose_events_are_gone_is_told_so(engine, api):
    numbers = publish(engine, add_source(engine), *range(5))
    with transaction(engine) as session:
        session.execute(delete(EventRow).where(EventRow.seq <= numbers[2]))

    assert api.get(after=numbers[0]).status_code == 410
    assert api.seqs(after=numbers[2]) == numbers[3:]
    assert api.seqs() == numbers[3:]


def test_a_cursor_ahead_of_all_events_is_none_of_ours(api):
    answer = api.get(after=10**6)

    assert answer.status_code == 410
    assert "another database" in answer.json["detail"]


def test_who_waits_is_answered_as_soon_as_there_is_something(engine, api):
    source = add_source(engine)
    api.services.changes.start()
    found = []
    asking = Thread(target=lambda: found.append(api.seqs(wait=20)))
    asking.start()
    time.sleep(0.1)  # it is waiting by now; if not, it finds the event all the same
    began = time.monotonic()
    numbers = publish(engine, source, 1)

    asking.join(timeout=10)
    api.services.changes.stop()

    assert found == [numbers]
    assert time.monotonic() - began < 5


def test_nobody_waits_for_news_when_the_process_ends(api):
    asking = Thread(target=lambda: api.seqs(wait=20))
    asking.start()
    time.sleep(0.1)  # it is waiting by now; if not, it does not begin to
    began = time.monotonic()

    api.services.changes.end()
    asking.join(timeout=10)

    assert api.seqs(wait=20) == []
    assert time.monotonic() - began < 5


def test_one_more_than_a_quarter_of_the_threads_is_not_made_to_wait(engine, api):
    waiting = api.app.extensions["wireroom-api"].waiting
    with waiting.seat(wanted=True) as seated:
        assert seated
        began = time.monotonic()
        assert api.seqs(wait=20) == []

    assert time.monotonic() - began < 5
    with waiting.seat(wanted=True) as again:
        assert again


def test_nothing_is_kept_by_a_cache_on_the_way(api):
    assert api.get().headers["Cache-Control"] == "no-store"


def test_the_schema_is_served_to_everybody(api):
    answer = api.get("/schemas/message-1.json", token=None)

    assert answer.content_type == "application/schema+json"
    assert answer.json["$id"] == "urn:wireroom:schemas:message-1"
    assert api.get("/schemas/message-9.json").status_code == 404
