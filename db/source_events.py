"""Tell subscribers that a source began to fail, or recovered."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import insert
from uuid_utils.compat import uuid7

from db import stream
from db.changes import notify
from db.engine import Session
from db.models import EventRow
from db.sources import Source


def record_source_event(
    session: Session,
    source: Source,
    kind: str,
    *,
    health: str,
    reason: str | None,
    now: datetime,
) -> None:
    """Write a `source.failing` or `source.recovered` event, as late as can be.

    `health` is ok, failing, or drifting: the site can be read, and has changed.
    """
    event = {
        "seq": stream.take(session, 1),
        "uid": uuid7(),
        "type": kind,
        "source_id": source.id,
        "is_history": False,
        "created_at": now,
        "snapshot": {
            "source": source.slug,
            "health": health,
            "reason": reason,
            "failures": source.failures + (health == "failing"),
            "last_success_at": source.last_success_at
            and source.last_success_at.isoformat(),
        },
    }
    session.execute(insert(EventRow), [event])
    notify(session)
