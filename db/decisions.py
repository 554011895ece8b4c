"""Decide what an arriving article is: new, an edit, the same again, or one restored.

What came at another address is folded into the article that is known (`db.folding`).
Identity is never taken from the title alone, and a page's word about its canonical
address is obeyed only where the articles are alike: sites give every page the same
canonical, and then one article must not swallow the others.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Any

from uuid_utils.compat import uuid7

from db.known import Arrival, Known
from db.records import StoredArticle
from scrapers.clean.variants import standing
from scrapers.edition import is_another, is_edit
from scrapers.items import Precision, ScrapedArticle
from scrapers.likeness import resembles


class Change(StrEnum):
    """What storing an article came to."""

    NEW = "new"
    CHANGED = "changed"
    RESTORED = "restored"
    WITHDRAWN = "withdrawn"
    SAME = "same"


# Who withdrew what its site cannot bring back: an operator, for now or for good.
BY_HAND, TAKEN_DOWN = "hand", "takedown"
CLOSED = frozenset({BY_HAND, TAKEN_DOWN})

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
    "enclosures",
    "restrictions",
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Decision:
    """What an arrival comes to. `after.position` and `.seq` are 0 until numbered.

    `is_alias`: its page is but another address of the article. `takes_over`: its page
    gives the text from now on, and the article's other pages are aliases.
    `evicted`: another article leaves an address that never was its own.
    `leaves_to`: the article is withdrawn, since its page now is the other's.
    `is_told`: the arrival's marks are to be noted as the article's.
    `content_hash`: what the next look is measured by; "" where it stays what it was.
    """

    change: Change
    after: StoredArticle
    before: StoredArticle | None = None
    content_hash: str = ""
    is_history: bool = False
    is_alias: bool = False
    takes_over: bool = False
    is_told: bool = False
    evicted: Decision | None = None
    leaves_to: StoredArticle | None = None


def first(known: Known, arrival: Arrival, *, source: str, now: datetime) -> Decision:
    """Make an arrival an article of its own."""
    return Decision(
        change=Change.NEW,
        after=_first_version(
            arrival, address_of(known, arrival, None), source=source, now=now
        ),
        content_hash=arrival.content_hash,
        is_history=arrival.is_history,
        is_told=True,
        evicted=_evicted(known, arrival, now=now),
    )


def address_of(known: Known, arrival: Arrival, before: StoredArticle | None) -> str:
    """Give the address an article is to have: the canonical one within reason.

    Not one that is another article's, nor one that pages of other articles state too.
    """
    claim, at = arrival.article.url, before.position if before else None
    owner = known.main_at(claim)
    if claim == arrival.page_url or (owner is not None and owner.position != at):
        return arrival.page_url
    for other in known.claiming(arrival):
        if other.position != at and not resembles(other, arrival.article):
            return arrival.page_url
    return claim


def _evicted(known: Known, arrival: Arrival, *, now: datetime) -> Decision | None:
    """Send an article home that had taken the address its page wrongly stated."""
    for url in (arrival.page_url, arrival.article.url):
        other = known.main_at(url)
        home = known.home_of(other) if other is not None else None
        if (
            other is None
            or home is None
            or home == url
            or known.main_at(home) is not None
        ):
            continue
        after = replace(other, url=home, changed_at=now, version=other.version + 1)
        return Decision(
            change=Change.CHANGED,
            after=after,
            before=other,
            content_hash=known.hash_of(other),
        )
    return None


def revise(
    known: Known,
    arrival: Arrival,
    before: StoredArticle,
    *,
    url: str | None = None,
    takes_over: bool = False,
    now: datetime,
) -> Decision:
    """Take over what the article's own page says now; `url` is decided if given."""
    same = Decision(change=Change.SAME, after=before, before=before)
    if before.withdrawn_by in CLOSED:
        return same
    is_own = url is None and not takes_over
    url = url or _new_url(known, arrival, before)
    published_at, precision = _new_date(before, arrival.article)
    is_back = before.withdrawn_at is not None
    if (
        is_own
        and not is_back
        and url == before.url
        and _is_reread(known, arrival, before)
    ):
        dates = (before.published_at, before.published_precision)
        # While the date is read otherwise the older reading stays the measure.
        is_noted = (published_at, precision) == dates
        return replace(same, content_hash=arrival.content_hash if is_noted else "")
    is_told = known.hash_of(before) != arrival.content_hash
    if (
        not is_back
        and not is_told
        and (url, published_at, precision)
        == (before.url, before.published_at, before.published_precision)
    ):
        return replace(same, takes_over=takes_over)
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
        takes_over=takes_over,
        is_told=is_told,
    )


def _is_reread(known: Known, arrival: Arrival, before: StoredArticle) -> bool:
    """Say whether nothing but the extractor has changed since the last look."""
    is_upgraded = is_another(known.hash_of(before), arrival.content_hash)
    return is_upgraded and not is_edit(before, arrival.article)


def _new_url(known: Known, arrival: Arrival, before: StoredArticle) -> str:
    url = address_of(known, arrival, before)
    owner = known.main_at(url)
    if owner is not None and owner.position != before.position:
        # An address that belongs to another article stays with it.
        return before.url
    # A longer print version gives the text; the article keeps its better address.
    is_kept = known.is_alias(before, before.url) and url != before.url
    return before.url if is_kept and standing(before.url) >= standing(url) else url


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
        is_past=arrival.is_past,
    )


def _content(article: ScrapedArticle) -> dict[str, Any]:
    """Give what is taken over from a page as it is."""
    return {name: getattr(article, name) for name in CONTENT}
