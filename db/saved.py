"""The feeds that operators define: a filter with a title, and who may read it.

Nothing here commits. What such a feed holds is in `db.feeds`, as of any other.
"""

from __future__ import annotations

import hmac
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import cast

from sqlalchemy import delete, select, update

from db import stream
from db.engine import Session
from db.errors import Conflict, NotFound
from db.filters import Filter
from db.models import FeedRow, SourceRow, SourceSlugRow
from db.records import Republish


@dataclass(frozen=True, kw_only=True, slots=True)
class SavedFeed:
    """A feed as its operator defined it; `content` is the most it gives of an article.

    One with a `token_hash` is private: it opens with the token alone. Its `origin` is
    "api", or "file" where it follows the operator's file.
    """

    slug: str
    title: str
    filter: Filter
    content: Republish
    token_hash: str | None
    added_at: datetime
    origin: str = "api"

    @property
    def is_private(self) -> bool:
        """Whether it opens with a token alone."""
        return self.token_hash is not None

    def opens_with(self, token: str | None) -> bool:
        """Say whether who brings this token may read it; takes as long for any."""
        return opens(self.token_hash, token)


def opens(token_hash: str | None, token: str | None) -> bool:
    """Say whether a token is the one of this hash; any is where there is none."""
    if token_hash is None:
        return True
    return hmac.compare_digest(hash_of(token or ""), token_hash)


def hash_of(token: str) -> str:
    """Give what is stored of a token: tokens are random, so they need no salt."""
    return sha256(token.encode(errors="surrogatepass")).hexdigest()


def list_saved(session: Session, *, is_public: bool | None = None) -> list[SavedFeed]:
    """List these feeds by slug: all, the public, or the private."""
    chosen = select(FeedRow).order_by(FeedRow.slug)
    if is_public is not None:
        has_token = FeedRow.token_hash.is_not(None)
        chosen = chosen.where(~has_token if is_public else has_token)
    return [_saved(row) for row in session.scalars(chosen)]


def find_saved(session: Session, slug: str) -> SavedFeed | None:
    """Give the feed of this slug, or None."""
    row = session.get(FeedRow, slug)
    return None if row is None else _saved(row)


def get_saved(session: Session, slug: str) -> SavedFeed:
    """Give the feed of this slug; NotFound names those there are."""
    found = find_saved(session, slug)
    if found is None:
        known = ", ".join(feed.slug for feed in list_saved(session))
        raise NotFound("feed of your own", slug, f"there are: {known or 'none'}")
    return found


def add_saved(session: Session, feed: SavedFeed, *, now: datetime) -> None:
    """Add a feed; Conflict when a source or another feed has its slug."""
    if find_saved(session, feed.slug) is not None:
        raise Conflict("feed", feed.slug, "choose another slug, or remove that one")
    taken = select(SourceRow.id).where(SourceRow.slug == feed.slug)
    if session.scalar(taken) is not None:
        raise Conflict("source", feed.slug, "choose another slug for the feed")
    session.execute(delete(SourceSlugRow).where(SourceSlugRow.slug == feed.slug))
    session.add(
        FeedRow(
            slug=feed.slug,
            title=feed.title,
            filter=feed.filter.to_dict(),
            content=feed.content,
            token_hash=feed.token_hash,
            added_at=now,
            origin=feed.origin,
        )
    )
    session.flush()
    stream.turn(session)


def set_token(session: Session, slug: str, token_hash: str) -> None:
    """Let a private feed open with another token, and no more with the old one."""
    if not get_saved(session, slug).is_private:
        raise NotFound("private feed", slug, "it is public, and opens without a token")
    changed = update(FeedRow).where(FeedRow.slug == slug)
    session.execute(changed.values(token_hash=token_hash))
    stream.turn(session)


def remove_saved(session: Session, slug: str, *, now: datetime) -> None:
    """Remove a feed; its address answers 410 from now on, to who could open it."""
    opened_with = get_saved(session, slug).token_hash
    session.execute(delete(FeedRow).where(FeedRow.slug == slug))
    session.add(SourceSlugRow(slug=slug, changed_at=now, token_hash=opened_with))
    session.flush()
    stream.turn(session)


def sync_declared(
    session: Session,
    declared: Sequence[SavedFeed],
    *,
    unread: Collection[str],
    now: datetime,
) -> list[str]:
    """Make the feeds that come from the file those it declares; those `unread` stay.

    Gives the slugs that are taken, by a source or by a feed made otherwise.
    """
    known = {feed.slug: feed for feed in list_saved(session)}
    taken = []
    for feed in declared:
        before = known.get(feed.slug)
        if before is not None and before.origin == "file":
            _redefine(session, before, feed)
            continue
        try:
            add_saved(session, feed, now=now)
        except Conflict:
            taken.append(feed.slug)
    kept = {feed.slug for feed in declared} | set(unread)
    for slug, feed in known.items():
        if feed.origin == "file" and slug not in kept:
            remove_saved(session, slug, now=now)
    return taken


def _redefine(session: Session, before: SavedFeed, feed: SavedFeed) -> None:
    values = {
        "title": feed.title,
        "filter": feed.filter.to_dict(),
        "content": feed.content,
    }
    if (before.title, before.filter, before.content) == (
        feed.title,
        feed.filter,
        feed.content,
    ):
        return
    session.execute(update(FeedRow).where(FeedRow.slug == feed.slug).values(**values))
    stream.turn(session)


def list_taken(session: Session, slugs: Sequence[str]) -> list[str]:
    """List which of these slugs are such feeds'; no source may have them."""
    chosen = select(FeedRow.slug).where(FeedRow.slug.in_(slugs)).order_by(FeedRow.slug)
    return list(session.scalars(chosen))


def _saved(row: FeedRow) -> SavedFeed:
    return SavedFeed(
        slug=row.slug,
        title=row.title,
        filter=Filter.from_dict(row.filter),
        content=cast("Republish", row.content),
        token_hash=row.token_hash,
        added_at=row.added_at,
        origin=row.origin,
    )
