"""The one place where the service's objects are made.

Everything that routes, jobs and commands need comes to them in a `Services`; nothing
is a module's global, so that a test can put a fake in each place.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from config.settings import Settings
from db.changes import Changes
from db.engine import Engine, build_engine, database_clock
from scrapers.fetch.guard import AddressGuard
from service.heartbeat import process_name
from service.secrets import Cipher, build_cipher


@dataclass(frozen=True, kw_only=True, slots=True)
class Services:
    """What one process works with.

    `name` is the process's, and the owner of what it leases (`db.heartbeats`).
    `clock` tells the database's time: look once a tick or request and pass it on.
    `guard` decides which addresses may be connected to, for sites and subscribers.
    `changes` is not started; whoever waits for news starts it.
    """

    settings: Settings
    engine: Engine
    name: str
    clock: Callable[[], datetime]
    guard: AddressGuard
    changes: Changes
    cipher: Cipher


def build(settings: Settings, *, kind: str = "cli") -> Services:
    """Make the services of a `web`, `worker` or `cli` process; nothing is connected."""
    # Whoever asks for a page waits so long; a worker as long as it takes.
    patience = settings.query_timeout if kind == "web" else None
    engine = build_engine(settings.database_url, patience=patience)
    return Services(
        settings=settings,
        engine=engine,
        name=process_name(kind),
        clock=database_clock(engine),
        guard=AddressGuard(settings.allowed_networks),
        changes=Changes(engine),
        cipher=build_cipher(settings),
    )
