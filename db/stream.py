"""The one counter of positions and event numbers.

Taken as late in a transaction as can be, its row lock makes the order of numbers the
order of commits, so no cursor ever skips a row that committed late (DESIGN rule 6).
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import bindparam, select, update

from db.changes import notify
from db.engine import Session
from db.models import StreamRow
from db.upsert import insert_missing

# The counter's row, the row that counts changes of the sources themselves, and the one
# that holds the last number taken before the last of these. The latter two are made
# when first needed.
COUNTER, CATALOGUE, TURNED = 1, 2, 3


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
    taken = session.connection().execute(_TAKEN, {"count": count})
    last: int = taken.scalar_one()
    return last - count + 1


_STREAM = StreamRow.__table__
_TAKEN = (
    update(_STREAM)  # type: ignore[arg-type] # a Table, typed FromClause
    .where(_STREAM.c.id == COUNTER)
    .values(value=_STREAM.c.value + bindparam("count"))
    .returning(_STREAM.c.value)
)


def current(session: Session) -> int:
    """Give the last number taken; 0 before the first."""
    last = select(StreamRow.value).where(StreamRow.id == COUNTER)
    return session.execute(last).scalar_one()


def turn(session: Session) -> None:
    """Note that a source was added, renamed, redefined or removed, and tell others.

    These have no event, and take no number. The counter stays locked as `take` does it.
    """
    last = take(session, 0) - 1
    rows = ({"id": CATALOGUE, "value": 0}, {"id": TURNED, "value": 0})
    insert_missing(session, StreamRow, list(rows))
    counted = update(StreamRow).where(StreamRow.id == CATALOGUE)
    session.execute(counted.values(value=StreamRow.value + 1))
    noted = update(StreamRow).where(StreamRow.id == TURNED)
    session.execute(noted.values(value=last))
    notify(session)


def last_turned(session: Session) -> int:
    """Give the last number taken before sources changed last; 0 where none did."""
    noted = select(StreamRow.value).where(StreamRow.id == TURNED)
    return session.scalar(noted) or 0


def mark(session: Session) -> Mark:
    """Give how far things are, in one small read."""
    values = dict(iter(session.execute(_MARKS)))
    return Mark(number=values[COUNTER], catalogue=values.get(CATALOGUE, 0))


_MARKS = select(StreamRow.id, StreamRow.value)
