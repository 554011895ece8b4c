"""Store articles: new, changed, withdrawn, restored; each with its event.

One call stores one batch of one source inside the caller's transaction. First it reads
and decides, then it takes its numbers from the stream and writes, so the counter's lock
is held for the writes alone. Nothing here commits.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import bindparam, func, select, update
from uuid_utils.compat import uuid7

from db import stream
from db.article_rows import article_of, values_of, with_slug
from db.batches import independent
from db.changes import notify
from db.decisions import Change, Decision
from db.engine import Session
from db.errors import NotFound
from db.folding import decide
from db.indexing import set_words, words_searched
from db.known import Arrival, Known
from db.models import ArticleRow, EventRow, RevisionRow
from db.ready import among_ids, is_sqlite
from db.recognising import record_addresses, record_marks
from db.records import StoredArticle
from db.terms import ensure_terms, set_terms
from db.upsert import insert_rows, update_rows
from scrapers.items import Precision, ScrapedArticle

# What was published longer ago than this when it was found was not found by a poll.
FRESH = timedelta(days=2)

EVENT_TYPES = {
    Change.NEW: "article.published",
    Change.CHANGED: "article.updated",
    Change.RESTORED: "article.restored",
    Change.WITHDRAWN: "article.withdrawn",
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Stored:
    """What became of one arrival, and at which article's position.

    `is_alias`: its page is but another address. `takes_over`: its page gives the
    article's text from now on, and the article's other pages are aliases.
    """

    position: int
    change: Change
    is_alias: bool = False
    takes_over: bool = False


def prepare(arrivals: Iterable[Arrival]) -> None:
    """Read the words of what is likely new, before the transaction that stores it.

    That takes a third of the time; who stores holds a lock that others wait for.
    """
    for arrival in arrivals:
        if arrival.position is None:
            words_searched(arrival.article)


def store(
    session: Session,
    source_id: int,
    slug: str,
    arrivals: Sequence[Arrival],
    *,
    now: datetime,
) -> list[Stored]:
    """Store a batch of one source's articles; give what became of each, in order.

    An unchanged article writes nothing. Arrivals that concern one article are stored
    one after the other, so that each is judged by what the one before left.
    """
    results: dict[int, Stored] = {}
    homes: dict[int, str] = {}
    waiting = list(range(len(arrivals)))
    while waiting:
        chosen, later = independent(arrivals, waiting)
        known = Known(session, source_id, [arrivals[index] for index in chosen], homes)
        decided: dict[int, Decision] = {}
        concerned: set[int] = set()
        for index in chosen:
            decision = decide(known, arrivals[index], source=slug, now=now)
            places = _concerned(decision)
            if places & concerned:
                later.append(index)
                continue
            concerned |= places
            decided[index] = decision
        batch = [(arrivals[index], decision) for index, decision in decided.items()]
        stored = _store_round(session, source_id, known, batch, now=now)
        results.update(zip(decided, stored, strict=True))
        homes |= {
            one.position: arrivals[index].page_url
            for index, one in zip(decided, stored, strict=True)
            if not one.is_alias
        }
        waiting = sorted(later)
    return [results[index] for index in range(len(arrivals))]


def _concerned(decision: Decision) -> set[int]:
    """Give the positions of the stored articles a decision changes or leans on."""
    evicted = decision.evicted.before if decision.evicted else None
    articles = (decision.before, decision.leaves_to, evicted)
    return {article.position for article in articles if article is not None}


def _store_round(
    session: Session,
    source_id: int,
    known: Known,
    batch: Sequence[tuple[Arrival, Decision]],
    *,
    now: datetime,
) -> list[Stored]:
    evicted = [d.evicted for _, d in batch if d.evicted is not None]
    written = write(session, source_id, [*evicted, *(d for _, d in batch)], now=now)
    results = []
    for (_, decision), after in zip(batch, written[len(evicted) :], strict=True):
        at = decision.leaves_to or after
        results.append(
            Stored(
                position=at.position,
                change=decision.change,
                is_alias=decision.is_alias,
                takes_over=decision.takes_over,
            )
        )
    positions = [stored.position for stored in results]
    record_addresses(session, source_id, known, batch, positions)
    record_marks(session, source_id, known, batch, positions)
    return results


def withdraw(
    session: Session, positions: Iterable[int], *, by: str, now: datetime
) -> list[int]:
    """Withdraw articles, by "site" or by "hand"; give those that were not already."""
    return _turn(session, positions, Change.WITHDRAWN, by=by, now=now)


def restore(session: Session, positions: Iterable[int], *, now: datetime) -> list[int]:
    """Bring withdrawn articles back, whoever withdrew them; give those that were."""
    return _turn(session, positions, Change.RESTORED, by=None, now=now)


def _turn(
    session: Session,
    positions: Iterable[int],
    change: Change,
    *,
    by: str | None,
    now: datetime,
) -> list[int]:
    is_leaving = change is Change.WITHDRAWN
    has_left = ArticleRow.withdrawn_at.is_not(None)
    chosen = with_slug().where(
        ArticleRow.position.in_(list(positions)), ~has_left if is_leaving else has_left
    )
    by_source: dict[int, list[Decision]] = {}
    turned = []
    for row, slug in session.execute(chosen).all():
        before = article_of(row, slug)
        after = replace(
            before,
            withdrawn_at=now if is_leaving else None,
            withdrawn_by=by,
            changed_at=now,
            version=before.version + 1,
        )
        decision = Decision(
            change=change, after=after, before=before, content_hash=row.content_hash
        )
        by_source.setdefault(row.source_id, []).append(decision)
        turned.append(row.position)
    for source_id, decisions in by_source.items():
        write(session, source_id, decisions, now=now)
    return turned


def get_article(session: Session, uid: UUID) -> StoredArticle:
    """Give one article by its public id, withdrawn or not."""
    found = session.execute(with_slug().where(ArticleRow.uid == uid)).first()
    if found is None:
        raise NotFound("article", str(uid))
    return article_of(found[0], found[1])


def count_by_source(session: Session) -> dict[int, int]:
    """Count the articles of each source that has any, by the source's number."""
    counted = (
        select(ArticleRow.source_id, func.count())
        .where(ArticleRow.withdrawn_at.is_(None))
        .group_by(ArticleRow.source_id)
    )
    return dict(session.execute(counted).all())


def published_times(session: Session, positions: Sequence[int]) -> dict[int, datetime]:
    """Give when articles were published, by position."""
    times = _TIMES[is_sqlite(session)]
    rows = session.connection().execute(times, {"ids": positions})
    return dict(rows.all())


_TIMES = {
    sqlite: select(
        ArticleRow.__table__.c.position, ArticleRow.__table__.c.published_at
    ).where(among_ids(ArticleRow.position, sqlite=sqlite))
    for sqlite in (True, False)
}


def recent_times(session: Session, source_id: int, *, limit: int) -> list[datetime]:
    """Give when the last articles of a source appeared.

    That is the time it states; where it states none, that of our first sight, unless it
    had been there for days.
    """
    rows = session.execute(
        select(
            ArticleRow.published_at,
            ArticleRow.published_precision,
            ArticleRow.first_seen_at,
        )
        .where(ArticleRow.source_id == source_id)
        .order_by(ArticleRow.position.desc())
        .limit(limit)
    )
    return [
        seen if precision != Precision.TIME and seen - published < FRESH else published
        for published, precision, seen in rows
    ]


def is_fresh(article: ScrapedArticle, *, now: datetime) -> bool:
    """Say whether an article states that it was published in the last days."""
    stated = article.published_at
    is_exact = article.published_precision in {Precision.DAY, Precision.TIME}
    return stated is not None and is_exact and now - stated < FRESH


def write(
    session: Session, source_id: int, decisions: Sequence[Decision], *, now: datetime
) -> list[StoredArticle]:
    """Write what was decided; give the articles as they are now, in order."""
    _note_readings(session, [d for d in decisions if d.change is Change.SAME])
    changes = [d for d in decisions if d.change is not Change.SAME]
    if not changes:
        return [d.after for d in decisions]
    term_ids = ensure_terms(session, source_id, [d.after for d in changes])
    number = stream.take(session, len(changes))
    after: list[StoredArticle] = []
    for decision in decisions:
        if decision.change is Change.SAME:
            after.append(decision.after)
            continue
        position = decision.after.position or number
        after.append(replace(decision.after, position=position, seq=number))
        number += 1
    numbered = [
        (decision, article)
        for decision, article in zip(decisions, after, strict=True)
        if decision.change is not Change.SAME
    ]
    # First what leaves an address, then what takes it.
    _update_changed(session, numbered, now=now)
    _insert_new(session, source_id, numbered)
    replaced = [a.position for d, a in numbered if d.before is not None]
    written = [article for _, article in numbered]
    set_terms(session, written, term_ids, replaces=replaced)
    set_words(session, source_id, written, replaces=replaced)
    _write_events(session, source_id, numbered, now=now)
    notify(session)
    return after


def _note_readings(session: Session, decisions: Sequence[Decision]) -> None:
    """Measure later looks at what stays as it was by what was read now."""
    rows = [
        {"position": decision.after.position, "content_hash": decision.content_hash}
        for decision in decisions
        if decision.content_hash
    ]
    update_rows(session, ArticleRow, "position", rows)


def _insert_new(
    session: Session, source_id: int, numbered: Sequence[tuple[Decision, StoredArticle]]
) -> None:
    rows = [
        values_of(article)
        | {"source_id": source_id, "content_hash": decision.content_hash}
        for decision, article in numbered
        if decision.before is None
    ]
    if rows:
        insert_rows(session, ArticleRow, rows)


def _update_changed(
    session: Session,
    numbered: Sequence[tuple[Decision, StoredArticle]],
    *,
    now: datetime,
) -> None:
    rows, revisions = [], []
    for decision, article in numbered:
        if decision.before is None:
            continue
        values = values_of(article) | {"content_hash": decision.content_hash}
        values["at"] = values.pop("position")
        rows.append(values)
        revisions.append(
            {
                "position": article.position,
                "version": decision.before.version,
                "replaced_at": now,
                "snapshot": decision.before.snapshot(),
            }
        )
    if not rows:
        return
    insert_rows(session, RevisionRow, revisions)
    names = [name for name in rows[0] if name != "at"]
    # One after the other: what leaves an address, then what takes it.
    session.connection().execute(
        update(ArticleRow.__table__)  # type: ignore[arg-type] # a Table, typed FromClause
        .where(ArticleRow.position == bindparam("at"))
        .values({name: bindparam(name) for name in names}),
        rows,
    )


def _write_events(
    session: Session,
    source_id: int,
    numbered: Sequence[tuple[Decision, StoredArticle]],
    *,
    now: datetime,
) -> None:
    rows = [
        {
            "seq": article.seq,
            "uid": uuid7(),
            "type": EVENT_TYPES[decision.change],
            "source_id": source_id,
            "position": article.position,
            "version": article.version,
            "is_history": decision.is_history,
            "created_at": now,
            "snapshot": {
                "article": article.snapshot(),
                "previous": decision.before and decision.before.snapshot(),
            },
        }
        for decision, article in numbered
    ]
    insert_rows(session, EventRow, rows)
