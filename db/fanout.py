"""Past articles and events still to be fanned out to one subscription.

A backfill walks the stored articles by position, a replay the events by number. The
lease of a task is its locked row: one worker at a time works at it, for one short
transaction. Nothing here commits.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, select, update

from db import events
from db.article_rows import article_of, with_slug
from db.engine import Session
from db.filters import Filter
from db.models import ArticleRow, FanoutRow, SourceRow, SubscriptionRow
from db.records import SourceHead, StoredArticle
from db.sources import head_of
from db.subscriptions import Subscription, get_subscription


@dataclass(frozen=True, kw_only=True, slots=True)
class Task:
    """What is left: everything above `after` up to `until`."""

    id: int
    subscription: Subscription
    kind: str
    after: int
    until: int
    made: int
    created_at: datetime


def add_backfill(session: Session, subscription_id: int, *, now: datetime) -> None:
    """Have all that is stored now sent to a subscription."""
    until = events.last_seq(session)
    _add(session, subscription_id, "backfill", after=0, until=until, now=now)


def add_replay(
    session: Session, subscription_id: int, *, first: int, last: int, now: datetime
) -> None:
    """Have the events of these numbers sent to a subscription again."""
    _add(session, subscription_id, "replay", after=first - 1, until=last, now=now)


def _add(
    session: Session,
    subscription_id: int,
    kind: str,
    *,
    after: int,
    until: int,
    now: datetime,
) -> None:
    row = FanoutRow(
        subscription_id=subscription_id,
        kind=kind,
        after=after,
        until=until,
        created_at=now,
    )
    session.add(row)
    session.flush()


def list_tasks(session: Session, subscription_id: int | None = None) -> list[Task]:
    """List the open tasks, of one subscription or all, the oldest first.

    Those of disabled subscriptions are left out: nothing is queued for them.
    """
    chosen = select(FanoutRow).join(SubscriptionRow).order_by(FanoutRow.id)
    chosen = chosen.where(SubscriptionRow.state != "disabled")
    if subscription_id is not None:
        chosen = chosen.where(FanoutRow.subscription_id == subscription_id)
    return [_task(session, row) for row in session.scalars(chosen)]


def claim_task(session: Session, task_id: int) -> Task | None:
    """Lock a task until the caller commits; None when another has it or it is done."""
    chosen = (
        select(FanoutRow)
        .where(FanoutRow.id == task_id)
        .with_for_update(skip_locked=True)
    )
    row = session.scalar(chosen)
    return None if row is None else _task(session, row)


def record_progress(session: Session, task: Task, *, after: int, made: int) -> None:
    """Note how far a task has come."""
    session.execute(
        update(FanoutRow)
        .where(FanoutRow.id == task.id)
        .values(after=after, made=FanoutRow.made + made)
        .execution_options(synchronize_session=False)
    )


def remove_task(session: Session, task: Task) -> None:
    """Forget a task that is through."""
    session.execute(delete(FanoutRow).where(FanoutRow.id == task.id))


def list_articles(
    session: Session, wanted: Filter, *, after: int, until: int, limit: int
) -> list[tuple[StoredArticle, SourceHead]]:
    """List matching articles, save the withdrawn, by position, with their sources."""
    chosen = (
        with_slug()
        .add_columns(SourceRow.spec)
        .where(
            ArticleRow.position > after,
            ArticleRow.position <= until,
            ArticleRow.withdrawn_at.is_(None),
            wanted.where(),
        )
        .order_by(ArticleRow.position)
        .limit(limit)
    )
    return [
        (article_of(row, slug), head_of(slug, spec))
        for row, slug, spec in session.execute(chosen)
    ]


def _task(session: Session, row: FanoutRow) -> Task:
    return Task(
        id=row.id,
        subscription=get_subscription(session, str(row.subscription_id)),
        kind=row.kind,
        after=row.after,
        until=row.until,
        made=row.made,
        created_at=row.created_at,
    )
