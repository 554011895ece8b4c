"""Which processes live, and what the dead ones held.

A name says where its process runs: `kind:machine:pid:random`. Whoever starts on a
machine can see which of its processes are gone and give back what they had leased, so
that a crash costs seconds and not the length of a lease. Nothing here commits.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, select, update

from db.engine import Session
from db.models import DeliveryRow, HeartbeatRow, HostRow, HubRequestRow, SourceRow


@dataclass(frozen=True, kw_only=True, slots=True)
class Heartbeat:
    """One process, and when it last said that it lives."""

    name: str
    kind: str
    started_at: datetime
    beat_at: datetime

    @property
    def machine(self) -> str:
        """The machine it runs on, as `service.heartbeat.machine_name` tells it."""
        return self.name.split(":")[1]

    @property
    def pid(self) -> int:
        """Its process id on that machine."""
        return int(self.name.split(":")[2])


def list_heartbeats(session: Session) -> list[Heartbeat]:
    """List all processes that did not say goodbye, living or dead, by name."""
    rows = session.scalars(select(HeartbeatRow).order_by(HeartbeatRow.name))
    return [
        Heartbeat(
            name=row.name,
            kind=row.kind,
            started_at=row.started_at,
            beat_at=row.beat_at,
        )
        for row in rows
    ]


def record_beat(session: Session, name: str, *, now: datetime) -> None:
    """Note that this process lives; the first time makes its row."""
    row = session.get(HeartbeatRow, name)
    if row is None:
        kind = name.split(":")[0]
        session.add(HeartbeatRow(name=name, kind=kind, started_at=now, beat_at=now))
    else:
        row.beat_at = now


def forget(session: Session, names: Sequence[str]) -> None:
    """Drop these processes: they ended, or were found dead."""
    session.execute(delete(HeartbeatRow).where(HeartbeatRow.name.in_(names)))


def release_dead(
    session: Session,
    *,
    machine: str,
    is_dead: Callable[[Heartbeat], bool],
    now: datetime,
) -> list[str]:
    """Give back all that dead processes of this machine had leased; give their names.

    Deliveries they were sending are due at once: each may arrive a second time, under
    its one id. They keep the name, by which the next worker sees what was cut off.
    """
    names = [
        beat.name
        for beat in list_heartbeats(session)
        if beat.machine == machine and is_dead(beat)
    ]
    if not names:
        return []
    for row in (SourceRow, HostRow, HubRequestRow):
        session.execute(
            update(row)
            .where(row.lease_owner.in_(names))
            .values(lease_owner=None, lease_until=None)
        )
    session.execute(
        update(DeliveryRow)
        .where(DeliveryRow.due_at.is_not(None), DeliveryRow.lease_owner.in_(names))
        .values(lease_until=now)
    )
    forget(session, names)
    return names
