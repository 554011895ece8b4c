import asyncio
from collections import deque
from datetime import UTC, datetime, timedelta
from threading import Lock

import pytest

from service.delivery.engine import DeliveryEngine, ExchangeFailed, Pace
from service.delivery.messages import Message, Outcome
from tests.waiting import until

NOW = datetime(2026, 3, 1, tzinfo=UTC)
MOMENT = timedelta(milliseconds=10)
PACE = Pace(lanes=8, tick=MOMENT, slow_after=MOMENT * 5, pause=MOMENT)


class Outbox:
    """A queue in memory: what it holds is taken, what comes back is kept."""

    def __init__(self, *ids, most=1000):
        self.waiting = deque(ids)
        self.outcomes = []
        self.rooms = []
        self.failures = 0
        self.most = most
        self._lock = Lock()

    def exchange(self, outcomes, room):
        with self._lock:
            if self.failures:
                self.failures -= 1
                raise ExchangeFailed
            self.outcomes += outcomes
            self.rooms.append(room)
            count = min(room, self.most, len(self.waiting))
            return [message(self.waiting.popleft()) for _ in range(count)]

    @property
    def ids(self):
        return [outcome.message.delivery_id for outcome in self.outcomes]


class Receiver:
    """Answers at once, unless told what to do with a message."""

    def __init__(self, **special):
        self.special = {int(key[1:]): value for key, value in special.items()}
        self.open = 0
        self.most_open = 0

    async def __aenter__(self):
        return self

    async def __aexit__(self, *_):
        pass

    async def send(self, message):
        self.open += 1
        self.most_open = max(self.open, self.most_open)
        try:
            await self.special.get(message.delivery_id, _at_once)()
        finally:
            self.open -= 1
        return Outcome(
            message=message, started_at=NOW, took_ms=1, status=200, request_headers={}
        )


async def _at_once():
    await asyncio.sleep(0)


async def _for_ever():
    await asyncio.Event().wait()


async def _badly():
    raise ZeroDivisionError


def message(number):
    return Message(
        delivery_id=number,
        endpoint=1,
        url="https://subscriber.example/",
        message_id=f"msg_{number}",
        content_type="application/json",
        body=b"{}",
        signer=None,
    )


@pytest.fixture
def run():
    running = []

    def start(outbox, receiver, pace=PACE):
        made = DeliveryEngine(outbox.exchange, receiver, pace, clock=lambda: NOW)
        made.start()
        running.append(made)
        return made

    yield start
    for made in running:
        made.stop(timedelta(0))


def test_everything_is_sent_and_every_outcome_comes_back(run):
    outbox = Outbox(*range(100))

    run(outbox, Receiver())

    until(lambda: len(outbox.ids) == 100)
    assert sorted(outbox.ids) == list(range(100))


def test_no_more_is_under_way_than_there_are_lanes(run):
    outbox, receiver = Outbox(*range(100)), Receiver()

    run(outbox, receiver)

    until(lambda: len(outbox.ids) == 100)
    assert receiver.most_open <= PACE.lanes


def test_one_that_hangs_does_not_keep_the_others(run):
    outbox = Outbox(*range(50))

    run(outbox, Receiver(_0=_for_ever))

    until(lambda: len(outbox.ids) == 49)


def test_slow_ones_give_their_room_back(run):
    hanging = {f"_{n}": _for_ever for n in range(PACE.lanes)}
    outbox = Outbox(*range(50))

    run(outbox, Receiver(**hanging))

    until(lambda: len(outbox.ids) == 50 - PACE.lanes)


def test_however_slow_there_is_an_end_to_how_many(run):
    hanging = {f"_{n}": _for_ever for n in range(50)}
    outbox, receiver = Outbox(*range(50)), Receiver(**hanging)

    run(outbox, receiver, Pace(tick=MOMENT, slow_after=MOMENT * 0, most_open=20))

    until(lambda: outbox.rooms[-3:] == [0, 0, 0])
    assert receiver.most_open == 20


def test_a_fault_of_ours_is_an_outcome_and_the_others_go_on(run):
    outbox = Outbox(1, 2, 3)

    run(outbox, Receiver(_2=_badly))

    until(lambda: len(outbox.ids) == 3)
    (bad,) = [o for o in outbox.outcomes if o.message.delivery_id == 2]
    assert bad.error == "a fault of the sender: ZeroDivisionError"
    assert not bad.was_cut


def test_outcomes_that_could_not_be_recorded_are_offered_again(run):
    outbox = Outbox(1, 2, 3)
    outbox.failures = 3

    run(outbox, Receiver())

    until(lambda: len(outbox.ids) == 3)


def test_news_wakes_it_before_the_tick(run):
    outbox = Outbox()
    made = run(outbox, Receiver(), Pace(lanes=8, tick=timedelta(seconds=60)))
    until(lambda: outbox.rooms)

    outbox.waiting.append(1)
    made.wake()

    until(lambda: outbox.ids == [1])


def test_at_the_end_what_is_under_way_may_finish(run):
    async def soon():
        await asyncio.sleep(0.1)

    outbox = Outbox(1)
    made = run(outbox, Receiver(_1=soon))
    until(lambda: not outbox.waiting)

    made.stop(timedelta(seconds=5))

    assert outbox.outcomes[0].status == 200
    assert not made.is_alive


def test_at_the_end_what_still_hangs_is_given_back(run):
    outbox = Outbox(1)
    made = run(outbox, Receiver(_1=_for_ever))
    until(lambda: not outbox.waiting)

    made.stop(timedelta(seconds=0.05))

    assert outbox.outcomes[0].was_cut
    assert outbox.outcomes[0].error == "the worker stopped"


def test_it_takes_nothing_more_once_it_stops(run):
    outbox = Outbox()
    made = run(outbox, Receiver())

    made.stop(timedelta(0))
    outbox.waiting.append(1)
    made.wake()

    assert outbox.waiting == deque([1])
