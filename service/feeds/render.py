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
from db.feeds import Listed, Outline, Scope, find_scope, list_articles, outline
from db.records import SourceHead, StoredArticle
from service.entries import FeedHead, Tombstone, entry_id, entry_of, head_of_source
from service.feeds.cache import Made
from service.feeds.document import cache_control, make_document
from service.feeds.formats import Format
from service.plain import plain

# Of written entries, in characters; a text of ours takes one or two bytes each.
MAX_WRITTEN = 8 * 2**20

# What a feed without any article says it was updated: HTTP and Atom want a date.
NEVER = datetime(1970, 1, 1, tzinfo=UTC)

# An entry as one format writes it: the format, the article's position and event number,
# and the face of its source.
Key = tuple[str, int, int, SourceHead]


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
    seconds since 1970; `entries` is a feed's window, `max_age` its freshness.
    """

    def __init__(
        self,
        engine: Engine,
        *,
        base_url: str,
        entries: int,
        max_age: int,
        now: Callable[[], float],
        fragments: Fragments | None = None,
    ) -> None:
        self._engine = engine
        self._base_url = base_url
        self._entries = entries
        self._max_age = max_age
        self._now = now
        self._fragments = fragments or Fragments()

    def make(self, slug: str, form: Format, last: Made | None) -> Made | None:
        """Make the document of a feed; None when there is no such public feed."""
        with reading(self._engine) as session:
            scope = find_scope(session, slug)
            if not isinstance(scope, Scope):
                return None
            found = outline(session, scope, self._entries)
            if last is not None and last.outline == found:
                settled = last.document.settled(int(self._now()))
                return replace(last, document=settled)
            written = self._written(found, form)
            missing = [one.position for one in found.entries if one not in written]
            articles = list_articles(session, missing) if missing else []
        self._write(found, form, articles, written)
        head = feed_head(found, self._base_url)
        fragments = [written[one] for one in found.entries if one in written]
        document = make_document(
            form.document(head, fragments, _tombstones(found)),
            seq=found.seq,
            changed=int(head.updated_at.timestamp()),
            headers=self._headers(head, form),
            previous=last.document if last else None,
            now=int(self._now()),
        )
        return Made(document=document, source_id=scope.source_id, outline=found)

    def _written(self, found: Outline, form: Format) -> dict[Listed, str]:
        heads = dict(found.sources)
        texts = (
            (one, self._fragments.find((form.name, one.position, one.seq, head)))
            for one in found.entries
            if (head := heads.get(one.source_id)) is not None
        )
        return {one: text for one, text in texts if text is not None}

    def _write(
        self,
        found: Outline,
        form: Format,
        articles: Sequence[StoredArticle],
        written: dict[Listed, str],
    ) -> None:
        """Write the entries that are missing; what left meanwhile stays missing."""
        listed = {one.position: one for one in found.entries}
        heads = {head.slug: head for _, head in found.sources}
        for article in articles:
            head = heads.get(article.source)
            if head is None:  # its source was renamed a moment ago: there is news
                continue
            text = form.fragment(entry_of(article, head))
            key = (form.name, article.position, article.seq, head)
            self._fragments.keep(key, text)
            written[listed[article.position]] = text

    def _headers(self, head: FeedHead, form: Format) -> dict[str, str]:
        return {
            "Content-Type": form.content_type,
            "Cache-Control": cache_control(self._max_age),
            "Access-Control-Allow-Origin": "*",
            "Link": f'<{head.url(form.name)}>; rel="self"; type="{form.media_type}"',
        }


def feed_address(base_url: str, slug: str) -> str:
    """Give a feed's address without its ending; Unicode is percent-encoded."""
    return f"{base_url}/feeds/{quote(slug, safe='/')}"


def feed_head(found: Outline, base_url: str) -> FeedHead:
    """Make what stands above the entries."""
    scope = found.scope
    updated_at = found.changed_at or scope.added_at or NEVER
    address = feed_address(base_url, scope.slug)
    if scope.source is None:
        return FeedHead(
            slug=scope.slug,
            title="Wireroom: all sources",
            description="What all watched sites publish, the latest first.",
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
