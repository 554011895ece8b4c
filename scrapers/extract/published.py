"""Find when an article was published and last changed.

Sources in order of trust; the first that gives a believable date counts. Reading a
date's text is `scrapers.extract.dates`'s.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, tzinfo
from functools import lru_cache
from itertools import chain, islice
from typing import Protocol

from selectolax.lexbor import LexborNode

from scrapers.extract.ago import ago
from scrapers.extract.announced import (
    YEAR_FIRST,
    announced_in,
    assigned_in,
    may_be_short,
    with_year,
    year_first,
)
from scrapers.extract.date_labels import PUBLISHED_ON, UPDATED
from scrapers.extract.date_patterns import LEAST
from scrapers.extract.dates import (
    Moment,
    find,
    from_url,
    may_hold_date,
    not_after,
    read,
    read_exact,
)
from scrapers.extract.document import Document, field_of
from scrapers.extract.language import language_of, tag_of
from scrapers.extract.once import once
from scrapers.extract.reading import Reading
from scrapers.extract.zones import (
    in_page_zone,
    is_plain_utc,
    zone_of_language,
    zone_of_page,
)
from scrapers.items import Hints, Precision

# A day's first instant in UTC and a time on that day anywhere are within this.
SAME_DAY = timedelta(hours=38)

_PUBLISHED = (
    "article:published_time", "og:article:published_time", "article:published",
    "datepublished", "publish-date", "publishdate", "publish_date", "pubdate",
    "published-date", "published_date", "publication_date", "publicationdate",
    "parsely-pub-date", "sailthru.date", "dc.date.issued", "dcterms.issued",
)  # fmt: skip
# Any other name that speaks of publication.
_PUBLISHING = re.compile(
    r"publi(?:sh|c)(?!er|ic)|pub[-_]?(?:date|time|at)|issued|date[-_.]?posted|p-?time$"
    r"|vr:pub|citation_date|article_date_original"
)
_NOT_PUBLISHING = re.compile(r"modif|updat|revis|expir|unpubl|end|public-?id|embargo")
# Systems put the page's own day into these: an older one, or that of each change.
_WEAK = (
    "date", "dc.date", "dcterms.date", "dcterms.created", "dc.date.created",
    "datecreated", "date.created", "displaydate", "release_date", "timestamp",
)  # fmt: skip
_MODIFIED = (
    "article:modified_time", "og:updated_time", "datemodified", "article:modified",
    "dcterms.modified", "dc.date.modified", "last-modified", "lastmod", "revised",
    "modified_date", "sailthru.modified", "dateupdate",
)  # fmt: skip
_MARKED = ("itemprop=datePublished", "property=datePublished")
# Words in the names of elements that hold a date.
_NAMED = (
    "publish", "posted", "authored", "date", "time", "byline", "meta", "datum", "fecha",
    "data", "submitted",
)  # fmt: skip
# A line that is little more than its date.
SHORT_LINE = 80
MAX_LABEL = 30
# Elements looked at a selector: the article's own date stands before other articles'.
MAX_NODES = 25
# What scripts call the date in the data they draw the page with.
# It begins with letters of one case: looking for others takes ten times as long.
_IN_SCRIPTS = re.compile(
    rb"ub(?:lish(?:ed|ing)?|lication)?_?(?:[aA]t|[dD]ate|[tT]ime|[oO]n)?"
    rb"""(?:\\*["']|&quot;)\s*[:=]\s*(?:\\*["']|&quot;)"""
    rb"((?:19|20)\d\d-\d\d-\d\d"
    rb"(?:[T ]\d\d:\d\d[\d:.]*(?:Z|[+-]\d\d:?\d\d)?)?)"
)


def published_of(reading: Reading) -> Moment | None:
    """When the article was published; None where nothing tells it believably.

    What the page says, else the hints, else the day or month in its address, else how
    long ago it says it was. A more exact date of the same day is preferred to the
    first one found.
    """
    now = reading.page.fetched_at
    dates = Dates(reading, now)
    shown = _shown(dates)
    hinted = not_after(_hinted(reading.hints), now)
    if shown is None:
        fallback = hinted or not_after(from_url(reading.page.url), now)
        return _refined(fallback, _counted_back(dates))
    is_exact = hinted is not None and hinted.precision is Precision.TIME
    if hinted and is_exact and shown.precision is Precision.DAY:
        return hinted if abs(hinted.at - shown.at) <= SAME_DAY else shown
    return in_page_zone(shown, reading, dates.told) if is_plain_utc(shown) else shown


def _refined(day: Moment | None, counted: Moment | None) -> Moment | None:
    """Of a day and "3 hours ago" take the time of day if they agree."""
    if day is None or counted is None:
        return day or counted
    is_finer = day.precision is not Precision.TIME is counted.precision
    is_same = abs(day.at - counted.at) <= SAME_DAY
    return counted if is_finer and is_same else day


def _counted_back(dates: Dates) -> Moment | None:
    """What "3 hours ago" near the headline, or in a time element, comes to."""
    reading = dates.reading
    times = (field_of(node) for node in reading.document.times[:3])
    texts = (*reading.lines, *times)
    found = (ago(text, dates.now, dates.zone) for text in texts)
    return next((moment for moment in found if moment), None)


def _hinted(hints: Hints) -> Moment | None:
    if hints.published_at is None:
        return None
    precision = hints.published_precision or Precision.TIME
    return Moment(at=hints.published_at, precision=precision)


def _shown(dates: Dates) -> Moment | None:
    best = _first(_stated_dates(dates), None)
    if best is None:
        found = _first(_searched_dates(dates), None)
        return _by_address(found or _first(_announced_dates(dates), None), dates)
    if best.precision is not Precision.DAY:
        return best
    return next((m for m in _timed(dates) if m and _is_finer(m, best)), best)


def _by_address(found: Moment | None, dates: Dates) -> Moment | None:
    """A date that was searched for, where the page's address tells no other day."""
    told = not_after(from_url(dates.reading.page.url), dates.now)
    if found is None or told is None or told.precision is not Precision.DAY:
        return found
    return found if abs(found.at - told.at) <= SAME_DAY else told


def _is_finer(moment: Moment, day: Moment) -> bool:
    """Tell whether a moment is a time on a day."""
    is_same = abs(moment.at - day.at) <= SAME_DAY
    return moment.precision is Precision.TIME and is_same


def _timed(dates: Dates) -> Iterator[Moment | None]:
    """What the elements of the dates that the lines print state more exactly."""
    lines = [text for text in dates.reading.lines if len(text) <= SHORT_LINE]
    for node in dates.reading.document.times[:MAX_NODES]:
        text = field_of(node)
        if text and any(text in one for one in lines) and dates.find_published(text):
            yield dates.read(_stated(node))


def _first(candidates: Iterator[Moment | None], best: Moment | None) -> Moment | None:
    """The first day, or the first time if it is on that day."""
    for moment in candidates:
        if moment is None:
            continue
        if moment.precision is Precision.TIME:
            is_same = best is None or abs(moment.at - best.at) <= SAME_DAY
            return moment if is_same else best
        if best is None and moment.precision is Precision.DAY:
            best = moment
    return best


class Reader(Protocol):
    """`read` or `find` of `scrapers.extract.dates`."""

    def __call__(self, text: str, zone: tzinfo, *, month_first: bool) -> Moment | None:
        """Read a text in a zone."""


class Dates:
    """Reads texts of one page as dates that it may have been published at."""

    def __init__(self, reading: Reading, now: datetime) -> None:
        self.reading = reading
        self.now = now
        self._found: dict[str, Moment | None] = {}

    @once
    def told(self) -> tzinfo:
        """The zone that the site or the page states; UTC where none does."""
        return zone_of_page(self.reading)

    @once
    def zone(self) -> tzinfo:
        """The zone of times that are stated without one."""
        return self.told if self.told is not UTC else zone_of_language(self.reading)

    @once
    def month_first(self) -> bool:
        """Whether 4/11 is April 11th."""
        return writes_month_first(self.reading)

    @once
    def is_year_first(self) -> bool:
        """Whether 18-03-08 is March 8th."""
        language = language_of(self.reading, "") or ""
        return language.partition("-")[0] in YEAR_FIRST

    @once
    def last_known(self) -> datetime:
        """When the page was changed, as it says, else when it was fetched."""
        changed = (self.read(text) for text in _changes(self.reading.document))
        return next((moment.at for moment in changed if moment), self.now)

    def read(self, text: str) -> Moment | None:
        """Read a text that is a date."""
        if len(text) < LEAST:
            return None
        if told := read_exact(text):
            return not_after(told, self.now)
        return self._believed(read, text)

    def find(self, text: str) -> Moment | None:
        """Look for a date in a line, once in each: several sources are of lines."""
        if not may_hold_date(text):
            return None
        if text not in self._found:
            self._found[text] = self._believed(find, text)
        return self._found[text]

    def find_published(self, text: str) -> Moment | None:
        """Look for a date in a line that is not said to be that of the last change."""
        return self.find(without_update(text)) if may_hold_date(text) else None

    def _believed(self, reader: Reader, text: str) -> Moment | None:
        """Read 12/03/2026 the other way round where it would lie ahead."""
        if not text:
            return None
        if may_be_short(text) and self.is_year_first:
            text = year_first(text)
        first = reader(text, self.zone, month_first=self.month_first)
        if first is None or first.at <= self.now:
            return first
        other = reader(text, self.zone, month_first=not self.month_first)
        if other is not None and other.at <= self.now:
            return other
        return not_after(first, self.now)


def writes_month_first(reading: Reading) -> bool:
    """Tell whether 4/11 is April 11th on this page: in American English."""
    root = reading.document.tree.root
    stated = root.attributes.get("lang") if root is not None else None
    tag = tag_of(stated) or tag_of(reading.site.language) or ""
    return tag in ("en", "en-US", "en-PH")


def _stated_dates(dates: Dates) -> Iterator[Moment | None]:
    """What the page says of itself, and the lines around the headline."""
    reading = dates.reading
    document, article = reading.document, reading.document.article
    for text in reading.texts(reading.recipe.date):
        yield dates.read(text)
        yield dates.find(text)
    for key in ("datePublished", "dateCreated", "uploadDate"):
        yield dates.read(article.text(key) or "")
    others = [name for name in document.metas if _speaks_of_publishing(name)]
    for value in document.meta_all(*_PUBLISHED, *others):
        yield dates.read(value)
    for node in document.index.named(*_MARKED)[:MAX_NODES]:
        yield dates.read(_stated(node))
    label = ""
    for text in reading.lines:
        if len(text) <= SHORT_LINE and not _names_update(label):
            yield dates.find_published(text)
        label = text
    for value in document.meta_all(*_WEAK):
        yield dates.read(value)


def _names_update(line: str) -> bool:
    """Tell whether a line says of the next one that it is the last change's date."""
    is_label = line.endswith(":") and len(line) <= MAX_LABEL
    return is_label and UPDATED.search(line) is not None


def _searched_dates(dates: Dates) -> Iterator[Moment | None]:
    """Where else a date may be; dearer to look for, and less trusted."""
    reading, document = dates.reading, dates.reading.document
    for text in reading.lines:
        yield dates.find_published(text)
    for node in document.times[:MAX_NODES]:
        yield dates.read(without_update(_stated(node)))
    named = (node for _, node in document.index.classed(*_NAMED))
    nodes = islice(chain(named, _with_id(document)), MAX_NODES)
    texts = [text for node in nodes if len(text := field_of(node)) < 120]
    # Of several, what says "published" comes before what says nothing.
    for text in sorted(texts, key=lambda text: not PUBLISHED_ON.search(text)):
        yield dates.find_published(text)
    for found in _IN_SCRIPTS.finditer(document.text):
        yield dates.read(found[1].decode())
    for text in reading.lines:
        yield dates.find(text)


def _announced_dates(dates: Dates) -> Iterator[Moment | None]:
    """What stands behind a label anywhere, or in a script; what leaves out the year."""
    body = dates.reading.document.tree.body
    if body is None:
        return
    for text in announced_in(body.text(separator=" ")):
        yield dates.find(text)
    if dates.is_year_first:
        for text in assigned_in(dates.reading.document.text):
            yield dates.read(text)
        for text in dates.reading.lines:
            if len(text) <= SHORT_LINE:
                yield dates.read(with_year(text, dates.last_known) or "")


def _with_id(document: Document) -> Iterator[LexborNode]:
    yield from document.index.holding(("id", "date"))


@lru_cache(maxsize=1024)
def _speaks_of_publishing(name: str) -> bool:
    is_about = _PUBLISHING.search(name) is not None
    return is_about and _NOT_PUBLISHING.search(name) is None


def without_update(text: str) -> str:
    """A line without the date that it says is that of the last change."""
    label = UPDATED.search(text)
    if label is None:
        return text
    before = text[: label.start()]
    if any(c.isdigit() for c in before):
        return before
    published = PUBLISHED_ON.search(text, label.end())
    return text[published.start() :] if published else ""


def _stated(node: LexborNode) -> str:
    attributes = node.attributes
    for name in ("datetime", "content", "title"):
        value = attributes.get(name)
        if value and any(c.isdigit() for c in value):
            return value
    return field_of(node)


def modified_of(reading: Reading, published: Moment | None) -> datetime | None:
    """When the page, else the hint, says it was changed, if after its publication."""
    document = reading.document
    dates = Dates(reading, reading.page.fetched_at)
    hinted = reading.hints.modified_at
    stated = (dates.read(text) for text in _changes(document))
    told = Moment(at=hinted, precision=Precision.TIME) if hinted else None
    for moment in chain(stated, [told]):
        believed = not_after(moment, dates.now)
        if believed and believed.precision is Precision.TIME:
            is_later = published is None or believed.at > published.at
            return believed.at.astimezone(UTC) if is_later else None
    return None


def _changes(document: Document) -> Iterator[str]:
    """What says when the page was changed."""
    yield document.article.text("dateModified") or ""
    yield from document.meta_all(*_MODIFIED)
    yield from map(_stated, _changed(document)[:3])


def _changed(document: Document) -> list[LexborNode]:
    """The elements that say when the page was changed."""
    marked = document.index.named("itemprop=dateModified")
    classes = ((n, (n.attributes.get("class") or "").split()) for n in document.times)
    return [*marked, *(node for node, names in classes if "updated" in names)]
