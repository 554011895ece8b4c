"""Read the stream of events by a cursor: the same that webhooks are sent.

The cursor is the number of the last event looked at, whether it matched or not. Events
are numbered in the order of their commits, and the last number is read before the
events are, so nothing that commits later comes before the cursor.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from db import events
from db.engine import Session
from db.events import Event
from db.filters import PARAMETERS, Filter
from db.sources import get_source
from service.webhooks.events import Wish, type_for
from service.webhooks.notices import notice_of
from service.webhooks.payloads.standard import document_of
from service.webhooks.subscribing import known_types

# Looked at in one request: a filter that matches little ends it with a cursor all the
# same, before anybody runs out of patience.
MOST_LOOKED_AT = 2000
BATCH = 500


class EventsQuery(BaseModel):
    """What may be asked; a parameter repeated means "or"."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    after: int = Field(0, ge=0, lt=2**63, description="The cursor; 0: what is kept.")
    limit: int = Field(100, ge=1, le=500, description="Events at most.")
    wait: int = Field(0, ge=0, le=30, description="Seconds to wait for the first one.")
    content: Literal["full", "summary", "headline"] = Field(
        "full", description="How much of an article."
    )
    type: list[str] = Field([], description="Only these; without it, all of articles.")
    source: list[str] = []
    category: list[str] = []
    tag: list[str] = []
    author: list[str] = []
    lang: list[str] = []
    q: list[str] = []

    def filter(self) -> Filter:
        """Give the filter; ValueError says what is wrong with it."""
        pairs = [
            (name, value) for name in PARAMETERS for value in getattr(self, name, [])
        ]
        return Filter.from_pairs(pairs)


class CursorLost(ValueError):
    """Events after the cursor are no longer kept, or it is of another database."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Page:
    """Events as JSON values, and the cursor to go on from."""

    events: tuple[dict[str, Any], ...]
    next: int
    has_more: bool


def wish_of(session: Session, query: EventsQuery) -> Wish:
    """Give what a query wishes; ValueError or NotFound say what there is not."""
    wanted = query.filter()
    for slug in wanted.sources:
        get_source(session, slug)
    return Wish(filter=wanted, event_types=known_types(query.type))


def read_events(
    session: Session, wish: Wish, query: EventsQuery, *, after: int
) -> Page:
    """Read the events after a cursor; CursorLost when some are no longer there."""
    head = events.last_seq(session)
    _check(session, after, head)
    found: list[dict[str, Any]] = []
    looked_at = 0
    while after < head and looked_at < MOST_LOOKED_AT:
        batch = events.list_events(session, after=after, until=head, limit=BATCH)
        for event in batch:
            after = event.seq
            if (seen_as := type_for(wish, event)) is not None:
                found.append(_told(event, seen_as, query))
            if len(found) == query.limit:
                return Page(events=tuple(found), next=after, has_more=after < head)
        looked_at += len(batch)
        if len(batch) < BATCH:
            after = head
    return Page(events=tuple(found), next=after, has_more=after < head)


def _check(session: Session, after: int, head: int) -> None:
    if after > head:
        message = (
            f"after={after} is ahead of the last event, {head}: of another database?"
        )
        raise CursorLost(message)
    first = events.first_seq(session)
    if after and after + 1 < (head + 1 if first is None else first):
        message = (
            f"Events after {after} are no longer kept. Begin again with after=0, which"
            " gives what is; feeds and their archives have the articles."
        )
        raise CursorLost(message)


def _told(event: Event, seen_as: str, query: EventsQuery) -> dict[str, Any]:
    notice = notice_of(event, seen_as, query.content)
    return {"seq": event.seq, **document_of(notice)}
