import base64

import pytest

from service.delivery.keys import (
    SecretError,
    check_private_key,
    check_secret,
    new_private_key,
    new_secret,
    public_key,
)

# RFC 8032 section 7.1, test 1.
SEED = "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60"
PUBLIC = "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a"


def key(prefix, *parts):
    return prefix + base64.b64encode(bytes.fromhex("".join(parts))).decode()


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


def test_the_public_key_is_the_one_of_the_rfc():
    assert public_key(key("whsk_", SEED)) == key("whpk_", PUBLIC)


def test_a_new_private_key_is_its_seed_and_never_the_same():
    first, second = new_private_key(), new_private_key()

    assert first != second
    assert check_private_key(first) == first
    assert len(base64.b64decode(first.removeprefix("whsk_"))) == 32


def test_a_private_key_with_its_public_half_is_taken():
    both = key("whsk_", SEED, PUBLIC)

    assert check_private_key(f" {both} ") == key("whsk_", SEED)


@pytest.mark.parametrize(
    "text", ["", "whsk_", "whsk_ä", "whsk_c2hvcnQ=", key("whsk_", SEED, SEED)]
)
def test_a_private_key_that_is_none_is_refused_with_the_remedy(text):
    with pytest.raises(SecretError, match="32 bytes"):
        check_private_key(text)
