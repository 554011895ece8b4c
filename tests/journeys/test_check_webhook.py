"""The sender as a stranger judges it: the shared check of webhooks, with every plan.

`CHECK_EVENTS` sets how many events there are.
"""

from __future__ import annotations

import os
from contextlib import contextmanager
from datetime import timedelta
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path

import pytest

from db import subscriptions
from db.engine import transaction
from db.filters import Filter
from scrapers.items import Author
from service.delivery.keys import load_public_key, new_private_key, new_secret
from service.delivery.keys import public_key as public_key_of
from tests.factories import NOW
from tests.factories_events import (
    PlainCipher,
    add_source,
    delivering,
    fan_out,
    publish,
    subscribe,
    subscription,
)
from tests.waiting import until

CHECK = Path(__file__).parents[2].parent / "shared/checks/check_webhook.py"
EVENTS = int(os.environ.get("CHECK_EVENTS", "20"))
# Each plan of the check with a filter of its own; "even" and "odd" are half of all.
PLANS = {
    "200": Filter(),
    "500,200": Filter(languages=("en",)),
    "429:1,200": Filter(languages=("fa",)),
    "503@2,204": Filter(categories=("News/even",)),
    "503:1,500,200": Filter(tags=("even",)),
    "301:,307:,200": Filter(tags=("odd",)),
    "reset,200": Filter(sources=("example",)),
    "slow:2,200": Filter(authors=("Bob",)),
    "big:2": Filter(words=("story",)),
}
ALL = {"200", "reset,200", "big:2"}
SCHEDULE = tuple(timedelta(seconds=s) for s in (0, 0.3, 0.3, 0.3, 0.3))

pytestmark = pytest.mark.skipif(
    not CHECK.exists(), reason="the shared checks are not on this machine"
)


@contextmanager
def checking(*secrets, **values):
    """The check's judge behind a server: gives the judge, its `run` and the address."""
    spec = spec_from_file_location("check_webhook", CHECK)
    check = module_from_spec(spec)
    spec.loader.exec_module(check)
    judge = check.Judge(list(secrets), **values)
    server = check.serve(judge, 0)
    yield judge, check.run, f"http://127.0.0.1:{server.server_address[1]}"
    server.shutdown()
    server.server_close()


def publish_even_and_odd(engine, count):
    source = add_source(engine)
    for rest, kind, language, name in (
        (0, "even", "en", "Amina"),
        (1, "odd", "fa", "Bob"),
    ):
        publish(
            engine,
            source,
            *range(rest, count, 2),
            tags=(kind,),
            language=language,
            categories=(("News", kind),),
            authors=(Author(name=name),),
        )


def test_every_plan_finds_nothing_to_say(engine):
    secret = new_secret()
    token = PlainCipher().encrypt(secret)
    with checking(secret) as (judge, run, url):
        for plan, wanted in PLANS.items():
            subscribe(engine, f"{url}/plan/{plan}/x", secret=token, filter=wanted)
        gone = subscribe(engine, f"{url}/plan/410/x", secret=token)
        publish_even_and_odd(engine, EVENTS)
        fan_out(engine)
        expected = sum(EVENTS if plan in ALL else EVENTS // 2 for plan in PLANS)
        with delivering(engine, schedule=SCHEDULE, timeout=timedelta(seconds=5)):
            report = run(judge, expected, 30 + EVENTS, 0.5)
            until(lambda: subscription(engine, gone).state == "disabled")

    assert report["broken"] == []
    assert report["acked"] == expected
    assert report["delivered_again_after_2xx"] == 0


def test_a_receiver_that_hangs_on_each_message_once_gets_all_of_them(engine):
    secret = new_secret()
    token = PlainCipher().encrypt(secret)
    with checking(secret, plan="hang:2,200") as (judge, run, url):
        subscribe(engine, f"{url}/x", secret=token)
        publish(engine, add_source(engine), *range(4))
        fan_out(engine)
        with delivering(engine, schedule=SCHEDULE, timeout=timedelta(seconds=0.5)):
            report = run(judge, 4, 30, 0)

    assert (report["broken"], report["acked"]) == ([], 4)


def test_rotation_and_both_kinds_of_keys_verify(engine):
    old, new, private = new_secret(), new_secret(), new_private_key()
    cipher = PlainCipher()
    public = load_public_key(public_key_of(private))
    with (
        checking(old, new, all_secrets=True) as (both, run, both_url),
        checking(ed25519=public) as (signed, _, signed_url),
    ):
        who = subscribe(engine, f"{both_url}/x", secret=cipher.encrypt(old))
        with transaction(engine) as session:
            subscriptions.rotate(
                session,
                str(who.id),
                secret=cipher.encrypt(new),
                overlap_until=NOW + timedelta(days=9999),
            )
        subscribe(
            engine,
            f"{signed_url}/x",
            secret=cipher.encrypt(private),
            signatures=("v1a",),
        )
        publish(engine, add_source(engine), *range(5))
        fan_out(engine)
        with delivering(engine):
            reports = [run(both, 5, 20, 0), run(signed, 5, 20, 0)]

    assert [(each["broken"], each["acked"]) for each in reports] == [([], 5)] * 2
