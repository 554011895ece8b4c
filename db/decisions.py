"""Decide what an arriving article is: new, an edit, the same again, or one restored.

Identity is never taken from the title alone, and a page's word about its canonical
address is obeyed only where the articles are alike: sites give every page the same
canonical, and then one article must not swallow the others.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import or_, select
from uuid_utils.compat import uuid7

from db.article_rows import article_of, with_slug
from db.engine import Session
from db.models import ArticleRow, ArticleUrlRow
from db.records import StoredArticle
from scrapers.items import Precision, ScrapedArticle


class Change(StrEnum):
    """What storing an article came to."""

    NEW = "new"
    CHANGED = "changed"
    RESTORED = "restored"
    WITHDRAWN = "withdrawn"
    SAME = "same"


# The finer a date is known the higher; a coarser one never replaces a finer one.
FINENESS = {Precision.SEEN: 0, Precision.MONTH: 1, Precision.DAY: 2, Precision.TIME: 3}


CONTENT = (
    "title",
    "summary",
    "body_html",
    "body_text",
    "authors",
    "categories",
    "tags",
    "language",
    "image",
    "restrictions",
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Arrival:
    """A scraped article on its way into the table.

    `page_url` is where its page is after redirects, `position` that of the article the
    page gave before. `is_alias` says that the page is only another address of that
    article: it never changes it. `is_history` keeps its `article.published` from
    subscribers who did not ask for history.
    """

    article: ScrapedArticle
    content_hash: str
    page_url: str
    position: int | None = None
    is_alias: bool = False
    is_history: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Decision:
    """What an arrival comes to. `after.position` and `.seq` are 0 until numbered."""

    change: Change
    after: StoredArticle
    before: StoredArticle | None = None
    content_hash: str = ""
    is_history: bool = False
    is_alias: bool = False


class Known:
    """The stored articles a batch may concern, looked up in two statements."""

    def __init__(
        self, session: Session, source_id: int, arrivals: Sequence[Arrival]
    ) -> None:
        urls = {url for arrival in arrivals for url in addresses_of(arrival)}
        aliases = session.execute(
            select(ArticleUrlRow.url, ArticleUrlRow.position).where(
                ArticleUrlRow.source_id == source_id, ArticleUrlRow.url.in_(urls)
            )
        ).all()
        positions = {a.position for a in arrivals if a.position is not None}
        positions |= {position for _, position in aliases}
        rows = session.execute(
            with_slug().where(
                ArticleRow.source_id == source_id,
                or_(ArticleRow.url.in_(urls), ArticleRow.position.in_(positions)),
            )
        ).all()
        self._by_position = {row.position: article_of(row, slug) for row, slug in rows}
        self._hashes = {row.position: row.content_hash for row, _ in rows}
        self._by_url = {a.url: a for a in self._by_position.values()}
        self._by_alias = {url: self._by_position[at] for url, at in aliases}

    def by_position(self, position: int | None) -> StoredArticle | None:
        """Give the article at a position."""
        return None if position is None else self._by_position.get(position)

    def at(self, url: str) -> StoredArticle | None:
        """Give the article whose address, main or other, this is."""
        return self._by_url.get(url) or self._by_alias.get(url)

    def is_address(self, url: str) -> bool:
        """Say whether `article_url` has this address already."""
        return url in self._by_alias

    def hash_of(self, article: StoredArticle) -> str:
        """Give the stored content hash."""
        return self._hashes[article.position]


def decide(known: Known, arrival: Arrival, *, source: str, now: datetime) -> Decision:
    """Say what one arrival comes to; `source` is the slug."""
    before = known.by_position(arrival.position) or known.at(arrival.page_url)
    if before is not None:
        return _revise(known, arrival, before, now=now)
    for url in arrival.article.addresses:
        before = known.at(url)
        if before is not None and alike(before, arrival.article):
            return _revise(known, arrival, before, now=now)
    before = known.at(arrival.article.url)
    if before is None:
        return Decision(
            change=Change.NEW,
            after=_first_version(arrival, arrival.article.url, source=source, now=now),
            content_hash=arrival.content_hash,
            is_history=arrival.is_history,
        )
    if alike(before, arrival.article):
        return Decision(change=Change.SAME, after=before, before=before, is_alias=True)
    return Decision(
        change=Change.NEW,
        after=_first_version(arrival, arrival.page_url, source=source, now=now),
        content_hash=arrival.content_hash,
        is_history=arrival.is_history,
    )


def alike(before: StoredArticle, article: ScrapedArticle) -> bool:
    """Say whether two are one article: the same headline, text, or minute."""
    if before.title == article.title:
        return True
    if before.body_text and before.body_text == article.body_text:
        return True
    return (
        before.published_precision is Precision.TIME
        and before.published_at == article.published_at
    )


def addresses_of(arrival: Arrival) -> tuple[str, ...]:
    """Give every address an arrival answers to, the canonical one first."""
    article = arrival.article
    return tuple(dict.fromkeys((article.url, arrival.page_url, *article.addresses)))


def _revise(
    known: Known, arrival: Arrival, before: StoredArticle, *, now: datetime
) -> Decision:
    same = Decision(
        change=Change.SAME, after=before, before=before, is_alias=arrival.is_alias
    )
    if arrival.is_alias or before.withdrawn_by == "hand":
        return same
    url = _new_url(known, arrival, before)
    published_at, precision = _new_date(before, arrival.article)
    is_back = before.withdrawn_at is not None
    if (
        not is_back
        and known.hash_of(before) == arrival.content_hash
        and (url, published_at, precision)
        == (before.url, before.published_at, before.published_precision)
    ):
        return same
    article = arrival.article
    after = replace(
        before,
        url=url,
        **_content(article),
        published_at=published_at,
        published_precision=precision,
        modified_at=article.modified_at or before.modified_at,
        changed_at=now,
        version=before.version + 1,
        withdrawn_at=None,
        withdrawn_by=None,
    )
    return Decision(
        change=Change.RESTORED if is_back else Change.CHANGED,
        after=after,
        before=before,
        content_hash=arrival.content_hash,
    )


def _new_url(known: Known, arrival: Arrival, before: StoredArticle) -> str:
    # An address that belongs to another article stays with it.
    for url in (arrival.article.url, arrival.page_url):
        owner = known.at(url)
        if owner is None or owner.position == before.position:
            return url
    return before.url


def _new_date(
    before: StoredArticle, article: ScrapedArticle
) -> tuple[datetime, Precision]:
    found, precision = article.published_at, article.published_precision
    if found is None or precision is None:
        return before.published_at, before.published_precision
    if FINENESS[precision] < FINENESS[before.published_precision]:
        return before.published_at, before.published_precision
    return found, precision


def _first_version(
    arrival: Arrival, url: str, *, source: str, now: datetime
) -> StoredArticle:
    article = arrival.article
    precision = article.published_precision if article.published_at else None
    return StoredArticle(
        position=0,
        seq=0,
        uid=uuid7(),
        source=source,
        url=url,
        **_content(article),
        published_at=article.published_at or now,
        published_precision=precision or Precision.SEEN,
        modified_at=article.modified_at,
        first_seen_at=now,
        changed_at=now,
    )


def _content(article: ScrapedArticle) -> dict[str, Any]:
    """Give what is taken over from a page as it is."""
    return {name: getattr(article, name) for name in CONTENT}
