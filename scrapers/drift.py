"""Say when a site has changed under its definition: what was usual, what is now, where.

Pure. A page is weighed against its source's baseline (`scrapers.baseline`); whether the
site has changed or the page is only an odd one is told by known good articles, read
again: the controls. Who reads them and what is held back is service/jobs/drifting.py's.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from itertools import chain
from typing import Any, Literal
from urllib.parse import urlsplit

from scrapers.baseline import (
    GOOD,
    MOST_ROW,
    ODD,
    Baseline,
    Sample,
    Usual,
    measure,
)
from scrapers.items import ScrapedArticle

# Known good articles that are read again when a page looks odd: two of three decide.
CONTROLS = 3
# An article is short below a third of the median, if a tenth is not that short as well:
# half of what nine of ten articles have is no accident either.
SHORT_OF_MEDIAN = 1 / 3
SHORT_OF_LEAST = 1 / 2
# A known article has shrunk that lost more than this, unless it was short before: a
# page that begins to ask for money shows the first half of what it had.
SHRUNK, LEAST_SHRUNK = 0.6, 400
# A field counts as usual when nine of ten articles have it.
USUAL_SHARE = 0.9
# Where nine of ten texts repeat so much of their titles, one that repeats less is
# suspected. That it is the tenth costs the controls, and nothing else.
USUAL_ECHO = 0.2
# So many new pages in a row, none of them good: new articles are made differently, even
# if old ones are as they were. Two galleries in a row are nothing uncommon.
LONGEST_STREAK = 3
# Of the last ten new pages so many that are odd are a change of a part of the site; no
# more than so few are the exceptions that every site has.
MANY_ODD, FEW_ODD = 5, 2
# Without controls a batch must speak for itself.
LEAST_ALONE = 3
# Addresses kept as evidence.
MOST_URLS = 5

Kind = Literal["wall", "gone", "home", "short", "same", "shrunk", "undated", "unlike"]
# What a good page of the same visit or a good control does not explain: these pages are
# looked at again before they are believed.
TO_HOLD: frozenset[Kind] = frozenset({"short", "same", "shrunk", "home"})
# What makes a streak: a page that is gone was no new one, an unlike title is a hint.
OF_STREAKS: frozenset[Kind] = frozenset({"wall", "home", "short", "same", "undated"})


@dataclass(frozen=True, kw_only=True, slots=True)
class Reading:
    """What one page gave: an article, or a `refused` reason, or a `gone` status.

    Both where a page says itself that it is gone. None of them is a page that is what
    it was. `is_news` says that it is a new page, and no history; `is_held` that it was
    held back when it was looked at before.
    """

    url: str
    page_url: str
    article: ScrapedArticle | None = None
    refused: str | None = None
    gone: int | None = None
    is_news: bool = False
    is_held: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Fault:
    """What is odd about a page: what is there `now`, and what is usual instead."""

    kind: Kind
    now: str
    usual: str

    def __str__(self) -> str:
        return f"{self.now}, {self.usual}"


@dataclass(frozen=True, kw_only=True, slots=True)
class Assessment:
    """Readings weighed: the measures of good articles, and the faults, by address."""

    good: Mapping[str, Sample] = field(default_factory=dict)
    faults: Mapping[str, Fault] = field(default_factory=dict)
    unchanged: int = 0

    @property
    def sound(self) -> int:
        """Count the pages that speak for the site as it was.

        One that merely did not change only proves that its address still is one.
        """
        is_about_addresses = any(f.kind == "gone" for f in self.faults.values())
        return len(self.good) + (self.unchanged if is_about_addresses else 0)


@dataclass(frozen=True, kw_only=True, slots=True)
class Evidence:
    """Why a source is said to drift, for people."""

    now: str
    usual: str
    urls: tuple[str, ...] = ()
    extent: str = ""

    def __str__(self) -> str:
        where = f" ({self.urls[0]})" if self.urls else ""
        seen = " ".join(filter(None, (self.now, self.extent)))
        return f"{seen}, {self.usual}{where}"


@dataclass(frozen=True, kw_only=True, slots=True)
class Drift:
    """A site that has changed. `began` is when the first odd page may have been read.

    `pages` is the evidence of article pages, `listings` that of [[discover]] entries.
    `is_new_only`: old articles are as they were. `is_partial`: so are some new ones.
    """

    since: datetime
    began: datetime
    pages: Evidence | None = None
    is_new_only: bool = False
    is_partial: bool = False
    listings: Mapping[str, Evidence] = field(default_factory=dict)

    @property
    def evidence(self) -> tuple[Evidence, ...]:
        """Give all of it, what concerns articles first."""
        of_pages = () if self.pages is None else (self.pages,)
        return (*of_pages, *self.listings.values())

    @property
    def reason(self) -> str:
        """Say it in a line."""
        return "; ".join(map(str, self.evidence))

    def without_pages(self) -> Drift | None:
        """Give what is left when articles are good again; None when nothing is."""
        left = replace(self, pages=None, is_new_only=False, is_partial=False)
        return left if left.listings else None

    def without_listings(self) -> Drift | None:
        """Give what is left when listings are good again; None when nothing is."""
        return None if self.pages is None else replace(self, listings={})

    def to_dict(self) -> dict[str, Any]:
        """Give it as JSON types, with its `reason` in a line; `from_dict` reads it."""
        return {
            "since": self.since.isoformat(),
            "began": self.began.isoformat(),
            "reason": self.reason,
            "pages": self.pages and _plain(self.pages),
            "is_new_only": self.is_new_only,
            "is_partial": self.is_partial,
            "listings": {key: _plain(found) for key, found in self.listings.items()},
        }

    @classmethod
    def from_dict(cls, values: Mapping[str, Any] | None) -> Drift | None:
        """Read what `to_dict` gave; None is a source that does not drift."""
        if values is None:
            return None
        return cls(
            since=datetime.fromisoformat(values["since"]),
            began=datetime.fromisoformat(values["began"]),
            pages=values["pages"] and _evidence(values["pages"]),
            is_new_only=values["is_new_only"],
            is_partial=values.get("is_partial", False),
            listings={k: _evidence(v) for k, v in values["listings"].items()},
        )


def _plain(evidence: Evidence) -> dict[str, Any]:
    return asdict(evidence) | {"urls": list(evidence.urls)}


def _evidence(values: Mapping[str, Any]) -> Evidence:
    return Evidence(**{**values, "urls": tuple(values["urls"])})


def assess(
    baseline: Baseline, readings: Sequence[Reading], *, home: str = ""
) -> Assessment:
    """Weigh pages against what is usual, and against one another.

    Without enough known good articles, nothing is a fault.
    """
    articles = [(r, r.article) for r in readings if r.article is not None]
    plain = [measure(made, url=r.url, foreign=()) for r, made in articles]
    lines = _Lines(baseline.samples, plain)
    known = {sample.url: sample for sample in baseline.samples}
    good: dict[str, Sample] = {}
    faults: dict[str, Fault] = {}
    for own, (reading, made) in zip(plain, articles, strict=True):
        foreign = lines.foreign_to(own)
        sample = measure(made, url=reading.url, foreign=foreign) if foreign else own
        fault = _fault(reading, sample, own.chars, baseline.usual, home)
        fault = fault or _loss(known.get(reading.url), sample, own.chars)
        if fault is None:
            good[reading.url] = sample
        else:
            faults[reading.url] = fault
    if baseline.usual is not None:
        faults |= {r.url: _absence(r) for r in readings if r.refused or r.gone}
    unchanged = sum(not (r.article or r.refused or r.gone) for r in readings)
    return Assessment(good=good, faults=faults, unchanged=unchanged)


def is_undecided(found: Assessment) -> bool:
    """Say whether controls are needed to tell an odd page from a changed site."""
    return bool(found.faults) and found.sound * 2 < 1 + len(found.faults)


def has_changed(found: Assessment, controls: Assessment) -> bool:
    """Say whether the site has changed: known good articles are bad now, too."""
    faults = len(found.faults) + len(controls.faults)
    if (found.sound + controls.sound) * 2 >= faults:
        return False
    if controls.faults or controls.sound:
        return bool(found.faults) and len(controls.faults) > controls.sound
    return faults >= LEAST_ALONE


def is_over(drift: Drift, controls: Assessment) -> bool:
    """Say whether controls show a drift to have ended that they had shown to be."""
    sound, odd = controls.sound, len(controls.faults)
    return not drift.is_new_only and sound > 0 and sound >= 2 * odd


def streak_after(
    streak: Sequence[str], readings: Sequence[Reading], found: Assessment
) -> tuple[str, ...]:
    """Go on with the row of new pages that are no good articles; a good one ends it.

    One that is held back has had its place in the row when it was new.
    """
    row = list(streak)
    for reading in readings:
        fault = found.faults.get(reading.url)
        if reading.is_news and reading.url in found.good:
            row = []
        elif not reading.is_news or reading.is_held:
            continue
        elif fault is not None and fault.kind in OF_STREAKS:
            row = [*(url for url in row if url != reading.url), reading.url]
    return tuple(row[-LONGEST_STREAK:])


def row_after(row: str, readings: Sequence[Reading], found: Assessment) -> str:
    """Go on with what the last new pages were, each once: good, or odd.

    A page that is no article at all, as a wall, is neither: nothing comes of it.
    """
    for reading in readings:
        fault = found.faults.get(reading.url)
        if not reading.is_news or reading.is_held:
            continue
        if reading.url in found.good:
            row += GOOD
        elif fault is not None and fault.kind in TO_HOLD:
            row += ODD
    return row[-MOST_ROW:]


def is_partly_changed(row: str) -> bool:
    """Say whether so many new pages are odd that a part of the site has changed."""
    return row.count(ODD) >= MANY_ODD


def is_as_ever(row: str) -> bool:
    """Say whether no more new pages are odd than anywhere."""
    return row.count(ODD) <= FEW_ODD


def evidence_of(found: Assessment, controls: Assessment) -> Evidence:
    """Sum up what is wrong: the commonest fault as an example, how many, and where."""
    faults = {**found.faults, **controls.faults}
    ((kind, _),) = Counter(f.kind for f in faults.values()).most_common(1)
    example = next(fault for fault in faults.values() if fault.kind == kind)
    total = len(faults) + found.sound + controls.sound
    return Evidence(
        now=example.now,
        usual=example.usual,
        urls=tuple(faults)[:MOST_URLS],
        extent=f"on {len(faults)} of {total} pages",
    )


class _Lines:
    """Which lines stand in which articles: those known, and those that just came."""

    def __init__(self, known: Sequence[Sample], came: Sequence[Sample]) -> None:
        self._counts = Counter(chain.from_iterable(sample.lines for sample in came))
        self._holders: defaultdict[str, list[Sample]] = defaultdict(list)
        several = {line for line, count in self._counts.items() if count > 1}
        for samples, lines in ((known, set(self._counts)), (came, several)):
            for sample in samples:
                for line in lines.intersection(sample.lines):
                    self._holders[line].append(sample)

    def foreign_to(self, sample: Sample) -> list[str]:
        """Find the lines of an article that came which stand in others too.

        Under the same title it is the same article elsewhere, unless there are several.
        """
        return [
            line
            for line in sample.lines
            if self._counts[line] > 2
            or any(
                other.title != sample.title and other.url != sample.url
                for other in self._holders.get(line, ())
            )
        ]


def _fault(
    reading: Reading, sample: Sample, whole: int | None, usual: Usual | None, home: str
) -> Fault | None:
    if usual is None:
        return None
    if _is_home(reading, home):
        return Fault(
            kind="home", now="leads to the front page", usual="where an article was"
        )
    if sample.chars is not None and sample.chars < _least(usual):
        return _too_little(sample.chars, whole or 0, usual)
    if usual.dated >= USUAL_SHARE and not sample.is_dated:
        had = f"where {usual.dated:.0%} have one"
        return Fault(kind="undated", now="no date", usual=had)
    if usual.least_echo >= USUAL_ECHO and sample.echo < usual.least_echo:
        had = "where texts repeat their titles"
        return Fault(
            kind="unlike", now="a text that has little of its title", usual=had
        )
    return None


def _loss(before: Sample | None, sample: Sample, whole: int | None) -> Fault | None:
    """Say that a known article has lost much of its text, if it has."""
    if before is None or before.chars is None or before.chars < LEAST_SHRUNK:
        return None
    if sample.chars is None or (whole or 0) >= SHRUNK * before.chars:
        return None
    had = f"where it had {before.chars:,}"
    return Fault(kind="shrunk", now=f"{whole or 0:,} characters of text", usual=had)


def _least(usual: Usual) -> float:
    return min(usual.chars * SHORT_OF_MEDIAN, usual.least_chars * SHORT_OF_LEAST)


def _too_little(chars: int, whole: int, usual: Usual) -> Fault:
    had = f"where {usual.chars:,.0f} are usual"
    if whole >= _least(usual):
        now = f"{chars:,} characters that other pages do not have"
        return Fault(kind="same", now=now, usual=had)
    return Fault(kind="short", now=f"{whole:,} characters of text", usual=had)


def _is_home(reading: Reading, home: str) -> bool:
    if reading.page_url == reading.url or not home:
        return False
    here, front = urlsplit(reading.page_url), urlsplit(home)
    return (here.netloc, here.path or "/") == (front.netloc, front.path or "/")


def _absence(reading: Reading) -> Fault:
    if reading.gone:
        now = reading.refused or f"answered {reading.gone}"
        return Fault(kind="gone", now=now, usual="where an article was")
    return Fault(kind="wall", now=str(reading.refused), usual="where articles were")
