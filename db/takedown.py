"""What operators withdraw: for now, or for good.

Of an article that is taken down nothing of what it said is kept, and it does not come
back. What stays is that there was one: its position, its id, its sections and its
addresses, which are blocked, so that readers can be told that it left and no pass
fetches it again. The marks it is recognised by stay too; they are hashes, of which no
text can be made.
Nothing here commits.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    delete,
    exists,
    func,
    literal,
    or_,
    select,
    text,
    update,
)
from sqlalchemy.orm import InstrumentedAttribute

from db.article_rows import article_of, with_slug
from db.articles import restore, withdraw, write
from db.base import FULL_TEXT
from db.decisions import BY_HAND, CLOSED, TAKEN_DOWN, Change, Decision
from db.engine import Session
from db.errors import Conflict, NotFound
from db.filters import Filter
from db.models import (
    ArticleRow,
    ArticleTermRow,
    ArticleUrlRow,
    AttemptRow,
    BlockedAddressRow,
    DeliveryRow,
    EventRow,
    HubTopicRow,
    PageRow,
    PayloadRow,
    RevisionRow,
    SubscriptionRow,
    TermRow,
)
from db.pages import BLOCKED, VALIDATORS
from db.records import StoredArticle
from db.upsert import insert_missing
from scrapers.clean.urls import canonical

# Pages of the full-text index that are merged in one transaction: some tens of ms.
MERGED_AT_ONCE = 500
# FTS5 counts its own command as a change; less than this, and nothing was left to do.
NOTHING_MERGED = 2

# Sections are not what an article says; names of people and topics are.
SAID_BY_TERMS = ("author", "tag")


@dataclass(frozen=True, kw_only=True, slots=True)
class TakenDown:
    """What a takedown purged: how many of each, and the addresses it blocked."""

    uid: UUID
    revisions: int
    events: int
    deliveries: int
    addresses: tuple[str, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Blocked:
    """An address that is not fetched any more."""

    url: str
    uid: UUID
    blocked_at: datetime
    reason: str | None


def find_articles(session: Session, key: str) -> list[StoredArticle]:
    """List the articles of an id (`urn:uuid:…` or bare) or of any of their addresses.

    One address may have an article in several sources.
    """
    try:
        chosen = ArticleRow.uid == UUID(key.removeprefix("urn:uuid:"))
    except ValueError:
        urls = _spellings(key)
        others = select(ArticleUrlRow.position).where(ArticleUrlRow.url.in_(urls))
        chosen = or_(ArticleRow.url.in_(urls), ArticleRow.position.in_(others))
    rows = with_slug().where(chosen).order_by(ArticleRow.position)
    return [article_of(row, slug) for row, slug in session.execute(rows)]


def _spellings(address: str) -> set[str]:
    try:
        return {address, canonical(address)}
    except ValueError:  # no address: nothing is stored under it
        return {address}


def withdraw_by_hand(
    session: Session, article: StoredArticle, *, now: datetime
) -> bool:
    """Withdraw an article until it is restored by hand; False where it was so already.

    One that its site withdrew does not return with its page any more.
    """
    if article.withdrawn_by in CLOSED:
        return False
    if article.withdrawn_at is None:
        withdraw(session, [article.position], by=BY_HAND, now=now)
        return True
    session.execute(
        update(ArticleRow)
        .where(ArticleRow.position == article.position)
        .values(withdrawn_by=BY_HAND)
    )
    return True


def restore_by_hand(session: Session, article: StoredArticle, *, now: datetime) -> bool:
    """Bring an article back, whoever withdrew it; False where it is there.

    Conflict for one that was taken down: nothing is left of it.
    """
    if article.withdrawn_by == TAKEN_DOWN:
        raise Conflict("takedown of the article", str(article.uid), "nothing is left")
    return bool(restore(session, [article.position], now=now))


def list_blocked(session: Session) -> list[Blocked]:
    """List the addresses that takedowns blocked, the latest first."""
    rows = select(BlockedAddressRow).order_by(
        BlockedAddressRow.blocked_at.desc(), BlockedAddressRow.url
    )
    return [
        Blocked(url=row.url, uid=row.uid, blocked_at=row.blocked_at, reason=row.reason)
        for row in session.scalars(rows)
    ]


def take_down(
    session: Session, uid: UUID, *, reason: str | None, now: datetime
) -> TakenDown:
    """Purge an article's text, revisions, payloads and logs, and block its addresses.

    Subscribers who may have it are told that it is withdrawn, whatever their filters;
    what waits to be sent of it is not sent. Doing it again purges what came since.
    """
    if session.get_bind().dialect.name == "sqlite":
        # What is deleted is overwritten, not only forgotten.
        session.execute(text("PRAGMA secure_delete = ON"))
    found = session.execute(with_slug().where(ArticleRow.uid == uid)).one_or_none()
    if found is None:
        raise NotFound("article", str(uid))
    row, slug = found
    source_id, before = row.source_id, article_of(row, slug)
    told = _who_may_have_it(session, before)
    (after,) = write(session, source_id, [_empty(before, now=now)], now=now)
    at = before.position
    numbers = {at, *_numbers_of(session, at)} - {after.seq}
    purged = TakenDown(
        uid=uid,
        revisions=_delete(session, RevisionRow.version, RevisionRow.position == at),
        events=_delete(
            session, EventRow.seq, EventRow.position == at, EventRow.seq != after.seq
        ),
        deliveries=_purge_deliveries(session, DeliveryRow.event_seq.in_(numbers))
        + _purge_pushes(session, uid),
        addresses=_block(session, before, source_id, reason=reason, now=now),
    )
    session.execute(
        update(EventRow)
        .where(EventRow.seq == after.seq)
        .values(
            snapshot={"article": after.snapshot(), "previous": None, "told": told},
        )
    )
    _forget_terms(session, source_id)
    return purged


def _empty(before: StoredArticle, *, now: datetime) -> Decision:
    after = StoredArticle(
        position=before.position,
        seq=before.seq,
        uid=before.uid,
        source=before.source,
        url=before.url,
        title="",
        categories=before.categories,
        language=before.language,
        published_at=before.published_at,
        published_precision=before.published_precision,
        first_seen_at=before.first_seen_at,
        changed_at=now,
        version=before.version + 1,
        withdrawn_at=now,
        withdrawn_by=TAKEN_DOWN,
        is_past=before.is_past,
    )
    return Decision(change=Change.WITHDRAWN, before=before, after=after)


def _who_may_have_it(session: Session, article: StoredArticle) -> list[int]:
    """List the subscriptions whose filters have, or had, what is purged."""
    revisions = select(RevisionRow.snapshot).where(
        RevisionRow.position == article.position
    )
    was = [StoredArticle.from_snapshot(one) for one in session.scalars(revisions)]
    ever = [article, *(replace(one, source=article.source) for one in was)]
    rows = session.execute(select(SubscriptionRow.id, SubscriptionRow.filter))
    return [
        number
        for number, values in rows
        if any(map(Filter.from_dict(values).matches, ever))
    ]


def _numbers_of(session: Session, position: int) -> Sequence[int]:
    numbers = select(EventRow.seq).where(EventRow.position == position)
    return session.scalars(numbers).all()


def _delete(
    session: Session, number: InstrumentedAttribute[int], *which: ColumnElement[bool]
) -> int:
    gone = delete(number.class_).where(*which).returning(number)
    return len(session.execute(gone).all())


def _purge_deliveries(session: Session, which: ColumnElement[bool]) -> int:
    """Delete deliveries with their log, and the payloads that are nobody's then."""
    rows = session.execute(
        select(DeliveryRow.id, DeliveryRow.payload_id).where(which)
    ).all()
    ids, payloads = [row.id for row in rows], {row.payload_id for row in rows}
    session.execute(delete(AttemptRow).where(AttemptRow.delivery_id.in_(ids)))
    session.execute(delete(DeliveryRow).where(DeliveryRow.id.in_(ids)))
    session.execute(
        delete(PayloadRow).where(
            PayloadRow.id.in_(payloads),
            ~exists().where(DeliveryRow.payload_id == PayloadRow.id),
            ~exists().where(HubTopicRow.payload_id == PayloadRow.id),
        )
    )
    return len(ids)


def _purge_pushes(session: Session, uid: UUID) -> int:
    """Delete the feeds that were pushed with the article in them.

    Without it they are another version, which the hub pushes in their place.
    """
    needle = str(uid).encode()
    is_sqlite = session.get_bind().dialect.name == "sqlite"
    place = (
        func.instr(PayloadRow.body, needle)
        if is_sqlite
        else func.position(literal(needle).op("IN")(PayloadRow.body))
    )
    chosen = select(PayloadRow.id).where(PayloadRow.link.is_not(None), place > 0)
    ids = session.scalars(chosen).all()
    session.execute(
        update(HubTopicRow)
        .where(HubTopicRow.payload_id.in_(ids))
        .values(payload_id=None)
    )
    count = _purge_deliveries(session, DeliveryRow.payload_id.in_(ids))
    session.execute(delete(PayloadRow).where(PayloadRow.id.in_(ids)))
    return count


def _block(
    session: Session,
    article: StoredArticle,
    source_id: int,
    *,
    reason: str | None,
    now: datetime,
) -> tuple[str, ...]:
    """Block every address of an article; its pages are never due again."""
    others = select(ArticleUrlRow.url).where(ArticleUrlRow.position == article.position)
    pages = select(PageRow.url).where(PageRow.position == article.position)
    urls = {article.url, *session.scalars(others), *session.scalars(pages)}
    insert_missing(
        session,
        BlockedAddressRow,
        [
            {"url": url, "uid": article.uid, "blocked_at": now, "reason": reason}
            for url in sorted(urls)
        ],
    )
    session.execute(
        update(PageRow)
        .where(PageRow.source_id == source_id, PageRow.url.in_(urls))
        .values(
            **BLOCKED,
            **dict.fromkeys(VALIDATORS),
            position=article.position,
        )
    )
    return tuple(sorted(urls))


def _forget_terms(session: Session, source_id: int) -> None:
    """Forget authors and tags that no article has any more."""
    session.execute(
        delete(TermRow).where(
            TermRow.source_id == source_id,
            TermRow.kind.in_(SAID_BY_TERMS),
            ~exists().where(ArticleTermRow.term_id == TermRow.id),
        )
    )


def merge_words(session: Session, *, is_first: bool) -> bool:
    """Let SQLite's full-text index forget the words of what was deleted, a step of it.

    It keeps them until its parts are merged: of a million articles that takes minutes.
    True while there is more to do, each time in a transaction of its own. PostgreSQL
    forgets when it vacuums.
    """
    if session.get_bind().dialect.name != "sqlite":
        return False
    connection = session.connection()
    before = connection.exec_driver_sql("SELECT total_changes()").scalar_one()
    merge = f"INSERT INTO {FULL_TEXT}({FULL_TEXT}, rank) VALUES ('merge', ?)"  # noqa: S608 - a name of ours
    # A negative number has all parts merged into one.
    pages = -MERGED_AT_ONCE if is_first else MERGED_AT_ONCE
    connection.exec_driver_sql(merge, (pages,))
    after = connection.exec_driver_sql("SELECT total_changes()").scalar_one()
    return bool(after - before >= NOTHING_MERGED)
