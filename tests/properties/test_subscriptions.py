"""Whatever is done to subscriptions in whatever order: what arrives is what was due.

The model holds, for each subscription, what waits for it and how its receiver answers.
Every attempt is shown to the model as it happens: it says whether it may be, and what
becomes of it. After each round the model says what must be left.

`CHECK_EXAMPLES` sets how many histories are tried on each database.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    consumes,
    initialize,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import text
from standardwebhooks import Webhook

from db import outbox, subscriptions
from db.base import Base
from db.engine import build_engine, transaction
from db.filters import Filter
from service.jobs.fanout import FanOut
from service.webhooks import editing, subscribing
from service.webhooks.editing import Edit
from service.webhooks.subscribing import Request, SubscribeError
from tests.factories import NOW
from tests.factories_events import (
    Ahead,
    PlainCipher,
    add_source,
    answered,
    deliveries,
    publish,
    subscription,
)

# A history is many steps on a database: a twentieth of other properties' examples.
EXAMPLES = int(os.environ.get("CHECK_EXAMPLES", settings().max_examples // 20))
SCHEDULE = (timedelta(0), timedelta(seconds=1))
DISABLE_AFTER = timedelta(days=5)
ANSWERS = {"well": 200, "ill": 500, "gone": 410, "silent": None}
FILTERS = {
    "all": Filter(),
    "even": Filter(tags=("even",)),
    "odd": Filter(tags=("odd",)),
}


@dataclass
class Waiting:
    """An event on its way: attempts so far, and whether they tell of health."""

    step: int = 0
    counts: bool = True


@dataclass(eq=False)
class Model:
    """What one subscription is to be sent."""

    who: subscriptions.Subscription
    secret: str
    wanted: str
    state: str
    receiver: str = "well"
    failing_since: datetime | None = None
    waiting: dict[int, Waiting] = field(default_factory=dict)
    replays: list[int] = field(default_factory=list)

    def wants(self, kind: str) -> bool:
        return self.wanted in ("all", kind)

    def attempt(self, seq: int, now: datetime) -> None:
        """Say what becomes of an attempt that was made."""
        assert self.state == "active", f"sent to one that is {self.state}"
        assert seq in self.waiting, "sent what does not wait"
        event, status = self.waiting[seq], ANSWERS[self.receiver]
        event.step += 1
        if status in (200, 410) or event.step == len(SCHEDULE):
            del self.waiting[seq]
        if status == 410:
            self.state = "disabled"
        if event.counts and status == 200:
            self.failing_since = None
        elif event.counts or status == 410:
            self.failing_since = self.failing_since or now
            if now - self.failing_since >= DISABLE_AFTER:
                self.state = "disabled"


class Subscribing(RuleBasedStateMachine):
    """What an operator, the sources, the receivers and time may do."""

    them = Bundle("them")

    def __init__(self, open_database) -> None:
        super().__init__()
        self.engine, self.close_database = open_database()
        self.clock = Ahead()
        self.models: list[Model] = []
        self.events: dict[int, str] = {}
        self.bodies: dict[str, bytes] = {}
        self.articles = 0
        self.source = add_source(self.engine)
        self.work = deliveries(
            self.engine,
            clock=self.clock,
            schedule=SCHEDULE,
            disable_after=DISABLE_AFTER,
        )

    def teardown(self) -> None:
        self.engine.dispose()
        self.close_database()

    @initialize(target=them)
    def somebody(self):
        return self.subscribe("all", is_paused=False)

    @rule(target=them, wanted=st.sampled_from(list(FILTERS)), is_paused=st.booleans())
    def subscribe(self, wanted, is_paused):
        asked = Request(
            url=f"https://subscriber.example/{len(self.models)}",
            filter=FILTERS[wanted],
            is_paused=is_paused,
            concurrency=1,
        )
        with transaction(self.engine) as session:
            who, secret = subscribing.subscribe(session, PlainCipher(), asked, now=NOW)
        state = "paused" if is_paused else "active"
        model = Model(who=who, secret=secret, wanted=wanted, state=state)
        self.models.append(model)
        return model

    @rule(kinds=st.lists(st.sampled_from(["even", "odd"]), min_size=1, max_size=4))
    def something_happens(self, kinds):
        for kind in kinds:
            self.articles += 1
            (seq,) = publish(self.engine, self.source, self.articles, tags=(kind,))
            self.events[seq] = kind
            for model in self.models:
                if model.state != "disabled" and model.wants(kind):
                    model.waiting[seq] = Waiting()
        self.fan_out()

    @rule(model=them, receiver=st.sampled_from(list(ANSWERS)))
    def the_receiver_changes(self, model, receiver):
        model.receiver = receiver
        self.something_happens(["even", "odd"])
        self.the_worker_works()

    @rule(model=them)
    def pause(self, model):
        with transaction(self.engine) as session:
            subscriptions.pause(session, str(model.who.id))
        model.state = "paused"

    @rule(model=them)
    def resume(self, model):
        with transaction(self.engine) as session:
            subscriptions.resume(session, str(model.who.id))
        model.state, model.failing_since = "active", None
        self.the_worker_works()

    @rule(model=them, is_gone=st.booleans())
    def the_receiver_goes_and_comes_back(self, model, is_gone):
        """Disabled by 410, or by days of nothing but failure; then resumed."""
        for receiver in ("gone",) if is_gone else ("ill", "silent"):
            self.the_receiver_changes(model, receiver)
            self.days_pass()
        self.something_happens(["even", "odd"])
        model.receiver = "well"
        self.resume(model)
        self.something_happens(["even", "odd"])
        self.the_worker_works()

    @rule(model=them)
    def rotate(self, model):
        with transaction(self.engine) as session:
            _, model.secret = subscribing.rotate(
                session,
                PlainCipher(),
                str(model.who.id),
                overlap=timedelta(0),
                now=NOW,
            )

    @rule(model=them, wanted=st.sampled_from(list(FILTERS)))
    def edit(self, model, wanted):
        with transaction(self.engine) as session:
            change = Edit(filter=FILTERS[wanted], description="edited")
            editing.edit(session, PlainCipher(), str(model.who.id), change)
        model.wanted = wanted

    @rule(model=them)
    def replay(self, model):
        since, until = NOW - timedelta(days=1), NOW + timedelta(days=1)
        try:
            with transaction(self.engine) as session:
                subscribing.replay(
                    session, str(model.who.id), since=since, until=until, now=NOW
                )
        except SubscribeError:
            assert not self.events, "there is something to replay"
            return
        model.replays.append(max(self.events))
        self.fan_out()

    @rule(model=consumes(them))
    def remove(self, model):
        with transaction(self.engine) as session:
            subscriptions.remove_subscription(session, str(model.who.id))
        self.models.remove(model)

    @rule()
    def days_pass(self):
        self.clock.by += timedelta(days=6)

    @rule()
    def the_worker_works(self):
        """Send until nothing is due, retries and probes included."""
        still = 0
        while still < 3:
            messages = self.work.exchange([], 64)
            still = 0 if messages else still + 1
            while messages:
                outcomes = [self.receive(message) for message in messages]
                messages = self.work.exchange(outcomes, 64)
            self.clock.by += timedelta(minutes=6)
        for model in self.models:
            assert model.state != "active" or not model.waiting
            assert subscription(self.engine, model.who).state == model.state

    def receive(self, message):
        """Be the receiver: verify, and answer as the model says."""
        (model,) = (each for each in self.models if each.who.id == message.endpoint)
        now = datetime.now(UTC)
        headers = message.signer.headers(message.message_id, message.body, at=now)
        Webhook(model.secret).verify(message.body, headers)
        ids = {outbox.message_id(model.who.uid, seq): seq for seq in self.events}
        assert self.bodies.setdefault(message.message_id, message.body) == message.body
        model.attempt(ids[message.message_id], now + self.clock.by)
        status = ANSWERS[model.receiver]
        error = None if status else "no answer within 15 s"
        return answered(message, status, error=error)

    def fan_out(self):
        job = FanOut(self.engine, clock=self.clock)
        while job.step():
            pass
        for model in self.models:
            if model.state != "disabled":
                for last in model.replays:
                    self.put_back(model, last)
                model.replays.clear()

    def put_back(self, model, last):
        for seq, kind in self.events.items():
            if seq <= last and model.wants(kind):
                model.waiting[seq] = Waiting(counts=False)


@pytest.fixture
def open_database(request, database_url):
    """Give an engine on a fresh database, and what removes it, again and again."""
    if database_url.startswith("sqlite"):
        template = request.getfixturevalue("sqlite_template")

        def copy():
            folder = tempfile.mkdtemp()
            path = Path(folder) / "wireroom.db"
            path.write_bytes(template.read_bytes())
            return build_engine(f"sqlite:///{path}"), lambda: shutil.rmtree(folder)

        return copy

    def emptied():
        engine = build_engine(database_url)
        with engine.begin() as connection:
            tables = ", ".join(each.name for each in Base.metadata.sorted_tables)
            connection.execute(text(f"TRUNCATE {tables} RESTART IDENTITY CASCADE"))
            connection.execute(text("INSERT INTO stream (id, value) VALUES (1, 0)"))
        return engine, lambda: None

    return emptied


@pytest.mark.hypothesis  # which the plugin cannot tell, so that `make fuzz` tries it
def test_what_arrives_is_what_the_model_says(open_database):
    run_state_machine_as_test(
        lambda: Subscribing(open_database),
        settings=settings(
            max_examples=EXAMPLES,
            stateful_step_count=15,
            deadline=None,
            suppress_health_check=list(HealthCheck),
            print_blob=True,
        ),
    )


def test_a_history_in_which_everything_happens_once(open_database):
    """What few random histories may leave out, a replay in vain above all."""
    story = Subscribing(open_database)
    first = story.subscribe("all", is_paused=False)
    paused = story.subscribe("even", is_paused=True)

    story.the_receiver_changes(first, "ill")
    story.replay(first)
    story.the_worker_works()
    story.days_pass()
    story.replay(first)
    story.the_worker_works()
    story.the_receiver_changes(first, "well")
    story.days_pass()
    story.the_receiver_changes(first, "ill")
    story.rotate(first)
    story.edit(first, "odd")
    story.the_receiver_changes(first, "well")
    story.the_receiver_goes_and_comes_back(first, is_gone=True)
    story.the_receiver_goes_and_comes_back(first, is_gone=False)
    story.resume(paused)
    story.remove(first)
    story.the_worker_works()

    assert not paused.waiting
    story.teardown()
