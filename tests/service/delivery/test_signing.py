import base64
import hashlib
import hmac
from contextlib import suppress
from datetime import UTC, datetime, timedelta, timezone

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from hypothesis import given
from hypothesis import strategies as st
from standardwebhooks import Webhook, WebhookVerificationError

from service.delivery.keys import new_private_key, new_secret, public_key
from service.delivery.signing import StandardSigner, Verifier

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


def verified_v1a(headers, body, public_key):
    """Verify as the specification's text says: how many signatures are this key's."""
    key = Ed25519PublicKey.from_public_bytes(
        base64.b64decode(public_key.removeprefix("whpk_"))
    )
    signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    count = 0
    for each in headers["webhook-signature"].split(" "):
        version, _, signature = each.partition(",")
        with suppress(InvalidSignature):
            key.verify(base64.b64decode(signature), signed)
            count += version == "v1a"
    return count


@given(st.text().map(str.encode))
def test_what_ed25519_signs_verifies_with_the_public_key(body):
    key = new_private_key()

    headers = StandardSigner([key]).headers("msg_1", body, at=now())

    assert verified_v1a(headers, body, public_key(key)) == 1
    assert verified_v1a(headers, body, public_key(new_private_key())) == 0
    assert headers["webhook-signature"].startswith("v1a,")


def test_each_of_two_ed25519_keys_verifies_while_they_overlap():
    old, new = new_private_key(), new_private_key()

    headers = StandardSigner([new, old]).headers("msg_1", BODY, at=now())

    assert verified_v1a(headers, BODY, public_key(old)) == 1
    assert verified_v1a(headers, BODY, public_key(new)) == 1


def test_the_official_library_verifies_v1_beside_v1a():
    secret = new_secret()

    signer = StandardSigner([secret, new_private_key()], with_hub=True)
    headers = signer.headers("msg_1", BODY, at=now())

    Webhook(secret).verify(BODY, headers)


def hub(secret, body):
    digest = hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()
    return f"sha256={digest}"


def test_the_hub_signature_is_over_the_body_alone_with_the_whole_text_of_the_secret():
    secret = new_secret()

    headers = StandardSigner([secret], with_hub=True).headers("a", BODY, at=now())

    assert headers["X-Hub-Signature-256"] == hub(secret, BODY)


def test_while_secrets_overlap_the_hub_signatures_stand_beside_each_other():
    old, new = new_secret(), new_secret()

    headers = StandardSigner([new, old], with_hub=True).headers("a", BODY, at=now())

    both = f"{hub(new, BODY)},{hub(old, BODY)}"
    assert headers["X-Hub-Signature-256"] == both


def test_a_private_key_never_signs_as_a_secret():
    headers = StandardSigner([new_private_key()], with_hub=True).headers(
        "a", BODY, at=now()
    )

    assert "X-Hub-Signature-256" not in headers


def test_a_verifier_checks_all_that_it_holds_a_key_for():
    secret, private = new_secret(), new_private_key()
    signer = StandardSigner([secret, private], with_hub=True)
    headers = {k.lower(): v for k, v in signer.headers("m", BODY, at=now()).items()}
    holder = Verifier(secret=secret, public=public_key(private))

    assert holder.accepts(headers, BODY)
    assert not holder.accepts(headers, BODY + b" ")
    for name, forged in (
        ("x-hub-signature-256", "sha256=" + "0" * 64),
        ("webhook-signature", headers["webhook-signature"].replace("v1a,", "v1a,AA")),
        ("webhook-timestamp", str(int(headers["webhook-timestamp"]) - 400)),
    ):
        assert not holder.accepts(headers | {name: forged}, BODY), name


def test_a_verifier_without_a_signature_it_knows_accepts_nothing():
    headers = StandardSigner([new_private_key()]).headers("m", BODY, at=now())

    assert not Verifier(secret=new_secret()).accepts(headers, BODY)
    assert not Verifier().accepts(headers, BODY)


@pytest.mark.parametrize("stamp", ["", "soon", "²", "-5"])
def test_a_verifier_takes_no_odd_time(stamp):
    private = new_private_key()
    headers = StandardSigner([private]).headers("m", BODY, at=now())

    odd = headers | {"webhook-timestamp": stamp}

    assert not Verifier(public=public_key(private)).accepts(odd, BODY)
