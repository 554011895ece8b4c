import base64
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st
from standardwebhooks import Webhook, WebhookVerificationError

from service.delivery.signing import (
    SecretError,
    StandardSigner,
    check_secret,
    new_secret,
)

BODY = '{"type":"article.published","data":{"title":"طوفان"}}'.encode()


def now():
    return datetime.now(UTC)


@given(st.text().map(str.encode))
def test_what_is_signed_verifies(body):
    secret = new_secret()

    headers = StandardSigner([secret]).headers("msg_1", body, at=now())

    Webhook(secret).verify(body, headers, json_parse=False)


def test_each_of_two_secrets_verifies_while_they_overlap():
    old, new = new_secret(), new_secret()

    headers = StandardSigner([new, old]).headers("msg_1", BODY, at=now())

    Webhook(old).verify(BODY, headers)
    Webhook(new).verify(BODY, headers)


def test_another_secret_does_not_verify():
    headers = StandardSigner([new_secret()]).headers("msg_1", BODY, at=now())

    with pytest.raises(WebhookVerificationError):
        Webhook(new_secret()).verify(BODY, headers)


def test_a_time_of_another_zone_is_signed_as_the_moment_it_is():
    secret = new_secret()
    nairobi = datetime.now(timezone(timedelta(hours=3)))

    headers = StandardSigner([secret]).headers("msg_1", BODY, at=nairobi)

    assert int(headers["webhook-timestamp"]) == int(nairobi.timestamp())
    Webhook(secret).verify(BODY, headers)


def test_a_new_secret_is_32_bytes_and_never_the_same():
    first, second = new_secret(), new_secret()

    assert first != second
    assert len(base64.b64decode(first.removeprefix("whsec_"))) == 32
    assert check_secret(first) == first


def test_a_secret_without_its_prefix_gets_it():
    bare = new_secret().removeprefix("whsec_")

    assert check_secret(f" {bare} ") == f"whsec_{bare}"


@pytest.mark.parametrize(
    "secret", ["", "whsec_", "hunter2", "whsec_c2hvcnQ=", "whsec_ä"]
)
def test_a_secret_no_receiver_could_use_is_refused_with_the_remedy(secret):
    with pytest.raises(SecretError, match="24 to 64 bytes"):
        check_secret(secret)
