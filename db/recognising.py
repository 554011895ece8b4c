"""Note by what an article is to be recognised: its addresses, and its marks."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import delete, update

from db.decisions import Change, Decision
from db.engine import Session
from db.known import Arrival, Known, addresses_of, all_marks
from db.models import ArticleMarkRow, ArticleUrlRow
from db.upsert import insert_missing


def record_addresses(
    session: Session,
    source_id: int,
    known: Known,
    batch: Sequence[tuple[Arrival, Decision]],
    positions: Sequence[int],
) -> None:
    """Note every address of a batch; `positions` are those of its articles, in order.

    A page's own address leads to its article, whatever it led to before; the others
    stay with the article that had them first.
    """
    # The main address may be among them: it stays findable when the article moves.
    rows = []
    for (arrival, _), position in zip(batch, positions, strict=True):
        for url in addresses_of(arrival):
            owner = known.owner_of(url)
            if owner is None:
                rows.append({"source_id": source_id, "url": url, "position": position})
            elif owner != position and url == arrival.page_url:
                session.execute(
                    update(ArticleUrlRow)
                    .where(
                        ArticleUrlRow.source_id == source_id, ArticleUrlRow.url == url
                    )
                    .values(position=position)
                )
    insert_missing(session, ArticleUrlRow, rows)


def record_marks(
    session: Session,
    source_id: int,
    known: Known,
    batch: Sequence[tuple[Arrival, Decision]],
    positions: Sequence[int],
) -> None:
    """Note the marks of what is new, edited or folded; an edit's replace the old."""
    rows = []
    outdated = []
    for (arrival, decision), position in zip(batch, positions, strict=True):
        if not decision.is_told:
            continue
        if decision.change is Change.CHANGED and not decision.is_alias:
            outdated.append(position)
        rows += [
            {"source_id": source_id, "mark": number, "position": position}
            for number in sorted(all_marks(arrival))
            if not known.is_boilerplate(number)
        ]
    if outdated:
        session.execute(
            delete(ArticleMarkRow).where(ArticleMarkRow.position.in_(outdated))
        )
    insert_missing(session, ArticleMarkRow, rows)
