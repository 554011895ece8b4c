"""Which events a subscription gets, and as what. Pure: values in, a type out.

An edit that moves an article into a filter is `article.published` to that subscriber,
one that moves it out is `article.withdrawn`: each sees the world through its filter.
"""

from __future__ import annotations

from dataclasses import dataclass

from db.events import Event
from db.filters import Filter
from db.records import SourceHead

PUBLISHED = "article.published"
UPDATED = "article.updated"
WITHDRAWN = "article.withdrawn"
RESTORED = "article.restored"
FAILING = "source.failing"
RECOVERED = "source.recovered"
DISABLED = "subscription.disabled"
PING = "ping"

# What a subscription that names no types gets. The health of sources and subscriptions
# is for operators: whoever wants it names it.
OF_ARTICLES = (PUBLISHED, UPDATED, WITHDRAWN, RESTORED)
OF_SOURCES = (FAILING, RECOVERED)
TYPES = (*OF_ARTICLES, *OF_SOURCES, DISABLED)


@dataclass(frozen=True, kw_only=True, slots=True)
class Wish:
    """What a subscription wants; equal wishes get the same events."""

    filter: Filter
    event_types: tuple[str, ...] = ()
    wants_history: bool = False


def is_told_anyway(event: Event, subscription_id: int) -> bool:
    """Say whether an article was taken down that this subscription may have.

    Nothing is left of it that a filter could tell.
    """
    return subscription_id in event.details.get("told", ())


def type_for(wish: Wish, event: Event, *, is_told: bool = False) -> str | None:
    """Give the type under which this event goes to whoever wishes so; None: not at all.

    History goes only to who asks for it, and what a private source has only to who
    names the source. What happens to subscriptions is of no source: no filter holds it.
    `is_told`: whatever the filter makes of the article, as `is_told_anyway` has it.
    """
    if event.type == DISABLED:
        return DISABLED if DISABLED in wish.event_types else None
    if event.is_history and not wish.wants_history:
        return None
    if not may_see(wish.filter, event.source, _slug(event)):
        return None
    is_matched = event.article is not None and not is_told
    seen = _of_article(wish.filter, event) if is_matched else event.type
    if seen in (wish.event_types or OF_ARTICLES):
        return seen
    return None


def may_see(wanted: Filter, source: SourceHead | None, slug: str) -> bool:
    """Tell whether a filter may and wants to see what this source has.

    A source that is gone may have been private, so it counts as such.
    """
    if wanted.sources:
        return slug in wanted.sources
    return source is not None and source.visibility == "public"


def _of_article(wanted: Filter, event: Event) -> str | None:
    is_in = event.article is not None and wanted.matches(event.article)
    if event.type != UPDATED or event.previous is None:
        return event.type if is_in else None
    was_in = wanted.matches(event.previous)
    if is_in:
        return UPDATED if was_in else PUBLISHED
    return WITHDRAWN if was_in else None


def _slug(event: Event) -> str:
    if event.source is not None:
        return event.source.slug
    return event.article.source if event.article else ""
