"""What the index page shows, as values ready to be written."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from db.catalogue import ListedSource, list_public
from db.engine import Engine, Session, reading
from db.feeds import list_articles, outline
from db.saved import list_saved
from db.scopes import ALL, Scope, find_scope
from service.entries import Entry, entry_of, head_of_source
from service.feeds.formats import Format
from service.feeds.writing import feed_address
from service.plain import plain

# A page of sources that a phone still scrolls.
SOURCES_PER_PAGE = 100
# Enough headlines to see that things move.
HEADLINES = 10

# What a source's health is called for a visitor, by the word in its row.
HEALTH = {
    "new": "not polled yet",
    "ok": "all is well",
    "failing": "failing",
    "drifting": "the site has changed, what is new is held back",
}

_UNITS = (
    (timedelta(days=1), "day"),
    (timedelta(hours=1), "hour"),
    (timedelta(minutes=1), "minute"),
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Link:
    """Where something is, and what it is called there."""

    title: str
    url: str
    media_type: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Headline:
    """One of the latest articles."""

    entry: Entry
    age: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Row:
    """One source. `state` is ok, failing, drifting, new or paused."""

    name: str
    home: str
    state: str
    explanation: str
    last_success: str
    feeds: tuple[Link, ...]
    categories: tuple[Link, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Saved:
    """One feed that the operator defined."""

    title: str
    feeds: tuple[Link, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class IndexView:
    """The page: `next_after` is the slug after which the next page begins, if any."""

    everything: tuple[Link, ...]
    saved: tuple[Saved, ...]
    rows: tuple[Row, ...]
    headlines: tuple[Headline, ...]
    next_after: str | None
    is_first: bool


def is_slug(text: str) -> bool:
    """Whether a text can be a source's slug, or is empty."""
    return re.fullmatch(r"[\w.-]*", text) is not None


def index_of(
    engine: Engine,
    *,
    formats: Mapping[str, Format],
    base_url: str,
    now: datetime,
    after: str = "",
) -> IndexView:
    """Read what the page shows: sources after a slug, and at the top the headlines."""
    with reading(engine) as session:
        sources = list_public(session, after=after, limit=SOURCES_PER_PAGE + 1)
        headlines = _headlines(session, now) if not after else ()
        saved = list_saved(session, is_public=True) if not after else []
    page = sources[:SOURCES_PER_PAGE]
    has_more = len(sources) > SOURCES_PER_PAGE
    return IndexView(
        everything=_feeds(ALL, formats, base_url),
        saved=tuple(
            Saved(title=plain(one.title), feeds=_feeds(one.slug, formats, base_url))
            for one in saved
        ),
        rows=tuple(_row(source, formats, base_url, now) for source in page),
        headlines=headlines,
        next_after=page[-1].head.slug if has_more else None,
        is_first=not after,
    )


def age(moment: datetime, now: datetime) -> str:
    """Say how long ago a moment was, in its largest unit: "2 hours ago"."""
    passed = now - moment
    for unit, name in _UNITS:
        count = passed // unit
        if count >= 1:
            return f"{count} {name}{'s' if count > 1 else ''} ago"
    return "just now"


def _headlines(session: Session, now: datetime) -> tuple[Headline, ...]:
    everything = find_scope(session, ALL)
    if not isinstance(everything, Scope):  # pragma: no cover - "all" always is one
        return ()
    found = outline(session, everything, HEADLINES)
    heads = {head.slug: head for _, head in found.sources}
    positions = [one.position for one in found.entries[:HEADLINES]]
    articles = list_articles(session, positions)
    entries = [
        entry_of(article, heads[article.source], "headline")
        for article in sorted(articles, key=lambda a: -a.position)
        if article.source in heads
    ]
    return tuple(Headline(entry=e, age=age(e.published_at, now)) for e in entries)


def _row(
    source: ListedSource, formats: Mapping[str, Format], base_url: str, now: datetime
) -> Row:
    head = head_of_source(source.head)
    state = source.health if source.enabled else "paused"
    since = f", {age(source.health_since, now)}" if source.health_since else ""
    reason = f": {plain(source.health_reason)}" if source.health_reason else ""
    told = HEALTH.get(source.health, source.health) if source.enabled else "paused"
    last = source.last_success_at
    return Row(
        name=head.name,
        home=head.home,
        state=state,
        explanation=told + (reason + since if state in ("failing", "drifting") else ""),
        last_success=age(last, now) if last else "never",
        feeds=_feeds(head.slug, formats, base_url),
        categories=tuple(
            Link(
                title=" › ".join(map(plain, category.names)),
                url=f"{feed_address(base_url, f'{head.slug}/{category.path}')}.atom",
            )
            for category in source.categories
        ),
    )


def _feeds(slug: str, formats: Mapping[str, Format], base_url: str) -> tuple[Link, ...]:
    address = feed_address(base_url, slug)
    return tuple(
        Link(title=form.title, url=f"{address}.{form.name}", media_type=form.media_type)
        for form in formats.values()
    )
