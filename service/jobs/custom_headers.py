"""Open the headers that a subscription sends along: once for each stored value."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

import structlog

from config.settings import SettingError
from db.claims import Turn
from db.subscriptions import headers_of

# Kept ready; one more and all are opened anew.
MOST = 10_000

log = structlog.get_logger(__name__)


class Opener(Protocol):
    """What opens stored secrets: see service.secrets.Cipher."""

    def decrypt(self, token: str) -> str:
        """Give the secret, or raise SettingError."""
        ...


class CustomHeaders:
    """The opened headers of endpoints that have any."""

    def __init__(self, cipher: Opener) -> None:
        self._cipher = cipher
        self._known: dict[str, Mapping[str, str] | None] = {}

    def of(self, turn: Turn) -> Mapping[str, str] | None:
        """Give an endpoint's headers, mostly none; None when they cannot be opened."""
        if turn.headers is None:
            return {}
        if turn.headers not in self._known:
            if len(self._known) >= MOST:
                self._known.clear()
            self._known[turn.headers] = self._open(turn)
        return self._known[turn.headers]

    def _open(self, turn: Turn) -> Mapping[str, str] | None:
        tokens = headers_of(turn.headers)
        try:
            return {name: self._cipher.decrypt(token) for name, token in tokens.items()}
        except SettingError as error:
            log.error(  # noqa: TRY400 - the reason says it all
                "deliveries wait for their headers",
                subscription=turn.id,
                url=turn.url,
                reason=str(error),
            )
            return None
