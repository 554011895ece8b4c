"""Discover articles by a sitemap, an index of sitemaps, or a news sitemap.

The protocol is sitemaps.org's; the news and image extensions are Google's.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final, Literal
from xml.etree.ElementTree import Element, ParseError, XMLPullParser

from pydantic import Field

from scrapers.discover.ages import Line, by_age
from scrapers.discover.archive import MOST_STEPS, Place, Step, rules_for
from scrapers.discover.children import Child, changed_after, newest_first
from scrapers.discover.documents import xml_text
from scrapers.discover.hints import moment, name, plain
from scrapers.discover.options import MOST_CANDIDATES, Patterns
from scrapers.discover.options import Options as CommonOptions
from scrapers.discover.paging import document, follow
from scrapers.discover.rules import Rules, rules_of
from scrapers.discover.visit import XML, Visit
from scrapers.errors import DiscoverError, HttpStatus, Unrecognised
from scrapers.items import (
    Candidate,
    Discovery,
    Hints,
    Image,
    NotModified,
    Page,
    Validators,
)

KIND: Final = "sitemap"

# An index of indexes is against the protocol, and yet they exist.
DEEPEST = 3
# Sitemaps asked for in one pass: each costs the host's pause.
MOST_SITEMAPS = 200
ROOTS = frozenset({"urlset", "sitemapindex"})
# Fed in pieces, so that what stands before a fault is kept.
CHUNK = 65_536


class Options(CommonOptions):
    """The keys of `kind = "sitemap"`."""

    kind: Literal["sitemap"] = Field(description="By a sitemap.")
    children: Patterns = Field(
        (),
        description="Regular expressions; of an index only the sitemaps whose address"
        " matches one are read. Without it, all.",
    )


# Of most lines: one value for thousands of them.
NOTHING_TOLD = Hints()


@dataclass(frozen=True, kw_only=True, slots=True)
class Sitemap:
    """One parsed document: an index has children, any other candidates."""

    candidates: tuple[Candidate, ...] = ()
    children: tuple[Child, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def tells_changes(self) -> bool:
        """Whether an unchanged document means that nothing below it changed."""
        return all(child.changed_at is not None for child in self.children)


@dataclass(kw_only=True, slots=True)
class _Reading:
    """What a pass has gathered so far, and what it still has to ask for."""

    waiting: list[tuple[int, str]]
    asked: set[str] = field(default_factory=set)
    candidates: dict[str, Candidate] = field(default_factory=dict)
    validators: list[tuple[str, Validators]] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    complete: bool = True

    def stop(self, note: str) -> None:
        self.complete = False
        self.notes.append(note)


def discover(options: Options, visit: Visit) -> Discovery:
    """Read the sitemap, and of an index what changed since the last pass.

    Every document is asked conditionally, except an index whose children carry no
    lastmod: unchanged itself, it would hide what changed below. Candidates with a date
    come newest first, the others follow as listed. A child that cannot be read is a
    note (`complete` is False); if it is the first document it raises.
    """
    rules = rules_of(options, visit.site)
    reading = _Reading(waiting=[(1, options.url)])
    while reading.waiting:
        if len(reading.candidates) >= options.limit:
            reading.stop(f"read up to the limit of {options.limit} addresses")
            break
        if len(reading.asked) >= MOST_SITEMAPS:
            reading.stop(f"read up to the limit of {MOST_SITEMAPS} sitemaps")
            break
        depth, url = reading.waiting.pop(0)
        reading.asked.add(url)
        try:
            _read(options, visit, reading, rules, (depth, url))
        except DiscoverError as error:
            if depth == 1:
                raise
            reading.stop(str(error))
        except HttpStatus as error:
            if depth == 1:
                raise
            # It may answer next time: without validators the index leads there again.
            reading.validators.clear()
            reading.stop(str(error))
    found = tuple(reading.candidates.values())
    if len(found) > options.limit:
        reading.stop(f"read up to the limit of {options.limit} addresses")
    return Discovery(
        candidates=found[: options.limit],
        validators=tuple(reading.validators),
        complete=reading.complete,
        notes=tuple(dict.fromkeys(reading.notes)),
    )


def step(options: Options, visit: Visit, since: datetime, place: Place) -> Step:
    """Read the next sitemap, of an index those that changed after `since`.

    `place` holds [depth, address] of those that wait. What a sitemap dates before
    `since` is left out; a child that cannot be read is a note.
    """
    waiting: list[tuple[int, str]] = [
        (depth, url) for depth, url in place.get("waiting", [(1, options.url)])
    ]
    asked: list[str] = list(place.get("asked", []))
    depth, url = waiting.pop(0)
    asked.append(url)
    sitemap, notes = Sitemap(), tuple[str, ...]()
    try:
        page = document(visit.get(url, accept=XML))
        sitemap = visit.parse(
            read_sitemap,
            page,
            rules_for(options, visit.site),
            visit.site.timezone,
            options.children,
            since,
            url=page.url,
        )
    except (DiscoverError, HttpStatus) as error:
        if depth == 1 or (isinstance(error, HttpStatus) and error.status >= 500):
            raise
        notes = (str(error),)
    children = () if depth >= DEEPEST else sitemap.children
    waiting += [
        (depth + 1, child)
        for child in _chosen(changed_after(children, since), visit)
        if child not in asked and (depth + 1, child) not in waiting
    ]
    is_over = not waiting or len(asked) >= MOST_STEPS
    return Step(
        candidates=sitemap.candidates,
        place=None if is_over else {"waiting": waiting, "asked": asked},
        unread=len(waiting),
        notes=(*notes, *sitemap.notes),
    )


def _read(
    options: Options,
    visit: Visit,
    reading: _Reading,
    rules: Rules,
    place: tuple[int, str],
) -> None:
    depth, url = place
    answer = visit.get(url, accept=XML)
    if isinstance(answer, NotModified):
        reading.validators.append((url, answer.validators))
        return
    page = document(answer)
    timezone = visit.site.timezone
    sitemap = visit.parse(
        read_sitemap, page, rules, timezone, options.children, url=page.url
    )
    for note in sitemap.notes:
        reading.stop(note)
    if sitemap.tells_changes:
        reading.validators.append((url, page.validators))
    for candidate in sitemap.candidates:
        reading.candidates.setdefault(candidate.url, candidate)
    if sitemap.children and depth >= DEEPEST:
        reading.stop(f"{url}: an index {DEEPEST} levels deep is not followed further")
        return
    chosen = _chosen(sitemap.children, visit)
    waiting = [child for _, child in reading.waiting]
    reading.waiting.extend(
        (depth + 1, child)
        for child in chosen
        if child not in reading.asked and child not in waiting
    )


def _chosen(children: tuple[Child, ...], visit: Visit) -> list[str]:
    """Which children to ask, the most recently changed first."""
    if not visit.is_first and visit.last_pass_at is not None:
        children = changed_after(children, visit.last_pass_at)
    return [child.url for child in newest_first(children)]


def read_sitemap(
    page: Page,
    rules: Rules,
    timezone: str,
    chosen: tuple[str, ...] = (),
    since: datetime | None = None,
) -> Sitemap:
    """Parse one document: index, sitemap, or the text form with a URL a line.

    Pure; runs in the parsing child. Of an index those children are given that a pattern
    of `chosen` matches, all without any. The limit cuts off the oldest lines, since
    many sitemaps begin with them. What stands before a fault in the XML is kept, and
    the fault is a note; a document without any address raises DiscoverError. Lines
    dated before `since` are left out.
    """
    text = xml_text(page)
    if not text.lstrip().startswith("<"):
        return _read_lines(text, page, rules)
    sitemap = _Builder(page=page, rules=rules, timezone=timezone, chosen=chosen)
    notes = tuple(sitemap.read(text))
    if sitemap.root not in ROOTS:
        reason = f"no sitemap: the document is a <{sitemap.root or '?'}>"
        raise Unrecognised(reason, url=page.url)
    if notes and not sitemap.lines and not sitemap.children:
        raise DiscoverError(notes[0], url=page.url)
    lines = [
        line
        for line in sitemap.lines
        if since is None or line.at is None or line.at >= since
    ]
    return Sitemap(
        candidates=by_age(lines)[: rules.limit + 1],
        children=tuple(sitemap.children),
        notes=notes,
    )


@dataclass(kw_only=True, slots=True)
class _Builder:
    page: Page
    rules: Rules
    timezone: str
    chosen: tuple[str, ...]
    root: str = ""
    lines: list[Line] = field(default_factory=list)
    children: list[Child] = field(default_factory=list)

    def read(self, text: str) -> Iterator[str]:
        """Parse `text`, giving a note for the fault it ends at, if there is one."""
        # Entities are refused by `xml_text`, so the bombs of B314 cannot be here.
        parser: XMLPullParser[Element] = XMLPullParser(("start", "end"))
        try:
            for start in range(0, len(text), CHUNK):
                parser.feed(text[start : start + CHUNK])
                if not self._take(parser):
                    return
            parser.close()
        except ParseError as error:
            yield f"broken XML: {error}"
        self._take(parser)

    def _take(self, parser: XMLPullParser[Element]) -> bool:
        for event in parser.read_events():
            element = event[-1]
            if not isinstance(element, Element):
                continue
            tag = _local(element)
            if event[0] == "start":
                self.root = self.root or tag
            elif tag == "url":
                self._line(element)
                element.clear()
            elif tag == "sitemap":
                self._child(element)
                element.clear()
        return self.root in {"", *ROOTS} and len(self.lines) < MOST_CANDIDATES

    def _line(self, element: Element) -> None:
        fields = _texts(element)
        url = self.rules.admit(self.page.url, fields.get("loc", ""))
        if url is None:
            return
        changed = moment(fields.get("lastmod", ""), self.timezone)
        hints = _hints(element, self.timezone)
        at = hints.published_at or (changed.at if changed else None)
        version = fields.get("lastmod") or None
        candidate = Candidate(url=url, hints=hints, version=version)
        self.lines.append(Line(candidate=candidate, at=at))

    def _child(self, element: Element) -> None:
        fields = _texts(element)
        url = follow(self.page.url, fields.get("loc", ""))
        if url is None:
            return
        if self.chosen and not any(re.search(pattern, url) for pattern in self.chosen):
            return
        changed = moment(fields.get("lastmod", ""), self.timezone)
        self.children.append(Child(url=url, changed_at=changed.at if changed else None))


def _hints(element: Element, timezone: str) -> Hints:
    news, images = dict[str, str](), list[str]()
    for part in element:
        if _local(part) == "news":
            news = {_local(node): (node.text or "").strip() for node in part.iter()}
        elif _local(part) == "image":
            images.append(_texts(part).get("loc", ""))
    if not news and not images:
        return NOTHING_TOLD
    published = moment(news.get("publication_date", ""), timezone)
    keywords = [name(word) for word in news.get("keywords", "").split(",")]
    return Hints(
        title=plain(news.get("title", "")) or None,
        published_at=published.at if published else None,
        published_precision=published.precision if published else None,
        tags=tuple(dict.fromkeys(word for word in keywords if word)),
        image=Image(url=images[0]) if images and images[0] else None,
        language=news.get("language") or None,
    )


def _read_lines(text: str, page: Page, rules: Rules) -> Sitemap:
    found = (
        rules.admit(page.url, line.strip())
        for line in text.splitlines()[: rules.limit + 1]
        if re.match(r"\s*https?://", line)
    )
    urls = dict.fromkeys(url for url in found if url is not None)
    if not urls:
        raise Unrecognised("no sitemap: neither XML nor addresses", url=page.url)
    return Sitemap(candidates=tuple(Candidate(url=url) for url in urls))


def _local(element: Element) -> str:
    return element.tag.rpartition("}")[2]


def _texts(element: Element) -> dict[str, str]:
    return {_local(child): (child.text or "").strip() for child in element}
