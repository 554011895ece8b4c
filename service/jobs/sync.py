"""One pass over a source: discover, record, fetch what is due, store, judge.

The pipeline itself is `scrapers.scrape`; this module gives it what the database knows
and stores what it gives. The caller has leased the source; each host of it is leased in
turn.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import groupby

import structlog

from db import hosts, hub_leases, leads, polls, runs
from db.articles import recent_times
from db.engine import Session, reading, transaction
from db.runs import Run, Tally
from db.source_events import record_source_event
from db.sources import Source
from scrapers.clean import variants
from scrapers.discover.options import Options
from scrapers.fetch.hosts import host_name
from scrapers.items import Asks, Candidate, Failure
from scrapers.listed import Listing
from scrapers.pace import MOST_TIMES, Pace, paced
from scrapers.scrape import DiscoveryVisit, Found, discover, key_of, merged
from scrapers.source import SourceSpec, from_dict
from service.jobs.drifting import settle_listings
from service.jobs.health import judge_poll, reason_of
from service.jobs.holding import hold
from service.jobs.visit import LeaseLost, Visit, Worker

# A busy host is asked for again so soon; its holder seldom needs longer than a minute.
# No visit to pages begins of a source whose poll is as near as that: a thousand pages
# to look at again do not keep the poll waiting, which finds what is new.
BUSY_PAUSE = timedelta(seconds=5)
# One that asked us to wait is looked at so often until then.
RESTING_PAUSE = timedelta(seconds=30)
# Says among what was discovered that a feed has named a hub.
HUB_KEY = "hub"
# A hub that pushes tells of an article so long before we find it, at the most.
ANNOUNCED = timedelta(minutes=10)
# A source whose hub is trusted to push is polled so seldom, to see whether it still is.
TRUSTING = timedelta(hours=1)

log = structlog.get_logger(__name__)


def ignore(tally: Tally) -> None:
    """Take no notice of progress."""
    del tally


@dataclass(frozen=True, kw_only=True, slots=True)
class Wish:
    """What is asked of a pass beyond the ordinary.

    `notify` makes what is found news, not history.
    """

    notify: bool = False


ORDINARY = Wish()


def sync_source(
    worker: Worker,
    source: Source,
    *,
    most_backoff: timedelta,
    wish: Wish = ORDINARY,
    progress: Callable[[Tally], None] = ignore,
) -> Run:
    """Make one pass over a leased source and release it; give what came of it.

    Raises LeaseLost when another took over meanwhile, and database errors: then what is
    stored stays, what is not is due again, and the lease runs out.
    """
    return _Pass(
        worker, source, most_backoff=most_backoff, wish=wish, progress=progress
    ).run()


class _Pass:
    """The state of one pass."""

    def __init__(
        self,
        worker: Worker,
        source: Source,
        *,
        most_backoff: timedelta,
        wish: Wish,
        progress: Callable[[Tally], None],
    ) -> None:
        self.worker = worker
        self.source = source
        self.most_backoff = most_backoff
        self.wish = wish
        self.spec: SourceSpec = from_dict(source.spec, name=source.slug)
        self.clock = worker.steady_clock()
        self.started_at = self.clock()
        self.tally = Tally()
        self.tell = progress
        self.failures: list[Failure] = []
        self.busy: list[str] = []
        self.listings: list[Listing] = []
        self.moved: dict[str, Options] = {}
        self.asks: dict[str, Asks] = {}
        self.read_count = 0
        self.has_hub = HUB_KEY in source.discovered

    def run(self) -> Run:
        """Visit the hosts of all entries, one after the other."""
        self.worker.parser.start()  # while robots.txt is asked for
        self._visit_all(self.spec.discover)
        self._visit_all(self.moved.values())
        return self._finish()

    def _visit_all(self, entries: Iterable[Options]) -> None:
        ordered = sorted(entries, key=lambda e: host_name(e.url))
        for host, group in groupby(ordered, key=lambda e: host_name(e.url)):
            self._visit(host, list(group))

    def _visit(self, host: str, entries: Sequence[Options]) -> None:
        with hold(
            self.worker,
            self.source,
            host,
            clock=self.clock,
            holds_source=True,
            progress=self._progress,
        ) as visit:
            if visit is None:
                self.busy.append(host)
                return
            founds = self._discover(visit, entries)
            self.failures += [f.failure for f in founds if f.failure is not None]
            self.read_count += sum(f.failure is None for f in founds)
            self.listings += map(_listing, founds)
            asked = {found.key: found.discovery.asks for found in founds}
            self.asks |= {key: asks for key, asks in asked.items() if asks is not None}
            if self._record(visit, founds) + visit.probe():
                visit.fetch_due()
            self.tally += visit.tally

    def _discover(self, visit: Visit, entries: Sequence[Options]) -> list[Found]:
        """Read entries, but for those that are to be read at another address."""
        read = discover(entries, lambda entry: self._entry(visit, entry))
        founds = []
        for entry, found in zip(entries, read, strict=True):
            target = found.failure.moved_to if found.failure is not None else None
            if target is not None and self._is_same(entry, target):
                self.moved[found.key] = entry.model_copy(update={"url": target})
            else:
                founds.append(replace(found, key=self._key(entry)))
        return founds

    def _is_same(self, entry: Options, target: str) -> bool:
        """Say whether an entry has only moved to https, to www or from it.

        What redirects further away is for the operator to look at.
        """
        has_moved = entry in self.moved.values()
        return not has_moved and variants.key_of(entry.url) == variants.key_of(target)

    def _key(self, entry: Options) -> str:
        """Name an entry by the address that its definition gives it."""
        moved = (key for key, other in self.moved.items() if other is entry)
        return next(moved, key_of(entry))

    def _progress(self, tally: Tally) -> None:
        self.tell(self.tally + tally)

    def _entry(self, visit: Visit, entry: Options) -> DiscoveryVisit:
        return DiscoveryVisit(
            kind=entry.kind,
            site=self.spec.site(),
            is_first=self._key(entry) not in self.source.discovered,
            last_pass_at=self.source.last_success_at,
            fetcher=visit.fetcher,
            parser=self.worker.parser,
            validators=self.source.validators,
            is_news=self._is_news,
        )

    def _is_news(self, candidates: Sequence[Candidate]) -> bool:
        with reading(self.worker.engine) as session:
            return leads.has_news(session, self.source.id, candidates)

    def _record(self, visit: Visit, founds: Iterable[Found]) -> int:
        """Store what was found with the validators; give how much became due."""
        read = [found for found in founds if found.failure is None]
        validators = dict(pair for found in read for pair in found.discovery.validators)
        known = self.source.validators
        fresh = {url: v for url, v in validators.items() if known.get(url) != v}
        keys = {f.key for f in read} - set(self.source.discovered)
        news, history = self._sorted(read)
        if not (fresh or keys or news or history):
            return 0
        now = self.clock()
        due = 0
        named = [f.discovery.hub for f in read if f.discovery.hub is not None]
        with transaction(self.worker.engine) as session:
            visit.renew(session, now=now)
            hub_leases.record_hubs(session, self.source.id, named, now=now)
            for candidates, is_history in ((news, False), (history, True)):
                due += leads.record_candidates(
                    session,
                    self.source.id,
                    candidates,
                    host_of=host_name,
                    is_history=is_history,
                    now=now,
                )
            if named:
                keys.add(HUB_KEY)
                self.has_hub = True
            if fresh or keys:
                polls.record_discovery(
                    session,
                    self.source.id,
                    validators=fresh,
                    discovered=dict.fromkeys(keys, now.isoformat()),
                )
        self.tally += Tally(found=due)
        self._progress(Tally())
        return due

    def _sorted(
        self, read: Sequence[Found]
    ) -> tuple[tuple[Candidate, ...], tuple[Candidate, ...]]:
        """Part what is found into news and history.

        What an entry gives when it is first read was there before us: history. What
        another entry, read before, lists as well is news by that entry.
        """
        is_all_news = self.wish.notify or self.spec.notify
        by_age: dict[bool, list[Sequence[Candidate]]] = {False: [], True: []}
        for found in read:
            is_history = found.is_first and not is_all_news
            by_age[is_history].append(found.discovery.candidates)
        news = merged(by_age[False])
        taken = {candidate.url for candidate in news}
        history = merged(by_age[True])
        return news, tuple(c for c in history if c.url not in taken)

    def _finish(self) -> Run:
        now = self.clock()
        failure = self.failures[0] if self.failures else None
        unread = tuple((f.url, f.reason) for f in self.failures)
        self.tally += Tally(failed=len(unread), failures=unread)
        run = Run(
            source_id=self.source.id,
            started_at=self.started_at,
            finished_at=now,
            outcome="ok" if self.read_count else "failed",
            reason=reason_of(failure) if failure else None,
            tally=self.tally,
        )
        with transaction(self.worker.engine) as session:
            if not self.read_count and not self.failures:
                return self._postpone(session, run, now=now)
            self._judge(session, failure if not self.read_count else None, now=now)
            if self.has_hub:
                self._settle(session, now=now)
            runs.record_run(session, run)
        return run

    def _settle(self, session: Session, *, now: datetime) -> None:
        hub_leases.settle_poll(
            session,
            self.source.id,
            had_news=self.tally.new > 0,
            started_at=self.started_at,
            announced_since=self.started_at - ANNOUNCED,
            slow=now + TRUSTING,
            now=now,
        )

    def _judge(
        self, session: Session, failure: Failure | None, *, now: datetime
    ) -> None:
        before, after = settle_listings(
            session,
            self.source,
            self.listings,
            keys=frozenset(key_of(entry) for entry in self.spec.discover),
            now=now,
        )
        judgement = judge_poll(
            self.source,
            self.spec.rhythm(),
            failure,
            drifted=(before is not None, after is not None),
            pace=self._pace(session, now=now),
            most=self.most_backoff,
            now=now,
            rng=self.worker.rng,
        )
        is_ours = polls.record_poll(
            session, self.source.id, judgement.result, owner=self.worker.name
        )
        if not is_ours:
            message = f"{self.source.slug}: the source's lease was lost"
            raise LeaseLost(message)
        if judgement.event_type is not None:
            record_source_event(
                session,
                self.source,
                judgement.event_type,
                health="drifting" if after else judgement.result.health,
                reason=after.reason if after else judgement.result.health_reason,
                now=now,
            )

    def _pace(self, session: Session, *, now: datetime) -> Pace | None:
        """Choose how often the source is polled, where that is left to its rhythm."""
        if not self.spec.rhythm().is_auto:
            return None
        known = Pace.from_dict(self.source.pace)
        keys = {key_of(entry) for entry in self.spec.discover}
        asks = {k: v for k, v in {**known.asks, **self.asks}.items() if k in keys}
        pace = replace(known, asks=asks)
        if self.tally.new or self.source.pace is None:
            times = recent_times(session, self.source.id, limit=MOST_TIMES)
            pace = pace.with_times(times)
        return paced(pace, now=now)

    def _postpone(self, session: Session, run: Run, *, now: datetime) -> Run:
        """Release the source: its hosts were all busy, and nothing was asked."""
        due = now + BUSY_PAUSE
        rests_until = hosts.rests_until(session, self.busy)
        if rests_until is not None and rests_until > due:
            due = min(rests_until, now + RESTING_PAUSE)
        polls.release_source(
            session, self.source.id, owner=self.worker.name, next_poll_at=due
        )
        return replace(run, outcome="postponed", reason="its host is busy")


def _listing(found: Found) -> Listing:
    failure = found.failure
    kind, _, url = found.key.partition(" ")
    return Listing(
        key=found.key,
        kind=kind,
        url=url,
        count=found.discovery.listed,
        strange=failure.reason if failure and failure.is_strange else None,
    )


def visit_pages(
    worker: Worker,
    source: Source,
    host: str,
    *,
    progress: Callable[[Tally], None] = ignore,
) -> Run | None:
    """Fetch what is due of a source on one host; None while the host is another's.

    A run row is written only if the visit changed or missed something.
    """
    clock = worker.steady_clock()
    started_at = clock()
    with hold(
        worker, source, host, clock=clock, holds_source=False, progress=progress
    ) as visit:
        if visit is None:
            return None
        visit.fetch_due()
    tally = visit.tally
    run = Run(
        source_id=source.id,
        started_at=started_at,
        finished_at=clock(),
        outcome="ok",
        reason=None,
        tally=tally,
    )
    if tally.new or tally.changed or tally.gone or tally.failed:
        with transaction(worker.engine) as session:
            runs.record_run(session, run)
    return run
