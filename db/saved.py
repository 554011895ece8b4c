"""The feeds that operators define: a filter with a title, and who may read it.

Nothing here commits. What such a feed holds is in `db.feeds`, as of any other.
"""

from __future__ import annotations

import hmac
from collections.abc import Sequence
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

    One with a `token_hash` is private: it opens with the token alone.
    """

    slug: str
    title: str
    filter: Filter
    content: Republish
    token_hash: str | None
    added_at: datetime

    @property
    def is_private(self) -> bool:
        """Whether it opens with a token alone."""
        return self.token_hash is not None

    def opens_with(self, token: str | None) -> bool:
        """Say whether who brings this token may read it; takes as long for any."""
        if self.token_hash is None:
            return True
        return hmac.compare_digest(hash_of(token or ""), self.token_hash)


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
    """Remove a feed; its address answers 410 from now on."""
    get_saved(session, slug)
    session.execute(delete(FeedRow).where(FeedRow.slug == slug))
    session.add(SourceSlugRow(slug=slug, moved_to=None, changed_at=now))
    session.flush()
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
    )
