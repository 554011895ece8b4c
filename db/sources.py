"""The watched sites: their definitions, their timing, their leases, their health.

What polls leave in their rows is db/polls.py's. Nothing here commits. `Source` is what
leaves; `spec` is the definition as JSON.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, bindparam, delete, or_, select, update

from db import held, stream
from db.engine import Session
from db.errors import Conflict, NotFound
from db.hub_leases import forget_leases
from db.models import FeedRow, SourceRow, SourceSlugRow
from db.records import SourceHead
from scrapers.items import Validators

# What of a definition decides what is found and made of it: with it, "usual" changes.
SHAPING = ("home", "discover", "article", "timezone", "language")
# A time further ahead than this was written before the clock was set back.
CLOCK_SLACK = timedelta(minutes=1)


@dataclass(frozen=True, kw_only=True, slots=True)
class Source:
    """One watched site as its row has it.

    `baseline` is what is usual of it (scrapers.baseline), `drift` the evidence that the
    site has changed (scrapers.drift), `pace` what "auto" goes by (scrapers.pace).
    """

    id: int
    slug: str
    spec: dict[str, Any]
    head: SourceHead
    origin: str
    enabled: bool
    added_at: datetime
    next_poll_at: datetime
    leased_until: datetime | None
    failures: int
    health: str
    health_reason: str | None
    health_since: datetime | None
    last_success_at: datetime | None
    last_poll_at: datetime | None
    validators: dict[str, Validators]
    discovered: dict[str, Any]
    baseline: dict[str, Any] | None
    drift: dict[str, Any] | None
    pace: dict[str, Any] | None

    @property
    def own_health(self) -> str:
        """Its health by its polls alone, whatever the site looks like."""
        return "ok" if self.health == "drifting" else self.health


@dataclass(frozen=True, kw_only=True, slots=True)
class Definition:
    """A definition read from a file, on its way into the table."""

    slug: str
    spec: dict[str, Any]
    enabled: bool = True


def list_sources(session: Session, *, enabled_only: bool = False) -> list[Source]:
    """List all sources by slug."""
    chosen = select(SourceRow).order_by(SourceRow.slug)
    if enabled_only:
        chosen = chosen.where(SourceRow.enabled)
    return [_source(row) for row in session.scalars(chosen)]


def find_source(session: Session, slug: str) -> Source | None:
    """Give the source with this slug, or None."""
    row = session.scalar(select(SourceRow).where(SourceRow.slug == slug))
    return None if row is None else _source(row)


def get_source(session: Session, slug: str) -> Source:
    """Give the source with this slug; NotFound names the known ones."""
    found = find_source(session, slug)
    if found is None:
        known = session.scalars(select(SourceRow.slug).order_by(SourceRow.slug))
        raise NotFound("source", slug, "there are: " + (", ".join(known) or "none"))
    return found


def get_source_by_id(session: Session, source_id: int) -> Source:
    """Give the source with this number, or NotFound."""
    row = session.get(SourceRow, source_id)
    if row is None:
        raise NotFound("source", source_id)
    return _source(row)


def add_source(
    session: Session, definition: Definition, *, origin: str, now: datetime
) -> Source:
    """Add a source, due at once; Conflict when the slug is taken."""
    if find_source(session, definition.slug) is not None:
        raise Conflict("source", definition.slug, "rename the file or the source")
    _refuse_feed(session, definition.slug)
    row = _new_row(definition, origin=origin, now=now)
    session.add(row)
    session.execute(delete(SourceSlugRow).where(SourceSlugRow.slug == definition.slug))
    session.flush()
    stream.turn(session)
    return _source(row)


def replace_definition(
    session: Session, definition: Definition, *, now: datetime
) -> Source:
    """Give a source another definition; it keeps its articles and is due at once.

    Conflict when its definition is a file, which the next start would bring back.
    """
    row = session.scalar(select(SourceRow).where(SourceRow.slug == definition.slug))
    if row is None:
        return get_source(session, definition.slug)  # raises NotFound
    if row.origin == "file":
        raise Conflict("source", definition.slug, "from a file: change that file")
    _refresh(session, row, definition, now=now)
    row.origin = "api"
    session.flush()
    return _source(row)


def sync_definitions(
    session: Session,
    definitions: Sequence[Definition],
    *,
    retires: bool = True,
    now: datetime,
) -> None:
    """Make the table agree with the files: add, update, and retire what left.

    A source whose file is gone is disabled, never deleted, and comes back with it;
    none is where `retires` is false, since there may be files that were not given.
    What an operator disabled stays so; sources made by the API are not touched.
    """
    rows = {row.slug: row for row in session.scalars(select(SourceRow))}
    for definition in definitions:
        row = rows.get(definition.slug)
        if row is None:
            add_source(session, definition, origin="file", now=now)
        elif row.origin != "api":
            _refresh(session, row, definition, now=now)
    present = {definition.slug for definition in definitions if definition.enabled}
    for row in rows.values():
        if retires and row.origin == "file" and row.slug not in present:
            row.origin, row.enabled = "absent", False
    session.flush()


def _new_row(definition: Definition, *, origin: str, now: datetime) -> SourceRow:
    return SourceRow(
        slug=definition.slug,
        spec=definition.spec,
        origin=origin,
        enabled=definition.enabled,
        visibility=definition.spec.get("visibility", "public"),
        added_at=now,
        next_poll_at=now,
        validators={},
        discovered={},
        health="new",
        failures=0,
    )


def _refresh(
    session: Session, row: SourceRow, definition: Definition, *, now: datetime
) -> None:
    if row.spec != definition.spec:
        stream.turn(session)
        _forget(session, row, definition.spec, now=now)
        row.spec = definition.spec
        row.visibility = definition.spec.get("visibility", "public")
        row.next_poll_at = now
        forget_leases(session, row.id)
        row.validators = {}  # what it says of the old definition's URLs may mislead
    if row.origin == "absent" and definition.enabled:
        row.origin, row.enabled, row.next_poll_at = "file", True, now


def _forget(
    session: Session, row: SourceRow, spec: Mapping[str, Any], *, now: datetime
) -> None:
    """Forget what was usual under another definition.

    A drifting source keeps it: its known good articles tell whether the new definition
    reads the site again, and what was held back is due to be read by it.
    """
    if all(row.spec.get(key) == spec.get(key) for key in SHAPING):
        return
    if row.drift is None:
        row.baseline = None
        return
    since = datetime.fromisoformat(row.drift["began"])
    held.wake(session, row.id, since=since, now=now)


def accept_site(session: Session, slug: str, *, now: datetime) -> int:
    """Take a site as it is now: forget what was usual, and that it drifts.

    Gives how many pages were held back; they and the source are due.
    """
    row = session.get_one(SourceRow, get_source(session, slug).id)
    began = datetime.fromisoformat(row.drift["began"]) if row.drift else None
    woken = held.wake(session, row.id, since=began, now=now)
    row.baseline = row.drift = None
    row.next_poll_at = now
    session.flush()
    return woken


def set_enabled(session: Session, slug: str, *, enabled: bool, now: datetime) -> None:
    """Enable a source, due at once, or disable it."""
    values: dict[str, Any] = {"enabled": enabled}
    if enabled:
        values["next_poll_at"] = now
    _update_one(session, slug, values)


def poll_now(session: Session, slug: str, *, now: datetime) -> None:
    """Make a source due at once."""
    _update_one(session, slug, {"next_poll_at": now})


def rename_source(session: Session, old: str, new: str, *, now: datetime) -> None:
    """Give a source another slug; the old one leads to it from now on."""
    if find_source(session, new) is not None:
        raise Conflict("source", new, "choose another slug")
    _refuse_feed(session, new)
    _update_one(session, old, {"slug": new})
    session.execute(delete(SourceSlugRow).where(SourceSlugRow.slug == new))
    moved = update(SourceSlugRow).where(SourceSlugRow.moved_to == old)
    session.execute(moved.values(moved_to=new))
    session.add(SourceSlugRow(slug=old, moved_to=new, changed_at=now))
    session.flush()
    stream.turn(session)


def _refuse_feed(session: Session, slug: str) -> None:
    """Raise Conflict where a feed that an operator defined has the slug."""
    if session.get(FeedRow, slug) is not None:
        raise Conflict("feed", slug, f"remove it: `wireroom feed remove {slug}`")


def remove_source(session: Session, slug: str, *, now: datetime) -> None:
    """Remove a source and all it holds; its feeds answer 410 from now on.

    A private one had no feeds, and its slugs are as if they never were.
    """
    row = session.get_one(SourceRow, get_source(session, slug).id)
    was_public = row.visibility == "public"
    session.execute(delete(SourceRow).where(SourceRow.id == row.id))
    had = SourceSlugRow.moved_to == slug
    if was_public:
        session.execute(update(SourceSlugRow).where(had).values(moved_to=None))
        session.add(SourceSlugRow(slug=slug, moved_to=None, changed_at=now))
    else:
        session.execute(delete(SourceSlugRow).where(had))
    session.flush()
    stream.turn(session)


def _update_one(session: Session, slug: str, values: Mapping[str, Any]) -> None:
    changed = update(SourceRow).where(SourceRow.slug == slug).values(**values)
    if session.execute(changed.returning(SourceRow.id)).first() is None:
        get_source(session, slug)  # raises NotFound with the known slugs


def claim_due(
    session: Session, *, owner: str, now: datetime, until: datetime, limit: int
) -> list[Source]:
    """Lease up to `limit` due sources until `until`, the longest overdue first."""
    due = (
        select(SourceRow.id)
        .where(SourceRow.enabled, SourceRow.next_poll_at <= now, _is_free(now, until))
        .order_by(SourceRow.next_poll_at)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    return _lease(session, SourceRow.id.in_(due), owner=owner, until=until)


def claim_source(
    session: Session, slug: str, *, owner: str, now: datetime, until: datetime
) -> Source | None:
    """Lease one source, due or not; None while another holds it."""
    free = SourceRow.slug.__eq__(slug) & _is_free(now, until)
    leased = _lease(session, free, owner=owner, until=until)
    return leased[0] if leased else None


def _is_free(now: datetime, until: datetime) -> ColumnElement[bool]:
    # A lease that ends later than one taken now was written by a clock since set back.
    lease = SourceRow.lease_until
    return or_(lease.is_(None), lease <= now, lease > until + CLOCK_SLACK)


def _lease(
    session: Session, which: ColumnElement[bool], *, owner: str, until: datetime
) -> list[Source]:
    leased = (
        update(SourceRow)
        .where(which)
        .values(lease_owner=owner, lease_until=until)
        .returning(SourceRow)
        .execution_options(synchronize_session=False, populate_existing=True)
    )
    return [_source(row) for row in session.scalars(leased)]


def renew_source(
    session: Session, source_id: int, *, owner: str, until: datetime
) -> bool:
    """Extend a lease; False when it has been lost, and then nothing may be stored."""
    values = {"source_id": source_id, "owner": owner, "lease_until": until}
    return session.connection().execute(_RENEWED, values).rowcount > 0


# Said once, and past the mapper: each batch of a visit begins with it.
_RENEWED = (
    update(SourceRow.__table__)  # type: ignore[arg-type] # a Table, typed FromClause
    .where(
        SourceRow.id == bindparam("source_id"),
        SourceRow.lease_owner == bindparam("owner"),
    )
    .values(lease_until=bindparam("lease_until"))
)


def _source(row: SourceRow) -> Source:
    health, reason, since = health_of(row)
    return Source(
        id=row.id,
        slug=row.slug,
        spec=row.spec,
        head=head_of(row.slug, row.spec),
        origin=row.origin,
        enabled=row.enabled,
        added_at=row.added_at,
        next_poll_at=row.next_poll_at,
        leased_until=row.lease_until,
        failures=row.failures,
        health=health,
        health_reason=reason,
        health_since=since,
        last_success_at=row.last_success_at,
        last_poll_at=row.last_poll_at,
        validators={url: Validators(**v) for url, v in row.validators.items()},
        discovered=dict(row.discovered),
        baseline=row.baseline,
        drift=row.drift,
        pace=row.pace,
    )


def health_of(row: SourceRow) -> tuple[str, str | None, datetime | None]:
    """Give a source's health, its reason, and since when.

    A site that has changed is drifting, unless it cannot be read at all.
    """
    if row.drift is None or row.health == "failing":
        return row.health, row.health_reason, row.health_since
    since = datetime.fromisoformat(row.drift["since"])
    return "drifting", row.drift["reason"], since


def head_of(slug: str, spec: Mapping[str, Any]) -> SourceHead:
    """Give the published face of a definition."""
    return SourceHead(
        slug=slug,
        name=spec["name"],
        home=spec["home"],
        republish=spec.get("republish", "summary"),
        rights=spec.get("rights"),
        language=spec.get("language"),
        visibility=spec.get("visibility", "public"),
    )
