"""Find when an article was published and last changed.

Sources in order of trust; the first that gives a believable date counts. Reading a
date's text is `scrapers.extract.dates`'s.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, tzinfo

from selectolax.lexbor import LexborNode

from scrapers.extract.dates import Moment, find, from_url, not_after, read, zone_of
from scrapers.extract.document import field_of
from scrapers.extract.language import tag_of
from scrapers.extract.reading import Reading
from scrapers.items import Hints, Precision

# A day's first instant in UTC and a time on that day anywhere are within this.
SAME_DAY = timedelta(hours=38)

_PUBLISHED = (
    "article:published_time", "og:article:published_time", "article:published",
    "datepublished", "publish-date", "publishdate", "publish_date", "pubdate",
    "published-date", "published_date", "publication_date", "publicationdate",
    "parsely-pub-date", "sailthru.date", "dc.date.issued", "dcterms.issued",
    "dcterms.created", "dc.date.created", "dc.date", "dcterms.date", "date",
    "article.published", "article_date_original", "cxenseparse:recs:publishtime",
    "cxenseparse:publishtime", "originalpublicationdate", "og:published_time",
    "citation_publication_date", "citation_date", "displaydate", "release_date",
    "timestamp", "ptime", "pub_date", "published_at", "rnews:datepublished",
    "datecreated", "date.created", "vr:published_time", "bt:pubdate",
)  # fmt: skip
_MODIFIED = (
    "article:modified_time", "og:updated_time", "datemodified", "article:modified",
    "dcterms.modified", "dc.date.modified", "last-modified", "lastmod", "revised",
    "modified_date", "sailthru.modified",
)  # fmt: skip
_MARKED = (
    (
        '[itemprop~="datePublished"], [property~="datePublished"], '
        '[property$=":datePublished"]'
    ),
    (
        "time[pubdate], time.published, time.entry-date, .dt-published, "
        "abbr.published, time[itemprop]"
    ),
)
_TIMES = "time"
_CLASSES = (
    '[class*="publish" i], [class*="pubdate" i], [class*="posted-on" i],'
    ' [class*="date" i],'
    ' [id*="date" i], [class*="timestamp" i], [class*="time" i], [class*="byline" i],'
    ' [class*="meta" i], .submitted, [class*="datum" i], [class*="fecha" i],'
    ' [class*="data" i]'
)
# Elements looked at a selector: the article's own date stands before other articles'.
MAX_NODES = 25


def published_of(reading: Reading) -> Moment | None:
    """When the article was published; None where nothing tells it believably.

    What the page says, else the hints, else the day or month in its address. A more
    exact date of the same day is preferred to the first one found.
    """
    now = reading.page.fetched_at
    shown = _shown(reading, now)
    hinted = not_after(_hinted(reading.hints), now)
    if shown is None:
        return hinted or not_after(from_url(reading.page.url), now)
    is_exact = hinted is not None and hinted.precision is Precision.TIME
    if hinted and is_exact and shown.precision is Precision.DAY:
        return hinted if abs(hinted.at - shown.at) <= SAME_DAY else shown
    return shown


def _hinted(hints: Hints) -> Moment | None:
    if hints.published_at is None:
        return None
    precision = hints.published_precision or Precision.TIME
    return Moment(at=hints.published_at, precision=precision)


def _shown(reading: Reading, now: datetime) -> Moment | None:
    zone = zone_of(reading.site.timezone)
    month_first = writes_month_first(reading)
    best: Moment | None = None
    for moment in _candidates(reading, zone, month_first=month_first):
        believed = not_after(moment, now)
        if believed is None:
            continue
        if believed.precision is Precision.TIME:
            is_same = best is None or abs(believed.at - best.at) <= SAME_DAY
            return believed if is_same else best
        if best is None and believed.precision is Precision.DAY:
            best = believed
    return best


def writes_month_first(reading: Reading) -> bool:
    """Tell whether 4/11 is April 11th on this page: in American English."""
    root = reading.document.tree.root
    stated = root.attributes.get("lang") if root is not None else None
    tag = tag_of(stated) or tag_of(reading.site.language) or ""
    return tag in ("en", "en-US", "en-PH")


def _candidates(
    reading: Reading, zone: tzinfo, *, month_first: bool
) -> Iterator[Moment | None]:
    document, article = reading.document, reading.document.article
    for text in reading.texts(reading.recipe.date):
        yield read(text, zone, month_first=month_first)
        yield find(text, zone, month_first=month_first)
    for key in ("datePublished", "dateCreated", "uploadDate"):
        yield read(article.text(key) or "", zone)
    for value in document.meta_all(*_PUBLISHED):
        yield read(value, zone, month_first=month_first)
    for selector in _MARKED:
        for node in document.tree.css(selector)[:MAX_NODES]:
            yield read(_stated(node), zone, month_first=month_first)
    for text in reading.lines:
        yield find(text, zone, month_first=month_first)
    for node in document.tree.css(_TIMES)[:MAX_NODES]:
        yield read(_stated(node), zone, month_first=month_first)
    for node in document.tree.css(_CLASSES)[:MAX_NODES]:
        text = field_of(node)
        if len(text) < 120:
            yield find(text, zone, month_first=month_first)


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
    zone, now = zone_of(reading.site.timezone), reading.page.fetched_at
    hinted = reading.hints.modified_at
    stated = (
        read(document.article.text("dateModified") or "", zone),
        *(read(value, zone) for value in document.meta_all(*_MODIFIED)),
        *(
            read(_stated(node), zone)
            for node in document.tree.css('[itemprop~="dateModified"], time.updated')[
                :3
            ]
        ),
        Moment(at=hinted, precision=Precision.TIME) if hinted else None,
    )
    for moment in stated:
        believed = not_after(moment, now)
        if believed and believed.precision is Precision.TIME:
            is_later = published is None or believed.at > published.at
            return believed.at.astimezone(UTC) if is_later else None
    return None
