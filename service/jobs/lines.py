"""Lines of the delivery log: of attempts made, and of those that a crash cut off."""

from __future__ import annotations

from datetime import datetime

from db.attempts import AttemptRecord
from db.claims import Claimed
from service.delivery.messages import Outcome

INTERRUPTED = "the worker died while this was under way; it may have arrived"


def line_of(outcome: Outcome, claimed: Claimed) -> AttemptRecord:
    """Give the line of an attempt that somebody saw the end of."""
    return AttemptRecord(
        delivery_id=claimed.id,
        number=claimed.number,
        started_at=outcome.started_at,
        took_ms=outcome.took_ms,
        status=outcome.status,
        error=outcome.error,
        request_headers=outcome.request_headers,
        response_headers=outcome.response_headers,
        response_body=outcome.response_body,
    )


def interruption(claimed: Claimed, now: datetime) -> AttemptRecord:
    """Give the line of the attempt before, whose worker never told what came of it."""
    return AttemptRecord(
        delivery_id=claimed.id,
        number=claimed.number - 1,
        started_at=now,
        took_ms=0,
        error=INTERRUPTED,
        request_headers={},
    )
