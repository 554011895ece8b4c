"""The loop that delivers: take messages, send them all at once, give back outcomes.

It knows no database. One function is all it has of the outside:

    exchange(outcomes, room) -> messages

It runs in a thread of its own, one call at a time: it records what has been done,
takes at most `room` messages more, and gives them. How many of one endpoint are under
way is for it to limit, since only it knows whose turn it is. If it raises
ExchangeFailed, the outcomes are kept and offered again.

    start the thread ─► exchange ─► send each ─► wait for outcomes, news or the tick ─┐
                           ▲──────────────────────────────────────────────────────────┘
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractAsyncContextManager, suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from threading import Event, Thread
from typing import Protocol

import structlog
import uvloop

from service.delivery.messages import Message, Outcome

# Outcomes wait for others to share a transaction with: so long, or until two thirds of
# what was under way is done. Fewer leave the transactions small; with more, nothing is
# under way while PostgreSQL works.
LINGER_SECONDS = 0.01
DONE_FOR_EACH_OPEN = 2
# News comes with every commit, our own included; under load it is looked at so often.
NEWS_SECONDS = 0.02

log = structlog.get_logger(__name__)

Exchange = Callable[[Sequence[Outcome], int], Sequence[Message]]
Send = Callable[[Message], Coroutine[None, None, Outcome]]


class DeliveryError(Exception):
    """Root of this package's errors."""


class ExchangeFailed(DeliveryError):
    """Nothing was recorded and nothing taken: the same outcomes are offered again."""


class Sending(Protocol):
    """What opens connections: see service.delivery.attempt.Sender."""

    async def send(self, message: Message) -> Outcome:
        """Make one attempt."""
        ...


@dataclass(frozen=True, kw_only=True, slots=True)
class Pace:
    """How much at once and how often: `lanes` requests, a look every `tick`.

    A request that takes longer than `slow_after` no longer takes room from others: its
    receiver is slow or hangs. `most_open` bounds those too, for each is a socket.
    `pause` comes after an exchange that failed: the database is full, locked or away.
    """

    lanes: int = 64
    tick: timedelta = timedelta(seconds=1)
    slow_after: timedelta = timedelta(seconds=1)
    most_open: int = 768
    pause: timedelta = timedelta(seconds=1)


class DeliveryEngine:
    """One thread with an event loop. `start`, `wake` when there is news, `stop`.

    `again_in` tells, after an exchange, how soon the next one is worth it without any
    news; None: a tick is soon enough.
    """

    def __init__(
        self,
        exchange: Exchange,
        sender: AbstractAsyncContextManager[Sending],
        pace: Pace,
        *,
        clock: Callable[[], datetime],
        again_in: Callable[[], timedelta | None] = lambda: None,
    ) -> None:
        self._exchange = exchange
        self._sender = sender
        self._pace = pace
        self._clock = clock
        self._again_in = again_in
        self._turns: _Turns | None = None
        self._thread: Thread | None = None
        self._is_up = Event()
        self._grace = 0.0

    @property
    def is_alive(self) -> bool:
        """Whether the thread runs."""
        return self._thread is not None and self._thread.is_alive()

    def start(self) -> None:
        """Start the thread and return when it works."""
        self._thread = Thread(target=self._run, name="deliver", daemon=True)
        self._thread.start()
        self._is_up.wait()

    def wake(self) -> None:
        """Say that there may be something to send; from any thread, returns at once."""
        if self._turns is not None:
            self._turns.call(self._turns.hear_news)

    def stop(self, grace: timedelta) -> None:
        """Take nothing more, let requests end within `grace`, record, and join.

        What is cut off then goes back to the queue as if it had not been taken.
        """
        self._grace = grace.total_seconds()
        if self._turns is not None:
            self._turns.call(self._turns.stop)
        if self._thread is not None:
            self._thread.join()
            self._thread = None

    def _run(self) -> None:
        try:
            with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
                runner.run(self._main())
        finally:
            self._is_up.set()  # whoever waits in `start` must not wait for ever

    async def _main(self) -> None:
        async with self._sender as sender:
            with ThreadPoolExecutor(1, "exchange") as thread:
                turns = _Turns(
                    self._exchange,
                    sender.send,
                    thread,
                    self._pace,
                    clock=self._clock,
                    again_in=self._again_in,
                )
                self._turns = turns
                self._is_up.set()
                await turns.go_round()
                await turns.finish(self._grace)


class _Turns:
    """The state of one run of the loop; everything here happens on its thread."""

    def __init__(
        self,
        exchange: Exchange,
        send: Send,
        thread: ThreadPoolExecutor,
        pace: Pace,
        *,
        clock: Callable[[], datetime],
        again_in: Callable[[], timedelta | None],
    ) -> None:
        self._exchange = exchange
        self._send = send
        self._thread = thread
        self._pace = pace
        self._clock = clock
        self._again_in = again_in
        self._open: dict[asyncio.Task[Outcome], tuple[Message, float]] = {}
        self._done: list[Outcome] = []
        self._stir = asyncio.Event()
        self._linger_until = 0.0
        self._slow = 0  # requests under way for long, when last counted
        self._news = False
        self._stopping = asyncio.Event()
        self._loop = asyncio.get_running_loop()

    def call(self, what: Callable[[], None]) -> None:
        """Have a method of this called on its thread, from any other."""
        with suppress(RuntimeError):  # the loop is closed: there is nobody to tell
            self._loop.call_soon_threadsafe(what)

    def hear_news(self) -> None:
        self._news = True
        self._stir.set()

    def stop(self) -> None:
        self._stopping.set()
        self._stir.set()

    async def go_round(self) -> None:
        """Exchange and send until told to stop."""
        while not self._stopping.is_set():
            began = self._loop.time()
            self._news = False
            if await self._swap(self._room()):
                await self._wait(began)
            else:
                with suppress(TimeoutError):
                    async with asyncio.timeout(self._pace.pause.total_seconds()):
                        await self._stopping.wait()

    async def finish(self, grace: float) -> None:
        """Let what is under way end, cut off the rest, record all of it."""
        if self._open:
            await asyncio.wait(self._open, timeout=grace)
        for task in tuple(self._open):
            task.cancel()
        if self._open:
            await asyncio.wait(self._open)
        if self._done and not await self._swap(0):
            log.error("outcomes lost at the end", count=len(self._done))

    async def _swap(self, room: int) -> bool:
        """Hand over what is done, start what comes back; False when it failed."""
        outcomes, self._done = self._done, []
        try:
            messages = await self._loop.run_in_executor(
                self._thread, self._exchange, outcomes, room
            )
        except ExchangeFailed:
            self._done = outcomes + self._done
            return False
        now = self._loop.time()
        for message in messages:
            task = self._loop.create_task(self._send(message))
            self._open[task] = (message, now)
            task.add_done_callback(self._ended)
        return True

    def _ended(self, task: asyncio.Task[Outcome]) -> None:
        message, began = self._open.pop(task)
        if task.cancelled():
            outcome = self._unanswered(message, began, "the worker stopped", cut=True)
        elif error := task.exception():
            # A fault of ours, not the receiver's; it must not stop the others.
            log.error("attempt failed unexpectedly", exc_info=error, url=message.url)
            why = f"a fault of the sender: {type(error).__name__}"
            outcome = self._unanswered(message, began, why)
        else:
            outcome = task.result()
        if not self._done:
            self._linger_until = self._loop.time() + LINGER_SECONDS
            self._loop.call_at(self._linger_until, self._stir.set)
        self._done.append(outcome)
        # Waking the loop for each of them would cost as much as another request.
        if self._is_worthwhile():
            self._stir.set()

    def _is_worthwhile(self) -> bool:
        """Whether most is done that was under way, or has waited long enough."""
        if not self._done:
            return False
        still_open = len(self._open) - self._slow
        if len(self._done) >= DONE_FOR_EACH_OPEN * still_open:
            return True
        return self._loop.time() >= self._linger_until

    def _unanswered(
        self, message: Message, began: float, why: str, *, cut: bool = False
    ) -> Outcome:
        took = self._loop.time() - began
        return Outcome(
            message=message,
            started_at=self._clock() - timedelta(seconds=took),
            took_ms=round(took * 1000, 3),
            error=why,
            was_cut=cut,
            request_headers={},
        )

    def _room(self) -> int:
        """Slow requests do not count: else sixteen hanging receivers fill the room."""
        slow_since = self._loop.time() - self._pace.slow_after.total_seconds()
        fast = sum(began > slow_since for _, began in self._open.values())
        self._slow = len(self._open) - fast
        left = self._pace.most_open - len(self._open)
        return max(0, min(self._pace.lanes - fast, left))

    async def _wait(self, began: float) -> None:
        """Return when an exchange is worth its transaction."""
        tick, sooner = self._pace.tick, self._again_in()
        longest = tick if sooner is None else min(tick, sooner)
        end = self._loop.time() + longest.total_seconds()
        while not self._stopping.is_set():
            if self._is_worthwhile():
                return
            if self._news:
                end = min(end, began + NEWS_SECONDS)
            if not await self._pause(end - self._loop.time()):
                return

    async def _pause(self, seconds: float) -> bool:
        """Wait until something stirs; False when it was the time that ended."""
        self._stir.clear()
        if seconds <= 0:
            return False
        try:
            async with asyncio.timeout(seconds):
                await self._stir.wait()
        except TimeoutError:
            return False
        return True
