"""What is usual of a source: measures of its last good articles and of its listings.

Pure values that are stored as JSON; whether a page is unlike them is decided in
`scrapers.drift`. Only what was found good is taken in.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from functools import cached_property
from hashlib import blake2b
from statistics import median
from typing import Any

from scrapers.items import Restriction, ScrapedArticle

# Fewer articles do not tell what is usual.
LEAST_SAMPLES = 5
# So many that a tenth of them is more than an exception; some kilobytes of JSON.
MOST_SAMPLES = 40
# Of the newest, the lines are kept too: that is how shared text is known.
MOST_LINED = 8
MOST_LINES = 24
# Shorter lines ("Read more", "Photo: AFP") recur in articles that have nothing in
# common.
LEAST_LINE = 40
# Polls whose listings are remembered: a day of them at the usual pace.
MOST_COUNTS = 24
# So many of the last new pages are remembered: each was good or odd.
MOST_ROW = 10
GOOD, ODD = ".", "x"
# Words shorter than this ("with", "oder") stand in any text.
LEAST_WORD = 5

_WORD = re.compile(r"\w+")


@dataclass(frozen=True, kw_only=True, slots=True)
class Sample:
    """The measures of one article.

    `chars` is the length of its own text, what it shares with other pages left out;
    None where that says nothing: the page keeps its text to itself. `echo` is the share
    of the title's words that the text repeats. `lines` are hashes of its longer lines.
    """

    url: str
    title: str
    chars: int | None
    echo: float
    is_dated: bool
    is_signed: bool
    is_pictured: bool
    lines: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Usual:
    """What the samples come to: lengths in characters, shares from 0 to 1."""

    count: int
    chars: float
    least_chars: float
    least_echo: float
    dated: float
    signed: float
    pictured: float


@dataclass(frozen=True, kw_only=True)
class Baseline:
    """A source as it usually is, and what lately was not so.

    `listed` has for each [[discover]] entry how much its last good reads listed, `odd`
    since when (ISO 8601) an entry lists next to nothing, `strange` those of which the
    last read could not be made out at all. `streak` are new pages that
    were unlike an article, one after the other with no good one between them; `row`
    says of the last new pages which were GOOD and which ODD. `sound_at` is when the
    last good one was read.
    """

    samples: tuple[Sample, ...] = ()
    listed: Mapping[str, tuple[int, ...]] = field(default_factory=dict)
    odd: Mapping[str, str] = field(default_factory=dict)
    strange: tuple[str, ...] = ()
    streak: tuple[str, ...] = ()
    row: str = ""
    sound_at: datetime | None = None

    @cached_property
    def usual(self) -> Usual | None:
        """Say what is usual; None while too little is known."""
        if len(self.samples) < LEAST_SAMPLES:
            return None
        lengths = [s.chars for s in self.samples if s.chars is not None] or [0]
        return Usual(
            count=len(self.samples),
            chars=median(lengths),
            least_chars=_low(lengths),
            least_echo=_low([s.echo for s in self.samples]),
            dated=_share(s.is_dated for s in self.samples),
            signed=_share(s.is_signed for s in self.samples),
            pictured=_share(s.is_pictured for s in self.samples),
        )

    def with_samples(self, found: Sequence[Sample], *, now: datetime) -> Baseline:
        """Take in good articles, the newest last; one known before is replaced."""
        if not found:
            return self
        fresh = {sample.url for sample in found}
        others = [s for s in self.samples if s.url not in fresh]
        newest = [*others, *found][-MOST_SAMPLES:]
        bare = [replace(s, lines=()) for s in newest[:-MOST_LINED]]
        samples = (*bare, *newest[-MOST_LINED:])
        return replace(self, samples=samples, sound_at=now)

    def to_dict(self) -> dict[str, Any]:
        """Give it as JSON types; `from_dict` reads it back."""
        return {
            "samples": [asdict(sample) for sample in self.samples],
            "listed": {key: list(counts) for key, counts in self.listed.items()},
            "odd": dict(self.odd),
            "strange": list(self.strange),
            "streak": list(self.streak),
            "row": self.row,
            "sound_at": self.sound_at and self.sound_at.isoformat(),
        }

    @classmethod
    def from_dict(cls, values: Mapping[str, Any] | None) -> Baseline:
        """Read what `to_dict` gave; None is a source of which nothing is known."""
        values = values or {}
        sound_at = values.get("sound_at")
        return cls(
            samples=tuple(
                Sample(**{**sample, "lines": tuple(sample["lines"])})
                for sample in values.get("samples", ())
            ),
            listed={k: tuple(v) for k, v in values.get("listed", {}).items()},
            odd=dict(values.get("odd", {})),
            strange=tuple(values.get("strange", ())),
            streak=tuple(values.get("streak", ())),
            row=values.get("row", ""),
            sound_at=datetime.fromisoformat(sound_at) if sound_at else None,
        )


def measure(article: ScrapedArticle, *, url: str, foreign: Iterable[str]) -> Sample:
    """Take an article's measures; `foreign` are hashes of lines that are not its own.

    `url` is the address its page was asked for by.
    """
    lines = {hash_of(line): len(line) for line in long_lines(article.body_text)}
    not_its_own = sum(lines.get(line, 0) for line in foreign)
    keeps_text = article.restrictions & {Restriction.PAID, Restriction.NOARCHIVE}
    return Sample(
        url=url,
        title=hash_of(article.title),
        chars=None if keeps_text else max(0, len(article.body_text) - not_its_own),
        echo=1.0 if keeps_text else round(echo(article.title, article.body_text), 2),
        is_dated=article.published_at is not None,
        is_signed=bool(article.authors),
        is_pictured=article.image is not None,
        lines=tuple(lines)[:MOST_LINES],
    )


def echo(title: str, text: str) -> float:
    """Give the share of a title's words that its text repeats, from 0 to 1.

    Of a title of few long words, or in a script without spaces, pairs of letters count.
    """
    said = text.casefold()
    words = _WORD.findall(title.casefold())
    parts = {word for word in words if len(word) >= LEAST_WORD}
    if len(parts) < 2 or any(len(word) > 5 * LEAST_WORD for word in parts):
        parts = {word[n : n + 2] for word in words for n in range(len(word) - 1)}
    return _share(part in said for part in parts) if parts else 1.0


def long_lines(text: str) -> list[str]:
    """Give the lines of a text that are long enough to be told from one another."""
    return [line for line in text.splitlines() if len(line) >= LEAST_LINE]


def hash_of(text: str) -> str:
    """Give a short name of a text: 32 bits, for comparing a few hundred of them."""
    return blake2b(text.encode("utf-8", "replace"), digest_size=4).hexdigest()


def _low(values: Sequence[float]) -> float:
    """Give the value that a tenth of them stay below."""
    return sorted(values)[len(values) // 10]


def _share(marks: Iterable[bool]) -> float:
    found = list(marks)
    return sum(found) / len(found) if found else 0.0
