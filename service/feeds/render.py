"""Make a feed's document: outline, entries not written yet, head, bytes.

The only place that knows the order. An entry is written once per format and kept, so a
feed with one change costs one entry.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from threading import Lock
from urllib.parse import quote

from db.engine import Engine, reading
from db.feeds import Listed, Outline, list_articles, outline
from db.records import Republish, SourceHead, StoredArticle
from db.scopes import Scope, find_scope
from service.entries import (
    FeedHead,
    Tombstone,
    entry_id,
    entry_of,
    head_of_source,
    stricter,
)
from service.feeds.asking import PLAIN, Asked
from service.feeds.cache import Made
from service.feeds.document import ARCHIVE_SECONDS, cache_control, make_document
from service.feeds.formats import Format
from service.feeds.refusing import refusal
from service.plain import plain

# Of written entries, in characters; a text of ours takes one or two bytes each.
MAX_WRITTEN = 8 * 2**20

# What a feed without any article says it was updated: HTTP and Atom want a date, and
# validators hold one before 1990 for a mistake.
NEVER = datetime(2026, 1, 1, tzinfo=UTC)

# Whoever opens a private feed in a browser tells no other site its address.
UNSEEN = {"Referrer-Policy": "no-referrer", "X-Robots-Tag": "noindex"}

# An entry as one format writes it: the format, the most that is asked for, the position
# and event number of its article, and the face of its source.
Key = tuple[str, Republish, int, int, SourceHead]


class Fragments:
    """Written entries, the oldest thrown away first. Safe to use from all threads."""

    def __init__(self, max_characters: int = MAX_WRITTEN) -> None:
        self._max = max_characters
        self._written: dict[Key, str] = {}
        self._characters = 0
        self._lock = Lock()

    def find(self, key: Key) -> str | None:
        """Give a written entry, or None."""
        return self._written.get(key)

    def keep(self, key: Key, text: str) -> None:
        """Keep a written entry."""
        with self._lock:
            if key in self._written:
                return
            self._written[key] = text
            self._characters += len(text)
            while self._characters > self._max and len(self._written) > 1:
                oldest = next(iter(self._written))
                self._characters -= len(self._written.pop(oldest))


class Renderer:
    """Makes the documents of feeds; one per process, used from all its threads.

    `base_url` is what the service calls itself, without a slash at its end; `now` gives
    seconds since 1970; `entries` is a feed's window, `max_age` its freshness. `hub` is
    the WebSub hub that pushes the feeds, if any.
    """

    def __init__(
        self,
        engine: Engine,
        *,
        base_url: str,
        entries: int,
        max_age: int,
        now: Callable[[], float],
        hub: str | None = None,
        fragments: Fragments | None = None,
    ) -> None:
        self._engine = engine
        self._base_url = base_url
        self._entries = entries
        self._max_age = max_age
        self._now = now
        self._hub = hub
        self._fragments = fragments or Fragments()

    def make(
        self, slug: str, form: Format, last: Made | None, asked: Asked = PLAIN
    ) -> Made | None:
        """Make the document of a feed; None when there is none to be had so.

        A private one is to be had with its token alone.
        """
        is_pushed = asked == PLAIN  # none that is narrowed
        with reading(self._engine) as session:
            scope = find_scope(session, slug, asked.token)
            if not isinstance(scope, Scope) or refusal(session, scope, asked):
                return None
            if scope.saved is not None:
                most = stricter(asked.content, scope.saved.content)
                asked = replace(asked, content=most)
            limit = asked.limit or self._entries
            found = outline(session, scope, limit, asked.narrowing)
            if last is not None and last.outline == found:
                settled = last.document.settled(int(self._now()))
                return replace(last, document=settled)
            written = self._written(found, form, asked)
            missing = [one.position for one in found.entries if one not in written]
            articles = list_articles(session, missing) if missing else []
        self._write(found, form, articles, written, asked)
        head = feed_head(found, self._base_url, asked)
        if is_pushed:
            head = replace(head, hub=self._hub)
        fragments = [written[one] for one in found.entries if one in written]
        document = make_document(
            form.document(head, fragments, _tombstones(found)),
            seq=found.seq,
            changed=int(head.updated_at.timestamp()),
            headers=self._headers(found, head, form),
            previous=last.document if last else None,
            now=int(self._now()),
        )
        return Made(document=document, source_id=scope.source_id, outline=found)

    def _written(self, found: Outline, form: Format, asked: Asked) -> dict[Listed, str]:
        heads = dict(found.sources)
        keys = (
            (one, (form.name, asked.content, one.position, one.seq, head))
            for one in found.entries
            if (head := heads.get(one.source_id)) is not None
        )
        texts = ((one, self._fragments.find(key)) for one, key in keys)
        return {one: text for one, text in texts if text is not None}

    def _write(
        self,
        found: Outline,
        form: Format,
        articles: Sequence[StoredArticle],
        written: dict[Listed, str],
        asked: Asked = PLAIN,
    ) -> None:
        """Write the entries that are missing; what left meanwhile stays missing.

        Those of pages and archives are not kept: who walks through the past would else
        push out what everybody asks for.
        """
        is_feed = asked.narrowing.before is None and asked.narrowing.archive is None
        listed = {one.position: one for one in found.entries}
        heads = {head.slug: head for _, head in found.sources}
        for article in articles:
            head = heads.get(article.source)
            if head is None:  # its source was renamed a moment ago: there is news
                continue
            text = form.fragment(entry_of(article, head, asked.content))
            if is_feed:
                key = (form.name, asked.content, article.position, article.seq, head)
                self._fragments.keep(key, text)
            written[listed[article.position]] = text

    def _headers(self, found: Outline, head: FeedHead, form: Format) -> dict[str, str]:
        least = ARCHIVE_SECONDS if found.is_settled else 0
        max_age = max(self._max_age, least)
        links = [
            f'<{address}>; rel="{rel}"; type="{form.media_type}"'
            for rel, address in head.links(form.name).items()
        ]
        if head.hub:
            links.append(f'<{head.hub}>; rel="hub"')
        is_private = found.scope.is_private
        headers = {
            "Content-Type": form.content_type,
            "Cache-Control": cache_control(max_age, is_private=is_private),
            "Access-Control-Allow-Origin": "*",
            "Link": ", ".join(links),
        }
        return headers | (UNSEEN if is_private else {})


def feed_address(base_url: str, slug: str) -> str:
    """Give a feed's address without its ending; Unicode is percent-encoded."""
    return f"{base_url}/feeds/{quote(slug, safe='/')}"


def feed_head(found: Outline, base_url: str, asked: Asked = PLAIN) -> FeedHead:
    """Make what stands above the entries."""
    head = _plain_head(found, base_url)
    narrowed = f" ({asked.description})" if asked.description else ""
    return replace(
        head,
        title=head.title + narrowed,
        parameters=asked.parameters,
        before=asked.narrowing.before,
        next_before=found.next_before,
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
