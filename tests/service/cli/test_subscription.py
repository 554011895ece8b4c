import json
import os
import re
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner

from config.settings import Settings
from db import breakers, hub, subscriptions
from db.engine import build_engine, reading, transaction
from db.hub_requests import HubRequest
from db.source_events import record_source_event
from db.sources import get_source
from service.cli.main import main
from service.delivery.keys import new_private_key, new_secret, public_key
from service.secrets import build_cipher
from tests.factories import NOW
from tests.factories_events import (
    add_source,
    deliveries,
    delivering,
    fan_out,
    publish,
    queue,
    subscribe,
)
from tests.fakes_subscriber import FakeSubscriber
from tests.waiting import until

HOOK = "https://subscriber.example/hook"


@pytest.fixture
def database(tmp_path, monkeypatch):
    url = f"sqlite:///{tmp_path}/wireroom.db"
    monkeypatch.setenv("WIREROOM_DATABASE_URL", url)
    CliRunner().invoke(main, ["db", "upgrade"])
    engine = build_engine(url)
    yield engine
    engine.dispose()


@pytest.fixture
def wireroom(database):
    """Call the command; a failure shows what it printed."""

    def call(*words, code=0):
        result = CliRunner().invoke(main, [str(word) for word in words])
        assert result.exit_code == code, result.output
        return result.output

    return call


def told(wireroom, *words):
    return json.loads(wireroom(*words, "--json"))


def test_a_subscription_is_added_listed_and_shown_without_its_secret(wireroom):
    made = told(wireroom, "subscription", "add", HOOK, "--description", "mine")

    assert made["secret"].startswith("whsec_")
    assert [each["url"] for each in told(wireroom, "subscription", "list")] == [HOOK]
    shown = wireroom("subscription", "show", made["id"])
    assert "mine" in shown
    assert made["secret"] not in shown
    assert "everything" in wireroom("subscription", "list")


def test_the_secret_is_stored_encrypted(wireroom, database):
    made = told(wireroom, "subscription", "add", HOOK)

    with reading(database) as session:
        (stored,) = subscriptions.get_subscription(session, made["uid"]).secrets
    assert made["secret"] not in stored.token
    folder = Path(database.url.database).parent
    assert list(folder.glob("*.key")), "the key that was made"


def test_another_key_than_the_databases_is_refused_until_a_secret_is_of_it(
    wireroom, monkeypatch
):
    wireroom("subscription", "add", HOOK)
    monkeypatch.setenv("WIREROOM_SECRET_KEY", "another key than the one before")

    said = wireroom("subscription", "add", HOOK, code=2)
    assert "WIREROOM_SECRET_KEY is not the key" in said
    assert "subscription rotate" in said
    wireroom("subscription", "edit", 1, "--header", "X-Key: abc", code=2)
    assert len(told(wireroom, "subscription", "list")) == 1

    wireroom("subscription", "rotate", 1)
    wireroom("subscription", "add", HOOK)


def test_v1_signs_unless_something_else_is_asked_for(wireroom):
    made = told(wireroom, "subscription", "add", HOOK)

    assert made["signatures"] == ["v1"]
    assert made["public_key"] is None


def test_v1a_alone_has_a_public_key_and_no_secret(wireroom):
    said = wireroom("subscription", "add", HOOK, "--signature", "v1a")

    shown = told(wireroom, "subscription", "show", 1)
    assert shown["signatures"] == ["v1a"]
    assert shown["public_key"].startswith("whpk_")
    assert shown["public_key"] in said
    assert "whsec_" not in said
    assert "whsk_" not in said
    assert shown["public_key"] in wireroom("subscription", "show", 1)


def test_hub_brings_v1_with_it(wireroom):
    made = told(wireroom, "subscription", "add", HOOK, "--signature", "hub")

    assert made["signatures"] == ["v1", "hub"]
    assert made["secret"].startswith("whsec_")


def test_both_keys_can_be_brought_along(wireroom):
    secret, private = new_secret(), new_private_key()

    made = told(
        wireroom, "subscription", "add", HOOK, "--signature", "v1a", "--signature",
        "v1", "--secret", private, "--secret", secret,
    )  # fmt: skip

    assert made["signatures"] == ["v1", "v1a"]
    assert (made["secret"], made["public_key"]) == (secret, public_key(private))


def test_rotating_gives_a_new_key_of_each_kind(wireroom):
    before = told(wireroom, "subscription", "add", HOOK, "--signature", "v1a")

    after = told(wireroom, "subscription", "rotate", 1)

    assert after["secret"] is None
    assert after["public_key"].startswith("whpk_")
    assert after["public_key"] != before["public_key"]
    assert (
        told(wireroom, "subscription", "show", 1)["public_key"] == after["public_key"]
    )


def test_an_empty_list_says_how_to_begin(wireroom):
    assert "subscription add URL" in wireroom("subscription", "list")


def test_options_make_the_filter(wireroom, database):
    add_source(database, "sample")

    made = told(
        wireroom, "subscription", "add", HOOK, "--source", "sample", "--lang", "en",
        "--lang", "fa", "--category", "News/Iran News", "--event", "article.published",
    )  # fmt: skip

    assert made["filter"] == {
        "sources": ["sample"],
        "categories": ["news/iran-news"],
        "languages": ["en", "fa"],
    }
    assert made["event_types"] == ["article.published"]
    line = wireroom("subscription", "list")
    assert "languages: en, fa" in line


def test_a_feed_is_a_filter(wireroom, database):
    add_source(database, "sample")

    made = told(wireroom, "subscription", "add", HOOK, "--feed", "sample/news")

    assert made["filter"] == {"sources": ["sample"], "categories": ["news"]}
    assert told(wireroom, "subscription", "add", HOOK, "--feed", "all")["filter"] == {}


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["not a url"], "no address to deliver to"),
        (["ftp://example.org/"], "no address to deliver to"),
        ([HOOK + "?q=%zz"], "write a plain one as %25"),
        ([HOOK, "--event", "article.publishd"], "did you mean 'article.published'?"),
        ([HOOK, "--format", "standrad"], "did you mean 'standard'?"),
        ([HOOK, "--content", "all"], "there are: headline, summary, full"),
        ([HOOK, "--secret", "hunter2"], "24 to 64 bytes"),
        ([HOOK, "--signature", "v1b"], "did you mean 'v1"),
        ([HOOK, "--secret", "whsk_" + "A" * 43 + "="], "ask for that signature"),
        ([HOOK, "--signature", "v1a", "--secret", new_secret()], "ask for v1, too"),
        ([HOOK, "--signature", "v1a", "--secret", "whsk_c2hvcnQ="], "32 bytes"),
        ([HOOK, "--secret", new_secret(), "--secret", new_secret()], "one key of"),
        ([HOOK, "--lang", ""], "has no value"),
        ([HOOK, "--q", "-flood"], "only what may not be there"),
        ([HOOK, "--feed", "all", "--lang", "en"], "leave out the others"),
    ],
)
def test_what_cannot_be_is_refused_with_what_could(wireroom, words, said):
    assert said in wireroom("subscription", "add", *words, code=2)
    assert told(wireroom, "subscription", "list") == []


def test_a_source_that_is_not_there_is_named(wireroom):
    said = wireroom("subscription", "add", HOOK, "--source", "nowhere", code=1)

    assert "no source 'nowhere'" in said


def test_an_unknown_feed_is_answered_with_those_there_are(wireroom, database):
    add_source(database, "sample")

    said = wireroom("subscription", "add", HOOK, "--feed", "nope", code=1)

    assert "no feed 'nope'; there are: all, sample, and SOURCE/CATEGORY" in said


def test_an_address_the_guard_refuses_is_noted_at_once(wireroom):
    said = wireroom("subscription", "add", "http://127.0.0.1:9/")

    assert "WIREROOM_ALLOW_NETS" in said


def test_pause_and_resume(wireroom):
    key = told(wireroom, "subscription", "add", HOOK, "--paused")["id"]
    assert told(wireroom, "subscription", "show", key)["state"] == "paused"

    assert "is active" in wireroom("subscription", "resume", key)
    wireroom("subscription", "pause", key, "--reason", "they move house")

    shown = told(wireroom, "subscription", "show", key)
    assert (shown["state"], shown["state_reason"]) == ("paused", "they move house")


def test_resuming_what_was_disabled_says_how_to_fetch_what_it_missed(
    wireroom, database
):
    key = told(wireroom, "subscription", "add", HOOK)["id"]
    with transaction(database) as session:
        subscriptions.disable(session, [key], reason="it answered 410")

    assert f"replay {key} --since" in wireroom("subscription", "resume", key)


def test_rotating_gives_a_new_secret_and_keeps_the_old_for_a_while(wireroom):
    made = told(wireroom, "subscription", "add", HOOK)

    fresh = told(wireroom, "subscription", "rotate", made["id"], "--overlap", "1h")

    assert fresh["secret"] != made["secret"]
    shown = told(wireroom, "subscription", "show", made["id"])
    new, old = shown["secrets_until"]
    assert new is None
    ends = datetime.fromisoformat(old) - datetime.now(UTC)
    assert timedelta(minutes=55) < ends < timedelta(minutes=65)
    assert "signs too until" in wireroom("subscription", "rotate", made["id"])


def test_a_wrong_span_is_wrong_use(wireroom):
    key = told(wireroom, "subscription", "add", HOOK)["id"]

    said = wireroom("subscription", "rotate", key, "--overlap", "soon", code=2)

    assert "is no duration" in said


def test_a_ping_is_queued_and_can_be_looked_up(wireroom):
    key = told(wireroom, "subscription", "add", HOOK, "--paused")["id"]

    said = wireroom("subscription", "ping", key)

    (ping,) = told(wireroom, "delivery", "list")
    assert ping["message_id"] in said
    assert "it goes out when resumed" in said
    assert '"type": "ping"' in wireroom("delivery", "show", ping["message_id"])


def test_a_ping_tells_programs_its_id(wireroom):
    key = told(wireroom, "subscription", "add", HOOK)["id"]

    said = told(wireroom, "subscription", "ping", key)

    (ping,) = told(wireroom, "delivery", "list")
    assert said == {"id": key, "state": "active", "message_id": ping["message_id"]}


def test_a_replay_is_queued_for_a_range_of_time(wireroom, database):
    key = told(wireroom, "subscription", "add", HOOK)["id"]
    publish(database, add_source(database), 1, 2)
    fan_out(database)

    said = wireroom("subscription", "replay", key, "--since", "2026-03-01")
    assert "is being sent it again" in said

    shown = told(wireroom, "subscription", "show", key)
    assert [task["kind"] for task in shown["open_tasks"]] == ["replay"]
    assert "open tasks" in wireroom("subscription", "show", key)
    wireroom("subscription", "pause", key)
    said = wireroom("subscription", "replay", key, "--since", "2026-03-01")
    assert "The subscription is paused: it goes out when resumed." in said


@pytest.mark.parametrize(
    ("since", "said"),
    [("2h ago", "no events between"), ("yesterday-ish", "write 2019, 2019-05")],
)
def test_a_replay_of_nothing_or_of_no_time_says_so(wireroom, since, said):
    key = told(wireroom, "subscription", "add", HOOK)["id"]

    assert said in wireroom("subscription", "replay", key, "--since", since, code=2)


def test_removing_asks_first(wireroom):
    key = told(wireroom, "subscription", "add", HOOK)["id"]

    wireroom("subscription", "remove", key, code=1)
    wireroom("subscription", "remove", key, "--yes")

    assert told(wireroom, "subscription", "list") == []


@pytest.mark.parametrize("key", ["7", "0", "nonsense", "01890000-0000-7000-8000-0000"])
def test_one_that_is_not_there_is_named(wireroom, key):
    said = wireroom("subscription", "show", key, code=1)

    assert f"no subscription '{key}'" in said


@pytest.fixture
def delivered(database):
    """One delivery that failed with whatever a receiver can say."""
    with FakeSubscriber("odd", 500) as subscriber:
        subscribe(database, subscriber.url)
        publish(database, add_source(database), 1)
        fan_out(database)
        with delivering(database):
            until(lambda: subscriber.arrived)
    return subscriber.ids[0]


def test_what_is_under_way_is_not_queued_again(wireroom, database):
    queue(database)
    (message,) = deliveries(database).exchange([], 1)

    said = wireroom("delivery", "resend", message.message_id, code=1)

    assert "is under way" in said
    assert "queued again" not in said


def test_the_log_is_listed_and_shown(wireroom, delivered):
    (listed,) = told(wireroom, "delivery", "list", "--state", "delivered")

    assert (listed["message_id"], listed["last_answer"]) == (delivered, "HTTP 200")
    shown = wireroom("delivery", "show", listed["id"])
    assert "webhook-signature" in shown
    assert "Attempt 1" in shown
    assert "\x00" not in shown
    document = told(wireroom, "delivery", "show", delivered)
    assert document["log"][0]["response_body"] == "data:;base64,AP8A/w=="
    assert "delivered" in wireroom("delivery", "list", "--subscription", "1")
    assert "No deliveries" in wireroom("delivery", "list", "--state", "failed")


def test_one_is_sent_again(wireroom, delivered):
    assert "is queued again" in wireroom("delivery", "resend", delivered)

    (listed,) = told(wireroom, "delivery", "list", "--state", "waiting")
    assert (listed["message_id"], listed["origin"]) == (delivered, "resend")
    assert "due" in wireroom("delivery", "show", delivered)


def test_a_delivery_that_is_not_there_is_named(wireroom):
    assert "no delivery 'msg_x'" in wireroom("delivery", "show", "msg_x", code=1)


@pytest.mark.parametrize("command", ["subscription", "delivery", "listen"])
def test_help_teaches_by_examples(wireroom, command):
    assert f"wireroom {command}" in wireroom(command, "--help")


class Listening:
    """`wireroom listen` in a process of its own."""

    def __init__(self, database, *words):
        environment = os.environ | {
            "WIREROOM_DATABASE_URL": f"sqlite:///{database.url.database}"
        }
        self.process = subprocess.Popen(
            [sys.executable, "-m", "service.cli.main", "listen", *words],
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def __enter__(self):
        line = self.process.stderr.readline()
        assert line.startswith("Listening on http://127.0.0.1:"), line
        self.url = line.split()[2]
        return self

    def __exit__(self, *_):
        if self.process.poll() is None:
            self.process.terminate()
        self.process.communicate(timeout=20)


def test_listening_subscribes_verifies_prints_and_leaves(wireroom, database):
    source = add_source(database)
    with Listening(database, "--count", "2") as listening:
        publish(database, source, 1, 2)
        fan_out(database)
        with delivering(database, cipher=cipher_of(database)):
            out, _ = listening.process.communicate(timeout=20)

    assert "article.published" in out
    assert "Story 2" in out
    assert "does not verify" not in out
    assert listening.process.returncode == 0
    assert told(wireroom, "subscription", "list") == []


def test_listening_shows_the_events_that_it_asks_for(database):
    source = add_source(database)
    words = ("--event", "source.failing", "--count", "1", "--json")
    with Listening(database, *words) as listening:
        publish(database, source, 1)
        with transaction(database) as session:
            told_of = get_source(session, "example")
            why = {"health": "failing", "reason": "no answer", "now": NOW}
            record_source_event(session, told_of, "source.failing", **why)
        fan_out(database)
        with delivering(database, cipher=cipher_of(database)):
            out, _ = listening.process.communicate(timeout=20)

    assert json.loads(out)["message"]["type"] == "source.failing"


def cipher_of(database):
    return build_cipher(Settings(database_url=f"sqlite:///{database.url.database}"))


def test_a_polite_kill_unsubscribes_too(wireroom, database):
    with Listening(database):
        assert len(told(wireroom, "subscription", "list")) == 1

    assert told(wireroom, "subscription", "list") == []


def test_what_is_not_signed_with_its_secret_is_shown_and_refused(database):
    with Listening(database, "--secret", new_secret(), "--json") as listening:
        subscribe(database, listening.url)
        publish(database, add_source(database), 1)
        fan_out(database)
        with delivering(database, schedule=(timedelta(0),)):
            line = json.loads(listening.process.stdout.readline())

    assert line["verified"] is False
    assert line["message"]["data"]["title"] == "Story 1"


def test_a_port_that_is_taken_is_named(wireroom):
    with FakeSubscriber() as taken:
        port = taken.url.split(":")[2].split("/")[0]

        assert f"port {port}" in wireroom("listen", "--port", port, code=1)


def test_where_nobody_answers_the_list_says_when_it_is_tried_again(wireroom, database):
    who = subscribe(database, HOOK)
    later = datetime.now(UTC) + timedelta(minutes=2)
    with transaction(database) as session:
        breakers.record(session, {who.id: (7, later)})

    listed = told(wireroom, "subscription", "list")

    assert (listed[0]["unanswered"], listed[0]["state"]) == (7, "active")
    shown = wireroom("subscription", "show", who.id)
    assert f"nobody answers: tries at {later:%H:%M:%S} UTC" in shown


def test_options_are_shown_and_what_is_secret_is_not(wireroom, database):
    words = ("--rate", "10/s", "--concurrency", "2", "--header", "X-Key: hunter2")
    made = told(wireroom, "subscription", "add", HOOK, *words)

    shown = wireroom("subscription", "show", made["id"])

    assert (made["rate"], made["concurrency"]) == ("10/second", 2)
    assert made["headers"] == {"X-Key": "…"}
    assert "X-Key" in shown
    assert "hunter2" not in shown
    with reading(database) as session:
        found = subscriptions.get_subscription(session, made["uid"])
    assert "hunter2" not in found.headers["X-Key"]


def test_what_is_named_is_changed_and_all_else_stays(wireroom, database):
    add_source(database, "sample")
    made = told(
        wireroom, "subscription", "add", HOOK, "--lang", "en", "--description", "mine"
    )

    after = told(
        wireroom, "subscription", "edit", 1, "--source", "sample", "--format", "slack",
        "--event", "article.updated", "--content", "summary", "--rate", "30/minute",
    )  # fmt: skip

    changed = {key for key in made if made[key] != after[key]}
    assert changed == {"filter", "format", "event_types", "content", "rate", "secret"}
    assert after["filter"] == {"sources": ["sample"]}
    assert after["secret"] is None
    again = told(wireroom, "subscription", "edit", 1, "--feed", "all", "--rate", "none")
    assert (again["filter"], again["rate"]) == ({}, None)


@pytest.mark.parametrize(
    "words", [(), ("--header", "X-None:"), ("--url", HOOK), ("--rate", "none")]
)
def test_an_edit_that_changes_nothing_says_so(wireroom, words):
    wireroom("subscription", "add", HOOK)

    said = wireroom("subscription", "edit", 1, *words)

    assert said == "Nothing changed: subscription 1 is as it was.\n"


def test_a_signature_more_keeps_the_secret_and_one_less_drops_it(wireroom, database):
    secret = told(wireroom, "subscription", "add", HOOK)["secret"]

    both = told(
        wireroom, "subscription", "edit", 1, "--signature", "v1", "--signature", "v1a"
    )

    assert both["secret"] is None
    assert both["public_key"].startswith("whpk_")
    keys = stored_keys(database)
    assert keys[0] == secret
    less = told(wireroom, "subscription", "edit", 1, "--signature", "v1a")
    assert less["public_key"] == both["public_key"]
    assert stored_keys(database) == keys[1:]


def stored_keys(database):
    with reading(database) as session:
        (found,) = subscriptions.get_subscription(session, "1").secrets
    return cipher_of(database).decrypt(found.token).split()


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--rate", "fast"], "write 10/second"),
        (["--header", "Host: x"], "cannot be set"),
        (["--format", "standrad"], "did you mean 'standard'?"),
        (["--url", "ftp://x/"], "no address to deliver to"),
        (["--url", "https://x.example/%"], "write a plain one as %25"),
        (["--signature", "v1b"], "did you mean 'v1"),
        (["--lang", ""], "has no value"),
    ],
)
def test_what_cannot_be_changed_is_refused_with_what_can(wireroom, words, said):
    before = told(wireroom, "subscription", "add", HOOK)

    assert said in wireroom("subscription", "edit", 1, *words, code=2)

    shown = told(wireroom, "subscription", "show", 1)
    assert {key: before[key] for key in shown if key in before} == {
        key: value for key, value in shown.items() if key in before
    }


def test_how_the_last_day_went_is_shown(wireroom, database):
    with FakeSubscriber(500, 200) as subscriber:
        subscribe(database, subscriber.url)
        publish(database, add_source(database), 1, 2)
        fan_out(database)
        with delivering(database):
            subscriber.wait_for(4)
            until(lambda: not told(wireroom, "delivery", "list", "--state", "waiting"))

    day = told(wireroom, "subscription", "show", 1)["last_day"]
    assert (day["delivered"], day["attempts"], day["success_rate"]) == (2, 4, 1.0)
    assert day["p50_ms"] > 0
    shown = wireroom("subscription", "show", 1)
    assert "UTC (24 h ago), delivered 2" in shown
    assert re.search(r"^headers +–$", shown, re.MULTILINE)


def test_listening_verifies_every_signature_it_asked_for(wireroom, database):
    source = add_source(database)
    words = ("--count", "1", "--json", "--signature", "v1a", "--signature", "hub")
    with Listening(database, *words) as listening:
        publish(database, source, 1)
        fan_out(database)
        with delivering(database, cipher=cipher_of(database)):
            out, _ = listening.process.communicate(timeout=20)

    assert json.loads(out)["verified"] is True


def test_listening_ends_after_exactly_so_many(wireroom, database):
    source = add_source(database)
    with Listening(database, "--count", "3", "--json") as listening:
        publish(database, source, *range(40))
        fan_out(database)
        with delivering(database, cipher=cipher_of(database)):
            out, _ = listening.process.communicate(timeout=20)

    assert len(out.splitlines()) == 3


def test_a_reader_at_the_hub_is_listed_and_shown_and_left_to_itself(wireroom, database):
    asked = HubRequest(
        nonce="n",
        mode="subscribe",
        topic="all.atom",
        topic_url="http://127.0.0.1:8080/feeds/all.atom",
        callback=HOOK,
        host="subscriber.example:443",
        lease_seconds=60,
    )
    with transaction(database) as session:
        hub.subscribe(session, asked, version="1", seq=1, now=datetime.now(UTC))

    assert "websub" in wireroom("subscription", "show", 1)
    (row,) = told(wireroom, "subscription", "list")
    assert (row["url"], row["public_key"]) == (HOOK, None)
    for command in ("ping", "rotate"):
        assert "only its reader" in wireroom("subscription", command, 1, code=2)


def test_a_rate_of_none_is_no_limit_from_the_beginning(wireroom):
    wireroom("subscription", "add", HOOK, "--rate", "none")

    (row,) = told(wireroom, "subscription", "list")
    assert row["rate"] is None
    assert told(wireroom, "subscription", "show", 1)["rate"] is None


def test_a_rotation_without_overlap_ends_the_keys_of_those_before(wireroom, database):
    wireroom("subscription", "add", HOOK)
    wireroom("subscription", "rotate", 1)
    wireroom("subscription", "rotate", 1, "--overlap", "0")

    with reading(database) as session:
        found = subscriptions.get_subscription(session, "1")
    now = datetime.now(UTC)
    assert [s.expires_at is None or s.expires_at > now for s in found.secrets] == [
        True,
        False,
        False,
    ]


@pytest.mark.parametrize(
    "command", [("subscription", "show"), ("delivery", "show"), ("delivery", "resend")]
)
def test_a_number_no_row_has_is_not_there_however_long(wireroom, command):
    assert "9" * 30 in wireroom(*command, "9" * 30, code=1)
