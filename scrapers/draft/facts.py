"""Find out a site's name, its language and how often it publishes. Pure."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from statistics import mean, median

from scrapers.clean.text import line
from scrapers.clean.urls import host_of
from scrapers.discover.detect import Front
from scrapers.draft.feeds import Told
from scrapers.draft.judging import Sample
from scrapers.extract.titles import key_of
from scrapers.fetch.charset import as_utf8
from scrapers.items import Page
from scrapers.source import BIDI

# Of the latest articles so many tell the present rhythm.
LATEST = 10
FEWEST_DATES = 3
# Of these the last few count alone while the site goes on at their pace.
FEW, STILL = 5, 3
# Articles come in bursts: the pace is never taken to be so much faster than on average.
MOST_FASTER = 8
# A poll at each quarter of the usual gap finds an article after an eighth of it.
POLLS_A_GAP = 4
# What is written into a definition; nobody reads "37m".
STEPS = ("5m", "10m", "15m", "30m", "1h", "2h", "4h", "8h", "12h", "24h")
_MINUTES = {"m": 1, "h": 60}
# A feed that overflows before it is asked again loses articles.
SHARE_OF_WINDOW = 0.5
LONGEST_NAME = 80

_TITLE = re.compile(rb"<title\b[^<>]*>", re.IGNORECASE)
_TITLE_END = re.compile(rb"</title", re.IGNORECASE)
_SUFFIX = re.compile(
    r"\s+(?:[|–—»·•‹›«~]|-{1,2}|::|/)\s+|\s*[|｜：]\s*|:\s"
    # Where no spaces are written, none stand around these either.
    r"|(?<=[\u2e80-\uffef])[-_—–](?=[\u2e80-\uffef])"
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Pace:
    """How often to look, and what it goes by; `gap` is the usual time between two."""

    every: str = "auto"
    why: str = ""
    gap: timedelta | None = None


def name_of(front: Front, told: Sequence[Told], samples: Iterable[Sample]) -> str:
    """Choose the site's name: what several places agree on, else the most explicit.

    The front page's own statement, the feed's title, what page titles end with, the
    title element; the host where nothing else is told.
    """
    title = _parts(front.title)
    stated = [*front.names, *(_feed_name(one.title) for one in told)]
    shared = _shared([sample.page for sample in samples])
    candidates = [*stated, *shared, *title]
    cleaned = [name for text in candidates if (name := _plain(text))]
    if not cleaned:
        return host_of(front.url)
    votes = Counter(key_of(name) for name in cleaned)
    best = max(cleaned, key=lambda name: votes[key_of(name)])
    # The first to say it is the most explicit of those that agree.
    return best if votes[key_of(best)] > 1 else cleaned[0]


def _plain(text: str) -> str:
    """Make one line of what a site says, without characters that turn text around."""
    return line("".join(c for c in text if c not in BIDI))[:LONGEST_NAME].strip()


def _parts(title: str) -> list[str]:
    return [part for part in _SUFFIX.split(title) if part]


def _feed_name(title: str) -> str:
    # "The Daily Example » Feed", "Latest news - The Daily Example".
    parts = [p for p in _parts(title) if key_of(p) not in {"feed", "rss", "rss feed"}]
    return parts[0] if parts else ""


def _shared(pages: list[Page]) -> list[str]:
    """What the title elements of all pages end with."""
    titles = [_title(as_utf8(page.body, page.content_type)) for page in pages]
    ends = [parts[-1] for parts in map(_parts, titles) if len(parts) > 1]
    return ends[:1] if len(ends) > 1 and len(set(ends)) == 1 else []


def _title(body: bytes) -> str:
    begun = _TITLE.search(body)
    ended = _TITLE_END.search(body, begun.end()) if begun else None
    if begun is None or ended is None:
        return ""
    return line(body[begun.end() : ended.start()].decode("utf-8", "replace"))


def language_of(
    front: Front, told: Sequence[Told], samples: Sequence[Sample]
) -> str | None:
    """Choose the language: that of most articles looked at, else what the site says."""
    spoken = Counter(
        sample.article.language
        for sample in samples
        if sample.article is not None and sample.article.language
    )
    if spoken:
        return spoken.most_common(1)[0][0]
    stated = (front.language, *(one.language for one in told))
    return next((tag for tag in stated if tag), None)


def tongues_of(front: Front, samples: Sequence[Sample]) -> list[str]:
    """Say in sentences that a site speaks several languages, where it does."""
    spoken = {
        sample.article.language.lower().partition("-")[0]
        for sample in samples
        if sample.article is not None and sample.article.language
    }
    told = []
    if len(spoken) > 1:
        named = ", ".join(sorted(spoken))
        told.append(
            f"the articles looked at are in several languages, {named}: `language` is "
            "that of pages that do not tell theirs"
        )
    for tag, url in front.editions:
        told.append(f"there is an edition in {tag}: draft it from its address, {url}")
    return told


def pace_of(dates: Iterable[datetime], *, window: int | None, now: datetime) -> Pace:
    """Say how often to look, from when the latest articles were published.

    `window` is how many articles the place that is asked shows at most, where it does
    not reach further.
    """
    latest = sorted((at for at in dates if at <= now), reverse=True)[:LATEST]
    if len(latest) < FEWEST_DATES:
        return Pace(why="too few dates are known to tell how often it publishes")
    if latest[0] == latest[-1]:
        return Pace(why="the dates known are of one day, and tell no time")
    usual = max(_usual(latest), (latest[0] - latest[-1]) / LATEST / MOST_FASTER)
    quick = _usual(latest[:FEW])
    if now - latest[0] <= quick * STILL:
        usual = quick  # the last few tell what is going on now
    # A site that fell silent is asked as seldom as it now speaks.
    wanted = max(usual, (now - latest[0]) / 10) / POLLS_A_GAP
    if window:
        wanted = min(wanted, usual * window * SHARE_OF_WINDOW)
    every = _step(wanted)
    return Pace(every=every, gap=usual, why=f"about {_often(usual)}")


def _usual(dates: Sequence[datetime]) -> timedelta:
    gaps = [(newer - older).total_seconds() for newer, older in pairwise(dates)]
    # Dates without a time are often the same: then the mean tells more.
    return timedelta(seconds=median(gaps) or mean(gaps))


def _step(span: timedelta) -> str:
    minutes = span.total_seconds() / 60
    fitting = [step for step in STEPS if _minutes(step) <= minutes]
    return fitting[-1] if fitting else STEPS[0]


def _minutes(step: str) -> int:
    return int(step[:-1]) * _MINUTES[step[-1]]


def _often(gap: timedelta) -> str:
    hours = gap.total_seconds() / 3600
    if hours < 20:
        a_day = max(1, round(24 / max(hours, 0.01)))
        return f"{a_day} article{'s' if a_day > 1 else ''} a day"
    days = max(1, round(hours / 24))
    return "an article a day" if days == 1 else f"an article every {days} days"
