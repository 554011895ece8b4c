"""Read the feeds that an operator defines in a file, at the start of a process.

    [floods]
    title = "Floods"
    content = "summary"
    q = ["flood OR drought"]
    lang = "en"

Private feeds are not among them: their token is shown once, by `wireroom feed add`.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from db.filters import PARAMETERS, Filter
from db.saved import SavedFeed
from scrapers.errors import SourceError
from scrapers.explain import nearest
from scrapers.source import check_slug
from service.entries import POLICIES

KEYS = ("title", "content", *PARAMETERS)


@dataclass(frozen=True, kw_only=True, slots=True)
class FeedFile:
    """What a file says: the good feeds, and what is wrong with the others.

    `unread` are the slugs of those others; None where nothing of it can be read.
    """

    feeds: tuple[SavedFeed, ...] = ()
    faults: tuple[SourceError, ...] = ()
    unread: tuple[str, ...] | None = ()


def read_feeds(path: Path, *, now: datetime) -> FeedFile:
    """Read a file of feeds; one that is wrong keeps no other from being read."""
    try:
        tables = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        fault = SourceError(f"{path}: it cannot be read: {error}")
        return FeedFile(faults=(fault,), unread=None)
    feeds, faults, unread = [], [], []
    for slug, table in tables.items():
        try:
            values = table if isinstance(table, dict) else {}
            feeds.append(_feed(slug, values, now))
        except (SourceError, ValueError) as error:
            reason = str(error).removeprefix(f"{slug}: ")
            faults.append(SourceError(f"{path}: [{slug}]: {reason}"))
            unread.append(slug)
    return FeedFile(feeds=tuple(feeds), faults=tuple(faults), unread=tuple(unread))


def _feed(slug: str, table: dict[str, object], now: datetime) -> SavedFeed:
    check_slug(slug, name=slug)
    for key in table:
        if key not in KEYS:
            message = f"unknown key {key!r}{nearest(key, KEYS)} ({', '.join(KEYS)})"
            raise ValueError(message)
    title = " ".join(" ".join(_texts("title", table.get("title"))).split())
    if not title:
        message = 'a feed is a table with a title: title = "Floods"'
        raise ValueError(message)
    content = table.get("content", "full")
    policy = next((one for one in POLICIES if one == content), None)
    if policy is None:
        message = f"content = {content!r}: it is one of {', '.join(POLICIES)}"
        raise ValueError(message)
    pairs = [
        (name, value) for name in PARAMETERS for value in _texts(name, table.get(name))
    ]
    return SavedFeed(
        slug=slug,
        title=title,
        filter=Filter.from_pairs(pairs),
        content=policy,
        token_hash=None,
        added_at=now,
        origin="file",
    )


def _texts(key: str, value: object) -> list[str]:
    listed = value if isinstance(value, list | tuple) else [value]
    texts = [one for one in listed if isinstance(one, str)]
    if value is not None and len(texts) < len(listed):
        message = f"{key} = {value!r}: it is a text, or a list of texts"
        raise ValueError(message)
    return texts
