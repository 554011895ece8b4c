"""Sign webhooks as Standard Webhooks says, and as GitHub does for who knows only that.

https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
Rotation: with several keys every one of them signs, so a receiver may hold any.
"""

from __future__ import annotations

import hmac
from base64 import b64decode, b64encode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from standardwebhooks import Webhook, WebhookVerificationError

from service.delivery.keys import (
    PRIVATE,
    SECRET,
    is_signed,
    load_public_key,
    private_key,
)

# Standard Webhooks with HMAC-SHA256 and with ed25519, and `X-Hub-Signature-256`.
V1, V1A, HUB = "v1", "v1a", "hub"
SIGNATURES = (V1, V1A, HUB)
# What signs a push of WebSub, and how (section 7.1 names these four).
WEBSUB = "websub"
HUB_METHODS = ("sha1", "sha256", "sha384", "sha512")
HUB_HEADER = "X-Hub-Signature-256"
# What Standard Webhooks' own library allows either way.
TOLERANCE_SECONDS = 300


def verify(secret: str, headers: Mapping[str, str], body: bytes) -> bool:
    """Tell whether a message was signed with this secret, five minutes ago at most."""
    try:
        Webhook(secret).verify(body, dict(headers), json_parse=False)
    except (WebhookVerificationError, ValueError):
        return False
    return True


def verify_v1a(public: str, headers: Mapping[str, str], body: bytes) -> bool:
    """Tell whether one of the `v1a` signatures is by the key behind `whpk_`.

    Like `verify`, it takes no message older than five minutes, or from the future.
    """
    sent_at = headers.get("webhook-timestamp", "")
    if not sent_at.isascii() or not sent_at.isdigit():
        return False
    if abs(int(sent_at) - datetime.now(UTC).timestamp()) > TOLERANCE_SECONDS:
        return False
    signed = f"{headers.get('webhook-id')}.{sent_at}.".encode() + body
    key = load_public_key(public)
    for given in headers.get("webhook-signature", "").split():
        kind, _, signature = given.partition(",")
        if kind == V1A and is_signed(key, signature, signed):
            return True
    return False


def verify_hub(secret: str, headers: Mapping[str, str], body: bytes) -> bool:
    """Tell whether one of the signatures in `X-Hub-Signature-256` is by this secret."""
    want = _hub(secret.encode(), body)
    given = headers.get(HUB_HEADER.lower(), "").split(",")
    return any(
        hmac.compare_digest(each.strip().encode(), want.encode()) for each in given
    )


@dataclass(frozen=True, kw_only=True, slots=True)
class Verifier:
    """What a receiver holds: the secret, the public key, or both."""

    secret: str | None = None
    public: str | None = None

    def accepts(self, headers: Mapping[str, str], body: bytes) -> bool:
        """Tell whether every signature that it can check is good, and there is one."""
        parts = headers.get("webhook-signature", "").split()
        kinds = {part.partition(",")[0] for part in parts}
        found: list[bool] = []
        if self.secret and V1 in kinds:
            found.append(verify(self.secret, headers, body))
        if self.secret and HUB_HEADER.lower() in headers:
            found.append(verify_hub(self.secret, headers, body))
        if self.public and V1A in kinds:
            found.append(verify_v1a(self.public, headers, body))
        return bool(found) and all(found)


class StandardSigner:
    """Signs with every key given, the newest first: `whsec_` v1, `whsk_` v1a.

    `with_hub` adds `X-Hub-Signature-256` for each `whsec_` key, whose whole text is
    what the receiver is told as its secret. Several are joined by a comma, which is how
    receivers that take several (adnanh/webhook) read them.
    """

    def __init__(self, keys: Sequence[str], *, with_hub: bool = False) -> None:
        shared = [key for key in keys if not key.startswith(PRIVATE)]
        self._shared = tuple(b64decode(key.removeprefix(SECRET)) for key in shared)
        self._private = tuple(private_key(key) for key in keys if key not in shared)
        self._hub = tuple(key.encode() for key in shared) if with_hub else ()

    def headers(self, message_id: str, body: bytes, *, at: datetime) -> dict[str, str]:
        """Give the three headers of Standard Webhooks, and the hub's where wanted."""
        stamp = str(int(at.timestamp()))
        signed = f"{message_id}.{stamp}.".encode() + body
        # In one call of OpenSSL's: the specification's library takes twice the time.
        signatures = [
            _signature(V1, hmac.digest(key, signed, "sha256")) for key in self._shared
        ]
        signatures += [_signature(V1A, key.sign(signed)) for key in self._private]
        headers = {
            "webhook-id": message_id,
            "webhook-timestamp": stamp,
            "webhook-signature": " ".join(signatures),
        }
        if self._hub:
            headers[HUB_HEADER] = ",".join(_hub(key, body) for key in self._hub)
        return headers


class WebSubSigner:
    """Signs a push with the subscriber's secret, if it gave one (WebSub section 7.1).

    `method` is one of HUB_METHODS.
    """

    def __init__(self, secret: str | None, method: str) -> None:
        self._secret = secret.encode() if secret is not None else None
        self._method = method

    def headers(self, message_id: str, body: bytes, *, at: datetime) -> dict[str, str]:  # noqa: ARG002 - a Signer's
        """Give `X-Hub-Signature`; nothing without a secret."""
        if self._secret is None:
            return {}
        digest = hmac.new(self._secret, body, self._method).hexdigest()
        return {"X-Hub-Signature": f"{self._method}={digest}"}


def _signature(kind: str, signature: bytes) -> str:
    return f"{kind},{b64encode(signature).decode()}"


def _hub(key: bytes, body: bytes) -> str:
    return f"sha256={hmac.digest(key, body, 'sha256').hex()}"
