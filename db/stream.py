"""The one counter of positions and event numbers.

Taken as late in a transaction as can be, its row lock makes the order of numbers the
order of commits, so no cursor ever skips a row that committed late (DESIGN rule 6).
"""

from __future__ import annotations

from sqlalchemy import select, update

from db.engine import Session
from db.models import StreamRow


def take(session: Session, count: int) -> int:
    """Take `count` numbers and give the first; the others follow it.

    The counter stays locked until the caller commits: take last, commit at once.
    """
    taken = (
        update(StreamRow)
        .where(StreamRow.id == 1)
        .values(value=StreamRow.value + count)
        .returning(StreamRow.value)
    )
    return session.execute(taken).scalar_one() - count + 1


def current(session: Session) -> int:
    """Give the last number taken; 0 before the first."""
    return session.execute(select(StreamRow.value)).scalar_one()
