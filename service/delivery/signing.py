"""Sign webhooks as Standard Webhooks says, and make the secrets for it.

https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
Rotation: with several secrets every one of them signs, so a receiver may hold any.
"""

from __future__ import annotations

import base64
import binascii
import secrets
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

from standardwebhooks import Webhook, WebhookVerificationError

PREFIX = "whsec_"
# The specification allows 24 to 64 bytes; 32 is the strength of the HMAC's hash.
SECRET_BYTES = 32
SHORTEST, LONGEST = 24, 64


class SecretError(ValueError):
    """A secret that receivers could not use; says what a right one looks like."""


def new_secret() -> str:
    """Make a secret: `whsec_` and 32 random bytes in base64."""
    return PREFIX + base64.b64encode(secrets.token_bytes(SECRET_BYTES)).decode()


def check_secret(secret: str) -> str:
    """Give the secret in its usual spelling, or raise SecretError.

    Standard Webhooks: base64 of 24 to 64 bytes behind `whsec_`.
    """
    encoded = secret.strip().removeprefix(PREFIX)
    try:
        size = len(base64.b64decode(encoded, validate=True))
    except (binascii.Error, ValueError):
        size = 0
    if not SHORTEST <= size <= LONGEST:
        message = (
            f"a secret is {PREFIX} and the base64 of {SHORTEST} to {LONGEST} bytes;"
            " leave it out and one is made"
        )
        raise SecretError(message)
    return PREFIX + encoded


def verify(secret: str, headers: Mapping[str, str], body: bytes) -> bool:
    """Tell whether a message was signed with this secret, five minutes ago at most."""
    try:
        Webhook(secret).verify(body, dict(headers), json_parse=False)
    except (WebhookVerificationError, ValueError):
        return False
    return True


class StandardSigner:
    """Signs with every secret given, the newest first."""

    def __init__(self, secrets: Sequence[str]) -> None:
        self._hooks = tuple(Webhook(secret) for secret in secrets)

    def headers(self, message_id: str, body: bytes, *, at: datetime) -> dict[str, str]:
        """Give `webhook-id`, `webhook-timestamp` and `webhook-signature`."""
        moment = at.astimezone(UTC)  # the library takes the digits for UTC's
        text = body.decode()
        return {
            "webhook-id": message_id,
            "webhook-timestamp": str(int(moment.timestamp())),
            "webhook-signature": " ".join(
                hook.sign(message_id, moment, text) for hook in self._hooks
            ),
        }
