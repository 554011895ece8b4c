"""The entries of a document: written once per format, kept, and bounded together.

A document has room for some megabytes of whole articles, the latest first; the entries
after those are summaries, so that none is missing. What is around the entries is
`service.feeds.render`'s.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice
from threading import Lock

from db.engine import Session
from db.feeds import Listed, Outline, list_articles
from db.records import Republish, SourceHead, StoredArticle
from service.entries import Entry, entry_of, stricter
from service.feeds.assembling import Written, write
from service.feeds.formats import Format

# Of written entries, in bytes.
MAX_WRITTEN = 8 * 2**20

# Of the entries that a document gives whole, in bytes. Five hundred ordinary articles
# take less; sixty pages of a megabyte each would take seconds and the memory of all.
MAX_WHOLE = 6 * 2**20

# So many articles are read at once: of a megabyte each they are 20 MB in memory.
BATCH = 10

# An entry as one format writes it: the format, the most that is asked for, the position
# and event number of its article, and the face of its source.
Key = tuple[str, Republish, int, int, SourceHead]


class Fragments:
    """Written entries, the oldest thrown away first. Safe to use from all threads."""

    def __init__(self, max_bytes: int = MAX_WRITTEN) -> None:
        self._max = max_bytes
        self._written: dict[Key, Written] = {}
        self._bytes = 0
        self._lock = Lock()

    def find(self, key: Key) -> Written | None:
        """Give a written entry, or None."""
        return self._written.get(key)

    def keep(self, key: Key, entry: Written) -> None:
        """Keep a written entry."""
        with self._lock:
            if key in self._written:
                return
            self._written[key] = entry
            self._bytes += len(entry.body)
            while self._bytes > self._max and len(self._written) > 1:
                oldest = next(iter(self._written))
                self._bytes -= len(self._written.pop(oldest).body)


def list_entries(
    session: Session, found: Outline, content: Republish
) -> Iterator[Entry]:
    """Give the entries of an outline, in its order; what left meanwhile is left out.

    Articles are read some at a time, so that those of a megabyte do not add up.
    """
    heads = {head.slug: head for _, head in found.sources}
    positions = iter([one.position for one in found.entries])
    while some := list(islice(positions, BATCH)):
        articles = {one.position: one for one in list_articles(session, some)}
        there = (articles[position] for position in some if position in articles)
        for article in there:
            if article.source in heads:
                yield entry_of(article, heads[article.source], content)


@dataclass(kw_only=True, slots=True)
class Filling:
    """One document being filled with the entries of an outline, in its order.

    `content` is the most that is asked of an article. Entries are kept only where
    `is_kept`: who walks through the past would else push out what everybody asks for.
    """

    session: Session
    found: Outline
    form: Format
    content: Republish
    fragments: Fragments
    is_kept: bool
    room: int = MAX_WHOLE
    _by_id: dict[int, SourceHead] = field(init=False)
    _by_slug: dict[str, SourceHead] = field(init=False)

    def __post_init__(self) -> None:
        """Look up the sources beforehand."""
        self._by_id = dict(self.found.sources)
        self._by_slug = {head.slug: head for head in self._by_id.values()}

    def texts(self) -> Iterator[Written]:
        """Give the entries; what left meanwhile, or was renamed, is left out."""
        articles: dict[int, StoredArticle | None] = {}
        for place, one in enumerate(self.found.entries):
            entry = self._known(one)
            if entry is None:
                if one.position not in articles:
                    articles = self._read(place)
                article = articles[one.position]
                entry = self._written(article) if article is not None else None
            if entry is None:
                continue
            self.room -= len(entry.body)
            if self.room <= 0:
                self.content = stricter(self.content, "summary")
            yield entry

    def _known(self, one: Listed) -> Written | None:
        head = self._by_id.get(one.source_id)
        if head is None:
            return None
        return self.fragments.find(
            (self.form.name, self.content, one.position, one.seq, head)
        )

    def _read(self, place: int) -> dict[int, StoredArticle | None]:
        """Read the next articles that are not written yet, from a place on."""
        rest = self.found.entries[place:]
        missing = (one.position for one in rest if self._known(one) is None)
        read: dict[int, StoredArticle | None] = dict.fromkeys(islice(missing, BATCH))
        for article in list_articles(self.session, list(read)):
            read[article.position] = article
        return read

    def _written(self, article: StoredArticle) -> Written | None:
        head = self._by_slug.get(article.source)
        if head is None:  # its source was renamed a moment ago: there is news
            return None
        entry = write(self.form.fragment(entry_of(article, head, self.content)))
        if self.is_kept:
            key = (self.form.name, self.content, article.position, article.seq, head)
            self.fragments.keep(key, entry)
        return entry
