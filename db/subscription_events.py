"""Tell subscribers, those that ask for it, that a subscription was disabled."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from urllib.parse import urlsplit

from sqlalchemy import insert
from uuid_utils.compat import uuid7

from db import stream
from db.changes import notify
from db.engine import Session
from db.models import EventRow
from db.subscriptions import WEBHOOK, Subscription


def record_disabled(
    session: Session, disabled: Sequence[Subscription], *, now: datetime
) -> None:
    """Write a `subscription.disabled` event for each webhook, as late as can be.

    Of the address only the host is told: the rest may be a secret.
    """
    told = [each for each in disabled if each.kind == WEBHOOK]
    if not told:
        return
    first = stream.take(session, len(told))
    events = [
        {
            "seq": seq,
            "uid": uuid7(),
            "type": "subscription.disabled",
            "is_history": False,
            "created_at": now,
            "snapshot": _facts(each),
        }
        for seq, each in enumerate(told, first)
    ]
    session.execute(insert(EventRow), events)
    notify(session)


def _facts(disabled: Subscription) -> dict[str, str | int | None]:
    since = disabled.failing_since
    return {
        "subscription": str(disabled.uid),
        "number": disabled.id,
        "description": disabled.description,
        "host": urlsplit(disabled.url).hostname,
        "reason": disabled.state_reason,
        "failing_since": since.isoformat() if since else None,
    }
