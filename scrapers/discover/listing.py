"""Discover articles by the links of a listing page, and of the pages after it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from itertools import count
from typing import Annotated, Final, Literal, Self
from urllib.parse import urlsplit

from pydantic import AfterValidator, Field, model_validator
from selectolax.lexbor import LexborHTMLParser, LexborNode

from scrapers.clean.urls import absolute
from scrapers.discover.archive import Place, Step, follow_pages, rules_for
from scrapers.discover.calendar import archive_of, before, check_archive, is_archive
from scrapers.discover.listed_dates import dates_of
from scrapers.discover.options import Options as CommonOptions
from scrapers.discover.options import Selector, check_address
from scrapers.discover.paging import Course, Found, follow, walk
from scrapers.discover.rules import Rules, rules_of
from scrapers.discover.visit import HTML, Visit
from scrapers.errors import DiscoverError, Unrecognised
from scrapers.extract.dates import Moment
from scrapers.extract.recipe import selector_of
from scrapers.fetch.charset import decode
from scrapers.items import Candidate, Discovery, Hints, Page

KIND: Final = "listing"

# What themes mark the next page with: the link relation, else WordPress's classes.
# (`nav-previous` is its "older posts").
NEXT = "a[rel~=next], link[rel~=next], a.next.page-numbers, .nav-previous a"
# On polls the pages after the first are asked only while they bring news, so this
# bounds bursts and first passes.
DEFAULT_PAGES = 3
MOST_PAGES = 10_000
SECOND = 2
# The number of a page, and that of the one before: the second may be "index_1.html".
PAGE, PAGE_BEFORE = "{page}", "{page-1}"
# Of most links: one value for all of them.
NOTHING_TOLD = Hints()


def _check_pattern(text: str) -> str:
    if text.count(PAGE) + text.count(PAGE_BEFORE) != 1:
        message = (
            f"{text!r} needs {{page}}, or {{page-1}}, once, where the number of the"
            " page stands"
        )
        raise ValueError(message)
    check_address(page_of(text, SECOND))
    return text


def page_of(pattern: str, number: int) -> str:
    """Give the address of a listing's page: {page} or {page-1} is filled in."""
    text = pattern.replace(PAGE_BEFORE, str(number - 1))
    return text.replace(PAGE, str(number))


class Options(CommonOptions):
    """The keys of `kind = "listing"`."""

    kind: Literal["listing"] = Field(description="By a listing page.")
    links: Selector = Field(
        description="CSS selector of the articles' links, or of what holds one;"
        " `@attribute` at its end where the address is not in href."
    )
    pages: int = Field(
        DEFAULT_PAGES,
        ge=1,
        le=MOST_PAGES,
        description="The most pages read; a poll stops at the first without news.",
    )
    next: Selector | None = Field(
        None,
        description="CSS selector of the link to the next page, where the page does"
        " not mark it with rel=next as most do.",
    )
    pattern: Annotated[str, AfterValidator(_check_pattern)] | None = Field(
        None,
        description="Address of the pages after the first, {page} being 2, 3, …, or"
        " {page-1} being 1, 2, …, where they are not linked.",
    )

    archive: Annotated[str, AfterValidator(check_archive)] | None = Field(
        None,
        description="Address of the archive of a month or day, read by"
        " `sync --since`: {year}, {month} (or {month_name}) and {day} are filled in.",
    )

    @model_validator(mode="after")
    def _one_way_on(self) -> Self:
        if self.next is not None and self.pattern is not None:
            message = "next and pattern are two ways to the same page: give one"
            raise ValueError(message)
        return self


def discover(options: Options, visit: Visit) -> Discovery:
    """Read the listing and the pages after it; see `paging.walk` for how far."""
    rules = rules_of(options, visit.site)
    numbers = count(SECOND)

    def read(page: Page) -> Found:
        arguments = (page, rules, options, next(numbers), visit.site.timezone)
        return visit.parse(read_listing, *arguments, url=page.url)

    course = Course(accept=HTML, pages=options.pages, limit=options.limit)
    return walk(visit, options.url, read, course)


def step(options: Options, visit: Visit, since: datetime, place: Place) -> Step:
    """Read the next page of the listing, or of its archives of single months or days.

    Archives go back from the day of `place`, each with the pages after its first.
    """
    rules = rules_for(options, visit.site)
    if options.archive is not None:
        return _step_of_archives(options, options.archive, visit, since, place)

    def read(page: Page, number: int) -> Found:
        arguments = (page, rules, options, number + 1, visit.site.timezone)
        return visit.parse(read_listing, *arguments, url=page.url)

    return follow_pages(visit, options.url, place, read, accept=HTML)


def _step_of_archives(
    options: Options, pattern: str, visit: Visit, since: datetime, place: Place
) -> Step:
    rules = rules_for(options, visit.site)
    linked = options.model_copy(update={"pattern": None})

    def read(page: Page, number: int) -> Found:
        # As a later page: a month without articles is no redesign.
        following = max(number, SECOND) + 1
        arguments = (page, rules, linked, following, visit.site.timezone)
        found = visit.parse(read_listing, *arguments, url=page.url)
        # "Next month" leads to no more of this one.
        leads_off = found.next is not None and is_archive(pattern, found.next)
        return replace(found, next=None) if leads_off else found

    day = date.fromisoformat(place["day"])
    start = archive_of(pattern, day)
    try:
        read_on = follow_pages(visit, start, place, read, accept=HTML)
    except DiscoverError:
        if "url" in place:
            raise
        read_on = Step()  # a month that is not there
    if read_on.place is None:
        earlier = before(pattern, day)
        is_over = archive_of(pattern, since.date()) == start or earlier < since.date()
        following: Place | None = {"day": earlier.isoformat()}
        read_on = replace(read_on, place=None if is_over else following)
    # The months are in order, and end by themselves.
    return replace(read_on, is_ordered=False)


def read_listing(
    page: Page, rules: Rules, options: Options, number: int, timezone: str
) -> Found:
    """Find the links of one page, in its order, and the page after it, the `number`th.

    Dates that stand with them and state no offset are of `timezone`. Pure; runs in the
    parsing child. A first page on which `links` matches nothing raises Unrecognised:
    that is how a redesign shows.
    """
    tree = LexborHTMLParser(decode(page.body, page.content_type))
    base = base_of(tree, page.url)
    selector = selector_of(options.links)
    nodes = tree.css(selector.css)
    if not nodes and number == SECOND:
        reason = f"no link matches {options.links!r}: has the page changed?"
        raise Unrecognised(reason, url=page.url)
    found: dict[str, LexborNode] = {}
    for node in nodes:
        url = rules.admit(base, link_of(node, selector.attribute))
        if url is not None:
            found.setdefault(url, node)
        if len(found) > rules.limit:
            break
    dates = dates_of(found, timezone, page.fetched_at)
    following = _next(tree, base, page.url, options, number) if nodes else None
    candidates = (Candidate(url=url, hints=_dated(dates.get(url))) for url in found)
    return Found(candidates=tuple(candidates), next=following)


def _dated(moment: Moment | None) -> Hints:
    if moment is None:
        return NOTHING_TOLD
    return Hints(published_at=moment.at, published_precision=moment.precision)


def _next(
    tree: LexborHTMLParser, base: str, url: str, options: Options, number: int
) -> str | None:
    if options.pattern is not None:
        return page_of(options.pattern, number)
    selector = selector_of(options.next or NEXT)
    for node in tree.css(selector.css):
        href = link_of(node, selector.attribute)
        following = follow(url, absolute(base, href) or "") if href else None
        if following is not None and following != url:
            return following
    return None


def link_of(node: LexborNode, attribute: str | None = None) -> str:
    """Give the attribute, or the href of the node, of a link inside or around it."""
    if attribute is not None:
        return node.attributes.get(attribute) or ""
    link: LexborNode | None = node
    if not node.attributes.get("href"):
        link = node.css_first("a[href]") or node.parent
        while link is not None and link.tag != "a":
            link = link.parent
    return (link.attributes.get("href") or "") if link is not None else ""


def base_of(tree: LexborHTMLParser, url: str) -> str:
    """Give what the links of a page are relative to."""
    node = tree.css_first("base[href]")
    base = absolute(url, node.attributes.get("href") or "") if node else None
    return base if base and urlsplit(base).hostname else url
