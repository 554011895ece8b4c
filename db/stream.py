"""The one counter of positions and event numbers.

Taken as late in a transaction as can be, its row lock makes the order of numbers the
order of commits, so no cursor ever skips a row that committed late (DESIGN rule 6).
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select, update

from db.changes import notify
from db.engine import Session
from db.models import StreamRow
from db.upsert import insert_missing

# The counter's row, and the row that counts changes of the sources themselves. The
# latter is made when first needed.
COUNTER, CATALOGUE = 1, 2


@dataclass(frozen=True, kw_only=True, slots=True)
class Mark:
    """How far things are: the last number taken, and changes of sources so far.

    While both stay what they were, no feed has changed.
    """

    number: int
    catalogue: int


def take(session: Session, count: int) -> int:
    """Take `count` numbers and give the first; the others follow it.

    The counter stays locked until the caller commits: take last, commit at once.
    """
    taken = (
        update(StreamRow)
        .where(StreamRow.id == COUNTER)
        .values(value=StreamRow.value + count)
        .returning(StreamRow.value)
    )
    return session.execute(taken).scalar_one() - count + 1


def current(session: Session) -> int:
    """Give the last number taken; 0 before the first."""
    last = select(StreamRow.value).where(StreamRow.id == COUNTER)
    return session.execute(last).scalar_one()


def turn(session: Session) -> None:
    """Note that a source was added, renamed, redefined or removed, and tell others.

    These have no event, and take no number.
    """
    turned = (
        update(StreamRow)
        .where(StreamRow.id == CATALOGUE)
        .values(value=StreamRow.value + 1)
        .returning(StreamRow.value)
    )
    if session.execute(turned).first() is None:
        insert_missing(session, StreamRow, [{"id": CATALOGUE, "value": 0}])
        session.execute(turned)
    notify(session)


def mark(session: Session) -> Mark:
    """Give how far things are, in one small read."""
    values = dict(iter(session.execute(_MARKS)))
    return Mark(number=values[COUNTER], catalogue=values.get(CATALOGUE, 0))


_MARKS = select(StreamRow.id, StreamRow.value)
