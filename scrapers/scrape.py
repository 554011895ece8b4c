"""The pipeline: discover → fetch → extract → clean. Only this module knows the order.

    discover   every [[discover]] entry of a host → candidates         (`discover`)
    fetch      one page of the host that is held                       (`scrape`)
    extract    in the parsing child, while the next page is fetched    (`read_page`)
    clean      on the way, so that nothing unclean leaves the child

Values in, values out: what is due, what is known and what is stored is the caller's.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from scrapers import discover as kinds
from scrapers.discover.options import Options
from scrapers.discover.visit import HTML, T, Visit
from scrapers.errors import Backoff, ScrapeError, Unrecognised
from scrapers.extract.recipe import Recipe
from scrapers.fetch.fetcher import Fetcher
from scrapers.items import (
    Candidate,
    Discovery,
    Failure,
    Fetched,
    Hints,
    Page,
    Scrape,
    Site,
    Validators,
)
from scrapers.reading import read_page
from scrapers.sandbox import Parser, Pending

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
    """Fetch and read pages in order, one Scrape each; one parses while one is fetched.

    Raises Backoff when the host asks us to wait; pages not yielded were not read.
    """
    reading: tuple[Page, Pending[Scrape]] | None = None
    for target in targets:
        fetched: Fetched | Failure
        try:
            fetched = fetcher.get(target.url, target.validators)
        except Backoff:
            if reading is not None:
                yield _finish(*reading)
            raise
        except ScrapeError as error:
            fetched = failure_of(error)
        if reading is not None:
            yield _finish(*reading)
            reading = None
        if isinstance(fetched, Page):
            pending = parser.submit(
                read_page, fetched, recipe, target.hints, site, url=target.url
            )
            reading = fetched, pending
        else:
            validators = getattr(fetched, "validators", target.validators)
            yield Scrape(
                url=target.url,
                page_url=target.url,
                outcome=fetched,
                validators=validators,
            )
    if reading is not None:
        yield _finish(*reading)


def _finish(page: Page, pending: Pending[Scrape]) -> Scrape:
    try:
        return pending.result()
    except ScrapeError as error:
        return Scrape(
            url=page.requested_url,
            page_url=page.url,
            outcome=failure_of(error),
            validators=page.validators,
        )


def failure_of(error: ScrapeError) -> Failure:
    """Make the value of an error."""
    return Failure(
        url=error.url,
        reason=error.reason,
        is_permanent=error.is_permanent,
        retry_at=error.retry_at if isinstance(error, Backoff) else None,
        is_strange=isinstance(error, Unrecognised),
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
