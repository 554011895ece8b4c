"""The pipeline: discover → fetch → extract → clean. Only this module knows the order.

    discover   every [[discover]] entry of a host → candidates         (`discover`)
    fetch      one page of the host that is held                       (`scrape`)
    extract    in the parsing child, while the next ones are fetched   (`read_page`)
    clean      on the way, so that nothing unclean leaves the child

Values in, values out: what is due, what is known and what is stored is the caller's.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import partial

from scrapers import discover as kinds
from scrapers.discover.options import Options
from scrapers.discover.visit import HTML, T, Visit
from scrapers.errors import Backoff, Moved, ScrapeError, Unrecognised
from scrapers.extract.recipe import Recipe
from scrapers.fetch.fetcher import Fetcher
from scrapers.items import (
    Candidate,
    Discovery,
    Elsewhere,
    Failure,
    Fetched,
    Gone,
    Hints,
    NotModified,
    Page,
    Scrape,
    Site,
    Validators,
)
from scrapers.reading import read_page
from scrapers.sandbox import Parser, Pending

# So many pages, or bytes of them, are fetched before the first is read: the child has
# work while a batch is stored.
AHEAD = 400
AHEAD_BYTES = 4 * 2**20

NOTHING_KNOWN = Validators()


@dataclass(frozen=True, kw_only=True, slots=True)
class Target:
    """A page to fetch, and what is known of it."""

    url: str
    hints: Hints = field(default_factory=Hints)
    validators: Validators = field(default_factory=Validators)


@dataclass(frozen=True, kw_only=True, slots=True)
class Found:
    """What one [[discover]] entry gave, or the failure in its place."""

    key: str
    is_first: bool
    discovery: Discovery = field(default_factory=Discovery)
    failure: Failure | None = None


@dataclass(kw_only=True, slots=True)
class DiscoveryVisit:
    """One entry's visit, as the discovery kinds see it (`scrapers.discover.visit`)."""

    kind: str
    site: Site
    is_first: bool
    last_pass_at: datetime | None
    fetcher: Fetcher
    parser: Parser
    validators: Mapping[str, Validators]
    is_news: Callable[[Sequence[Candidate]], bool]

    def get(self, url: str, *, accept: str = HTML) -> Fetched:
        """Fetch; conditionally, unless everything is to be read."""
        known = NOTHING_KNOWN if self.is_first else self.validators.get(url)
        return self.fetcher.get(url, known or NOTHING_KNOWN, accept=accept)

    def parse(self, func: Callable[..., T], *args: object, url: str) -> T:
        """Run in the parsing child."""
        return self.parser.run(func, *args, url=url)

    def has_news(self, candidates: Sequence[Candidate]) -> bool:
        """Ask the caller what it knows, of versions as they are stored."""
        return self.is_news(marked(candidates, self.kind))


def key_of(options: Options) -> str:
    """Name a [[discover]] entry: what it first gives is history."""
    return f"{options.kind} {options.url}"


def discover(
    entries: Iterable[Options], visit_of: Callable[[Options], Visit]
) -> Iterator[Found]:
    """Read entries one after the other; a failing one stops only itself.

    A host that asks us to wait stops the rest too: what follows has its failure.
    """
    waiting: Failure | None = None
    for options in entries:
        visit = visit_of(options)
        found = Found(key=key_of(options), is_first=visit.is_first)
        if waiting is not None:
            yield replace(found, failure=replace(waiting, url=options.url))
            continue
        try:
            discovery = kinds.discover(options, visit)
        except ScrapeError as error:
            failure = failure_of(error)
            waiting = failure if failure.retry_at is not None else None
            yield replace(found, failure=failure)
        else:
            candidates = marked(discovery.candidates, options.kind)
            yield replace(found, discovery=replace(discovery, candidates=candidates))


def marked(candidates: Sequence[Candidate], kind: str) -> tuple[Candidate, ...]:
    """Name in each candidate's version the kind that tells it."""
    # A version means something only beside others of its kind.
    return tuple(
        c
        if c.version is None
        else replace(c, version=f"{kind}:{'_'.join(c.version.split())}")
        for c in candidates
    )


def scrape(
    targets: Iterable[Target],
    fetcher: Fetcher,
    parser: Parser,
    *,
    recipe: Recipe,
    site: Site,
) -> Iterator[Scrape]:
    """Fetch and read pages in order, one Scrape each; some parse while one is fetched.

    What is read is given out before another page is asked for. Raises Backoff when the
    host asks us to wait; pages not yielded were not read.
    """
    waiting = _Waiting()
    for target in targets:
        fetched: Fetched | Failure
        try:
            fetched = fetcher.get(target.url, target.validators)
        except Backoff:
            yield from waiting.rest()
            raise
        except ScrapeError as error:
            fetched = failure_of(error)
        if isinstance(fetched, Page):
            pending = parser.submit(
                read_page, fetched, recipe, target.hints, site, url=target.url
            )
            waiting.add(_Reading(fetched, pending))
        else:
            waiting.add(_without_page(target, fetched))
        yield from waiting.ready()
    yield from waiting.rest()


def _without_page(
    target: Target, outcome: NotModified | Elsewhere | Gone | Failure
) -> Scrape:
    return Scrape(
        url=target.url,
        page_url=target.url,
        outcome=outcome,
        validators=getattr(outcome, "validators", target.validators),
    )


class _Reading:
    """A page on its way through the child."""

    def __init__(self, page: Page, pending: Pending[Scrape]) -> None:
        self.size = len(page.body)
        self.is_done = pending.done
        self._pending = pending
        # Not the page itself, which would stay in memory as long as this.
        self._failed = partial(
            Scrape,
            url=page.requested_url,
            page_url=page.url,
            validators=page.validators,
        )

    def finish(self) -> Scrape:
        """Wait for what came of it."""
        try:
            return self._pending.result()
        except ScrapeError as error:
            return self._failed(outcome=failure_of(error))


class _Waiting:
    """What is on its way, in the order of its targets; some bytes and pages at most."""

    def __init__(self) -> None:
        self._queue: deque[_Reading | Scrape] = deque()
        self._bytes = 0

    def add(self, one: _Reading | Scrape) -> None:
        """Put one behind the others."""
        self._queue.append(one)
        self._bytes += one.size if isinstance(one, _Reading) else 0

    def ready(self) -> Iterator[Scrape]:
        """Give what is there, and wait for the first where too much is on its way."""
        while self._queue and (self._is_first_done() or self._is_full()):
            yield self._next()

    def rest(self) -> Iterator[Scrape]:
        """Give all the others."""
        while self._queue:
            yield self._next()

    def _next(self) -> Scrape:
        one = self._queue.popleft()
        if isinstance(one, Scrape):
            return one
        self._bytes -= one.size
        return one.finish()

    def _is_first_done(self) -> bool:
        first = self._queue[0]
        return isinstance(first, Scrape) or first.is_done()

    def _is_full(self) -> bool:
        return len(self._queue) > AHEAD or self._bytes > AHEAD_BYTES


def failure_of(error: ScrapeError) -> Failure:
    """Make the value of an error."""
    return Failure(
        url=error.url,
        reason=error.reason,
        is_permanent=error.is_permanent,
        retry_at=error.retry_at if isinstance(error, Backoff) else None,
        is_strange=isinstance(error, Unrecognised),
        moved_to=error.target if isinstance(error, Moved) else None,
    )


def merged(groups: Iterable[Sequence[Candidate]]) -> tuple[Candidate, ...]:
    """Make one candidate of those with one address, in the order of first sight.

    The first to say something of an article is believed; versions are kept by kind.
    """
    found: dict[str, Candidate] = {}
    for group in groups:
        for candidate in group:
            known = found.get(candidate.url)
            found[candidate.url] = _joined(known, candidate) if known else candidate
    return tuple(found.values())


def _joined(first: Candidate, second: Candidate) -> Candidate:
    gaps = {
        name: getattr(second.hints, name)
        for name in Hints.__slots__
        if not getattr(first.hints, name)
    }
    versions = (first.version, second.version)
    return replace(
        first,
        hints=replace(first.hints, **gaps),
        version=" ".join(v for v in versions if v) or None,
    )
