"""The scheduler: a few interval jobs in memory, each of which claims due rows.

Nobody schedules a job per source, delivery or retry: when a source is due is data, and
a tick looks. The only module that knows APScheduler's scheduler.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from threading import BoundedSemaphore, Lock

import structlog
from apscheduler.schedulers.background import BackgroundScheduler
from apscheduler.triggers.interval import IntervalTrigger

from db import hosts, pages, polls, sources
from db.engine import reading, transaction
from db.errors import DatabaseUnavailable
from db.runs import Run
from db.sources import CLOCK_SLACK, Source
from scrapers import rhythm
from scrapers.errors import SourceError
from service.jobs.sync import BUSY_PAUSE, sync_source, visit_pages
from service.jobs.visit import LeaseLost, Worker

# Of a pass's failures so many are logged, each in a line; its run has a hundred.
MOST_FAILURES_LOGGED = 10

log = structlog.get_logger(__name__)


@dataclass(frozen=True, kw_only=True, slots=True)
class Job:
    """Something to do every so often, one at a time; `run` handles its own errors."""

    name: str
    every: timedelta
    run: Callable[[], None]


def build_scheduler(jobs: list[Job]) -> BackgroundScheduler:
    """Make a scheduler of these jobs; the caller starts it and shuts it down.

    After a sleep a job runs once, at once, however many runs were missed.
    """
    scheduler = BackgroundScheduler(timezone="UTC")
    for job in jobs:
        scheduler.add_job(
            job.run,
            IntervalTrigger(seconds=job.every.total_seconds(), timezone="UTC"),
            id=job.name,
            name=job.name,
            coalesce=True,
            max_instances=1,
            misfire_grace_time=None,
        )
    return scheduler


@dataclass(kw_only=True)
class SyncTick:
    """Claim what is due, as much as there are free threads, and have it done.

    First sources to poll, then pages that are due on a host nobody holds. Both are
    claimed by lease, so any number of workers may tick over one database.
    """

    worker: Worker
    threads: int
    most_backoff: timedelta
    _pool: ThreadPoolExecutor = field(init=False)
    _free: BoundedSemaphore = field(init=False)
    _visiting: set[str] = field(default_factory=set)
    _lock: Lock = field(default_factory=Lock)
    _last_tick_at: datetime | None = None

    def __post_init__(self) -> None:
        self._pool = ThreadPoolExecutor(self.threads, thread_name_prefix="sync")
        self._free = BoundedSemaphore(self.threads)

    def __call__(self) -> None:
        """Tick once. A database that does not answer is tried again at the next."""
        try:
            now = self.worker.clock()
            self._watch_clock(now)
            self._poll_sources(now)
            self._visit_pages(now)
        except DatabaseUnavailable as error:
            log.warning("nothing claimed", reason=str(error))

    def stop(self) -> None:
        """Wait for what is under way; `worker.is_stopping` makes that short."""
        self._pool.shutdown(wait=True)

    def _watch_clock(self, now: datetime) -> None:
        # Set back while we ran, or while nobody did (the first tick).
        last, self._last_tick_at = self._last_tick_at, now
        if last is not None and last <= now + CLOCK_SLACK:
            return
        with transaction(self.worker.engine) as session:
            healed = polls.heal_clock(session, now=now)
            pages.heal_clock(session, now=now)
        if healed:
            log.warning("the clock was set back", sources_made_due=healed)

    def _poll_sources(self, now: datetime) -> None:
        slots = self._take_slots(self.threads)
        if not slots:
            return
        claimed: list[Source] = []
        try:
            with transaction(self.worker.engine) as session:
                found = sources.claim_due(
                    session,
                    owner=self.worker.name,
                    now=now,
                    until=now + self.worker.lease,
                    limit=slots,
                )
            claimed = found  # not before it is stored: a full disk refuses the commit
        finally:
            self._give_slots(slots - len(claimed))
        for source in claimed:
            self._pool.submit(self._work, source, None)

    def _visit_pages(self, now: datetime) -> None:
        slots = self._take_slots(self.threads)
        if not slots:
            return
        started = 0
        try:
            with reading(self.worker.engine) as session:
                due = pages.due_visits(
                    session,
                    now=now,
                    unpolled_until=now + BUSY_PAUSE,
                    limit=4 * self.threads,
                )
                for source_id, host in due:
                    if started == slots:
                        break
                    source = sources.get_source_by_id(session, source_id)
                    if self._begin_visit(host):  # last: what follows cannot fail
                        started += 1
                        self._pool.submit(self._work, source, host)
        finally:
            self._give_slots(slots - started)

    def _begin_visit(self, host: str) -> bool:
        with self._lock:
            if host in self._visiting:
                return False
            self._visiting.add(host)
            return True

    def _do(self, source: Source, host: str | None) -> Run | None:
        if host is None:
            return sync_source(self.worker, source, most_backoff=self.most_backoff)
        try:
            return visit_pages(self.worker, source, host)
        finally:
            with self._lock:
                self._visiting.discard(host)

    def _work(self, source: Source, host: str | None) -> None:
        """Poll a source, or fetch its pages on a host: where unforeseen errors stop.

        Whatever goes wrong with one source is logged with its traceback and delays that
        source alone; the others and the worker go on.
        """
        try:
            _report(source, self._do(source, host))
        except LeaseLost as error:
            log.warning("taken over", source=source.slug, reason=str(error))
        except DatabaseUnavailable as error:
            log.warning("not stored", source=source.slug, reason=str(error))
            self._postpone(source, host)
        except SourceError as error:
            log.warning("definition not usable", source=source.slug, reason=str(error))
            self._postpone(source, host, trouble=str(error))
        except Exception as error:
            log.exception("source failed", source=source.slug)
            trouble = f"an error of ours: {type(error).__name__}: {error}"
            self._postpone(source, host, trouble=trouble)
        finally:
            self._free.release()

    def _postpone(
        self, source: Source, host: str | None, *, trouble: str | None = None
    ) -> None:
        until = self.worker.clock() + rhythm.RETRY_FIRST
        try:
            with transaction(self.worker.engine) as session:
                if host is not None:
                    hosts.leave_alone(session, host, until=until)
                    return
                polls.release_source(
                    session,
                    source.id,
                    owner=self.worker.name,
                    next_poll_at=until,
                    trouble=trouble,
                )
        except DatabaseUnavailable as error:
            # The lease runs out by itself, and then the source is due again.
            log.warning("not released", source=source.slug, reason=str(error))

    def _take_slots(self, most: int) -> int:
        taken = 0
        while taken < most and self._free.acquire(blocking=False):
            taken += 1
        return taken

    def _give_slots(self, count: int) -> None:
        for _ in range(count):
            self._free.release()


def _report(source: Source, run: Run | None) -> None:
    if run is None or run.outcome == "postponed":
        return
    tally = run.tally
    facts = {
        "source": source.slug,
        "found": tally.found,
        "fetched": tally.fetched,
        "new": tally.new,
        "changed": tally.changed,
        "gone": tally.gone,
        "failed": tally.failed,
    }
    if run.outcome == "failed":
        log.warning("source not read", reason=run.reason, **facts)
    elif any((tally.found, tally.fetched, tally.failed)):
        log.info("source synced", **facts)
    # What several listings need, as robots.txt, fails once for each of them.
    first = dict(reversed(tally.failures))
    told = list(dict(tally.failures))[:MOST_FAILURES_LOGGED]
    for url in told:
        log.info("page not read", source=source.slug, url=url, reason=first[url])
    more = tally.failed - (len(tally.failures) - len(first)) - len(told)
    if more > 0:
        log.info("more pages not read", source=source.slug, count=more)
