"""What of a subscription can be changed later. Nothing here commits."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from db.engine import Session
from db.filters import Filter
from db.models import SubscriptionRow
from db.subscriptions import Secret, Subscription, from_row, get_row, plain_secret


@dataclass(frozen=True, kw_only=True, slots=True)
class Changes:
    """New values; None leaves what is there.

    An empty `description` takes it away. `headers` are all there are to be, each value
    encrypted; `rate` is a count and seconds, and (0, 0) means no limit.
    """

    url: str | None = None
    description: str | None = None
    secrets: tuple[Secret, ...] | None = None
    signatures: tuple[str, ...] | None = None
    filter: Filter | None = None
    event_types: tuple[str, ...] | None = None
    format: str | None = None
    content: str | None = None
    concurrency: int | None = None
    rate: tuple[int, int] | None = None
    headers: Mapping[str, str] | None = None


def change(session: Session, key: str, changes: Changes) -> Subscription:
    """Change a subscription.

    Another address has nothing of the old one's record: it proves itself anew.
    """
    row = get_row(session, key)
    if changes.url is not None and changes.url != row.url:
        row.url = changes.url
        row.unanswered, row.open_until = 0, None
        row.failing_since, row.last_success_at = None, None
    for name in ("format", "content", "concurrency"):
        value = getattr(changes, name)
        if value is not None:
            setattr(row, name, value)
    if changes.description is not None:
        row.description = changes.description or None
    if changes.filter is not None:
        row.filter = changes.filter.to_dict()
    if changes.event_types is not None:
        row.event_types = list(changes.event_types)
    _change_sending(row, changes)
    session.flush()
    return from_row(row)


def _change_sending(row: SubscriptionRow, changes: Changes) -> None:
    """Change what each request is made of, and how often one is made."""
    if changes.secrets is not None:
        row.secrets = [plain_secret(each) for each in changes.secrets]
    if changes.signatures is not None:
        row.signatures = list(changes.signatures)
    if changes.headers is not None:
        row.headers = dict(changes.headers) or None
    if changes.rate is not None:
        count, seconds = changes.rate
        row.rate_count, row.rate_seconds = count or None, seconds or None
        row.rest_until = None
