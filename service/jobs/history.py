"""Walk a source's archives back in time: `wireroom sync --since`.

One document of an archive is read, what it lists is recorded together with the place to
go on, and the articles are fetched, before the next document is read. So a walk that
was killed goes on where it was, and no more is held in memory than one document lists.
Source and host are given back every minute, so that polls get their turn.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum

from db import leads, polls, walks
from db.engine import reading, transaction
from db.runs import Run, Tally, record_run
from db.sources import Source
from db.walks import Walk, find_walk, record_walk
from scrapers import discover as kinds
from scrapers.discover.archive import Step, is_older, is_past
from scrapers.discover.options import Options
from scrapers.errors import Backoff, ScrapeError
from scrapers.fetch.hosts import host_name
from scrapers.items import Candidate
from scrapers.scrape import DiscoveryVisit, failure_of, key_of, marked
from scrapers.source import from_dict
from service.jobs.health import reason_of
from service.jobs.holding import hold
from service.jobs.visit import Visit, Worker

# So long a turn lasts: then polls of the source and of its host come in between.
TURN = timedelta(seconds=60)
# Candidates of one transaction: a sitemap lists up to 50,000.
MOST_AT_ONCE = 500
# Documents in a row that list only what the walk has met: the archive has no end.
LONGEST_IDLE = 20


class Turn(StrEnum):
    """How a turn ended."""

    OVER = "over"
    UNDER_WAY = "under way"
    BUSY = "busy"
    FAILED = "failed"


@dataclass(frozen=True, kw_only=True, slots=True)
class Outlook:
    """How far a walk is: `done` of about `expected` articles.

    `fetched` is how many this command had fetched by then, `reached_at` the date of
    the oldest article seen. None where nothing tells.
    """

    done: int
    fetched: int
    expected: int | None
    reached_at: datetime | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Back:
    """How far back to walk, and what to tell of it.

    `notify` makes what is found news; `is_anew` forgets where an earlier walk was.
    """

    since: datetime
    notify: bool = False
    is_anew: bool = False
    progress: Callable[[Tally], None]
    forecast: Callable[[Outlook], None]


@dataclass(kw_only=True, slots=True)
class History:
    """One command's walk over the entries of a source, turn by turn.

    `before` is what polls in between did; their runs are their own.
    """

    worker: Worker
    back: Back
    started_at: datetime
    before: Tally = field(default_factory=Tally)
    tally: Tally = field(default_factory=Tally)
    failed: str | None = None
    begun: set[str] = field(default_factory=set)

    def turn(self, source: Source) -> Turn:
        """Walk on for a while; the caller has leased the source, and it is given back.

        Raises LeaseLost when another took over meanwhile.
        """
        outcome = Turn.OVER
        for entry in from_dict(source.spec, name=source.slug).discover:
            if self._is_over(source, entry):
                continue
            outcome = self._walk(source, entry)
            if outcome is not Turn.OVER:
                break
        self._release(source)
        return outcome

    def run_of(self, source: Source, *, is_over: bool) -> Run:
        """Write down what came of it."""
        outcome = "failed" if self.failed else "ok" if is_over else "stopped"
        run = Run(
            source_id=source.id,
            started_at=self.started_at,
            finished_at=self.worker.clock(),
            outcome=outcome,
            reason=self.failed,
            tally=self.tally,
        )
        with transaction(self.worker.engine) as session:
            record_run(session, run)
        return replace(run, tally=self.before + run.tally)

    def tell(self, tally: Tally) -> None:
        """Tell of progress, on top of what was done before."""
        self.back.progress(self.before + self.tally + tally)

    def _is_over(self, source: Source, entry: Options) -> bool:
        return self._walk_of(source, entry).is_over

    def _walk_of(self, source: Source, entry: Options) -> Walk:
        """Give the walk to go on with: a new one for another date, or if told so."""
        key = key_of(entry)
        with reading(self.worker.engine) as session:
            found = find_walk(session, source.id, key)
        is_new = self.back.is_anew and key not in self.begun
        if found is not None and not is_new:
            if found.since == self.back.since:
                return found
            if found.is_over and found.since < self.back.since:
                return found
        now = self.worker.clock()
        # Archives of single days begin with today's.
        place = {"day": now.date().isoformat()}
        return Walk(
            source_id=source.id,
            key=key,
            since=self.back.since,
            place=place,
            started_at=now,
        )

    def _walk(self, source: Source, entry: Options) -> Turn:
        clock = self.worker.steady_clock()
        worker = replace(self.worker, longest_visit=TURN)
        with hold(
            worker,
            source,
            host_name(entry.url),
            clock=clock,
            holds_source=True,
            progress=self.tell,
        ) as visit:
            if visit is None:
                return Turn.BUSY
            leg = Leg(history=self, source=source, entry=entry, visit=visit)
            try:
                return leg.walk(until=clock() + TURN)
            except Backoff:
                return Turn.BUSY
            except ScrapeError as error:
                self.failed = reason_of(failure_of(error))
                return Turn.FAILED
            finally:
                self.tally += visit.tally

    def walk_of(self, source: Source, entry: Options) -> Walk:
        """Give the walk of an entry, and note it as begun."""
        found = self._walk_of(source, entry)
        if found.key not in self.begun:
            self.begun.add(found.key)
            with transaction(self.worker.engine) as session:
                record_walk(session, found)
        return found

    def _release(self, source: Source) -> None:
        with transaction(self.worker.engine) as session:
            polls.release_source(
                session,
                source.id,
                owner=self.worker.name,
                next_poll_at=source.next_poll_at,
            )


@dataclass(kw_only=True, slots=True)
class Leg:
    """One turn on one entry: `listed` is what the last document listed."""

    history: History
    source: Source
    entry: Options
    visit: Visit
    listed: tuple[Candidate, ...] = ()

    def walk(self, *, until: datetime) -> Turn:
        """Fetch what is due, read the next document, and so on."""
        walk = self.history.walk_of(self.source, self.entry)
        is_stopping = self.history.worker.is_stopping
        while not is_stopping():
            self.visit.fetch_due()
            if self.visit.clock() >= until or is_stopping():
                break
            if walk.place and self.listed and self._is_past():
                walk = replace(walk, place={})
            self._forecast(walk)
            if not walk.place:
                self._end(walk)
                return Turn.OVER
            walk = self._step(walk)
        return Turn.UNDER_WAY

    def _is_past(self) -> bool:
        """Say whether all that the last document listed is from before the end."""
        since = self.history.back.since
        told = [is_older(candidate, since) for candidate in self.listed]
        with reading(self.history.worker.engine) as session:
            urls = [c.url for c in self.listed[:MOST_AT_ONCE]]
            dates = walks.dates_of(session, self.source.id, urls)
        return is_past([*told, *(None if at is None else at < since for at in dates)])

    def _is_idle(self, walk: Walk) -> bool:
        """Say whether the last document lists nothing that this walk has not met.

        Sites answer to pages past their last one with others, or lead in a circle.
        """
        urls = [candidate.url for candidate in self.listed[:MOST_AT_ONCE]]
        with reading(self.history.worker.engine) as session:
            return walks.lists_again(
                session, self.source.id, urls, since=walk.started_at
            )

    def _step(self, walk: Walk) -> Walk:
        spec = self.visit.spec
        visit = DiscoveryVisit(
            kind=self.entry.kind,
            site=spec.site(),
            is_first=True,
            last_pass_at=None,
            fetcher=self.visit.fetcher,
            parser=self.history.worker.parser,
            validators={},
            is_news=lambda _: True,
        )
        step = kinds.step(self.entry, visit, walk.since, walk.place)
        wanted = [c for c in step.candidates if is_older(c, walk.since) is not True]
        self.listed = step.candidates if step.is_ordered else ()
        if not wanted and step.is_ordered and self._is_past():
            step = replace(step, place=None)
        if step.place is not None and self.listed:
            idle = walk.place.get("idle", 0) + 1 if self._is_idle(walk) else 0
            place = {**step.place, "idle": idle} if idle < LONGEST_IDLE else None
            step = replace(step, place=place)
        after = replace(
            walk,
            place=step.place or {},
            steps=walk.steps + 1,
            found=walk.found + len(wanted),
            total=step.total if step.total is not None else walk.total,
            reached_at=_oldest(walk.reached_at, step),
        )
        self._record(marked(wanted, self.entry.kind), after)
        if step.unread is not None:
            expected = after.found + after.found * step.unread // after.steps
            return replace(after, total=expected)
        return after

    def _record(self, wanted: Sequence[Candidate], walk: Walk) -> None:
        """Store what was listed, a part at a time, and with the last the place."""
        notify = self.history.back.notify or self.visit.spec.notify
        parts = [
            wanted[start : start + MOST_AT_ONCE]
            for start in range(0, len(wanted), MOST_AT_ONCE)
        ] or [()]
        # The oldest first, as in a pass: a document lists the newest on top.
        for part in reversed(parts):
            now = self.visit.clock()
            with transaction(self.history.worker.engine) as session:
                self.visit.renew(session, now=now)
                due = leads.record_candidates(
                    session,
                    self.source.id,
                    part,
                    host_of=host_name,
                    is_history=not notify,
                    is_past=not notify,
                    now=now,
                )
                if part is parts[0]:
                    record_walk(session, walk)
            self.visit.tally += Tally(found=due)

    def _end(self, walk: Walk) -> None:
        with transaction(self.history.worker.engine) as session:
            self.visit.renew(session, now=self.visit.clock())
            record_walk(session, replace(walk, is_over=True))

    def _forecast(self, walk: Walk) -> None:
        now = self.visit.clock()
        with reading(self.history.worker.engine) as session:
            due = walks.count_due(session, self.source.id, now=now)
        history = self.history
        done = history.before + history.tally + self.visit.tally
        self.history.back.forecast(
            Outlook(
                done=max(walk.found - due, 0),
                fetched=done.fetched,
                expected=expected_of(walk, now=now),
                reached_at=walk.reached_at,
            )
        )


def expected_of(walk: Walk, *, now: datetime) -> int | None:
    """Guess how many articles a walk comes to.

    Where the site does not tell, by how far back in time so many were found.
    """
    if not walk.place:
        return walk.found
    if walk.total is not None:
        return max(walk.total, walk.found)
    if walk.reached_at is None or not walk.found or walk.reached_at >= now:
        return None
    share = (now - walk.reached_at) / max(now - walk.since, timedelta(seconds=1))
    return max(round(walk.found / share), walk.found) if share < 1 else walk.found


def _oldest(reached_at: datetime | None, step: Step) -> datetime | None:
    dates = [c.hints.published_at for c in step.candidates if c.hints.published_at]
    return min([*dates, *([reached_at] if reached_at else [])], default=None)
