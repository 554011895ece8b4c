"""One pass over a source now, by whoever asks: wait for its turn, then see it through.

A worker leaves pages of other hosts to its next ticks; here they are fetched, too.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

from db import pages, sources
from db.engine import reading, transaction
from db.runs import Run, Tally
from db.sources import Source
from service.jobs.history import Back, History, Turn
from service.jobs.sync import ORDINARY, Wish, ignore, sync_source, visit_pages
from service.jobs.visit import Worker

# How often a source that another process holds is asked for.
WAIT_SECONDS = 0.5
# More hosts than a site's pages lie on; enough that a walk from host to host ends.
MOST_HOSTS = 20


def sync_once(
    worker: Worker,
    slug: str,
    *,
    most_backoff: timedelta,
    wish: Wish = ORDINARY,
    progress: Callable[[Tally], None] = ignore,
    wait: Callable[[float], object],
) -> Run | None:
    """Make one pass over a source and fetch what it found; None when told to stop.

    While another process has the source or its host, `wait` is called, again and again.
    NotFound when there is no such source; else as `sync_source`.
    """
    while not worker.is_stopping():
        source = _claim(worker, slug)
        if source is not None:
            run = sync_source(
                worker,
                source,
                most_backoff=most_backoff,
                wish=wish,
                progress=progress,
            )
            if run.outcome != "postponed":
                return _fetch_elsewhere(worker, source, run, progress)
        wait(WAIT_SECONDS)
    return None


def sync_back(
    worker: Worker,
    slug: str,
    back: Back,
    *,
    most_backoff: timedelta,
    wait: Callable[[float], object],
) -> Run | None:
    """Walk a source's archives back in time; None when told to stop before it began.

    Before, and whenever it is due meanwhile, the source is polled, so that news are
    told as news, and a new source has its first pass. NotFound when there is no such
    source; else as `sync_source`.
    """
    history = History(worker=worker, back=back, started_at=worker.clock())
    polled: Run | None = None
    last: Source | None = None
    while not worker.is_stopping():
        source = _claim(worker, slug)
        last = source or last
        if source is None:
            wait(WAIT_SECONDS)
        elif polled is None or source.next_poll_at <= worker.clock():
            run = sync_source(
                worker,
                source,
                most_backoff=most_backoff,
                wish=Wish(notify=back.notify),
                progress=history.tell,
            )
            if run.outcome == "failed" and polled is None:
                return run
            if run.outcome == "postponed":
                wait(WAIT_SECONDS)
                continue
            history.before += run.tally
            polled = run
        elif (turn := history.turn(source)) in {Turn.OVER, Turn.FAILED}:
            run = history.run_of(source, is_over=turn is Turn.OVER)
            return _fetch_elsewhere(worker, source, run, back.progress)
        elif turn is Turn.BUSY:
            wait(WAIT_SECONDS)
    if polled is None or last is None:
        return None
    return history.run_of(last, is_over=False)


def _claim(worker: Worker, slug: str) -> Source | None:
    now = worker.clock()
    with transaction(worker.engine) as session:
        sources.get_source(session, slug)
        return sources.claim_source(
            session, slug, owner=worker.name, now=now, until=now + worker.lease
        )


def _fetch_elsewhere(
    worker: Worker, source: Source, run: Run, progress: Callable[[Tally], None]
) -> Run:
    """Fetch the pages that turned out to be on other hosts, host after host."""
    visited: set[str] = set()
    while len(visited) < MOST_HOSTS and not worker.is_stopping():
        hosts = [host for host in _due_hosts(worker, source) if host not in visited]
        if not hosts:
            break
        visited.add(hosts[0])
        more = visit_pages(
            worker, source, hosts[0], progress=_on_top_of(run.tally, progress)
        )
        if more is not None:
            tally = run.tally + more.tally
            run = replace(run, tally=tally, finished_at=more.finished_at)
    return run


def _on_top_of(
    before: Tally, progress: Callable[[Tally], None]
) -> Callable[[Tally], None]:
    return lambda tally: progress(before + tally)


def _due_hosts(worker: Worker, source: Source) -> list[str]:
    with reading(worker.engine) as session:
        return pages.due_hosts(session, source.id, now=worker.clock())
