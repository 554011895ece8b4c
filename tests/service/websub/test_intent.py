from urllib.parse import parse_qs, urlsplit

from db.hub_requests import HubRequest
from service.websub.intent import is_confirmed, new_challenge, question

REQUEST = HubRequest(
    nonce="n",
    mode="subscribe",
    topic="all.atom",
    topic_url="https://wire.example/feeds/all.atom",
    callback="https://reader.example/cb?a=%2F&b",
    host="reader.example:443",
    lease_seconds=60,
    reason="gone for good",
)


def asked(**changes):
    url = question(HubRequest(**{**as_values(), **changes}), "abc")
    return parse_qs(urlsplit(url).query, keep_blank_values=True)


def as_values():
    return {name: getattr(REQUEST, name) for name in HubRequest.__slots__}


def test_the_callbacks_own_query_stays_in_front_as_it_was():
    assert question(REQUEST, "abc").startswith(f"{REQUEST.callback}&hub.mode=")


def test_a_subscriber_is_asked_with_topic_challenge_and_lease():
    found = asked()

    assert found["hub.mode"] == ["subscribe"]
    assert found["hub.topic"] == [REQUEST.topic_url]
    assert found["hub.challenge"] == ["abc"]
    assert found["hub.lease_seconds"] == ["60"]
    assert "hub.reason" not in found


def test_who_unsubscribes_is_asked_without_a_lease():
    assert "hub.lease_seconds" not in asked(mode="unsubscribe")


def test_who_is_denied_is_told_why_and_asked_nothing():
    found = asked(mode="denied")

    assert found["hub.reason"] == ["gone for good"]
    assert "hub.challenge" not in found


def test_only_the_challenge_in_a_success_is_a_yes():
    assert is_confirmed(200, b"abc", "abc")
    assert is_confirmed(204, b"abc\r\n", "abc")
    assert not is_confirmed(200, b"ab", "abc")
    assert not is_confirmed(200, None, "abc")
    assert not is_confirmed(302, b"abc", "abc")
    assert not is_confirmed(500, b"abc", "abc")
    assert not is_confirmed(None, None, "abc")
    assert not is_confirmed(200, "ä".encode("latin-1"), "abc")


def test_no_two_challenges_are_alike():
    assert len({new_challenge() for _ in range(100)}) == 100
