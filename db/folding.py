"""Fold what came at another address into the article that is known.

    the page's own article     by its row, or at its very address   → revised
    a known address of one     redirect, canonical, shortlink       ┐ where they are
    a version of one           print, AMP, mobile, query, http      ┘ alike: folded
    the same text              by marks and both texts              → folded
    else                                                            → new

An article never changes its position or id, and two that were published stay two,
whatever they come to say; only where the site itself sends the one's page to the other
is the one withdrawn.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime

from db.decisions import (
    CLOSED,
    TAKEN_DOWN,
    Change,
    Decision,
    address_of,
    first,
    revise,
)
from db.known import Arrival, Known
from db.records import StoredArticle
from scrapers.clean.variants import key_of, standing
from scrapers.likeness import is_same_text, resembles

# So much longer is the whole of a text of which the other page shows a part.
LONGER = 1.5


def decide(known: Known, arrival: Arrival, *, source: str, now: datetime) -> Decision:
    """Say what one arrival comes to; `source` is the slug."""
    own = known.by_position(arrival.position)
    if own is None or arrival.is_alias:
        closed = _taken_down(known, arrival)
        if closed is not None:
            return Decision(
                change=Change.SAME, after=closed, before=closed, is_alias=True
            )
    if own is not None and not arrival.is_alias:
        target = _sent_to(known, arrival, own)
        if target is None:
            return revise(known, arrival, own, now=now)
        return _left(own, target, now=now)
    if own is not None and _may_stay(own, arrival):
        return Decision(change=Change.SAME, after=own, before=own, is_alias=True)
    there = known.at(arrival.page_url)
    if there is not None and known.home_of(there) in {None, arrival.page_url}:
        return revise(known, arrival, there, takes_over=True, now=now)
    for twin in _twins(known, arrival):
        if own is None or twin.position != own.position:
            return _fold(known, arrival, twin, now=now)
    return first(known, arrival, source=source, now=now)


def _taken_down(known: Known, arrival: Arrival) -> StoredArticle | None:
    """Find the article taken down that an arrival is: by its address, or its text.

    Of that article no text is left to compare, only the marks.
    """
    article = arrival.article
    urls = {arrival.page_url, *article.addresses}
    others = (one for one in known.claiming(arrival) if one.withdrawn_by != TAKEN_DOWN)
    if next(others, None) is None:  # it is no canonical address of many pages
        urls.add(article.url)
    keys = {key_of(url) for url in urls}
    there = [known.at(url) for url in urls]
    akin = [one for one in known.akin(arrival) if key_of(one.url) in keys]
    alike = [one for one in known.alike(arrival) if known.share_text(arrival, one)]
    found = (one for one in (*there, *akin, *alike) if one is not None)
    return next((one for one in found if one.withdrawn_by == TAKEN_DOWN), None)


def _may_stay(own: StoredArticle, arrival: Arrival) -> bool:
    """Say whether an alias still is one: its page has not become another article's."""
    return own.withdrawn_by in CLOSED or resembles(own, arrival.article)


def _sent_to(
    known: Known, arrival: Arrival, own: StoredArticle
) -> StoredArticle | None:
    """Give the other article that the site itself now says this page is."""
    for url in (arrival.page_url, arrival.article.url):
        other = known.main_at(url)
        if (
            other is not None
            and other.position != own.position
            and other.withdrawn_at is None
            and known.home_of(other) in {None, url}
            and resembles(other, arrival.article)
        ):
            return other
    return None


def _left(own: StoredArticle, target: StoredArticle, *, now: datetime) -> Decision:
    """Withdraw an article whose page now is the target's."""
    same = Decision(
        change=Change.SAME, after=own, before=own, is_alias=True, leaves_to=target
    )
    if own.withdrawn_at is not None:
        return same
    after = replace(
        own,
        withdrawn_at=now,
        withdrawn_by="site",
        changed_at=now,
        version=own.version + 1,
    )
    return replace(same, change=Change.WITHDRAWN, after=after)


def _twins(known: Known, arrival: Arrival) -> Iterator[StoredArticle]:
    """List the articles the arrival is another copy of, the surest first."""
    article = arrival.article
    at_address = [
        known.at(url) for url in (arrival.page_url, article.url, *article.addresses)
    ]
    for other in (*at_address, *known.akin(arrival)):
        if other is not None and resembles(other, article):
            yield other
    for other in known.alike(arrival):
        if is_same_text(other, article):
            yield other


def _fold(
    known: Known, arrival: Arrival, twin: StoredArticle, *, now: datetime
) -> Decision:
    """Make the arrival's page another address of the twin, or the twin's own."""
    alias = Decision(
        change=Change.SAME, after=twin, before=twin, is_alias=True, is_told=True
    )
    if twin.withdrawn_by in CLOSED:
        return alias
    is_better = twin.withdrawn_at is not None or _is_better(known, arrival, twin)
    url = address_of(known, arrival, twin) if is_better else twin.url
    owner = known.main_at(url)
    if owner is not None and owner.position != twin.position:
        url = twin.url
    if _tells_more(arrival, twin, is_better=is_better):
        made = revise(known, arrival, twin, url=url, takes_over=True, now=now)
        return replace(made, is_told=True)
    if url == twin.url:
        return alias
    after = replace(twin, url=url, changed_at=now, version=twin.version + 1)
    kept = known.hash_of(twin)
    return replace(alias, change=Change.CHANGED, after=after, content_hash=kept)


def _is_better(known: Known, arrival: Arrival, twin: StoredArticle) -> bool:
    """Say whether the arrival's address is the better one for the article.

    The canonical one is, then one that is no print, AMP or mobile version, then the
    one that other addresses of the article lead to now, then the one seen first.
    """
    if arrival.page_url == twin.url:
        return True
    named = arrival.article.url
    if named != arrival.page_url and known.at(named) == twin:
        return False
    new, old = standing(arrival.page_url), standing(twin.url)
    if new != old:
        return new > old
    return any(known.at(url) == twin for url in arrival.article.addresses)


def _tells_more(arrival: Arrival, twin: StoredArticle, *, is_better: bool) -> bool:
    """Say whether the text is to be the arrival's: that of the better address.

    Unless it is but a part of the other. What forbids more is never replaced by what
    forbids less.
    """
    article = arrival.article
    if twin.withdrawn_at is not None:
        return True
    if article.restrictions != twin.restrictions:
        return article.restrictions > twin.restrictions
    new, old = len(article.body_text), len(twin.body_text)
    return new * LONGER >= old if is_better else new > LONGER * old
