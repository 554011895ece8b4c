"""Who is let through to the API, and how often."""

from datetime import UTC, datetime, timedelta

import pytest

from db import tokens
from db.engine import reading, transaction
from service.limits import BURST
from tests.service.api.conftest import TOKEN, add_token


def token_of(engine, name="tests"):
    with reading(engine) as session:
        return tokens.find_named(session, name)


@pytest.mark.parametrize("token", [None, "wrt_wrong", "a b"])
def test_without_a_token_that_is_known_it_is_401_with_a_challenge(api, token):
    answer = api.get(token=token)

    assert answer.status_code == 401
    challenge = answer.headers["WWW-Authenticate"]
    assert challenge.startswith("Bearer realm=")
    assert ("invalid_token" in challenge) == bool(token)
    assert answer.content_type == "application/problem+json"


def test_an_expired_token_opens_nothing(engine, api):
    add_token(
        engine, "wrt_old", "old", expires=datetime.now(UTC) - timedelta(seconds=1)
    )

    assert api.get(token="wrt_old").status_code == 401


def test_a_token_without_the_scope_is_403_and_says_which_it_takes(engine, api):
    add_token(engine, "wrt_other", "other", scopes=())

    answer = api.get(token="wrt_other")

    assert answer.status_code == 403
    challenge = answer.headers["WWW-Authenticate"]
    assert "insufficient_scope" in challenge
    assert "events:read" in challenge


def test_a_revoked_token_opens_nothing(engine, api):
    assert api.get().status_code == 200
    with transaction(engine) as session:
        tokens.remove_token(session, "tests")

    assert api.get().status_code == 401


def test_the_token_itself_is_not_stored(engine, api):
    with engine.connect() as connection:
        rows = connection.exec_driver_sql("SELECT * FROM api_token").all()

    assert TOKEN not in str(rows)


def test_the_last_use_is_written_seldom(engine, api):
    api.get()
    first = token_of(engine).last_used_at
    api.get()

    assert first is not None
    assert token_of(engine).last_used_at == first
    with transaction(engine) as session:
        tokens.record_use(
            session, token_of(engine).id, now=first - timedelta(minutes=11)
        )
    api.get()
    assert token_of(engine).last_used_at > first


def test_who_asks_too_often_is_told_when_to_come_again(engine, api):
    add_token(engine, "wrt_other", "other")
    for _ in range(BURST):
        assert api.get(after=0).status_code == 200

    answer = api.get()

    assert (answer.status_code, answer.headers["Retry-After"]) == (429, "1")
    assert answer.content_type == "application/problem+json"
    assert api.get(token="wrt_other").status_code == 200
    api.clock.pass_by(1)
    assert api.get().status_code == 200


def test_who_guesses_is_limited_by_address(api):
    found = {api.get(token=f"wrt_{number}").status_code for number in range(BURST)}

    assert found == {401}
    assert api.get(token="wrt_next").status_code == 429
    assert api.get().status_code == 200
