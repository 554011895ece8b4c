"""Watch a source for drift: weigh what a visit reads, hold back what is not believed.

A visit asks `Watch.sort` before it stores a batch, and `settle` writes what came of it
in the batch's transaction. What is odd is decided in scrapers/drift.py; this module
knows pages, controls, and the source's row.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from db import held, polls
from db.articles import Stored
from db.decisions import Change
from db.engine import Session
from db.pages import DuePage
from db.source_events import record_source_event
from db.sources import Source
from scrapers import drift as drifts
from scrapers.baseline import ODD, Baseline, Sample
from scrapers.drift import Assessment, Drift, Evidence, Fault, Reading
from scrapers.extract import obstacles
from scrapers.items import Gone, NotArticle, NotModified, Scrape, ScrapedArticle
from scrapers.listed import Listing, weigh
from service.jobs.health import turn

# An odd page of a site that is as it was is believed when it is the same at this look.
BELIEVED_AT = 3
# The same where more new pages are odd than usual, and no drift was told meanwhile.
BELIEVED_AT_LAST = 9
# Of what is held back, so much is read again in each poll: it tells of the recovery.
PROBES = 3
# Pages that never are weighed: they lead to others.
WAYS = frozenset({"alias", "moved"})

Look = tuple[DuePage, Scrape]


@dataclass(frozen=True, kw_only=True, slots=True)
class Sorting:
    """What a batch comes to: `held` pages by address, and the `good` ones' measures.

    `begins` is the evidence of a drift that this batch shows; `ends` says that it shows
    the end of one, and `goes_on` is what it shows of one that is known, where that is
    another thing than before.
    """

    held: Mapping[str, Fault] = field(default_factory=dict)
    good: Mapping[str, Sample] = field(default_factory=dict)
    streak: tuple[str, ...] = ()
    row: str = ""
    begins: Evidence | None = None
    goes_on: Evidence | None = None
    is_new_only: bool = False
    is_partial: bool = False
    ends: bool = False


@dataclass(kw_only=True, slots=True)
class Watch:
    """What one visit knows of its source's ways.

    `look_again` reads known good articles again, those addresses of them that can be.
    """

    source: Source
    home: str
    baseline: Baseline
    drift: Drift | None
    look_again: Callable[[Sequence[str]], Sequence[Look]]
    _controls: Assessment | None = None

    @classmethod
    def of(
        cls,
        source: Source,
        home: str,
        look_again: Callable[[Sequence[str]], Sequence[Look]],
    ) -> Watch:
        """Begin a visit with what the source's row says."""
        return cls(
            source=source,
            home=home,
            baseline=Baseline.from_dict(source.baseline),
            drift=Drift.from_dict(source.drift),
            look_again=look_again,
        )

    @property
    def is_drifting(self) -> bool:
        """Whether the source's articles are known to be bad now."""
        return self.drift is not None and self.drift.pages is not None

    def sort(self, batch: Sequence[Look]) -> Sorting:
        """Weigh a batch; may read controls, and so raise what fetching raises."""
        readings = [self._reading(page, found) for page, found in batch]
        read = [reading for reading in readings if reading is not None]
        # A first pass learns: nothing is usual yet, and archives hold all sorts.
        is_learning = self.source.last_success_at is None
        known = Baseline() if is_learning else self.baseline
        found = drifts.assess(known, read, home=self.home)
        streak = drifts.streak_after(self.baseline.streak, read, found)
        row = drifts.row_after(self.baseline.row, read, found)
        sorting = Sorting(good=found.good, streak=streak, row=row)
        if self.is_drifting:
            ends = self._ends(read, found, row)
            goes_on = None if ends else self._goes_on(read, found)
            return replace(sorting, held=found.faults, ends=ends, goes_on=goes_on)
        old = frozenset(page.url for page, _ in batch if page.is_history)
        begun = self._begins(found, sorting, old=old)
        held = found.faults if begun.begins else self._odd(batch, found, row)
        return replace(begun, held=held)

    def probe(self) -> Sorting:
        """Say what controls tell of a source that drifts."""
        if self.drift is None or not self.is_drifting or self.drift.is_new_only:
            return self._as_it_was()
        is_over = drifts.is_over(self.drift, self.controls(frozenset()))
        goes_on = None if is_over else self._goes_on((), Assessment())
        return replace(self._as_it_was(), ends=is_over, goes_on=goes_on)

    def _as_it_was(self) -> Sorting:
        return Sorting(streak=self.baseline.streak, row=self.baseline.row)

    def controls(self, but: frozenset[str]) -> Assessment:
        """Read known good articles again, once a visit, and weigh them."""
        if self._controls is None:
            urls = [s.url for s in reversed(self.baseline.samples) if s.url not in but]
            looks = self.look_again(urls)
            read = [self._reading(page, found) for page, found in looks]
            self._controls = drifts.assess(
                self.baseline, [r for r in read if r is not None], home=self.home
            )
        return self._controls

    def _begins(
        self, found: Assessment, sorting: Sorting, *, old: frozenset[str]
    ) -> Sorting:
        """Add the drift that a batch shows, if it does, to what is known of it."""
        if not found.faults:
            return sorting
        controls = Assessment()
        if drifts.is_undecided(found):
            controls = self.controls(frozenset(found.faults))
        if not (controls.sound or controls.faults):
            # Nothing vouches for an archive: it may always have been like this.
            recent = {u: f for u, f in found.faults.items() if u not in old}
            found = replace(found, faults=recent)
        if drifts.has_changed(found, controls):
            return replace(sorting, begins=drifts.evidence_of(found, controls))
        streak, row = sorting.streak, sorting.row
        if len(streak) >= drifts.LONGEST_STREAK:
            extent = f"on the last {len(streak)} new pages"
            begins = _in_a_row(found, streak, extent)
            return replace(sorting, begins=begins, is_new_only=True)
        if found.faults and drifts.is_partly_changed(row):
            extent = f"on {row.count(ODD)} of the last {len(row)} new pages"
            begins = _in_a_row(found, tuple(found.faults), extent)
            return replace(sorting, begins=begins, is_new_only=True, is_partial=True)
        return sorting

    def _ends(self, read: Sequence[Reading], found: Assessment, row: str) -> bool:
        if self.drift is None:
            return False
        if self.drift.is_partial:
            return drifts.is_as_ever(row)
        if self.drift.is_new_only:
            return any(r.is_news and r.url in found.good for r in read)
        # Where no known article can be read, those that can speak for themselves.
        seen = self.controls(frozenset())
        has_controls = bool(seen.sound or seen.faults)
        return not has_controls and drifts.is_over(self.drift, found)

    def _goes_on(self, read: Sequence[Reading], found: Assessment) -> Evidence | None:
        """Say what is wrong by now; None where it is what it was, or nothing tells.

        A drift of a part of the site is shown by its last ten pages, not by a batch.
        """
        if self.drift is None or self.drift.pages is None or self.drift.is_partial:
            return None
        controls = self._controls or Assessment()
        if self.drift.is_new_only:
            of_news = {r.url for r in read if r.is_news or r.is_held}
            faults = {
                url: fault
                for url, fault in found.faults.items()
                if url in of_news and fault.kind in drifts.OF_STREAKS
            }
            found, controls = replace(found, faults=faults), Assessment()
        if not (found.faults or controls.faults):
            return None
        seen = drifts.evidence_of(found, controls)
        # What is usual instead is told alike for the same fault; a batch of one page
        # does not better what three had shown.
        return None if seen.usual == self.drift.pages.usual else seen

    def _odd(
        self, batch: Sequence[Look], found: Assessment, row: str
    ) -> dict[str, Fault]:
        """Choose what is not believed at first sight, though the site is as it was."""
        believed_at = BELIEVED_AT if drifts.is_as_ever(row) else BELIEVED_AT_LAST
        return {
            page.url: found.faults[page.url]
            for page, _ in batch
            if page.url in found.faults
            and found.faults[page.url].kind in drifts.TO_HOLD
            and (not page.is_history or found.faults[page.url].kind == "shrunk")
            and (
                found.faults[page.url].kind == "home"
                or not _is_believed(page, believed_at)
            )
        }

    def _reading(self, page: DuePage, found: Scrape) -> Reading | None:
        """Give what a look tells of the site; None where that is nothing."""
        if page.status in WAYS:
            return None
        reading = Reading(
            url=found.url,
            page_url=found.page_url,
            is_news=page.position is None
            and not page.is_history
            and self.source.last_success_at is not None,
            is_held=page.status == "held",
        )
        match found.outcome:
            case ScrapedArticle() as article:
                return replace(reading, article=article)
            case NotArticle(reason=obstacles.NOT_FOUND as reason):
                is_gone = page.position is not None
                return replace(reading, refused=reason, gone=404) if is_gone else None
            case NotArticle(reason=reason) if not _is_known(page, reason):
                return replace(reading, refused=reason)
            case Gone(status=status) if page.position is not None:
                return replace(reading, gone=status)
            case NotModified() if page.position is not None:
                return reading
        return None


def settle(
    session: Session,
    watch: Watch,
    sorting: Sorting,
    *,
    stored: Mapping[str, Stored],
    now: datetime,
) -> None:
    """Write what a batch tells of its source, with the event if its health turns.

    `stored` is what became of the batch's articles, by the addresses of their pages.
    """
    good = [
        sample
        for url, sample in sorting.good.items()
        if url in stored and stored[url].change is not Change.SAME
    ]
    has_news = bool(good) or (sorting.streak, sorting.row) != (
        watch.baseline.streak,
        watch.baseline.row,
    )
    if not (has_news or sorting.begins or sorting.goes_on or sorting.ends):
        return
    row = polls.lock_watched(session, watch.source.id)
    baseline, drift = Baseline.from_dict(row.baseline), Drift.from_dict(row.drift)
    after = drift
    if sorting.begins is not None:
        after = _begun(drift, baseline, sorting, now=now)
    elif sorting.ends and drift is not None and drift.pages is not None:
        after = drift.without_pages()
        held.wake(session, watch.source.id, since=drift.began, now=now)
        baseline = replace(baseline, streak=())
    elif sorting.goes_on and drift is not None and drift.pages is not None:
        after = replace(drift, pages=sorting.goes_on)
    if after is None or after.pages is None:  # only what is healthy is usual
        baseline = baseline.with_samples(good, now=now)
        streak = () if sorting.ends else sorting.streak
        baseline = replace(baseline, streak=streak)
    baseline = replace(baseline, row="" if sorting.ends else sorting.row)
    watch.baseline, watch.drift = baseline, after
    polls.record_watched(
        session,
        watch.source.id,
        baseline=baseline.to_dict(),
        drift=after.to_dict() if after else None,
    )
    event = turn(
        row.failures, row.failures, was_drifting=bool(drift), is_drifting=bool(after)
    )
    if event is not None:
        reason = after.reason if after else None
        record_source_event(
            session,
            watch.source,
            event,
            health="drifting" if after else "ok",
            reason=reason,
            now=now,
        )


def settle_listings(
    session: Session,
    source: Source,
    listings: Sequence[Listing],
    *,
    keys: frozenset[str],
    now: datetime,
) -> tuple[Drift | None, Drift | None]:
    """Write what a pass tells of its listings; give the drift before it, and after it.

    `keys` are those of all entries the definition has now.
    """
    known = Baseline.from_dict(source.baseline)
    is_telling = any(x.count is not None or x.strange is not None for x in listings)
    if not (is_telling or known.odd or source.drift):
        return None, None
    row = polls.lock_watched(session, source.id)
    before = Drift.from_dict(row.drift)
    known = Baseline.from_dict(row.baseline)
    baseline, changed = weigh(known, listings, now=now)
    read = {listing.key for listing in listings}
    kept = dict(before.listings) if before else {}
    evidence = {k: v for k, v in kept.items() if k in keys - read} | dict(changed)
    after = before.without_listings() if before else None
    if evidence:
        began = baseline.sound_at or source.last_success_at or now
        drift = before or Drift(since=now, began=began)
        after = replace(drift, listings=evidence)
    if (baseline, after) != (known, before):
        polls.record_watched(
            session,
            source.id,
            baseline=baseline.to_dict(),
            drift=after.to_dict() if after else None,
        )
    return before, after


def _begun(
    drift: Drift | None, baseline: Baseline, sorting: Sorting, *, now: datetime
) -> Drift:
    known = drift or Drift(since=now, began=baseline.sound_at or now)
    return replace(
        known,
        pages=sorting.begins,
        is_new_only=sorting.is_new_only,
        is_partial=sorting.is_partial,
    )


def _is_believed(page: DuePage, looks: int) -> bool:
    return page.status == "held" and page.attempts + 1 >= looks


def _in_a_row(found: Assessment, urls: Sequence[str], extent: str) -> Evidence:
    row = {url: found.faults[url] for url in urls if url in found.faults}
    evidence = drifts.evidence_of(Assessment(faults=row), Assessment())
    return replace(evidence, extent=extent, urls=tuple(urls))


def _is_known(page: DuePage, reason: str) -> bool:
    """Whether a page is refused again for what it was refused for."""
    return page.status == "refused" and page.reason == reason
