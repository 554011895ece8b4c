"""Make a feed's document: outline, entries not written yet, head, bytes.

The only place that knows the order. The entries are `service.feeds.filling`'s.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from db.catalogue import first_added_at
from db.choosing import EVERYTHING, Stretch
from db.engine import Engine, Session, reading
from db.feeds import Outline, list_departed, outline
from db.scopes import Scope, find_scope
from db.since import list_changed
from service.entries import (
    Entry,
    FeedHead,
    Tombstone,
    entry_id,
    head_of_source,
    stricter,
)
from service.feeds.asking import PLAIN, Asked, with_token
from service.feeds.assembling import Written, assemble
from service.feeds.cache import Made
from service.feeds.codings import ARCHIVE, FEED
from service.feeds.dating import last_loss
from service.feeds.deltas import (
    Difference,
    Past,
    compare,
    compare_since,
    delta_document,
    has_slid,
    remember,
)
from service.feeds.document import Dates, Document, make_document
from service.feeds.filling import Filling, Fragments, list_entries
from service.feeds.formats import Format
from service.feeds.headers import PAGE_VARY, Freshness, public_headers
from service.feeds.refusing import refusal
from service.feeds.writing import feed_address
from service.plain import plain

# What a feed without any article says it was updated: HTTP and Atom want a date, and
# validators hold one before 1990 for a mistake.
NEVER = datetime(2026, 1, 1, tzinfo=UTC)

# Whoever opens a private feed in a browser tells no other site its address.
UNSEEN = {"Referrer-Policy": "no-referrer"}

# Compressed or not, a delta or the whole, a page for people or a feed.
VARY = f"Accept-Encoding, A-IM, {PAGE_VARY}"

# A page is looked at, not stored: it shows so many and leads to the next.
MAX_SHOWN = 50


@dataclass(frozen=True, kw_only=True, slots=True)
class FeedView:
    """A feed as a page shows it."""

    head: FeedHead
    entries: tuple[Entry, ...]


class Renderer:
    """Makes the documents of feeds; one per process, used from all its threads.

    `base_url` is what the service calls itself, without a slash at its end; `now` gives
    seconds since 1970; `entries` is a feed's window. `hub` is the WebSub hub that
    pushes the feeds, if any.
    """

    def __init__(
        self,
        engine: Engine,
        *,
        base_url: str,
        entries: int,
        freshness: Freshness,
        now: Callable[[], float],
        hub: str | None = None,
        fragments: Fragments | None = None,
    ) -> None:
        self._engine = engine
        self._base_url = base_url
        self._entries = entries
        self._freshness = freshness
        self._now = now
        self._hub = hub
        self._dates = Dates()
        self._fragments = fragments or Fragments()

    def make(
        self, slug: str, form: Format, last: Made | None, asked: Asked = PLAIN
    ) -> Made | None:
        """Make the document of a feed; None when there is none to be had so.

        A private one is to be had with its token alone, an archive where there is one.
        """
        address = (slug, form.name, asked.query)
        with reading(self._engine) as session:
            scope = find_scope(session, slug, asked.token)
            if not isinstance(scope, Scope) or refusal(session, scope, asked):
                return None
            asked = _lowered(asked, scope)
            found = self._outline(session, scope, asked)
            if found.archive != asked.narrowing.archive:
                return None
            if last is not None and last.outline == found:
                settled = last.document.settled(int(self._now()))
                return replace(last, document=settled)
            fragments = self._texts(session, found, form, asked)
            dated = self._dates.find(address)
            before = last.outline if last is not None else None
            latest = last_loss(session, found, before, asked.narrowing)
        head = self._head(found, asked)
        document = make_document(
            assemble(form.frame(head, _tombstones(found)), fragments),
            seq=found.seq,
            changed=int(max(head.updated_at, latest or head.updated_at).timestamp()),
            headers=self._headers(found, head, form),
            previous=last.document if last else None,
            now=int(self._now()),
            codings=FEED if head.archive is None else ARCHIVE,
            dated=dated,
        )
        self._dates.keep(address, document)
        past = _past(last, document) if asked.narrowing.is_feed else ()
        return Made(
            document=document, source_id=scope.source_id, outline=found, past=past
        )

    def make_delta(
        self, form: Format, made: Made, base: Past | int, asked: Asked
    ) -> Made | None:
        """Make what changed between two versions, to be read under the newer's tag.

        The older one is remembered, or of the event number `base`. None when the whole
        feed says it better: when it cannot be told what changed, more came than it has
        room for, what left cannot be named, or the format has no way of saying so.
        """
        found = made.outline
        if found is None or not asked.narrowing.is_feed:
            return None
        number = base if isinstance(base, int) else base.number
        if has_slid(number, found, asked.limit or self._entries):
            return None  # of a whole feed a reader sees that something is missing
        asked = _lowered(asked, found.scope)
        with reading(self._engine) as session:
            difference = _difference(session, base, found, asked)
            if difference is None:
                return None
            gone = list_departed(
                session, found.scope, difference.missing, asked.narrowing
            )
            if gone is None or ((gone or difference.left) and not form.tells_leaving):
                return None
            told = {one.uid: one for one in (*difference.left, *gone)}
            part = replace(found, entries=difference.entries, left=tuple(told.values()))
            fragments = self._texts(session, part, form, asked)
        frame = form.frame(self._head(found, asked), _tombstones(part))
        return Made(
            document=delta_document(assemble(frame, fragments), made.document),
            source_id=made.source_id,
        )

    def view(self, slug: str, asked: Asked) -> FeedView | None:
        """Give what a feed holds, for a page; None as `make` does."""
        with reading(self._engine) as session:
            scope = find_scope(session, slug, asked.token)
            if not isinstance(scope, Scope) or refusal(session, scope, asked):
                return None
            asked = _lowered(asked, scope)
            limit = min(asked.limit or self._entries, MAX_SHOWN)
            found = outline(session, scope, limit, asked.narrowing)
            if found.archive != asked.narrowing.archive:
                return None
            # A page shows no bodies, and they are not all in memory at once.
            content = stricter(asked.content, "summary")
            entries = tuple(list_entries(session, found, content))
        return FeedView(head=feed_head(found, self._base_url, asked), entries=entries)

    def find_archive(
        self, session: Session, scope: Scope, asked: Asked
    ) -> Stretch | None:
        """Give the archive that has what is asked for; None for the feed itself."""
        return self._outline(session, scope, asked).archive

    def _outline(self, session: Session, scope: Scope, asked: Asked) -> Outline:
        limit = asked.limit or self._entries
        found = outline(session, scope, limit, asked.narrowing)
        if found.changed_at is None and scope.added_at is None:
            return replace(found, changed_at=first_added_at(session))
        return found

    def _head(self, found: Outline, asked: Asked) -> FeedHead:
        head = feed_head(found, self._base_url, asked)
        # None that is narrowed is pushed.
        is_whole = asked.query == with_token(asked.token).query
        return replace(head, hub=self._hub) if is_whole else head

    def _texts(
        self, session: Session, found: Outline, form: Format, asked: Asked
    ) -> list[Written]:
        """Give the entries of an outline, in its order; write those not known yet."""
        filling = Filling(
            session=session,
            found=found,
            form=form,
            content=asked.content,
            fragments=self._fragments,
            is_kept=asked.narrowing.is_feed,
        )
        return list(filling.texts())

    def _headers(self, found: Outline, head: FeedHead, form: Format) -> dict[str, str]:
        links = [
            f'<{address}>; rel="{rel}"; type="{form.media_type}"'
            for rel, address in head.links(form.name).items()
        ]
        if head.hub:
            links.append(f'<{head.hub}>; rel="hub"')
        is_private = found.scope.is_private
        freshness = self._freshness.cache_control(
            is_archive=found.archive is not None, is_private=is_private
        )
        headers = public_headers(
            form.content_type, freshness=freshness, links=links, vary=VARY
        )
        return headers | (UNSEEN if is_private else {})


def _difference(
    session: Session, base: Past | int, found: Outline, asked: Asked
) -> Difference | None:
    if isinstance(base, Past):
        told = compare(base, found)
        if told is None or not _is_chosen(found.scope, asked):
            return told
        # What slid below the window a reader may have still, and may have left since.
        after = list_changed(session, found.scope, asked.narrowing, after=base.number)
        return None if after is None else told.and_missing(after, found)
    changed = list_changed(session, found.scope, asked.narrowing, after=base)
    told = None if changed is None else compare_since(base, found, changed)
    # Nothing happened since, and still it is another version: it was never ours.
    return told if told is not None and told.is_any else None


def _is_chosen(scope: Scope, asked: Asked) -> bool:
    """Whether an article may leave the feed by an edit, of which no window tells."""
    return scope.kind in ("category", "saved") or asked.narrowing != EVERYTHING


def _lowered(asked: Asked, scope: Scope) -> Asked:
    """Ask for no more of an article than a saved feed gives."""
    if scope.saved is None:
        return asked
    return replace(asked, content=stricter(asked.content, scope.saved.content))


def _past(last: Made | None, document: Document) -> tuple[Past, ...]:
    if last is None or last.outline is None:
        return ()
    if last.document.version == document.version:
        return last.past
    return remember(last.document.version, last.outline, last.past)


def feed_head(found: Outline, base_url: str, asked: Asked = PLAIN) -> FeedHead:
    """Make what stands above the entries."""
    head = _plain_head(found, base_url)
    narrowed = f" ({asked.description})" if asked.description else ""
    return replace(
        head,
        title=head.title + narrowed,
        parameters=asked.parameters,
        before=asked.narrowing.before,
        window=asked.narrowing.window,
        next_before=found.next_before,
        next_window=found.next_window,
        archive=asked.narrowing.archive,
        older=found.older,
        newer=found.newer,
    )


def _plain_head(found: Outline, base_url: str) -> FeedHead:
    scope = found.scope
    updated_at = found.changed_at or scope.added_at or NEVER
    address = feed_address(base_url, scope.slug)
    if scope.source is None:
        saved = plain(scope.saved.title) if scope.saved is not None else ""
        about = f"{saved}, chosen by Wireroom from what it watches." if saved else ""
        return FeedHead(
            slug=scope.slug,
            title=saved or "Wireroom: all sources",
            description=about or "What all watched sites publish, the latest first.",
            address=address,
            home=f"{base_url}/",
            updated_at=updated_at,
        )
    source = head_of_source(scope.source)
    about = " › ".join((source.name, *map(plain, scope.names)))
    return FeedHead(
        slug=scope.slug,
        title=about,
        description=f"{about}, republished by Wireroom.",
        address=address,
        home=source.home,
        language=source.language,
        rights=source.rights,
        updated_at=updated_at,
    )


def _tombstones(found: Outline) -> Sequence[Tombstone]:
    return [
        Tombstone(id=entry_id(one.uid), withdrawn_at=one.withdrawn_at)
        for one in found.left
    ]
