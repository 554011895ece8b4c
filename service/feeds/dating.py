"""When a feed lost an article, which what is left of it does not show."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from db.choosing import Narrowing
from db.engine import Session
from db.feeds import Outline
from db.filters import Filter
from db.since import last_left


def last_loss(
    session: Session, found: Outline, before: Outline | None, asked: Narrowing
) -> datetime | None:
    """Say when the last article was edited out of a feed; None where none can be.

    It is asked of the events, so that every process gives a version the same date;
    unless `before`, what this one made last, shows that nothing left.
    """
    is_left_by_edits = (
        found.scope.term_id is not None
        or replace(asked.filter, sources=()) != Filter()
        or replace(found.scope.filter, sources=()) != Filter()
    )
    if not is_left_by_edits or (before is not None and not _has_lost(before, found)):
        return None
    return last_left(session, found.scope, asked, after=found.seq)


def _has_lost(before: Outline, found: Outline) -> bool:
    """Say whether anything left other than by the feed's end."""
    listed = {one.position for one in found.entries}
    end = min(listed, default=0)
    return any(
        one.position > end and one.position not in listed for one in before.entries
    )
