"""Read when a listing says its articles were published.

For pages that tell no date themselves; what a page says is believed before. Pure; works
on a parsed page in the parsing child.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from itertools import chain, islice
from zoneinfo import ZoneInfo

from selectolax.lexbor import LexborNode

from scrapers.discover.naming import HEADINGS, ITEM_LEVELS, item_of
from scrapers.extract.dates import Moment, find, may_hold_date, not_after, read, zone_of
from scrapers.extract.document import text_of
from scrapers.items import Precision

# An element that tells a date says little else; one with more text may mention any.
LONGEST = 60
# A card may be one link; what tells a date in it is no more than that.
LONGEST_LINKED = 24
# Elements of an item looked at, and the share of items that must tell a date: a few do
# that mention one.
MOST_ELEMENTS, MOST_TIMES = 40, 3
# Links whose items are looked for, the first of a page: each may walk through all.
MOST_LINKS = 1_000
LEAST_SHARE = 0.5

# Of 11/22/2026 the month is the first number.
_MONTH_FIRST = re.compile(r"(?<![\d/])\d\d?/(?:1[3-9]|2\d|3[01])/(?:20)?\d\d(?![\d/])")


def dates_of(
    links: Mapping[str, LexborNode], timezone: str, now: datetime
) -> dict[str, Moment]:
    """Give the dates that stand with these links, by address; {} where few have one.

    `now` is when the page was fetched: a list with a date to come is one of events.
    """
    links = dict(islice(links.items(), MOST_LINKS))
    above = {url: _above(node) for url, node in links.items()}
    holding = Counter(node.mem_id for nodes in above.values() for node in nodes)
    told: dict[str, list[str]] = {}
    for url, node in links.items():
        item = item_of(node, above[url])
        shows_one = holding[item.mem_id] <= 1
        told[url] = list(_texts(node, item)) if shows_one else []
    texts = chain.from_iterable(told.values())
    month_first = any(_MONTH_FIRST.search(text) for text in texts)
    found: dict[str, Moment] = {}
    for url, said in told.items():
        moment = _first(said, timezone, month_first=month_first)
        if moment is not None:
            found[url] = moment
    is_to_come = any(not_after(moment, now) is None for moment in found.values())
    few = len(found) < LEAST_SHARE * len(links)
    return {} if few or is_to_come else found


def _above(link: LexborNode) -> list[LexborNode]:
    """The elements around a link as far as its item may reach, the inner first."""
    found: list[LexborNode] = []
    node = link.parent
    while node is not None and node.tag != "body" and len(found) < ITEM_LEVELS:
        found.append(node)
        node = node.parent
    return found


def _texts(link: LexborNode, item: LexborNode) -> Iterator[str]:
    """The short texts of a link's item that may tell its date, times before others.

    Not what the link and headlines say: these may be of any day.
    """
    for node in item.css("time")[:MOST_TIMES]:
        yield node.attributes.get("datetime") or text_of(node)
    title = text_of(link)
    inside = {node.mem_id for node in link.css("*")}
    for node in item.css("*")[:MOST_ELEMENTS]:
        longest = LONGEST_LINKED if node.mem_id in inside else LONGEST
        text = text_of(node)
        if text != title and node.tag not in HEADINGS and 0 < len(text) <= longest:
            yield text if node.mem_id in inside else text.replace(title, " ")
    yield text_of(item).replace(title, " ")[:LONGEST]


def _first(texts: list[str], timezone: str, *, month_first: bool) -> Moment | None:
    zone = zone_of(timezone)
    for text in filter(may_hold_date, texts):
        moment = read(text, zone, month_first=month_first)
        moment = moment or find(text, zone, month_first=month_first)
        if moment is not None and moment.precision is not Precision.MONTH:
            # A zone with its rules is no plain value, and in no answer of the child.
            is_named = isinstance(moment.at.tzinfo, ZoneInfo)
            at = moment.at.astimezone(UTC) if is_named else moment.at
            return Moment(at=at, precision=moment.precision)
    return None
