"""Notice: the one view of an event that every payload format renders."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from db.events import Event
from db.records import Republish, SourceHead
from service.entries import Entry, entry_of
from service.webhooks.events import PING, WITHDRAWN


@dataclass(frozen=True, kw_only=True, slots=True)
class Notice:
    """What happened, as it is told to subscribers of one content policy.

    `seq` is the event's number, 0 for a ping. `entry` is set for events of articles and
    `source` for those of sources, neither for those of subscriptions; `details` holds
    what else there is to say.
    `withdrawn_at` is set when the article left, for everybody or for this filter.
    """

    type: str
    seq: int
    timestamp: datetime
    entry: Entry | None = None
    source: SourceHead | None = None
    withdrawn_at: datetime | None = None
    details: dict[str, Any] = field(default_factory=dict)


def notice_of(event: Event, seen_as: str, content: Republish) -> Notice:
    """Make the notice of an event for those who get it as `seen_as`."""
    if event.article is None:
        facts = dict(event.details)
        slug = str(facts.pop("source", ""))  # of then: a source tells it itself
        return Notice(
            type=seen_as,
            seq=event.seq,
            timestamp=event.created_at,
            source=event.source or (_bare(slug) if slug else None),
            details=facts,
        )
    source = event.source or _bare(event.article.source)
    withdrawn = event.article.withdrawn_at or event.created_at
    has_left = seen_as == WITHDRAWN
    return Notice(
        type=seen_as,
        seq=event.seq,
        timestamp=event.created_at,
        # What has left is named, not sent once more.
        entry=entry_of(event.article, source, "headline" if has_left else content),
        source=source,
        withdrawn_at=withdrawn if has_left else None,
    )


def ping(*, timestamp: datetime, details: dict[str, Any]) -> Notice:
    """Make the notice that only says hello."""
    return Notice(type=PING, seq=0, timestamp=timestamp, details=details)


def _bare(slug: str) -> SourceHead:
    """Stand in for a source that has been removed; it gives away headlines only."""
    return SourceHead(slug=slug, name=slug, home="", republish="headline")
