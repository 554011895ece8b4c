"""The Google News sitemap of a source: what it published in the last two days.

By Google's rules: at most a thousand articles, all on one host, none that its site
keeps from search engines. And the index of all of these, which robots.txt names.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

from db.catalogue import list_public
from db.choosing import Narrowing
from db.engine import Engine, reading
from db.feeds import list_articles, outline
from db.records import SourceHead
from db.scopes import Scope, find_scope
from scrapers.items import Restriction
from service.entries import Entry, entry_of, head_of_source
from service.feeds.cache import Made
from service.feeds.document import make_document
from service.feeds.headers import Freshness, public_headers
from service.feeds.writing import element, feed_address, rfc3339

ENDING = "news.xml"
CONTENT_TYPE = "application/xml; charset=utf-8"

MAX_AGE = timedelta(days=2)
MAX_ARTICLES = 1000
# A sitemap index takes no more.
MAX_SITEMAPS = 50_000

# ISO 639 calls a language that nobody told so.
UNDETERMINED = "und"

_OPENING = (
    '<?xml version="1.0" encoding="UTF-8"?>\n'
    '<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'
    ' xmlns:news="http://www.google.com/schemas/sitemap-news/0.9">\n'
)
_INDEX = (
    '<?xml version="1.0" encoding="UTF-8"?>\n'
    '<sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">\n'
)


class NewsMaker:
    """Makes the sitemaps' documents; one per process. `now`: seconds since 1970."""

    def __init__(
        self,
        engine: Engine,
        *,
        base_url: str,
        freshness: Freshness,
        now: Callable[[], float],
    ) -> None:
        self._engine = engine
        self._base_url = base_url
        self._freshness = freshness
        self._now = now

    def make(self, slug: str, last: Made | None) -> Made | None:
        """Make the sitemap of a source; None when there is no such public source."""
        since = datetime.fromtimestamp(self._now(), UTC) - MAX_AGE
        with reading(self._engine) as session:
            scope = find_scope(session, slug)
            if not isinstance(scope, Scope) or scope.source is None or scope.term_id:
                return None
            found = outline(session, scope, MAX_ARTICLES, Narrowing(since=since))
            positions = [one.position for one in found.entries]
            articles = list_articles(session, positions)
        source = scope.source
        entries = (
            entry_of(article, source, "headline")
            for article in sorted(articles, key=lambda one: -one.position)
            if Restriction.NOINDEX not in article.restrictions
        )
        recent = [entry for entry in entries if entry.published_at >= since]
        changed = found.changed_at or scope.added_at or since
        address = f"{feed_address(self._base_url, slug)}.{ENDING}"
        document = make_document(
            write_news(recent, source),
            seq=found.seq,
            changed=int(changed.timestamp()),
            headers=self._headers(address),
            previous=last.document if last else None,
            now=int(self._now()),
        )
        return Made(document=document, source_id=scope.source_id)

    def make_index(self, last: Made | None) -> Made:
        """Make the list of all sitemaps."""
        with reading(self._engine) as session:
            sources = list_public(session, limit=MAX_SITEMAPS)
        addresses = (
            f"{feed_address(self._base_url, one.head.slug)}.{ENDING}" for one in sources
        )
        sitemaps = (
            f"<sitemap>{element('loc', address)}</sitemap>\n" for address in addresses
        )
        added = (one.added_at.timestamp() for one in sources)
        document = make_document(
            f"{_INDEX}{''.join(sitemaps)}</sitemapindex>\n",
            seq=0,
            changed=int(max(added, default=0)),
            headers=self._headers(f"{self._base_url}/sitemap.xml"),
            previous=last.document if last else None,
            now=int(self._now()),
        )
        return Made(document=document)

    def _headers(self, address: str) -> dict[str, str]:
        return public_headers(
            CONTENT_TYPE,
            freshness=self._freshness.cache_control(),
            links=[f'<{address}>; rel="self"'],
            vary="Accept-Encoding",
        )


def write_news(entries: Sequence[Entry], source: SourceHead) -> str:
    """Write a sitemap of the entries that are on the host of most of them."""
    hosts = Counter(urlsplit(entry.url).netloc for entry in entries)
    host = hosts.most_common(1)[0][0] if hosts else ""
    there = {entry.url: entry for entry in reversed(entries)}.values()
    of_host = [one for one in there if urlsplit(one.url).netloc == host]
    name = head_of_source(source).name
    urls = "".join(_url(entry, name) for entry in reversed(of_host))
    return f"{_OPENING}{urls}</urlset>\n"


def _url(entry: Entry, name: str) -> str:
    publication = element("news:name", name)
    publication += element("news:language", news_language(entry.language))
    parts = (
        f"<news:publication>{publication}</news:publication>",
        element("news:publication_date", rfc3339(entry.published_at)),
        element("news:title", entry.title),
    )
    news = "<news:news>\n" + "\n".join(parts) + "\n</news:news>"
    return f"<url>\n{element('loc', entry.url)}\n{news}\n</url>\n"


def news_language(language: str | None) -> str:
    """Write a language as Google News does: ISO 639, and two kinds of Chinese."""
    name, *rest = (language or UNDETERMINED).lower().split("-")
    if name == "zh":
        is_traditional = not {"hant", "tw", "hk", "mo"}.isdisjoint(rest)
        return "zh-tw" if is_traditional else "zh-cn"
    return name
