"""Arrive at a site: find its front page from the address given, or say why not.

An article leads to its site, as does a feed; what is no web page, forbids to be read or
cannot be reached is a Refusal, with what could be done.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from urllib.parse import urljoin, urlsplit

from scrapers.clean.urls import host_of, is_home
from scrapers.discover.detect import WALLS, Front, read_front
from scrapers.discover.links import MOST_LINKS
from scrapers.draft.asking import Asker
from scrapers.draft.feeds import home_of_feed
from scrapers.draft.judging import Sample, judge
from scrapers.draft.scouting import Scout
from scrapers.errors import ScrapeError
from scrapers.items import Failure, Hints, Page
from scrapers.sandbox import Parser

SMALLER = "give the address of a page that lists the latest articles, or of a feed"
OPEN = "give the address of an open page or of a feed, or ask its publisher for one"


@dataclass(frozen=True, kw_only=True, slots=True)
class Refusal:
    """Why there is no draft, and what could be done."""

    url: str
    reason: str
    remedy: str = ""


def arrive(asker: Asker, parser: Parser, url: str) -> Scout | Refusal:
    """Get the page the site begins with: of a feed its site, of an article its home."""
    notes: list[str] = []
    for _ in range(2):
        page = asker.get(url)
        if isinstance(page, Failure):
            return _refused(page)
        front = _read_front(parser, page)
        if isinstance(front, Refusal):
            return front
        if front is None:
            home = _feed_home(parser, page)
            if home is None and not page.body.strip():
                return Refusal(url=url, reason="the page is empty", remedy=SMALLER)
            if home is None:
                kind = page.content_type.partition(";")[0] or "no known type"
                return Refusal(url=url, reason=f"it is no web page ({kind})")
            notes.append(f"{url} is a feed; its site is {home}")
            url = home
            continue
        scout = Scout(asker=asker, parser=parser, front=front, page=page, notes=notes)
        is_article = front.is_article or _reads_as_article(scout)
        if not is_article or front.home == url:
            return _placed(scout)
        notes.append(f"{url} is an article; the site is taken to be {front.home}")
        url = front.home
    return Refusal(url=url, reason="an article, and no home was found for it")


def _placed(scout: Scout) -> Scout:
    """Take the page that was asked for as the site's home, unless it names another."""
    front, asked = scout.front, scout.page.url
    is_own = host_of(front.home) == host_of(asked)
    if not is_home(asked) or not is_own:
        # "/blog/" is a site of its own when that is what was asked for.
        return replace(scout, front=replace(front, home=asked))
    return scout


def _reads_as_article(scout: Scout) -> bool:
    """Say whether a page that says nothing of itself is an article all the same."""
    page = scout.page
    if is_home(page.url):
        return False
    sample = scout.read(judge, page, Hints(), scout.site, url=page.url)
    return sample is not None and sample.is_page and sample.is_article


def _read_front(parser: Parser, page: Page) -> Front | Refusal | None:
    kind = page.content_type.partition(";")[0].strip().lower()
    start = page.body[:2000].lstrip().lower()
    is_html = kind in ("text/html", "application/xhtml+xml") or b"<html" in start
    is_feed = start.startswith((b"<?xml", b"<rss", b"<feed")) and b"<html" not in start
    if is_feed or not is_html:
        return None
    try:
        return parser.run(read_front, page, url=page.url)
    except ScrapeError as error:
        kilobytes = len(page.body) // 1000
        reason = f"the page, of {kilobytes:,} kB, cannot be read: {error.reason}"
        return Refusal(url=page.url, reason=reason, remedy=SMALLER)


def _feed_home(parser: Parser, page: Page) -> str | None:
    try:
        return parser.run(home_of_feed, page, url=page.url)
    except ScrapeError:
        return None


def _refused(failure: Failure) -> Refusal:
    if failure.is_permanent and "robots.txt" in failure.reason:
        remedy = "the site does not want to be read by programs; ask its publisher"
        return Refusal(url=failure.url, reason=failure.reason, remedy=remedy)
    if failure.retry_at is not None:
        remedy = f"try again after {failure.retry_at:%Y-%m-%d %H:%M} UTC"
        return Refusal(url=failure.url, reason=failure.reason, remedy=remedy)
    return Refusal(url=failure.url, reason=failure.reason)


def nothing_found(scout: Scout) -> Refusal:
    """Say that the site lists its articles nowhere that we know of."""
    url = scout.front.url
    if scout.front.wall is not None:
        reason = f"the page is a {scout.front.wall}, which shows programs nothing"
        return Refusal(url=url, reason=reason, remedy=OPEN)
    if scout.front.link_count > MOST_LINKS:
        told = f"{scout.front.link_count:,} links, and the first {MOST_LINKS}"
        reason = f"the page has {told} are no list of articles"
        return Refusal(url=url, reason=reason, remedy=SMALLER)
    if scout.front.is_frame:
        reason = "scripts must build its pages first, and no feed or sitemap helps"
        return Refusal(url=url, reason=reason, remedy="look for a feed of it by hand")
    if scout.front.lack is not None:
        reason = f"the page is {scout.front.lack}, and no feed or sitemap was found"
        return Refusal(url=url, reason=reason, remedy=SMALLER)
    reason = "no feed, sitemap, REST interface or list of articles was found"
    if count := len(scout.refused):
        reasons = {
            scout.samples[url].reason or "no date, no author" for url in scout.refused
        }
        told = ", ".join(sorted(reasons))
        reason += f"; {count} of its links were looked at and are none ({told})"
    remedy = "give the address of the page that lists the articles"
    if host_of(url) and not is_home(url) and urlsplit(url).path.count("/") > 1:
        remedy = f"try the site's front page, {urljoin(url, '/')}"
    return Refusal(url=url, reason=reason, remedy=remedy)


def no_articles(scout: Scout, samples: Sequence[Sample]) -> Refusal:
    """Say that what is listed turned out to be no articles."""
    reasons = dict.fromkeys(s.reason or "no article" for s in samples)
    told = ", ".join(reasons) or "; ".join(scout.notes[-2:]) or "they did not arrive"
    reason = f"articles are listed, but their pages give none: {told}"
    remedy = "scripts may have to build them first" if "no t" in told else ""
    if WALLS & set(reasons):
        remedy = OPEN
    return Refusal(url=scout.front.url, reason=reason, remedy=remedy)
