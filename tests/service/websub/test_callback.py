"""Where other hubs call us, on both databases."""

import hashlib
import hmac
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select, update

from db import hub_leases, sources
from db.engine import reading, transaction
from db.models import HubLeaseRow, SourceRow
from scrapers.items import Hub
from service.websub.callback import is_signed
from tests.service.feeds.conftest import make_web

TOPIC = "https://example.org/feed/"
LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)
FAR = datetime(2100, 1, 1, tzinfo=UTC)


class Door:
    """The callback of one lease."""

    def __init__(self, web):
        self.web = web
        self.client = web.app.test_client()
        found = Hub(url="https://hub.example/", topic=TOPIC)
        cipher = web.publisher.services.cipher
        with transaction(web.engine) as session:
            (source,) = sources.list_sources(session)
            hub_leases.record_hubs(session, source.id, [found], now=LONG_AGO)
            (lease,) = hub_leases.list_leases(session, source.id)
            hub_leases.record_secret(session, lease.id, cipher.encrypt("hush"))
            session.execute(update(SourceRow).values(next_poll_at=FAR))
        self.path = f"/websub/{lease.key}"

    def verify(self, **changes):
        named = {
            "hub.mode": "subscribe",
            "hub.topic": TOPIC,
            "hub.challenge": "abc",
            "hub.lease_seconds": "864000",
        } | {f"hub.{name}": value for name, value in changes.items()}
        return self.client.get(self.path, query_string=named)

    def push(self, body=b"<feed/>", secret="hush", method="sha256"):
        digest = hmac.new(secret.encode(), body, method).hexdigest()
        signature = {"X-Hub-Signature": f"{method}={digest}"}
        return self.client.post(self.path, data=body, headers=signature)

    @property
    def row(self):
        with reading(self.web.engine) as session:
            return session.scalars(select(HubLeaseRow)).one()

    @property
    def is_due(self):
        with reading(self.web.engine) as session:
            return session.scalars(select(SourceRow.next_poll_at)).one() < FAR


@pytest.fixture
def door(engine, tmp_path):
    return Door(make_web(engine, tmp_path))


def test_what_was_asked_for_is_confirmed_with_the_challenge_alone(door):
    answer = door.verify(challenge="<script>")

    assert (answer.status_code, answer.text) == (200, "<script>")
    assert answer.mimetype == "text/plain"
    assert door.row.state == "active"
    assert door.row.lease_until - door.row.next_at == timedelta(days=1)


@pytest.mark.parametrize("seconds", ["", "-1", "soon", "9" * 30])
def test_a_lease_without_a_sane_length_lasts_a_year_at_most(door, seconds):
    door.verify(lease_seconds=seconds)

    length = door.row.lease_until - datetime.now(UTC)
    assert length <= timedelta(days=365)


@pytest.mark.parametrize(
    ("changes", "status"),
    [
        ({"topic": "https://example.org/other"}, 404),
        ({"mode": "unsubscribe"}, 404),
        ({"challenge": ""}, 400),
    ],
)
def test_what_was_not_asked_for_is_not_confirmed(door, changes, status):
    assert door.verify(**changes).status_code == status
    assert door.row.state == "wanted"


def test_a_refusal_is_kept_and_the_hub_left_alone_for_a_day(door):
    door.verify(mode="denied", reason="no strangers")

    assert (door.row.state, door.row.reason) == ("denied", "no strangers")
    assert door.row.next_at > datetime.now(UTC) + timedelta(hours=23)


@pytest.mark.parametrize("method", ["sha1", "sha256", "sha384", "sha512"])
def test_a_push_that_verifies_makes_the_source_due(door, method):
    assert door.push(method=method).status_code == 202
    assert door.is_due


def test_a_push_that_does_not_verify_is_thanked_for_and_forgotten(door):
    assert door.push(secret="guess").status_code == 202
    assert door.client.post(door.path, data=b"<feed/>").status_code == 202
    assert not door.is_due


def test_a_push_is_bounded(door):
    assert door.push(b"x" * (10 * 2**20 + 1)).status_code == 413


def test_a_hub_that_calls_for_what_is_no_more_is_told_to_stop(door):
    door.path = "/websub/" + "0" * 32
    assert door.push().status_code == 410
    door.path = "/websub/etc"
    assert door.verify().status_code == 410


def test_signatures_of_other_methods_or_none_are_wrong():
    digest = hashlib.md5(b"x", usedforsecurity=False).hexdigest()

    assert not is_signed("hush", b"x", f"md5={digest}")
    assert not is_signed("hush", b"x", "")
    assert not is_signed("hush", b"x", "sha256=ä")
