"""Pages that are held back: what they give is not believed for now (scrapers.drift).

They keep the article they gave before. Nothing here commits.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select, update

from db.engine import Session
from db.models import PageRow


def wake(
    session: Session,
    source_id: int,
    *,
    now: datetime,
    since: datetime | None = None,
    limit: int | None = None,
) -> int:
    """Make held pages due, the newest `limit` or all; give how many.

    With `since`, also those refused from then on. All are read anew, whatever the
    bytes, since what is made of them may be another.
    """
    chosen = PageRow.status == "held"
    if since is not None:
        chosen |= (PageRow.status == "refused") & (PageRow.fetched_at >= since)
    which = select(PageRow.id).where(PageRow.source_id == source_id, chosen)
    if limit is not None:
        which = which.order_by(PageRow.id.desc()).limit(limit)
    woken = (
        update(PageRow)
        .where(PageRow.id.in_(which))
        .values(next_check_at=now, etag=None, last_modified=None, digest=None)
        .returning(PageRow.id)
    )
    return len(session.execute(woken).all())
