"""Write a draft as TOML with its reasons, and choose the pages its checks read.

The definition is valid and its checks pass as they are written: what they ask for is
what extraction makes of the pages as they are saved. Putting files down is others'.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from statistics import median
from typing import Any
from urllib.parse import unquote, urlsplit

import tomlkit
from tomlkit import TOMLDocument
from tomlkit.items import Table

from scrapers.clean.text import line, word_count
from scrapers.clean.urls import host_of
from scrapers.draft.drafting import Draft
from scrapers.draft.judging import Sample, shared_lines
from scrapers.extract.article import extract
from scrapers.fetch.charset import decode
from scrapers.items import (
    Candidate,
    Hints,
    Page,
    Precision,
    Restriction,
    ScrapedArticle,
)
from scrapers.sandbox import Parser
from scrapers.source import SourceSpec, from_dict

MOST_CHECKS = 3
# Of a body so much of its first and last paragraph is asked for.
PHRASE_CHARS = 90
FEWEST_CHARS = 25
# A date that depends on when the page is read ("2 days ago") is no date to check.
LATER = timedelta(days=45)
MOST_SHOWN = 12
WIDTH = 88

_FILE = re.compile(r"[^a-z0-9]+")
_TEXT = {"content_type": "text/html"}


@dataclass(frozen=True, kw_only=True, slots=True)
class Row:
    """One line of the preview; `words` is None for a page that was not fetched."""

    title: str | None
    published: str | None
    author: str | None
    words: int | None
    url: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Written:
    """A definition ready to be put down: its text, and its saved pages by file name."""

    text: str
    spec: SourceSpec
    pages: tuple[tuple[str, bytes], ...]
    rows: tuple[Row, ...]


def write(draft: Draft, parser: Parser, *, is_full: bool) -> Written:
    """Make the definition of a draft; `is_full` drafts a rights line with its name."""
    values = _values(draft, is_full=is_full)
    spec = from_dict(values, name="draft")
    checks, pages = _checks(draft, spec, parser)
    text = _toml(draft, values, checks)
    whole = from_dict({**values, "check": checks}, name="draft")
    rows = tuple(_rows(draft, spec, parser))
    return Written(text=text, spec=whole, pages=pages, rows=rows)


def slug_for(home: str) -> str:
    """Suggest a source's slug: the host's name without what all names end with."""
    words = _FILE.sub("-", host_of(home).lower()).strip("-")
    return words or "source"


def _values(draft: Draft, *, is_full: bool) -> dict[str, Any]:
    values: dict[str, Any] = {
        "name": draft.name,
        "home": draft.home,
        "every": draft.pace.every,
    }
    if draft.zone.name:
        values["timezone"] = draft.zone.name
    if draft.language:
        values["language"] = draft.language
    values["republish"] = "full" if is_full else "summary"
    if is_full:
        values["rights"] = f"© {draft.name}"
    values["discover"] = [
        _entry(chosen.lead.entry(), draft.home) for chosen in draft.choice.used
    ]
    if draft.learned:
        values["article"] = {one.key: one.selector for one in draft.learned}
    return values


def _entry(entry: dict[str, object], home: str) -> dict[str, object]:
    # WordPress is looked for at home if nothing else is said.
    if entry["kind"] == "wordpress" and entry["url"] == home:
        return {key: value for key, value in entry.items() if key != "url"}
    return entry


def _toml(draft: Draft, values: dict[str, Any], checks: list[dict[str, Any]]) -> str:
    document = tomlkit.document()
    _head(document, draft)
    for key in ("name", "home"):
        document.add(key, values[key])
    _remark(document, _why_every(draft))
    document.add("every", values["every"])
    _zone(document, draft)
    if "language" in values:
        document.add("language", values["language"])
    _rights(document, draft, values)
    _places(document, draft, values["discover"])
    if "article" in values:
        _recipe(document, draft)
    else:
        document.add(tomlkit.nl())
        _remark(document, "Metadata and the generic extractor read its articles.")
    if checks:
        document.add("check", _tables(checks))
    return tomlkit.dumps(document)


def _head(document: TOMLDocument, draft: Draft) -> None:
    _remark(document, f"Drafted from {draft.home} by `wireroom source new`.")
    _remark(document, _read(draft.samples))
    for doubt in draft.doubts:
        _remark(document, f"UNSURE: {doubt}.")
    for note in draft.notes:
        _remark(document, f"Note: {note}.")
    document.add(tomlkit.nl())


def _read(samples: Sequence[Sample]) -> str:
    """Say what extraction made of the articles looked at."""
    found = [sample.article for sample in samples if sample.article is not None]
    dated = sum(article.published_at is not None for article in found)
    signed = sum(bool(article.authors) for article in found)
    words = int(median(sample.words for sample in samples))
    pages = "One page was" if len(found) == 1 else f"{len(found)} pages were"
    return (
        f"{pages} read: {dated} with a date, {signed} with an author,"
        f" {words} words in the middle one."
    )


def _why_every(draft: Draft) -> str:
    why = draft.pace.why
    if draft.pace.gap is None:
        return f"{why[:1].upper()}{why[1:]}."
    return f"It publishes {why}."


def _zone(document: TOMLDocument, draft: Draft) -> None:
    why = draft.zone.why
    if draft.zone.name is None:
        _remark(document, f"Time zone: {why}. Dates that carry none are read as UTC.")
        return
    _remark(document, f"Of dates that carry none: {why}.")
    document.add("timezone", draft.zone.name)


def _rights(document: TOMLDocument, draft: Draft, values: dict[str, Any]) -> None:
    document.add(tomlkit.nl())
    if draft.reserves_rights:
        text = "The site reserves its rights for programs (TDM): ask its publisher."
        _remark(document, text)
    if Restriction.NOINDEX in draft.restrictions:
        _remark(document, "Pages say noindex: of these only headline and link go out.")
    if Restriction.PAID in draft.restrictions:
        _remark(document, "Some articles are paid for: these never go out in full.")
    if values["republish"] == "full":
        _remark(document, "Only republish in full what you may.")
    else:
        _remark(document, "`full` needs a rights statement, and the publisher's leave.")
    document.add("republish", values["republish"])
    if "rights" in values:
        document.add("rights", values["rights"])


def _places(
    document: TOMLDocument, draft: Draft, entries: list[dict[str, Any]]
) -> None:
    places = tomlkit.aot()
    for chosen, entry in zip(draft.choice.used, entries, strict=True):
        table = tomlkit.table()
        for part in _wrapped(_sentence(chosen.why)):
            table.add(tomlkit.comment(part))
        _fill(table, entry)
        places.append(table)
    document.add(tomlkit.nl())
    document.add("discover", places)
    for chosen in draft.choice.unused:
        document.add(tomlkit.nl())
        lead = chosen.lead
        _remark(document, f"Not needed: {lead.kind} {lead.url}, {chosen.why}.")


def _recipe(document: TOMLDocument, draft: Draft) -> None:
    table = tomlkit.table()
    for one in draft.learned:
        for part in _wrapped(_sentence(one.why)):
            table.add(tomlkit.comment(part))
        table.add(one.key, one.selector)
    document.add(tomlkit.nl())
    document.add("article", table)


def _tables(values: list[dict[str, Any]]) -> tomlkit.items.AoT:
    tables = tomlkit.aot()
    for value in values:
        table = tomlkit.table()
        _fill(table, value)
        tables.append(table)
    return tables


def _fill(table: Table, values: dict[str, Any]) -> None:
    for key, value in values.items():
        table.add(key, _item(value))


def _item(value: object) -> object:
    """One of a list is written as one; several stand on lines of their own."""
    if isinstance(value, str) and "\\" in value and "'" not in value:
        return tomlkit.string(value, literal=True)
    if not isinstance(value, list):
        return value
    if len(value) == 1:
        return _item(value[0])
    array = tomlkit.array()
    array.extend(_item(one) for one in value)
    return array.multiline(multiline=True)


def _remark(document: TOMLDocument, text: str) -> None:
    for part in _wrapped(text):
        document.add(tomlkit.comment(part))


def _wrapped(text: str) -> Iterator[str]:
    """Break a comment into lines; what a site says has no line breaks of its own."""
    rest = line(text)
    while len(rest) > WIDTH - 2:
        cut = rest.rfind(" ", 0, WIDTH - 2)
        if cut <= 0:
            break  # one long address
        yield rest[:cut]
        rest = rest[cut + 1 :]
    yield rest


def _sentence(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}."


def _checks(
    draft: Draft, spec: SourceSpec, parser: Parser
) -> tuple[list[dict[str, Any]], tuple[tuple[str, bytes], ...]]:
    """Give the checks and the pages they read, of articles that give something."""
    checks: list[dict[str, Any]] = []
    pages: dict[str, bytes] = {}
    shared = shared_lines(draft.samples)
    for sample in draft.samples:
        if len(checks) >= MOST_CHECKS:
            break
        if _forbids_copies(sample):
            continue
        body = saved(sample.page)
        check = _check(sample, body, spec, parser, shared)
        if check is None:
            continue
        name = _file_name(sample.url, set(pages))
        pages[name] = body
        checks.append({"page": name, **check})
    return checks, tuple(pages.items())


def _forbids_copies(sample: Sample) -> bool:
    found = sample.article.restrictions if sample.article else frozenset()
    return Restriction.NOARCHIVE in found


def saved(page: Page) -> bytes:
    """Give a page's bytes so that they are read alike without its HTTP headers."""
    text = decode(page.body, page.content_type)
    if decode(page.body, _TEXT["content_type"]) == text:
        return page.body
    return text.encode("utf-8-sig", "replace")


def _check(
    sample: Sample,
    body: bytes,
    spec: SourceSpec,
    parser: Parser,
    shared: frozenset[str],
) -> dict[str, Any] | None:
    url = sample.page.url
    page = Page(
        url=url,
        requested_url=url,
        body=body,
        fetched_at=sample.page.fetched_at,
        content_type=_TEXT["content_type"],
    )
    later = replace(page, fetched_at=page.fetched_at + LATER)
    found, again = (
        parser.run(extract, one, spec.article, Hints(), spec.site(), url=url)
        for one in (page, later)
    )
    if not isinstance(found, ScrapedArticle) or not isinstance(again, ScrapedArticle):
        return None
    check: dict[str, Any] = {"url": url, "title": found.title}
    if found.published_at and found.published_at == again.published_at:
        is_month = found.published_precision is Precision.MONTH
        check["published"] = (
            f"{found.published_at:{'%Y-%m' if is_month else '%Y-%m-%d'}}"
        )
    if found.authors:
        check["authors"] = [author.name for author in found.authors]
    contains = list(_phrases(found.body_text, shared))
    if contains:
        check["contains"] = contains
    return check


def _phrases(text: str, shared: frozenset[str]) -> Iterator[str]:
    """The beginnings of the first and the last real paragraph."""
    own = [each for each in text.splitlines() if each not in shared]
    lines = [each for each in own if len(each) >= FEWEST_CHARS]
    for paragraph in dict.fromkeys(lines[:1] + lines[-1:]):
        cut = paragraph[:PHRASE_CHARS]
        if len(paragraph) > PHRASE_CHARS and " " in cut:
            cut = cut[: cut.rfind(" ")]
        yield cut


def _file_name(url: str, taken: set[str]) -> str:
    path = [part for part in urlsplit(url).path.split("/") if part]
    stem = unquote(path[-1]).lower() if path else ""
    name = _FILE.sub("-", re.sub(r"\.\w{2,5}$", "", stem)).strip("-")[:60] or "page"
    number, chosen = 1, f"{name}.html"
    while chosen in taken:
        number += 1
        chosen = f"{name}-{number}.html"
    return chosen


def _rows(draft: Draft, spec: SourceSpec, parser: Parser) -> Iterator[Row]:
    """The fetched articles, as the definition reads them; then some others."""
    by_url = {sample.url: sample for sample in draft.samples}
    fetched = [c for c in draft.candidates if c.url in by_url]
    others = [c for c in draft.candidates if c.url not in by_url]
    for candidate in [*fetched, *others][:MOST_SHOWN]:
        sample = by_url.get(candidate.url)
        text = draft.texts.get(candidate.url)
        yield _row(candidate, text, sample, spec, parser)


def _row(
    candidate: Candidate,
    text: str | None,
    sample: Sample | None,
    spec: SourceSpec,
    parser: Parser,
) -> Row:
    hints, words = candidate.hints, None
    title, authors, at = hints.title or text, hints.authors, hints.published_at
    if sample is not None:
        arguments = (sample.page, spec.article, hints, spec.site())
        found = parser.run(extract, *arguments, url=sample.url)
        if isinstance(found, ScrapedArticle):
            title, authors, at = found.title, found.authors, found.published_at
            words = word_count(found.body_text)
    return Row(
        title=title,
        published=f"{at:%Y-%m-%d}" if at else None,
        author=", ".join(author.name for author in authors) or None,
        words=words,
        url=candidate.url,
    )
