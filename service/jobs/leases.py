"""Ask the hubs that sources' feeds name to push to us, and ask again in time."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Callable, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from typing import Protocol

import structlog

from db import hub_leases
from db.engine import Engine, Session, database_now, reading, transaction
from db.hub_leases import HubLease
from service.delivery.attempt import Reply
from service.jobs.deliver import build_sender
from service.services import Services

# Leases are short enough that hubs forget us when we end, long enough to be no burden.
WANTED_SECONDS = 10 * 86_400
# After an attempt without a verification: an hour, two, four, and so on, up to a day.
FIRST_PAUSE = timedelta(hours=1)
LONGEST_PAUSE = timedelta(days=1)
AT_ONCE = 16
TIMEOUT = timedelta(seconds=15)
# Doubling further would only make larger numbers.
MOST_DOUBLINGS = 8

log = structlog.get_logger(__name__)


class Asker(Protocol):
    """What makes the requests: see service.delivery.attempt.Sender."""

    async def ask(self, url: str, form: dict[str, str]) -> Reply:
        """POST a form to a checked address."""
        ...


class Opener(Protocol):
    """What encrypts and opens secrets: see service.secrets.Cipher."""

    def encrypt(self, text: str) -> str:
        """Give a token to be stored."""
        ...

    def decrypt(self, token: str) -> str:
        """Give the secret."""
        ...


def build(services: Services) -> Leases | None:
    """Make the job of a worker; None where no hub could reach us.

    That is so until WIREROOM_PUBLIC_URL says how we are reached from outside.
    """
    if not services.settings.public_url:
        return None
    return Leases(
        services.engine,
        partial(build_sender, services, timeout=TIMEOUT),
        cipher=services.cipher,
        base_url=services.settings.base_url,
    )


class Leases:
    """Takes one step at a time: see service.jobs.stepping.Stepper."""

    def __init__(
        self,
        engine: Engine,
        open_asker: Callable[[], AbstractAsyncContextManager[Asker]],
        *,
        cipher: Opener,
        base_url: str,
        clock: Callable[[Session], datetime] = database_now,
    ) -> None:
        self._engine = engine
        self._open_asker = open_asker
        self._cipher = cipher
        self._base_url = base_url
        self._clock = clock

    def step(self) -> bool:
        """Ask the hubs whose turn it is; True when there may be more."""
        with reading(self._engine) as session:
            if not hub_leases.has_due(session, now=self._clock(session)):
                return False
        with transaction(self._engine) as session:
            now = self._clock(session)
            claimed = hub_leases.claim_leases(
                session, now=now, again_at=now + FIRST_PAUSE, limit=AT_ONCE
            )
            due = [self._with_secret(session, lease) for lease in claimed]
        if due:
            asyncio.run(self._ask_all(due))
        return len(due) == AT_ONCE

    def _with_secret(self, session: Session, lease: HubLease) -> HubLease:
        if lease.secret is not None:
            return lease
        token = self._cipher.encrypt(secrets.token_hex(32))
        hub_leases.record_secret(session, lease.id, token)
        return replace(lease, secret=token)

    async def _ask_all(self, due: Sequence[HubLease]) -> None:
        async with self._open_asker() as asker:
            await asyncio.gather(*(self._ask(asker, lease) for lease in due))

    async def _ask(self, asker: Asker, lease: HubLease) -> None:
        form = {
            "hub.mode": "subscribe",
            "hub.topic": lease.topic,
            "hub.callback": f"{self._base_url}/websub/{lease.key}",
            "hub.lease_seconds": str(WANTED_SECONDS),
            "hub.secret": self._cipher.decrypt(lease.secret or ""),
        }
        reply = await asker.ask(lease.hub, form)
        accepted = reply.status is not None and 200 <= reply.status < 300
        reason = None if accepted else reply.error or f"the hub answered {reply.status}"
        if reason is not None:
            log.info("a hub does not take us", hub=lease.hub, reason=reason)
        with transaction(self._engine) as session:
            now = self._clock(session)
            next_at = now + pause_after(lease.attempts)
            hub_leases.record_asked(session, lease, reason=reason, next_at=next_at)


def pause_after(attempts: int) -> timedelta:
    """Decide when a hub that has not verified is asked again."""
    doubled: timedelta = FIRST_PAUSE * 2 ** min(attempts, MOST_DOUBLINGS)
    return min(doubled, LONGEST_PAUSE)
