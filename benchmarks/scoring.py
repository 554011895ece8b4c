"""Score what an extractor makes of a page against what is known of it.

The definitions are those of the data's own README: see docs/extraction.md. A field that
is not annotated is not scored; where nothing is scored there is no figure.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from statistics import fmean
from urllib.parse import urlsplit

SHINGLE = 4  # words
MINUTE = timedelta(seconds=60)

_WORD = re.compile(r"\w+")
_BETWEEN_NAMES = re.compile(
    r"[;,|/&\n]|\b(?:and|und|et|y|By|by|BY|Von|von|Par)\b(?=[ :])"
)
_DAY = re.compile(r"(\d{4})-(\d\d)-(\d\d)")

Fields = Mapping[str, object]


@dataclass(frozen=True, kw_only=True, slots=True)
class Overlap:
    """What two texts share, what only the extracted has, what only the expected."""

    shared: float
    surplus: float
    missing: float


@dataclass(kw_only=True, slots=True)
class Score:
    """The scores of one page; a field is absent where it is not annotated."""

    body: Overlap | None = None
    snippets: Overlap | None = None
    shares: dict[str, float] = field(default_factory=dict)


def score(expected: Fields, got: Fields) -> Score:
    """Compare what was extracted of one page with its annotation."""
    text = str(got.get("text") or "")
    made = Score()
    if body := expected.get("body"):
        made.body = shingle_overlap(str(body), text)
    if expected.get("with") or expected.get("without"):
        made.snippets = snippet_overlap(expected, text)
    if title := expected.get("title"):
        made.shares["title"] = normal(title) == normal(got.get("title"))
    if authors := names(expected.get("authors")):
        made.shares["author"] = bool(authors & names(got.get("authors")))
    if published := moment(expected.get("published")):
        made.shares |= _dates(published, moment(got.get("published")))
    if topics := labels(expected.get("categories")):
        made.shares["topics"] = _agreement(topics, labels(got.get("categories")))
    if images := expected.get("image"):
        names_of = {file_name(str(one)) for one in _listed(images)}
        shown = got.get("image")
        made.shares["image"] = bool(shown) and file_name(str(shown)) in names_of
    return made


def shingle_overlap(expected: str, got: str) -> Overlap:
    """The four-word runs two texts share, as shares of all of both."""
    one, other = _shingles(expected), _shingles(got)
    shared = (one & other).total()
    surplus, missing = other.total() - shared, one.total() - shared
    whole = (shared + surplus + missing) or 1
    return Overlap(
        shared=shared / whole, surplus=surplus / whole, missing=missing / whole
    )


def _shingles(text: str) -> Counter[tuple[str, ...]]:
    words = _WORD.findall(text)
    starts = range(max(1, len(words) - SHINGLE + 1)) if words else ()
    return Counter(tuple(words[at : at + SHINGLE]) for at in starts)


def snippet_overlap(expected: Fields, text: str) -> Overlap:
    """Of the snippets a text must hold and must not hold, how many it does."""
    flat = " ".join(text.split())

    def found(key: str) -> list[bool]:
        snippets = (str(one) for one in _listed(expected.get(key)))
        return [" ".join(one.split()) in flat for one in snippets]

    wanted, unwanted = found("with"), found("without")
    return Overlap(
        shared=sum(wanted), surplus=sum(unwanted), missing=len(wanted) - sum(wanted)
    )


def normal(value: object) -> str:
    """A text's words in lower case, however they are parted."""
    text = unicodedata.normalize("NFKC", str(value or "")).casefold()
    return " ".join(_WORD.findall(text))


def names(value: object) -> frozenset[str]:
    """The names in a list or a byline, normalised."""
    parts = (part for one in _listed(value) for part in _BETWEEN_NAMES.split(str(one)))
    return frozenset(map(normal, parts)) - {""}


def labels(value: object) -> frozenset[str]:
    """Topics, normalised."""
    return frozenset(map(normal, _listed(value))) - {""}


def moment(value: object) -> datetime | None:
    """A day or a time written after ISO 8601, with its zone if it has one."""
    if isinstance(value, datetime):
        return value
    if isinstance(value, date):
        return datetime(value.year, value.month, value.day)  # noqa: DTZ001 - a day
    try:
        return datetime.fromisoformat(str(value).strip())
    except ValueError:
        found = _DAY.match(str(value))
        return datetime(*map(int, found.groups())) if found else None  # type: ignore[arg-type] # noqa: DTZ001 - a day


def _dates(expected: datetime, got: datetime | None) -> dict[str, float]:
    same_day = got is not None and bool(_days(expected) & _days(got))
    if expected.tzinfo is None:
        return {"day": same_day}
    is_exact = got is not None and got.tzinfo is not None
    near = is_exact and got is not None and abs(expected - got) <= MINUTE
    return {"day": same_day, "minute": near}


def _days(at: datetime) -> set[date]:
    """The day in the zone it is stated in, and the day in UTC."""
    return {at.date()} | ({at.astimezone(UTC).date()} if at.tzinfo else set())


def _agreement(expected: frozenset[str], got: frozenset[str]) -> float:
    return 2 * len(expected & got) / (len(expected) + len(got))


def file_name(url: str) -> str:
    """The last step of an address's path without its ending."""
    last = urlsplit(url).path.rstrip("/").rpartition("/")[2]
    return last.rpartition(".")[0].casefold() or last.casefold()


def _listed(value: object) -> Sequence[object]:
    if isinstance(value, list | tuple | set | frozenset):
        return list(value)
    return [value] if value else []


def summary(scores: Iterable[Score]) -> dict[str, float]:
    """The figures of many pages: F1 of bodies and snippets, the share right of others.

    F1 is of the mean precision over pages that gave text and the mean recall over
    pages that have one; snippets are counted over all pages together.
    """
    scores = list(scores)
    figures: dict[str, float] = {}
    if bodies := [one.body for one in scores if one.body]:
        figures["body"] = _f1_of_means(bodies)
    if found := [one.snippets for one in scores if one.snippets]:
        shared = sum(one.shared for one in found)
        wrong = sum(one.surplus + one.missing for one in found)
        figures["snippets"] = 2 * shared / (2 * shared + wrong)
    for key in ("title", "author", "day", "minute", "topics", "image"):
        if shares := [one.shares[key] for one in scores if key in one.shares]:
            figures[key] = fmean(shares)
    return figures


def _f1_of_means(bodies: list[Overlap]) -> float:
    precise = [
        b.shared / (b.shared + b.surplus) for b in bodies if b.shared + b.surplus
    ]
    recalled = [
        b.shared / (b.shared + b.missing) for b in bodies if b.shared + b.missing
    ]
    precision = fmean(precise) if precise else 0.0
    recall = fmean(recalled) if recalled else 0.0
    both = precision + recall
    return 2 * precision * recall / both if both else 0.0
