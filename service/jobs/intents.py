"""Ask callbacks whether they meant it, and make or end their subscriptions.

Verification of intent (W3C WebSub section 5.3) comes after the answer to the request,
so requests wait in a table. A callback is asked once: whatever it answers, or does not,
the request is over, and the subscriber may make it again.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from datetime import datetime, timedelta
from functools import partial
from typing import Protocol

import structlog

from db import hub, hub_requests
from db.changes import notify
from db.engine import Engine, Session, database_now, reading, transaction
from db.hub_requests import HubRequest
from service.delivery.attempt import Reply
from service.jobs.custom_headers import Opener
from service.jobs.deliver import build_sender
from service.jobs.hub import Find
from service.services import Services
from service.websub.intent import is_confirmed, new_challenge, question

# Asked at once, of all callbacks and of one host: who hangs must not keep all waiting.
AT_ONCE = 32
OF_ONE_HOST = 4
# How soon it is noticed that the worker is to end.
LOOK_SECONDS = 0.5
# Nobody needs longer to repeat a text.
TIMEOUT = timedelta(seconds=10)

log = structlog.get_logger(__name__)


class Asker(Protocol):
    """What makes the requests: see service.delivery.attempt.Sender."""

    async def ask(self, url: str) -> Reply:
        """Make a GET to a checked address."""
        ...


def build(
    services: Services, find: Find, *, is_stopping: Callable[[], bool]
) -> Intents:
    """Make the verification of a worker."""
    return Intents(
        services.engine,
        partial(build_sender, services, timeout=TIMEOUT),
        find,
        cipher=services.cipher,
        owner=services.name,
        lease=services.settings.lease,
        is_stopping=is_stopping,
    )


class Intents:
    """Takes one step at a time: see service.jobs.stepping.Stepper.

    `find` gives a feed's document, or None; `lease` is for how long a worker that does
    not come back holds a request.
    """

    def __init__(
        self,
        engine: Engine,
        open_asker: Callable[[], AbstractAsyncContextManager[Asker]],
        find: Find,
        *,
        cipher: Opener,
        owner: str,
        lease: timedelta,
        clock: Callable[[Session], datetime] = database_now,
        challenge: Callable[[], str] = new_challenge,
        is_stopping: Callable[[], bool] = lambda: False,
    ) -> None:
        self._engine = engine
        self._open_asker = open_asker
        self._find = find
        self._cipher = cipher
        self._owner = owner
        self._lease = lease
        self._clock = clock
        self._challenge = challenge
        self._is_stopping = is_stopping

    def step(self) -> bool:
        """Ask those that wait, until nobody does; False: nothing is left."""
        with reading(self._engine) as session:
            if not hub_requests.has_requests(session, now=self._clock(session)):
                return False
        asyncio.run(self._ask_all())
        return False

    async def _ask_all(self) -> None:
        """Ask as many at once as may be; who is done makes room for the next."""
        open_hosts: Counter[str] = Counter()
        tasks: set[asyncio.Task[str]] = set()
        async with self._open_asker() as asker:
            while True:
                for request in self._claim(AT_ONCE - len(tasks), open_hosts):
                    open_hosts[request.host] += 1
                    tasks.add(asyncio.create_task(self._settle(asker, request)))
                if not tasks:
                    return
                done, tasks = await asyncio.wait(
                    tasks,
                    timeout=LOOK_SECONDS,
                    return_when=asyncio.FIRST_COMPLETED,
                )
                for task in done:
                    open_hosts[task.result()] -= 1
                if self._is_stopping():
                    self._give_back(tasks)
                    return

    def _give_back(self, tasks: set[asyncio.Task[str]]) -> None:
        """Leave what was not answered yet to the next worker."""
        for task in tasks:
            task.cancel()
        with transaction(self._engine) as session:
            hub_requests.release_requests(session, owner=self._owner)

    def _claim(self, room: int, open_hosts: Counter[str]) -> list[HubRequest]:
        """Take at most `room`, and leave out hosts that are asked enough already."""
        if room <= 0:
            return []
        busy = {host for host, count in open_hosts.items() if count >= OF_ONE_HOST}
        with transaction(self._engine) as session:
            now = self._clock(session)
            return hub_requests.claim_requests(
                session,
                owner=self._owner,
                now=now,
                until=now + self._lease,
                limit=min(room, OF_ONE_HOST),
                without=busy,
            )

    async def _settle(self, asker: Asker, request: HubRequest) -> str:
        """Ask one callback and do what its answer says; give its host."""
        challenge = self._challenge()
        token = self._cipher.decrypt(request.token) if request.token else None
        reply = await asker.ask(question(request, challenge, token=token))
        if request.mode == "denied":
            self._finish(request)
        elif is_confirmed(reply.status, reply.body, challenge):
            self._carry_out(request)
        else:
            answer = reply.error or f"answered {reply.status}, not with the challenge"
            log.info("not verified", callback=request.callback, reason=answer)
            self._finish(request)
        return request.host

    def _finish(self, request: HubRequest) -> None:
        with transaction(self._engine) as session:
            hub_requests.finish_request(session, request)

    def _carry_out(self, request: HubRequest) -> None:
        """Make or end the subscription, unless a newer request came meanwhile."""
        # Looked at before: whatever changes from here on is pushed.
        document = self._find(request.topic, request.token)
        with transaction(self._engine) as session:
            if not hub_requests.finish_request(session, request):
                return
            now = self._clock(session)
            if request.mode == "unsubscribe":
                hub.unsubscribe(session, request.topic, request.callback)
            elif document is not None:
                hub.subscribe(
                    session,
                    request,
                    version=document.version,
                    seq=document.seq,
                    now=now,
                )
            notify(session)
        log.info(request.mode, topic=request.topic, callback=request.callback)
