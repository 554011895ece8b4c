"""Addresses that were found: what listings name, and where pages lead.

Each becomes a row of `db.pages`, known or new. Nothing here commits.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select, update

from db.engine import Session
from db.hints import hints_to
from db.known import WAYS
from db.models import BlockedAddressRow, PageRow
from db.pages import BLOCKED, VALIDATORS, DuePage
from db.upsert import insert_missing, update_rows
from scrapers.items import Candidate

# Addresses looked up in one statement; both databases take more, none is faster by it.
CHUNK = 500
# Where so many addresses, and so large a share of them, are said to have changed since
# the last look, the site writes the time of day there: re-checks find what changed.
LEAST_TOLD, MOST_CHANGED = 5, 0.8
# Kinds that list by the last change: what they show has changed.
BY_CHANGE = frozenset({"wordpress"})


def record_candidates(
    session: Session,
    source_id: int,
    candidates: Sequence[Candidate],
    *,
    host_of: Callable[[str], str],
    is_history: bool,
    is_past: bool = False,
    now: datetime,
) -> int:
    """Make due what is new or changed; give how many that are.

    `is_past`: a walk through archives found them. What an ordinary listing shows before
    it was fetched is not.

    Candidates come newest first and are stored oldest first, by their dates where all
    have one. One whose version is what it was writes nothing. History that another kind
    of listing told before is not fetched again: its version is noted. So are those of a
    listing that says of nearly all that they changed.
    """
    known = _known(session, source_id, [c.url for c in candidates])
    blocked = _blocked(session, (c.url for c in candidates if c.url not in known))
    fresh: dict[str, dict[str, Any]] = {}
    unread = _unread(known, candidates)
    changed, noted = [], 0
    for candidate in _oldest_first(candidates):
        row = known.get(candidate.url)
        if row is None:
            url = candidate.url
            fresh[url] = _fresh(source_id, url, host_of(url), now=now) | {
                "is_history": is_history,
                "is_past": is_past,
                "versions": versions_of(candidate),
                "hints": hints_to(candidate.hints),
            }
            if url in blocked:
                fresh[url] |= BLOCKED
        elif row.status == "blocked":
            continue  # nothing is noted of it, not even that it changed
        elif _differs(row.versions, candidate):
            is_known = is_history and not versions_of(candidate).keys() & row.versions
            is_known |= not _differs(row.versions, candidate, but=unread)
            hints = hints_to(candidate.hints)
            noted += is_known
            changed.append(
                {
                    "id": row.id,
                    "versions": row.versions | versions_of(candidate),
                    "hints": row.hints | hints,
                    "next_check_at": row.next_check_at if is_known else now,
                    **_validators(row, hints),
                }
            )
    insert_missing(session, PageRow, list(fresh.values()))
    if not is_past:
        _take_for_news(session, known.values())
    update_rows(session, PageRow, "id", changed)
    return len(fresh) - len(blocked) + len(changed) - noted


def _validators(row: PageRow, hints: Mapping[str, Any]) -> dict[str, str | None]:
    """Give what makes the next fetch conditional: nothing after news of its files.

    The listing tells an article's enclosures; its page need not change with them.
    """
    said = hints.get("enclosures")
    is_news = said is not None and said != row.hints.get("enclosures")
    return {name: None if is_news else getattr(row, name) for name in VALIDATORS}


def _take_for_news(session: Session, rows: Iterable[PageRow]) -> None:
    listed = [row.id for row in rows if row.is_past and row.position is None]
    if listed:
        session.execute(
            update(PageRow).where(PageRow.id.in_(listed)).values(is_past=False)
        )


def _oldest_first(candidates: Sequence[Candidate]) -> list[Candidate]:
    dates = [c.hints.published_at for c in candidates if c.hints.published_at]
    ordered = list(reversed(candidates))
    if len(dates) < len(candidates):
        return ordered
    by_date = zip(reversed(dates), range(len(ordered)), ordered, strict=True)
    return [candidate for _, _, candidate in sorted(by_date)]


def has_news(session: Session, source_id: int, candidates: Sequence[Candidate]) -> bool:
    """Say whether any candidate is unknown or in another state than it was."""
    known = _known(session, source_id, [c.url for c in candidates])
    unread = _unread(known, candidates)
    return any(
        c.url not in known
        or (
            known[c.url].status != "blocked"
            and _differs(known[c.url].versions, c, but=unread)
        )
        for c in candidates
    )


def _unread(
    known: Mapping[str, PageRow], candidates: Sequence[Candidate]
) -> frozenset[str]:
    """Give the kinds whose marks say of nearly all candidates that they changed."""
    told, changed = Counter[str](), Counter[str]()
    for candidate in candidates:
        versions = known[candidate.url].versions if candidate.url in known else {}
        for kind, mark in versions_of(candidate).items():
            told[kind] += kind in versions
            changed[kind] += versions.get(kind, mark) != mark
    return (
        frozenset(
            kind
            for kind, count in told.items()
            if count >= LEAST_TOLD and changed[kind] >= MOST_CHANGED * count
        )
        - BY_CHANGE
    )


def versions_of(candidate: Candidate) -> dict[str, str]:
    """Read "kind:mark kind:mark" into {kind: mark}.

    Marks are kept by kind, or a site listed by feed and sitemap would change each time
    the other one is read.
    """
    if candidate.version is None:
        return {}
    pairs = (part.partition(":") for part in candidate.version.split())
    return {kind: mark for kind, _, mark in pairs}


def _differs(
    versions: Mapping[str, str],
    candidate: Candidate,
    *,
    but: frozenset[str] = frozenset(),
) -> bool:
    """Say whether a candidate has another mark than was noted, but of these kinds."""
    return any(
        versions.get(kind) != mark
        for kind, mark in versions_of(candidate).items()
        if kind not in but
    )


def _known(session: Session, source_id: int, urls: Sequence[str]) -> dict[str, PageRow]:
    found: dict[str, PageRow] = {}
    for start in range(0, len(urls), CHUNK):
        chunk = urls[start : start + CHUNK]
        rows = select(PageRow).where(
            PageRow.source_id == source_id, PageRow.url.in_(chunk)
        )
        found.update({row.url: row for row in session.scalars(rows)})
    return found


def _blocked(session: Session, urls: Iterable[str]) -> set[str]:
    """Give those of these addresses that a takedown blocked."""
    unknown, found = list(urls), set[str]()
    for start in range(0, len(unknown), CHUNK):
        rows = select(BlockedAddressRow.url).where(
            BlockedAddressRow.url.in_(unknown[start : start + CHUNK])
        )
        found.update(session.scalars(rows))
    return found


@dataclass(frozen=True, kw_only=True, slots=True)
class Onward:
    """Where a page leads. `read_again_at` is None where that was not read yet.

    `is_alias`: what is there is but another address of its article.
    """

    url: str
    page: DuePage
    position: int | None = None
    read_again_at: datetime | None = None
    is_alias: bool = False


def add_onward(
    session: Session,
    source_id: int,
    pages: Iterable[Onward],
    *,
    host_of: Callable[[str], str],
    now: datetime,
) -> None:
    """Make rows of addresses that pages lead to: due now, or read on the way.

    One that was known as an alias, or that led elsewhere, is an article's page again.
    """
    leads = list(pages)
    rows = [
        _fresh(source_id, onward.url, host_of(onward.url), now=now)
        | {
            "is_history": onward.page.is_history,
            "is_past": onward.page.is_past,
            "hints": hints_to(onward.page.hints),
            **_leads_to(onward, now=now),
        }
        for onward in leads
    ]
    insert_missing(session, PageRow, rows)
    for onward in leads:
        if onward.read_again_at is not None and not onward.is_alias:
            session.execute(
                update(PageRow)
                .where(
                    PageRow.source_id == source_id,
                    PageRow.url == onward.url,
                    PageRow.status.in_(WAYS),
                )
                .values(_leads_to(onward, now=now))
            )


def _leads_to(onward: Onward, *, now: datetime) -> dict[str, Any]:
    status, next_at = "stored", onward.read_again_at
    if onward.is_alias or onward.page.status == "alias":
        status = "alias"
    elif next_at is None:
        status = "found"
    if next_at is None:
        next_at = now  # it lies on another host, and is fetched in its turn
    elif status == "alias":
        next_at = None
    return {
        "status": status,
        "position": onward.position or onward.page.position,
        "next_check_at": next_at,
    }


def _fresh(source_id: int, url: str, host: str, *, now: datetime) -> dict[str, Any]:
    return {
        "source_id": source_id,
        "url": url,
        "host": host,
        "status": "found",
        "reason": None,
        "versions": {},
        "attempts": 0,
        "first_seen_at": now,
        "next_check_at": now,
    }
