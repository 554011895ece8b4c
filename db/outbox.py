"""The outbox: payloads and deliveries on their way in.

The fan-out writes here; db.claims takes from it, db.deliveries shows it to people.
Nothing here commits.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, bindparam, func, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite

from db.engine import Session
from db.models import DeliveryRow, PayloadRow

# PostgreSQL takes 65,535 parameters a statement, SQLite 32,766; a row has at most ten.
ROWS_A_STATEMENT = 2000


@dataclass(frozen=True, kw_only=True, slots=True, weakref_slot=True)
class Payload:
    """Bytes to send, with the Link header they need, if any; equal ones stored once."""

    content_type: str
    body: bytes
    link: str | None = None

    @property
    def digest(self) -> str:
        """The SHA-256 of all of it, in hex."""
        named = "\0".join(filter(None, (self.content_type, self.link)))
        return sha256(named.encode() + b"\0" + self.body).hexdigest()


@dataclass(frozen=True, kw_only=True, slots=True)
class Draft:
    """A delivery to be written."""

    subscription_id: int
    event_seq: int
    message_id: str
    type: str
    origin: str
    payload: Payload


def message_id(subscription: UUID, event_seq: int) -> str:
    """Give the id under which an event reaches a subscription, always the same one."""
    named = sha256(subscription.bytes + event_seq.to_bytes(8, "big"))
    return "msg_" + named.hexdigest()[:32]


def put(
    session: Session, drafts: Sequence[Draft], *, now: datetime, due_at: datetime
) -> int:
    """Write deliveries, leaving out those that are there; give how many were new."""
    return _put(session, drafts, now=now, due_at=due_at, again=False)


def put_again(session: Session, drafts: Sequence[Draft], *, now: datetime) -> int:
    """Write deliveries, and put back in the queue those that are there already.

    They keep their ids and their bytes and start the schedule anew. What a worker has
    under way is left to it.
    """
    return _put(session, drafts, now=now, due_at=now, again=True)


def put_payload(session: Session, payload: Payload, *, now: datetime) -> int:
    """Store what is to be sent, unless it is there already; give its id."""
    return _put_payloads(session, [payload], now=now)[payload.digest]


def _put(
    session: Session,
    drafts: Sequence[Draft],
    *,
    now: datetime,
    due_at: datetime,
    again: bool,
) -> int:
    count = 0
    payloads = _put_payloads(session, (each.payload for each in drafts), now=now)
    for start in range(0, len(drafts), ROWS_A_STATEMENT):
        rows = [
            {
                "subscription_id": draft.subscription_id,
                "event_seq": draft.event_seq,
                "message_id": draft.message_id,
                "type": draft.type,
                "origin": draft.origin,
                "payload_id": payloads[draft.payload.digest],
                "state": "waiting",
                "attempt_count": 0,
                "step": 0,
                "created_at": now,
                "due_at": due_at,
            }
            for draft in drafts[start : start + ROWS_A_STATEMENT]
        ]
        adding = _insert(session)(DeliveryRow).values(rows)
        if again:
            written = adding.on_conflict_do_update(
                index_elements=[DeliveryRow.message_id],
                set_=queued(now) | {"origin": "replay"},
                where=is_free(now),
            )
        else:
            written = adding.on_conflict_do_nothing()
        count += len(session.execute(written.returning(DeliveryRow.id)).all())
    return count


def _put_payloads(
    session: Session, wanted: Iterable[Payload], *, now: datetime
) -> dict[str, int]:
    """Store the payloads that are new; give all their ids by digest.

    Sorted, so that two workers lock in one order; touched, so that the pruning of old
    payloads cannot take one that is about to be used again.
    """
    needed = {payload.digest: payload for payload in wanted}
    rows = [
        {
            "digest": digest,
            "content_type": payload.content_type,
            "body": payload.body,
            "link": payload.link,
            "created_at": now,
        }
        for digest, payload in sorted(needed.items())
    ]
    ids: dict[str, int] = {}
    for start in range(0, len(rows), ROWS_A_STATEMENT):
        adding = _insert(session)(PayloadRow).values(
            rows[start : start + ROWS_A_STATEMENT]
        )
        written = adding.on_conflict_do_update(
            index_elements=[PayloadRow.digest], set_={"created_at": now}
        ).returning(PayloadRow.digest, PayloadRow.id)
        ids.update((digest, found) for digest, found in session.execute(written))
    return ids


def _insert(session: Session) -> Any:  # noqa: ANN401 - two classes without a common type
    is_sqlite = session.get_bind().dialect.name == "sqlite"
    return sqlite.insert if is_sqlite else postgresql.insert


def queued(now: datetime) -> dict[str, Any]:
    """Give the columns of a delivery that starts the schedule anew."""
    return {
        "state": "waiting",
        "step": 0,
        "due_at": now,
        "lease_owner": None,
        "lease_until": None,
        "finished_at": None,
    }


def is_free(now: datetime) -> ColumnElement[bool]:
    """Hold for what no worker has under way."""
    row = DeliveryRow
    return or_(row.lease_until.is_(None), row.lease_until <= now)


def count_waiting(session: Session, subscription_id: int, *, limit: int) -> int:
    """Count what waits for a subscription, up to `limit`."""
    waiting = (
        select(DeliveryRow.id)
        .where(
            DeliveryRow.subscription_id == subscription_id,
            DeliveryRow.due_at.is_not(None),
        )
        .limit(limit)
        .subquery()
    )
    return session.scalar(select(func.count()).select_from(waiting)) or 0


def heal_clock(session: Session, *, now: datetime, jump: timedelta) -> int:
    """Bring forward what is due, or leased, by a clock that has since been set back."""
    count = 0
    for column in (DeliveryRow.due_at, DeliveryRow.lease_until):
        ahead = select(DeliveryRow.id, column).where(
            column > now, DeliveryRow.due_at.is_not(None)
        )
        moved = [
            {"key": key, "at": at - jump} for key, at in session.execute(ahead) if at
        ]
        if moved:
            session.connection().execute(
                update(DeliveryRow)
                .where(DeliveryRow.id == bindparam("key"))
                .values({column: bindparam("at")}),
                moved,
            )
        count += len(moved)
    return count
