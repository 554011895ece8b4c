"""Push feeds that changed to their WebSub subscribers.

A topic's row tells what was pushed last; when the document is another one now, it is
stored as one payload, and a delivery for each subscriber takes the place of one still
waiting. The delivery engine does the rest. What is pushed is what a reader would get:
the documents come from where the web side has them.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import structlog

from db import events, hub, stream
from db.changes import notify
from db.engine import Engine, Session, database_now, reading, transaction
from db.hub import Topic
from db.outbox import Payload
from db.stream import Mark
from service.feeds.asking import with_token
from service.feeds.document import Document
from service.feeds.publisher import Publisher
from service.websub.asking import TopicName

# Subscribers queued in one transaction: some tens of milliseconds of the write lock.
PUSHES_AT_ONCE = 500
# Leases ended in one transaction, and how often they are looked at.
ENDED_AT_ONCE = 100
LEASES_EVERY = timedelta(seconds=1)

GONE = "this feed is no longer published here"

log = structlog.get_logger(__name__)

Find = Callable[[str, str | None], Document | None]


def finder(publisher: Publisher) -> Find:
    """Give what finds a feed's document as it is now; a token comes encrypted."""

    def find(topic: str, token: str | None) -> Document | None:
        opened = publisher.services.cipher.decrypt(token) if token else None
        name = TopicName.read(topic, opened)
        form = publisher.formats.get(name.ending)
        if form is None:
            return None
        # Whoever looks was woken by the notice that the cache may not have heard yet.
        publisher.cache.notice()
        return publisher.feed(name.slug, form, with_token(opened))

    return find


class Hub:
    """Takes one step at a time: see service.jobs.stepping.Stepper."""

    def __init__(
        self,
        engine: Engine,
        find: Find,
        *,
        on_written: Callable[[], None] = lambda: None,
        clock: Callable[[Session], datetime] = database_now,
    ) -> None:
        self._engine = engine
        self._find = find
        self._on_written = on_written
        self._clock = clock
        self._seen: Mark | None = None
        self._leases_at: datetime | None = None

    def step(self) -> bool:
        """Look once; True when there is more to do at once."""
        with reading(self._engine) as session:
            mark = stream.mark(session)
            now = self._clock(session)
            is_news = self._has_news(session, mark)
            topics = hub.list_topics(session, now=now) if is_news else []
        for topic in topics:
            self._look_at(topic)
        self._seen = mark
        written = self._queue(now)
        ended = self._end_leases(now)
        return written >= PUSHES_AT_ONCE or ended >= ENDED_AT_ONCE

    def _has_news(self, session: Session, mark: Mark) -> bool:
        """Say whether a feed may have changed by more than where its past is found."""
        seen = self._seen
        if seen is None or seen.catalogue != mark.catalogue:
            return True
        span = {"after": seen.number, "until": mark.number}
        return mark != seen and not events.tells_the_past(session, **span)

    def _look_at(self, topic: Topic) -> None:
        document = self._find(topic.name, topic.token)
        if document is None:
            with transaction(self._engine) as session:
                now = self._clock(session)
                told = hub.deny_topic(session, topic, reason=GONE, now=now)
                notify(session)
            log.info("a feed is no longer pushed", topic=topic.name, subscribers=told)
        elif document.version != topic.version:
            payload = Payload(
                content_type=_header(document, "Content-Type"),
                body=document.body,
                link=_header(document, "Link"),
            )
            with transaction(self._engine) as session:
                hub.record_version(
                    session,
                    topic,
                    payload,
                    version=document.version,
                    seq=document.seq,
                    now=self._clock(session),
                )

    def _queue(self, now: datetime) -> int:
        """Write what is to be pushed; give how many, of each topic a batch."""
        with reading(self._engine) as session:
            behind = hub.list_behind(session, now=now)
        most = 0
        for topic_id in behind:
            with transaction(self._engine) as session:
                now = self._clock(session)
                written = hub.queue_pushes(
                    session, topic_id, now=now, limit=PUSHES_AT_ONCE
                )
                if written:
                    notify(session)
            most = max(most, written)
        if most:
            self._on_written()
        return most

    def _end_leases(self, now: datetime) -> int:
        if self._leases_at is not None and abs(now - self._leases_at) < LEASES_EVERY:
            return 0
        self._leases_at = now
        with reading(self._engine) as session:
            if not hub.has_expired(session, now=now):
                return 0
        with transaction(self._engine) as session:
            return hub.end_expired(session, now=now, limit=ENDED_AT_ONCE)


def _header(document: Document, name: str) -> str:
    return dict(document.headers)[name]
