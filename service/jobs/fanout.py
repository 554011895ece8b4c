"""From events to deliveries: match, render, write; and the same for what is past.

The events come in the order of their numbers, from each subscription's cursor on. One
transaction takes a batch: the subscriptions' rows stay locked until it commits, so two
workers never show one event to one subscription at once, and cursor and deliveries
move together. A backfill or replay is the same step over a task's range; it waits while
its subscription has enough to do, so that it neither floods the outbox nor makes what
happens now wait behind what is old.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog

from db import events, fanout, outbox, subscriptions
from db.changes import notify
from db.engine import Engine, Session, database_now, reading, transaction
from db.events import Event
from db.fanout import Task
from db.outbox import Draft, Payload
from db.records import SourceHead, StoredArticle
from db.subscriptions import Subscription
from service.entries import POLICIES
from service.jobs.stepping import Stepper
from service.services import Services
from service.webhooks.events import PUBLISHED, Wish, is_told_anyway, type_for
from service.webhooks.notices import notice_of
from service.webhooks.payloads import formats

# Subscriptions looked at in one transaction.
SUBSCRIPTIONS_AT_ONCE = 500

log = structlog.get_logger(__name__)


@dataclass(frozen=True, kw_only=True, slots=True)
class Batches:
    """How much at once.

    `pairs` of event and subscription are looked at in one transaction, more or less:
    that is some tens of milliseconds of the write lock. While `past` deliveries wait
    for a subscription, its tasks wait.
    """

    pairs: int = 2000
    past: int = 1000


def build(services: Services, *, on_written: Callable[[], None]) -> Stepper:
    """Make the fan-out of a worker; `on_written` is told of new deliveries."""
    settings = services.settings
    work = FanOut(
        services.engine,
        first_pause=settings.delivery_schedule[0],
        on_written=on_written,
    )
    return Stepper("fan-out", work.step, tick=settings.tick)


class FanOut:
    """Takes one step at a time: see service.jobs.stepping.Stepper."""

    def __init__(
        self,
        engine: Engine,
        *,
        first_pause: timedelta = timedelta(0),
        batches: Batches = Batches(),
        on_written: Callable[[], None] = lambda: None,
        clock: Callable[[Session], datetime] = database_now,
    ) -> None:
        self._engine = engine
        self._first_pause = first_pause
        self._batches = batches
        self._on_written = on_written
        self._clock = clock

    def step(self) -> bool:
        """Take one batch of what is new, else of what is past; False: nothing left."""
        return self._step_events() or self._step_tasks()

    def _step_events(self) -> bool:
        with reading(self._engine) as session:
            head = events.last_seq(session)
            if not subscriptions.has_behind(session, head=head):
                return False
        with transaction(self._engine) as session:
            now = self._clock(session)
            # Number first, rows second: every event up to the number is visible then.
            head = events.last_seq(session)
            behind = subscriptions.claim_behind(
                session, head=head, limit=SUBSCRIPTIONS_AT_ONCE
            )
            if not behind:  # another worker has them
                return False
            written = self._show(session, behind, head=head, now=now)
        if written:
            self._on_written()
        return True

    def _show(
        self,
        session: Session,
        behind: Sequence[Subscription],
        *,
        head: int,
        now: datetime,
    ) -> int:
        limit = max(1, self._batches.pairs // len(behind))
        after = min(each.cursor for each in behind)
        found = events.list_events(session, after=after, until=head, limit=limit)
        reached = found[-1].seq if len(found) == limit else head
        drafts = _Drafts(origin="event")
        for event in found:
            for subscription in behind:
                if event.seq > subscription.cursor:
                    drafts.add(event, subscription)
        due_at = now + self._first_pause
        written = outbox.put(session, drafts.made, now=now, due_at=due_at)
        subscriptions.move_cursors(session, (each.id for each in behind), to=reached)
        if written:
            notify(session)
        return written

    def _step_tasks(self) -> bool:
        with reading(self._engine) as session:
            ids = [
                task.id
                for task in fanout.list_tasks(session)
                if self._room(session, task) >= self._batches.past // 2
            ]
        return sum(self._step_task(task_id) for task_id in ids) > 0

    def _step_task(self, task_id: int) -> bool:
        with transaction(self._engine) as session:
            task = fanout.claim_task(session, task_id)
            if task is None or (room := self._room(session, task)) <= 0:
                return False
            now = self._clock(session)
            found = _past(session, task, limit=room)
            drafts = _Drafts(origin=task.kind)
            for event in found:
                drafts.add(event, task.subscription)
            if task.kind == "replay":
                written = outbox.put_again(session, drafts.made, now=now)
            else:
                written = outbox.put(session, drafts.made, now=now, due_at=now)
            if len(found) < room:
                fanout.remove_task(session, task)
            else:
                fanout.record_progress(session, task, after=found[-1].seq, made=written)
            notify(session)
        self._on_written()
        return True

    def _room(self, session: Session, task: Task) -> int:
        most = self._batches.past
        return most - outbox.count_waiting(session, task.subscription.id, limit=most)


def _past(session: Session, task: Task, *, limit: int) -> list[Event]:
    span = {"after": task.after, "until": task.until, "limit": limit}
    if task.kind == "replay":
        return events.list_events(session, **span)
    wanted = task.subscription.filter
    return [
        _as_published(article, source)
        for article, source in fanout.list_articles(session, wanted, **span)
    ]


def _as_published(article: StoredArticle, source: SourceHead) -> Event:
    """Tell of a stored article as of one just published.

    Its position was the number of that event, so the webhook-id is the same, too.
    """
    return Event(
        seq=article.position,
        type=PUBLISHED,
        version=article.version,
        is_history=False,
        created_at=article.first_seen_at,
        source=source,
        article=article,
        previous=None,
        details={},
    )


@dataclass(frozen=True, slots=True)
class _Rendering:
    """What one payload is made of: equal ones are rendered once a batch."""

    seq: int
    seen_as: str
    format: str
    content: str


class _Drafts:
    """The deliveries of one batch; each wish is matched and each payload made once."""

    def __init__(self, *, origin: str) -> None:
        self.made: list[Draft] = []
        self._origin = origin
        self._types: dict[tuple[Wish, int, bool], str | None] = {}
        self._payloads: dict[_Rendering, Payload | None] = {}

    def add(self, event: Event, subscription: Subscription) -> None:
        """Draft the delivery of an event to a subscription, if it is to have it."""
        wish = Wish(
            filter=subscription.filter,
            event_types=subscription.event_types,
            wants_history=subscription.wants_history,
        )
        is_told = is_told_anyway(event, subscription.id)
        key = (wish, event.seq, is_told)
        if key not in self._types:
            self._types[key] = type_for(wish, event, is_told=is_told)
        seen_as = self._types[key]
        if event.details.get("subscription") == str(subscription.uid):
            return  # its own end, which a replay would bring once it is resumed
        payload = self._payload(event, subscription, seen_as) if seen_as else None
        if seen_as is None or payload is None:
            return
        draft = Draft(
            subscription_id=subscription.id,
            event_seq=event.seq,
            message_id=outbox.message_id(subscription.uid, event.seq),
            type=seen_as,
            origin=self._origin,
            payload=payload,
        )
        self.made.append(draft)

    def _payload(
        self, event: Event, subscription: Subscription, seen_as: str
    ) -> Payload | None:
        key = _Rendering(event.seq, seen_as, subscription.format, subscription.content)
        if key not in self._payloads:
            self._payloads[key] = _render(event, key)
        return self._payloads[key]


def _render(event: Event, wanted: _Rendering) -> Payload | None:
    """Render a payload; None when it cannot be, which the log then tells."""
    try:
        made = formats()[wanted.format]
        content = next(each for each in POLICIES if each == wanted.content)
        notice = notice_of(event, wanted.seen_as, content)
        return Payload(content_type=made.CONTENT_TYPE, body=made.render(notice))
    except Exception:
        # One event that cannot be shown must not keep all those after it from everyone.
        log.exception("no payload", seq=event.seq, format=wanted.format)
        return None
