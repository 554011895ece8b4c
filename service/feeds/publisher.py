"""What the web side of a process shares: the documents, how they are made, the formats.

Made once in `service.app`, found again by routes through the running app.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import cast

from flask import current_app

from db.engine import Engine, reading
from db.errors import DatabaseUnavailable
from db.feeds import News, news_since
from db.stream import Mark
from service.feeds.asking import PLAIN, Asked
from service.feeds.cache import QUERY_MARK, DocumentCache, Made, key_of
from service.feeds.deltas import find_base, find_number
from service.feeds.document import Document
from service.feeds.formats import Format, load_formats
from service.feeds.headers import Freshness
from service.feeds.news import ENDING, NewsMaker
from service.feeds.opml import OpmlMaker
from service.feeds.render import Renderer
from service.services import Services

EXTENSION = "wireroom"


@dataclass(frozen=True, kw_only=True, slots=True)
class Publisher:
    """Gives the documents of feeds and of the list of feeds."""

    services: Services
    formats: dict[str, Format]
    cache: DocumentCache
    renderer: Renderer
    opml: OpmlMaker
    news: NewsMaker

    def feed(self, slug: str, form: Format, asked: Asked = PLAIN) -> Document | None:
        """Give a feed in a format; None when there is no such public feed.

        Nor is there one of a source that is asked for and is not there.
        """
        made = self._made(slug, form, asked)
        return None if made is None else made.document

    def delta(
        self, slug: str, form: Format, asked: Asked, tags: str
    ) -> Document | None:
        """Give what changed since a version that `tags`, an If-None-Match, names.

        None when there is none, or when the whole feed says it better.
        """
        made = self._made(slug, form, asked)
        number = find_number(tags)
        if made is None or number is None:
            return None
        base = find_base(tags, made.past) or number
        make = partial(self.renderer.make_delta, form, made, base, asked)
        name = base if isinstance(base, int) else base.version
        versions = f"{name}{QUERY_MARK}{made.document.version}"
        key = f"{_key(slug, form, asked)}{QUERY_MARK}{versions}"
        try:
            return self.cache.get(key, lambda _last: make())
        except DatabaseUnavailable:
            return None  # the whole may be held

    def _made(self, slug: str, form: Format, asked: Asked) -> Made | None:
        make = partial(self.renderer.make, slug, form, asked=asked)
        return self.cache.get_made(_key(slug, form, asked), make)

    def list_of_feeds(self) -> Document | None:
        """Give the OPML."""
        return self.cache.get("/opml", self.opml.make)

    def news_of(self, slug: str) -> Document | None:
        """Give the news sitemap of a source; None when there is no such public one."""
        key = raw_path(f"/feeds/{slug}.{ENDING}")
        return self.cache.get(key, partial(self.news.make, slug))

    def list_of_news(self) -> Document | None:
        """Give the list of news sitemaps."""
        return self.cache.get("/sitemap.xml", self.news.make_index)


def _key(slug: str, form: Format, asked: Asked) -> str:
    return key_of(raw_path(f"/feeds/{slug}.{form.name}"), asked.query)


def build_publisher(
    services: Services,
    *,
    monotonic: Callable[[], float],
    now: Callable[[], float],
    patience: float | None,
) -> Publisher:
    """Make the publisher of a process and let it hear of changes.

    `patience` is how long a reader waits for something newer than what is held.
    """
    settings = services.settings
    freshness = Freshness(
        seconds=settings.cache_seconds,
        while_asking=settings.cache_stale_seconds,
        on_error=settings.cache_error_seconds,
    )
    cache = DocumentCache(
        partial(_look, services.engine),
        monotonic=monotonic,
        now=now,
        patience=patience,
        keeps=settings.cache_error_seconds,
    )
    services.changes.listen(cache.notice)
    return Publisher(
        services=services,
        formats=load_formats(),
        cache=cache,
        renderer=Renderer(
            services.engine,
            base_url=settings.base_url,
            entries=settings.feed_entries,
            freshness=freshness,
            now=now,
            hub=f"{settings.base_url}/hub" if settings.hub else None,
        ),
        opml=OpmlMaker(
            services.engine,
            base_url=settings.base_url,
            freshness=freshness,
            now=now,
        ),
        news=NewsMaker(
            services.engine,
            base_url=settings.base_url,
            freshness=freshness,
            now=now,
        ),
    )


def current_publisher() -> Publisher:
    """Give the running app's publisher."""
    return cast("Publisher", current_app.extensions[EXTENSION])


def raw_path(path: str) -> str:
    """Write a path as WSGI's PATH_INFO has it: UTF-8 bytes as Latin-1 (PEP 3333)."""
    return path.encode().decode("latin-1")


def _look(engine: Engine, seen: Mark | None) -> News:
    with reading(engine) as session:
        return news_since(session, seen)
