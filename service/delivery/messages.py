"""The values of delivering: what goes in, and what comes out.

They know neither rows nor aiohttp, so that both sides of the engine can be replaced.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol


class Signer(Protocol):
    """Whatever makes the headers by which a receiver knows us."""

    def headers(self, message_id: str, body: bytes, *, at: datetime) -> dict[str, str]:
        """Give the headers of one attempt made at `at`."""
        ...


@dataclass(frozen=True, kw_only=True, slots=True)
class Message:
    """One request to make.

    `endpoint` is the subscription's id, whose requests under way are counted together.
    `attempt` is this request's number among those of its delivery.
    `link` is the Link header that goes with the body, if any.
    `headers` are the subscriber's own; their values are secrets, which no log shows.
    """

    delivery_id: int
    endpoint: int
    url: str
    message_id: str
    content_type: str
    body: bytes
    signer: Signer
    attempt: int = 1
    link: str | None = None
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True, slots=True)
class Outcome:
    """What one request came to.

    `status` is None when no answer came; `error` then says why. With an answer `error`
    is None, even if its body was cut off: the status is what counts. `was_cut` marks a
    request given up because the worker stops: it is nobody's failure. `was_closed`
    tells that somebody took the connection and closed it without an answer.
    """

    message: Message
    started_at: datetime
    took_ms: float
    status: int | None = None
    error: str | None = None
    was_cut: bool = False
    was_closed: bool = False
    request_headers: Mapping[str, str]
    response_headers: Mapping[str, str] | None = None
    response_body: bytes | None = None

    @property
    def was_reached(self) -> bool:
        """Whether anybody was there, and was quick to say so."""
        return self.status is not None or self.was_closed

    @property
    def succeeded(self) -> bool:
        """Whether the receiver took it: any 2xx."""
        return self.status is not None and 200 <= self.status < 300
