"""Which page gives an article its text, where several addresses lead to it.

Nothing here commits.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import func, select, update

from db.engine import Session
from db.known import WAYS
from db.models import PageRow
from db.pages import VALIDATORS


def yield_to(session: Session, page_id: int, position: int) -> None:
    """Make one page the one that gives an article its text, and the others aliases."""
    session.execute(
        update(PageRow)
        .where(
            PageRow.position == position,
            PageRow.id != page_id,
            PageRow.status.not_in(WAYS),
        )
        .values(
            status="alias", reason="another address of its article", next_check_at=None
        )
    )


def promote_heirs(
    session: Session, positions: Sequence[int], *, now: datetime
) -> set[int]:
    """Let another address of each article, if it has one, take the place of its page.

    It is due at once and read anew; gives the positions of those that had one.
    """
    heirs = select(func.min(PageRow.id)).where(
        PageRow.position.in_(positions), PageRow.status == "alias"
    )
    chosen = list(session.scalars(heirs.group_by(PageRow.position)))
    promoted = (
        update(PageRow)
        .where(PageRow.id.in_(chosen))
        .values(
            status="stored",
            reason=None,
            next_check_at=now,
            **dict.fromkeys(VALIDATORS),
        )
        .returning(PageRow.position)
    )
    found = session.scalars(promoted) if chosen else ()
    return {position for position in found if position is not None}
