"""Delete what the RETENTION_… settings no longer keep, in small transactions.

Articles are never pruned; what goes is what was needed to publish and to explain:
events, deliveries with their log, payloads, passes, processes long gone.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Protocol

import structlog

from config.settings import Settings
from db import retention
from db.engine import Engine, Session, transaction
from db.errors import DatabaseUnavailable
from db.retention import Step

# A few milliseconds of work at a time, so that a delivery never waits for it.
WINDOW = 500
# A process that has not beaten for so long is not coming back.
FORGET_PROCESSES_AFTER = timedelta(days=1)

# A push holds a whole feed, and the next one makes it old news.
KEEP_PUSHES = timedelta(days=1)

log = structlog.get_logger(__name__)


class Walk(Protocol):
    """One of the walks of db.retention."""

    def __call__(
        self, session: Session, *, before: datetime, after: int, limit: int
    ) -> Step:
        """Delete what is older, in the next window."""
        ...


def prune(
    engine: Engine,
    settings: Settings,
    *,
    now: datetime,
    is_stopping: Callable[[], bool] = lambda: False,
) -> dict[str, int]:
    """Delete all that is past its time; give the counts, zeros left out.

    A database that is locked or full ends it early: the next call goes on.
    """
    # Payloads after deliveries, which hold them.
    walks: dict[str, tuple[Walk, timedelta]] = {
        "deliveries": (retention.delete_deliveries, settings.retention_deliveries),
        "pushes": (retention.delete_pushes, KEEP_PUSHES),
        "pushed feeds": (retention.delete_pushed, KEEP_PUSHES),
        "payloads": (retention.delete_payloads, settings.retention_deliveries),
        "events": (retention.delete_events, settings.retention_events),
        "runs": (retention.delete_runs, settings.retention_runs),
    }
    deleted: dict[str, int] = {}
    try:
        for name, (walk, keep) in walks.items():
            deleted[name] = _walk(engine, walk, now - keep, is_stopping)
        with transaction(engine) as session:
            deleted["processes"] = retention.delete_heartbeats(
                session, before=now - FORGET_PROCESSES_AFTER
            )
            retention.refresh_statistics(session)
    except DatabaseUnavailable as error:
        log.warning("pruning waits for the database", reason=str(error))
    found = {name: count for name, count in deleted.items() if count}
    if found:
        log.info("pruned", **found)
    return found


def _walk(
    engine: Engine, walk: Walk, before: datetime, is_stopping: Callable[[], bool]
) -> int:
    deleted = 0
    after: int | None = 0
    while after is not None and not is_stopping():
        with transaction(engine) as session:
            step = walk(session, before=before, after=after, limit=WINDOW)
        deleted += step.deleted
        after = step.after
    return deleted
