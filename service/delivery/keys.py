"""The keys that webhooks are signed with: made, checked, and told apart.

`whsec_` is a secret both sides hold (HMAC), `whsk_` a private ed25519 key, which never
leaves here, and `whpk_` the public one that a receiver verifies with.
https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
"""

from __future__ import annotations

import base64
import binascii
import secrets

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import (
    Ed25519PrivateKey,
    Ed25519PublicKey,
)

SECRET, PRIVATE, PUBLIC = "whsec_", "whsk_", "whpk_"
# The specification allows 24 to 64 bytes; 32 is the strength of the HMAC's hash.
SECRET_BYTES = 32
SHORTEST, LONGEST = 24, 64
# An ed25519 key is its seed (RFC 8032); some write the public key behind it.
SEED_BYTES = 32


class SecretError(ValueError):
    """A key that nobody could use; says what a right one looks like."""


def new_secret() -> str:
    """Make a secret: `whsec_` and 32 random bytes in base64."""
    return SECRET + base64.b64encode(secrets.token_bytes(SECRET_BYTES)).decode()


def new_private_key() -> str:
    """Make an ed25519 key: `whsk_` and its 32 bytes in base64."""
    return PRIVATE + base64.b64encode(secrets.token_bytes(SEED_BYTES)).decode()


def check_secret(secret: str) -> str:
    """Give the secret in its usual spelling, or raise SecretError.

    Standard Webhooks: base64 of 24 to 64 bytes behind `whsec_`.
    """
    encoded = secret.strip().removeprefix(SECRET)
    if not SHORTEST <= len(_decoded(encoded)) <= LONGEST:
        message = (
            f"a secret is {SECRET} and the base64 of {SHORTEST} to {LONGEST} bytes;"
            " leave it out and one is made"
        )
        raise SecretError(message)
    return SECRET + encoded


def check_private_key(key: str) -> str:
    """Give the key as `whsk_` and its seed in base64, or raise SecretError.

    The 64 bytes that other senders write, seed and public key, are taken, too.
    """
    raw = _decoded(key.strip().removeprefix(PRIVATE))
    seed, public = raw[:SEED_BYTES], raw[SEED_BYTES:]
    if len(seed) != SEED_BYTES or (public and public != _public_bytes(seed)):
        message = (
            f"an ed25519 key is {PRIVATE} and the base64 of {SEED_BYTES} bytes;"
            " leave it out and one is made"
        )
        raise SecretError(message)
    return PRIVATE + base64.b64encode(seed).decode()


def private_key(key: str) -> Ed25519PrivateKey:
    """Give a checked `whsk_` key as what signs."""
    return Ed25519PrivateKey.from_private_bytes(_decoded(key.removeprefix(PRIVATE)))


def load_public_key(key: str) -> Ed25519PublicKey:
    """Give a `whpk_` key as what verifies, or raise SecretError."""
    raw = _decoded(key.strip().removeprefix(PUBLIC))
    if len(raw) != SEED_BYTES:
        message = f"a public key is {PUBLIC} and the base64 of {SEED_BYTES} bytes"
        raise SecretError(message)
    return Ed25519PublicKey.from_public_bytes(raw)


def is_signed(key: Ed25519PublicKey, signature: str, signed: bytes) -> bool:
    """Tell whether a signature, in base64, is this key's over these bytes."""
    try:
        key.verify(_decoded(signature), signed)
    except InvalidSignature:
        return False
    return True


def public_key(key: str) -> str:
    """Give the `whpk_` key that belongs to a checked `whsk_` key."""
    seed = _decoded(key.removeprefix(PRIVATE))
    return PUBLIC + base64.b64encode(_public_bytes(seed)).decode()


def _public_bytes(seed: bytes) -> bytes:
    return Ed25519PrivateKey.from_private_bytes(seed).public_key().public_bytes_raw()


def _decoded(encoded: str) -> bytes:
    """Read base64; what is none gives no bytes, and so has the wrong length."""
    try:
        return base64.b64decode(encoded, validate=True)
    except (binascii.Error, ValueError):
        return b""
