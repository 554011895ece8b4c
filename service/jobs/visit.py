"""Fetch what is due of one source on a host that is held, and store it in batches.

The lease of the host is renewed in each batch's transaction; a visit whose lease was
lost stores nothing more. Nothing is open in the database while the network is used.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from random import Random

from db import articles, heirs, held, hosts, leads, pages, sources
from db.decisions import Change
from db.engine import Engine, Session, reading, transaction
from db.errors import RowRefused
from db.known import Arrival
from db.pages import DuePage
from db.runs import Tally
from db.sources import Source
from scrapers.drift import CONTROLS
from scrapers.errors import Backoff
from scrapers.fetch.fetcher import Fetcher
from scrapers.fetch.hosts import host_name
from scrapers.fetch.visits import Visits
from scrapers.items import Elsewhere, Failure, Scrape, ScrapedArticle
from scrapers.rhythm import first_recheck
from scrapers.sandbox import Parser
from scrapers.scrape import Target, scrape
from scrapers.source import SourceSpec
from service.jobs.batching import batches
from service.jobs.drifting import BELIEVED_AT, PROBES, Sorting, Watch, settle
from service.jobs.outcomes import Policy, Verdict, hold, judge

# Due pages looked up at once; at first fewer, since nothing is under way meanwhile.
DUE = 2000
FIRST_DUE = 100
# So many unanswered requests in a row end a visit: the host is down, not the page.
MOST_SILENCES = 5


class LeaseLost(Exception):
    """Another worker took over: what is not stored by now is its business."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Worker:
    """What a visit works with: the database, the web, the parser, and when to stop.

    `clock` is the database's; `monotonic` seconds that no one sets back. A visit takes
    no further batch after `longest_visit`, so that polls of the host get their turn;
    None is as long as there is something due.
    """

    engine: Engine
    visits: Visits
    parser: Parser
    name: str
    lease: timedelta
    gone_after: timedelta
    rng: Random
    is_stopping: Callable[[], bool]
    clock: Callable[[], datetime]
    monotonic: Callable[[], float]
    longest_visit: timedelta | None = None

    def steady_clock(self) -> Callable[[], datetime]:
        """Look at the database's clock once, and tell the time from there on.

        A pass so costs no query a look, and no clock set back under way confuses it.
        """
        now, begun = self.clock(), self.monotonic()
        return lambda: now + timedelta(seconds=self.monotonic() - begun)


@dataclass(kw_only=True, slots=True)
class Visit:
    """One held host: `fetcher` talks to it, `source` is whose pages are fetched.

    `holds_source` says that the source's lease is renewed along with the host's.
    """

    worker: Worker
    source: Source
    spec: SourceSpec
    host: str
    fetcher: Fetcher
    clock: Callable[[], datetime]
    holds_source: bool
    progress: Callable[[Tally], None]
    tally: Tally = field(default_factory=Tally)
    watch: Watch = field(init=False)

    def __post_init__(self) -> None:
        self.watch = Watch.of(self.source, self.spec.home, self.look_again)

    def fetch_due(self) -> None:
        """Fetch and store what is due here, until nothing is or the host objects.

        A host that asks us to wait ends it: its pages stay due and wait with it. So do
        those that `longest_visit` leaves for the next visit.
        """
        longest = self.worker.longest_visit
        end = None if longest is None else self.clock() + longest
        while self._goes_on(end) and self._fetch(end):
            pass

    def _goes_on(self, end: datetime | None) -> bool:
        if self.worker.is_stopping():
            return False
        return end is None or self.clock() < end

    def _fetch(self, end: datetime | None) -> bool:
        """Fetch what is due; False when there was nothing, or the visit is over."""
        under_way: dict[str, DuePage] = {}
        scrapes = self._scrape(self._targets(under_way, end))
        silences = 0
        has_any = False
        try:
            for batch in batches(scrapes, self.worker.monotonic):
                has_any = True
                self.store([(under_way.pop(found.url), found) for found in batch])
                for found in batch:
                    is_silent = isinstance(found.outcome, Failure) and (
                        not found.outcome.is_permanent
                    )
                    silences = silences + 1 if is_silent else 0
                if silences >= MOST_SILENCES:
                    return False
        except Backoff:
            return False
        return has_any

    def _targets(
        self, under_way: dict[str, DuePage], end: datetime | None
    ) -> Iterator[Target]:
        """Look what is due, again and again, and note what is `under_way`."""
        limit = FIRST_DUE
        while self._goes_on(end):
            with reading(self.worker.engine) as session:
                due = pages.due_pages(
                    session,
                    self.source.id,
                    self.host,
                    now=self.clock(),
                    limit=limit + len(under_way),
                )
            fresh = [page for page in due if page.url not in under_way]
            for page in fresh:
                if not self._goes_on(end):
                    return
                under_way[page.url] = page
                yield Target(url=page.url, hints=page.hints, validators=page.validators)
            if not fresh:
                return
            limit = DUE

    def probe(self) -> int:
        """Look whether a site that has changed is read again; give how much is due.

        What was held back is due where it is, else the newest of it: to go on looking.
        """
        if not self.watch.is_drifting:
            return 0
        try:
            sorting = self.watch.probe()
        except Backoff:
            return 0
        now = self.clock()
        with transaction(self.worker.engine) as session:
            self.renew(session, now=now)
            settle(session, self.watch, sorting, stored={}, now=now)
            limit = PROBES if self.watch.is_drifting else None
            return held.wake(session, self.source.id, now=now, limit=limit)

    def look_again(self, urls: Sequence[str]) -> list[tuple[DuePage, Scrape]]:
        """Read up to CONTROLS of these known articles anew, in their order.

        Raises Backoff when the host asks us to wait.
        """
        here = [url for url in urls if host_name(url) == self.host]
        with reading(self.worker.engine) as session:
            known = {p.url: p for p in pages.list_stored(session, self.source.id, here)}
        chosen = [known[url] for url in here if url in known][:CONTROLS]
        targets = [Target(url=page.url, hints=page.hints) for page in chosen]
        return [(known[found.url], found) for found in self._scrape(targets)]

    def _scrape(self, targets: Iterable[Target]) -> Iterator[Scrape]:
        return scrape(
            targets,
            self.fetcher,
            self.worker.parser,
            recipe=self.spec.article,
            site=self.spec.site(),
        )

    def store(self, batch: Sequence[tuple[DuePage, Scrape]]) -> None:
        """Store a batch and renew the leases, in one transaction.

        An article that the database refuses fails alone, not with its batch. May read
        known articles again, to tell an odd page from a site that has changed.
        """
        self._store_sorted(batch, self.watch.sort(batch))

    def _store_sorted(
        self, batch: Sequence[tuple[DuePage, Scrape]], sorting: Sorting
    ) -> None:
        try:
            self._store(batch, sorting, now=self.clock())
        except RowRefused as error:
            if len(batch) > 1:
                for one in batch:
                    self._store_sorted([one], sorting)
                return
            page, found = batch[0]
            if isinstance(found.outcome, Failure):
                raise
            failure = Failure(url=page.url, reason=str(error), is_permanent=True)
            refused = [(page, replace(found, outcome=failure))]
            self._store(refused, sorting, now=self.clock())

    def _store(
        self,
        batch: Sequence[tuple[DuePage, Scrape]],
        sorting: Sorting,
        *,
        now: datetime,
    ) -> None:
        arrivals = _arrivals(batch, sorting, now=now)
        articles.prepare(arrivals.values())
        with transaction(self.worker.engine) as session:
            self.renew(session, now=now)
            stored, verdicts = self._store_articles(
                session, batch, arrivals, sorting, now=now
            )
            pages.record_outcomes(session, [v.outcome for v in verdicts])
            for page, _ in batch:
                if page.url in stored and stored[page.url].takes_over:
                    heirs.yield_to(session, page.id, stored[page.url].position)
            left = self._withdraw(session, verdicts, now=now)
            self._follow(session, batch, verdicts, now=now)
            settle(session, self.watch, sorting, stored=stored, now=now)
        failures = tuple(
            (page.url, verdict.failure)
            for (page, _), verdict in zip(batch, verdicts, strict=True)
            if verdict.failure
        )
        found = [one.change for one in stored.values()]
        self.tally += Tally(
            fetched=len(batch),
            new=found.count(Change.NEW),
            changed=found.count(Change.CHANGED) + found.count(Change.RESTORED),
            gone=left + found.count(Change.WITHDRAWN),
            failed=len(failures),
            failures=failures,
        )
        self.progress(self.tally)

    def renew(self, session: Session, *, now: datetime) -> None:
        """Extend the leases; raises LeaseLost, which rolls the transaction back."""
        owner, until = self.worker.name, now + self.worker.lease
        is_held = hosts.renew_host(session, self.host, owner=owner, until=until)
        if is_held and self.holds_source:
            is_held = sources.renew_source(
                session, self.source.id, owner=owner, until=until
            )
        if not is_held:
            message = f"{self.source.slug}: the lease of {self.host} was lost"
            raise LeaseLost(message)

    def _store_articles(
        self,
        session: Session,
        batch: Sequence[tuple[DuePage, Scrape]],
        arrivals: Mapping[str, Arrival],
        sorting: Sorting,
        *,
        now: datetime,
    ) -> tuple[dict[str, articles.Stored], list[Verdict]]:
        """Store what is believed; give what became of each page, in order."""
        stored = articles.store(
            session, self.source.id, self.source.slug, list(arrivals.values()), now=now
        )
        by_url = dict(zip(arrivals, stored, strict=True))
        positions = {s.position for s in stored} | {
            page.position for page, _ in batch if page.position is not None
        }
        dates = articles.published_times(session, list(positions))
        policy = Policy(
            recheck=self.spec.recheck_every(),
            first=first_recheck(self.spec.rhythm()),
            gone_after=self.worker.gone_after,
        )
        verdicts = []
        for page, found in batch:
            if page.url in sorting.held:
                verdicts.append(self._hold(page, sorting, now=now))
                continue
            result = by_url.get(found.url)
            position = result.position if result else page.position
            verdicts.append(
                judge(
                    page,
                    found,
                    result,
                    published_at=None if position is None else dates.get(position),
                    policy=policy,
                    now=now,
                    rng=self.worker.rng,
                )
            )
        return by_url, verdicts

    def _withdraw(
        self, session: Session, verdicts: Sequence[Verdict], *, now: datetime
    ) -> int:
        """Withdraw articles whose pages are gone, unless another address has them."""
        leaving = [v.outcome.position for v in verdicts if v.leaves]
        positions = [at for at in leaving if at is not None]
        if not positions:
            return 0
        promoted = heirs.promote_heirs(session, positions, now=now)
        without = [at for at in positions if at not in promoted]
        return len(articles.withdraw(session, without, by="site", now=now))

    def _hold(self, page: DuePage, sorting: Sorting, *, now: datetime) -> Verdict:
        fault = sorting.held[page.url]
        return hold(
            page,
            f"held back: {fault}",
            is_lasting=fault.kind == "home" and page.attempts >= BELIEVED_AT,
            now=now,
            rng=self.worker.rng,
        )

    def _follow(
        self,
        session: Session,
        batch: Sequence[tuple[DuePage, Scrape]],
        verdicts: Sequence[Verdict],
        *,
        now: datetime,
    ) -> None:
        """Make rows of the addresses that pages redirect to.

        One on this host was read on the way: it is looked at again in time. One on
        another is due there.
        """
        onward = []
        for (page, found), verdict in zip(batch, verdicts, strict=True):
            match found.outcome:
                case Elsewhere(url=url):
                    onward.append(leads.Onward(url=url, page=page))
                case ScrapedArticle() if found.page_url != page.url:
                    onward.append(
                        leads.Onward(
                            url=found.page_url,
                            page=page,
                            position=verdict.outcome.position,
                            read_again_at=verdict.again,
                            is_alias=verdict.outcome.status == "alias",
                        )
                    )
        leads.add_onward(session, self.source.id, onward, host_of=host_name, now=now)


def _arrivals(
    batch: Sequence[tuple[DuePage, Scrape]], sorting: Sorting, *, now: datetime
) -> dict[str, Arrival]:
    """Give what is believed of a batch, by the addresses of its pages."""
    return {
        found.url: Arrival(
            article=found.outcome,
            content_hash=found.content_hash,
            page_url=found.page_url,
            position=page.position,
            is_alias=page.status == "alias",
            is_history=page.is_history,
            is_past=page.is_past and not articles.is_fresh(found.outcome, now=now),
            marks=found.marks,
        )
        for page, found in batch
        if isinstance(found.outcome, ScrapedArticle) and page.url not in sorting.held
    }
