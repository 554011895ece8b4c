"""Read a listing page by page: when to go on, when to stop, what to remember.

Knows nothing of what the pages hold; a kind hands in the function that reads one.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from urllib.parse import urldefrag, urlsplit, urlunsplit

from scrapers.clean.urls import absolute
from scrapers.discover.asks import of_headers
from scrapers.discover.rules import own_host
from scrapers.discover.visit import Visit
from scrapers.errors import DiscoverError, HttpStatus, Moved
from scrapers.items import (
    Asks,
    Candidate,
    Discovery,
    Elsewhere,
    Fetched,
    Gone,
    Hub,
    NotModified,
    Page,
)

# Pages of which nothing is taken that a poll reads in search of news.
MOST_BLANKS = 3


@dataclass(frozen=True, kw_only=True, slots=True)
class Found:
    """What one page of a listing held, and the address of the next if there is one."""

    candidates: tuple[Candidate, ...] = ()
    next: str | None = None
    notes: tuple[str, ...] = ()
    hub: Hub | None = None
    asks: Asks | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Course:
    """How far to read.

    `is_sorted`: what is new always stands before what is known. `end_status` is what
    the site answers past its last page, beside 404 and 410.
    """

    accept: str
    pages: int
    limit: int
    is_sorted: bool = False
    end_status: int | None = None


@dataclass(kw_only=True, slots=True)
class _Trail:
    candidates: dict[str, Candidate] = field(default_factory=dict)
    asked: set[str] = field(default_factory=set)
    notes: list[str] = field(default_factory=list)
    complete: bool = True
    blanks: int = 0
    hub: Hub | None = None
    listed: int | None = None
    asks: Asks | None = None

    def add(self, found: Found) -> tuple[Candidate, ...]:
        self.hub = self.hub or found.hub
        if self.listed is None:
            self.listed, self.asks = len(found.candidates), found.asks
        fresh = tuple(c for c in found.candidates if c.url not in self.candidates)
        self.candidates |= {c.url: c for c in fresh}
        self.notes.extend(found.notes)
        self.blanks = 0 if found.candidates else self.blanks + 1
        return fresh

    def stop(self, note: str) -> None:
        self.complete = False
        self.notes.append(note)


def walk(
    visit: Visit, start: str, read: Callable[[Page], Found], course: Course
) -> Discovery:
    """Read from `start` on while there is news, or to the end on a first pass.

    Only `start` is asked conditionally: its validators are in the Discovery. A later
    page that answers with an error status ends a first pass (`complete` is False and a
    note says why); in a poll it raises, so that nothing between is missed.
    Raises DiscoverError, FetchError or SandboxError.
    """
    answer = visit.get(start, accept=course.accept)
    if isinstance(answer, NotModified):
        return Discovery(validators=((start, answer.validators),))
    first = page = document(answer)
    trail = _Trail(asked={start})
    while True:
        following = _following(visit, trail, read(page), course)
        if following is None:
            break
        trail.asked.add(following)
        after = _ask(visit, following, trail, course)
        if after is None:
            break
        page = after
    taken = tuple(trail.candidates.values())
    if len(taken) > course.limit:
        trail.stop(f"read up to the limit of {course.limit} addresses")
    return Discovery(
        candidates=taken[: course.limit],
        validators=((start, first.validators),),
        complete=trail.complete,
        notes=tuple(dict.fromkeys(trail.notes)),
        hub=trail.hub,
        listed=trail.listed,
        asks=trail.asks or of_headers(first),
    )


def document(answer: Fetched) -> Page:
    """Give the page, or raise the DiscoverError that says what is there instead."""
    match answer:
        case Page():
            return answer
        case Gone(url=url, status=status):
            reason = f"nothing there ({status}): is the address right?"
            raise DiscoverError(reason, url=url)
        case Elsewhere(requested_url=url, url=target):
            raise Moved(url=url, target=target)
        case NotModified(url=url):
            reason = "not modified, though it was never asked before"
            raise DiscoverError(reason, url=url)


def follow(base: str, href: str) -> str | None:
    """Resolve a link to the next page; None if it leaves the host.

    A link that only lost the port gets it back: WordPress builds its feeds' own links
    without it.
    """
    found = absolute(base, href) if href else None
    if found is None:
        return None
    found = urldefrag(found).url
    here, there = urlsplit(base), urlsplit(found)
    if there.hostname == here.hostname and there.port is None and here.port:
        there = there._replace(netloc=here.netloc, scheme=here.scheme)
        found = urlunsplit(there)
    return found if own_host(found) == own_host(base) else None


def _following(visit: Visit, trail: _Trail, found: Found, course: Course) -> str | None:
    fresh = trail.add(found)
    following = found.next
    if following is None or following in trail.asked:
        return None
    # A listing asked past its end may answer with its last page for ever.
    if found.candidates and not fresh:
        return None
    if not (visit.is_first or _leads_on(visit, trail, fresh, course)):
        return None
    if len(trail.asked) >= course.pages:
        trail.stop(f"read up to the limit of {course.pages} pages")
        return None
    if len(trail.candidates) >= course.limit:
        trail.stop(f"read up to the limit of {course.limit} addresses")
        return None
    return following


def _leads_on(
    visit: Visit, trail: _Trail, fresh: tuple[Candidate, ...], course: Course
) -> bool:
    if not course.is_sorted:
        return visit.has_news(fresh)
    if not fresh:
        # All of a page may be left out by the definition, and news stand behind it.
        return trail.blanks <= MOST_BLANKS
    return visit.has_news(fresh[-1:])


def _ask(visit: Visit, url: str, trail: _Trail, course: Course) -> Page | None:
    try:
        answer = visit.get(url, accept=course.accept)
    except HttpStatus as error:
        if error.status == course.end_status:
            return None
        if not visit.is_first:
            raise
        trail.stop(f"stopped at {url}: {error.reason}")
        return None
    return answer if isinstance(answer, Page) else None
