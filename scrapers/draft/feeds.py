"""Look for feeds, and what they list: linked ones, else where feeds usually are."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime

from scrapers.clean.text import line, word_count
from scrapers.clean.urls import absolute, canonical
from scrapers.discover.detect import usual_feeds
from scrapers.discover.feed import parsed, read_feed
from scrapers.discover.hints import words
from scrapers.discover.loose import mapping, mappings, text
from scrapers.discover.rules import Rules
from scrapers.discover.shapes import escaped, looks_like_article, shape_of
from scrapers.discover.visit import FEED
from scrapers.draft.scouting import Lead, Scout
from scrapers.errors import DiscoverError
from scrapers.extract.dates import read
from scrapers.items import Page

# Feeds asked for where several are linked: the site's own, and those of sections.
MOST_ASKED = 3
# Shorter texts are excerpts, whatever the element they stand in is called.
FULL_WORDS = 150
DATES = ("published", "created", "updated")
# Where a reader's words stand on the page of an article.
_COMMENT = re.compile(r"#(?:comment|respond|reply|c\d)", re.IGNORECASE)


@dataclass(frozen=True, kw_only=True, slots=True)
class Told:
    """What a feed says beside its entries' addresses.

    `texts` are the entries' contents as words, by address; `stated` when they were
    published, each in the zone it is written in. `is_of_comments` tells of a feed that
    lists what readers wrote below articles.
    """

    title: str = ""
    home: str | None = None
    language: str | None = None
    texts: tuple[tuple[str, str], ...] = ()
    stated: tuple[datetime, ...] = ()
    is_of_comments: bool = False

    @property
    def is_full(self) -> bool:
        """Whether most entries carry the whole text."""
        lengths = sorted(word_count(body) for _, body in self.texts)
        return bool(lengths) and lengths[len(lengths) // 2] >= FULL_WORDS


@dataclass(frozen=True, kw_only=True, slots=True)
class FeedLead:
    """A feed that lists articles, with what it says of itself."""

    lead: Lead
    told: Told


def feed_leads(scout: Scout, others: frozenset[str]) -> list[FeedLead]:
    """Ask the feeds the page links, else the usual places until there is one.

    The fullest comes first; of the others only those stay that list something more.
    `others` are the addresses of the site's menus, which some software's feeds list.
    """
    linked = scout.front.feeds
    asked = (feed_lead(scout, url, others) for url in linked[:MOST_ASKED])
    found = [lead for lead in asked if lead is not None]
    if not found:
        software = "wordpress" if scout.front.is_wordpress else scout.front.generator
        for url in usual_feeds(scout.front.home, software):
            lead = feed_lead(scout, url, others) if url not in linked else None
            if lead is not None:
                found = [lead]
                break
    found.sort(key=lambda one: (len(one.lead.seen), one.told.is_full), reverse=True)
    kept: list[FeedLead] = []
    seen: set[str] = set()
    for one in found:
        if set(one.lead.urls) - seen:
            kept.append(one)
            seen |= set(one.lead.urls)
    return kept


def feed_lead(scout: Scout, url: str, others: frozenset[str]) -> FeedLead | None:
    """Ask one feed; None where there is none, or one without articles."""
    page = scout.ask(url, accept=FEED)
    if page is None:
        return None
    rules = scout.rules("feed", page.url)
    found = scout.read(read_feed, page, rules, "UTC", url=page.url)
    told = scout.read(read_told, page, rules, url=page.url)
    if found is None or told is None:
        return None
    if told.is_of_comments:
        return None
    pages = _pages_of_menus([one.url for one in found.candidates], others)
    articles = tuple(one for one in found.candidates if one.url not in pages)
    if not articles:
        return None
    lead = Lead(
        kind="feed",
        url=page.url,
        page=page,
        seen=articles,
        keys=(("exclude", [f"^{escaped(one)}$" for one in pages]),) if pages else (),
        # A paged or archived feed (RFC 5005) leads on to all there is.
        reaches_all=found.next is not None,
        notes=found.notes,
    )
    return FeedLead(lead=lead, told=told)


def _pages_of_menus(urls: list[str], others: frozenset[str]) -> list[str]:
    """Those of a feed's addresses that the site's menus lead to, and are no articles.

    A box of the latest articles looks like a menu where headlines are short: what is
    numbered as the rest of the feed is one of them.
    """
    doubtful = [url for url in urls if url in others and not looks_like_article(url)]
    numbered = {shape_of(url) for url in urls if url not in doubtful}
    return [
        url
        for url in doubtful
        if "number" not in shape_of(url) or shape_of(url) not in numbered
    ]


def read_told(page: Page, rules: Rules) -> Told:
    """Read what a feed says of its site and its entries. Pure; runs in the child."""
    feed = parsed(page)
    head = mapping(feed.get("feed"))
    entries = mappings(feed.get("entries"))
    texts = []
    stated = []
    links = [text(entry, "link") for entry in entries]
    comments = sum(_COMMENT.search(link) is not None for link in links)
    for entry in entries:
        url = rules.admit(page.url, text(entry, "link"))
        if url is not None:
            texts.append((url, _content(entry)))
        at = _stated(entry)
        if at is not None:
            stated.append(at)
    return Told(
        title=line(text(head, "title")),
        home=_home(head, page.url),
        language=text(head, "language") or None,
        texts=tuple(texts),
        stated=tuple(stated),
        is_of_comments=2 * comments > len(links),
    )


def home_of_feed(page: Page) -> str:
    """Give the address of the site a feed belongs to; DiscoverError for what is none.

    Pure; runs in the parsing child.
    """
    head = mapping(parsed(page).get("feed"))
    found = _home(head, page.url)
    if found is None:
        raise DiscoverError(
            "the feed does not say which site it belongs to", url=page.url
        )
    return found


def _home(head: dict[str, object], base: str) -> str | None:
    link = text(head, "link")
    found = absolute(base, link) if link else None
    try:
        return canonical(found) if found else None
    except ValueError:
        return None


def _content(entry: dict[str, object]) -> str:
    bodies = [text(part, "value") for part in mappings(entry.get("content"))]
    longest = max([*bodies, text(entry, "summary")], key=len)
    return words(longest)


def _stated(entry: dict[str, object]) -> datetime | None:
    for key in DATES:
        moment = read(text(entry, key), UTC)
        if moment is not None:
            return moment.at
    return None
