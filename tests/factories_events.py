"""Events, subscriptions and workers for tests of delivering."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from random import Random

from sqlalchemy import update

from config.settings import SettingError
from db import articles, sources, subscriptions
from db import deliveries as log
from db.engine import database_now, reading, transaction
from db.models import SubscriptionRow
from scrapers.fetch.guard import AddressGuard
from service.delivery.attempt import Sender
from service.delivery.engine import DeliveryEngine, Pace
from service.delivery.messages import Outcome
from service.jobs.deliver import Deliveries, Rules, machine_now
from service.jobs.fanout import Batches, FanOut
from tests.factories import NOW, arrival, definition, scraped
from tests.fakes_subscriber import SECRET

QUICK = (timedelta(0), timedelta(milliseconds=50), timedelta(milliseconds=50))


class PlainCipher:
    """Encrypts so that a test can read it."""

    def encrypt(self, text: str) -> str:
        return f"<{text}>"

    def decrypt(self, token: str) -> str:
        if not token.startswith("<"):
            raise SettingError("another key made this token")
        return token[1:-1]


def add_source(engine, slug="example", **spec):
    """Add a source; give its id."""
    with transaction(engine) as session:
        made = definition(slug, republish="full", rights="© The Daily Example", **spec)
        return sources.add_source(session, made, origin="api", now=NOW).id


def publish(engine, source_id, *numbers, slug="example", is_history=False, **values):
    """Store articles, each with its event, as a pass does; give their positions."""
    found = [scraped(n, **values) for n in numbers]
    arrivals = [
        arrival(each, is_history=is_history, content_hash=repr(each)) for each in found
    ]
    with transaction(engine) as session:
        stored = articles.store(session, source_id, slug, arrivals, now=NOW)
    return [each.position for each in stored]


def subscribe(engine, url="https://subscriber.example/hook", **values):
    """Add a subscription."""
    given = {"url": url, "secret": PlainCipher().encrypt(SECRET)}
    new = subscriptions.NewSubscription(**given | values)
    with transaction(engine) as session:
        return subscriptions.add_subscription(session, new, now=NOW)


def fan_out(engine, **batches):
    """Fan out all there is."""
    job = FanOut(engine, batches=Batches(**batches))
    while job.step():
        pass


@dataclass
class Ahead:
    """The database's clock, moved ahead by `by`."""

    by: timedelta = field(default_factory=timedelta)

    def __call__(self, session):
        return database_now(session) + self.by


def deliveries(engine, owner="worker:here:1:a", **rules):
    """Make the exchange of one worker."""
    given = {
        "schedule": QUICK,
        "lease": timedelta(minutes=2),
        "disable_after": timedelta(days=5),
    }
    clock = rules.pop("clock", database_now)
    cipher = rules.pop("cipher", PlainCipher())
    return Deliveries(
        engine,
        owner=owner,
        cipher=cipher,
        rules=Rules(**given | rules),
        rng=Random(1),
        clock=clock,
    )


def sender(timeout=timedelta(seconds=2), resolve=None, allowed=("127.0.0.0/8",)):
    """Make a sender that may talk to this machine."""
    from ipaddress import ip_network

    nets = [ip_network(net) for net in allowed]
    guard = AddressGuard(nets, resolve) if resolve else AddressGuard(nets)
    return Sender(
        guard, user_agent="Wireroom-Test/1", timeout=timeout, clock=machine_now
    )


@contextmanager
def delivering(engine, *, timeout=timedelta(seconds=2), grace=5.0, **rules):
    """Run a worker's delivery engine for a while."""
    lanes = rules.pop("lanes", 64)
    work = deliveries(engine, **rules)
    pace = Pace(lanes=lanes, tick=timedelta(milliseconds=20))
    running = DeliveryEngine(work.exchange, sender(timeout), pace, clock=machine_now)
    running.start()
    try:
        yield running
    finally:
        running.stop(timedelta(seconds=grace))


def listed(engine, **values):
    """The deliveries in the log, the newest first."""
    with reading(engine) as session:
        return log.list_deliveries(session, **values)


def states(engine):
    """The states of all deliveries."""
    return [each.state for each in listed(engine)]


def shown(engine, key=None):
    """One delivery with all of its log; the last one when none is named."""
    with reading(engine) as session:
        found = key or log.list_deliveries(session)[0].id
        return log.get_delivery(session, str(found))


def subscription(engine, who):
    """A subscription as it is now."""
    with reading(engine) as session:
        return subscriptions.get_subscription(session, str(who.id))


def prove(engine):
    """Let every subscription have succeeded once, so that it gets its full share."""
    with transaction(engine) as session:
        session.execute(update(SubscriptionRow).values(last_success_at=NOW))


def queue(engine, count=1, **values):
    """Subscribe, publish, and fan out; give the subscription."""
    who = subscribe(engine, **values)
    publish(engine, add_source(engine), *range(count))
    fan_out(engine)
    return who


def answered(message, status=200, **values):
    """What an attempt came to."""
    given = {
        "message": message,
        "started_at": NOW,
        "took_ms": 1.5,
        "status": status,
        "request_headers": {"webhook-id": message.message_id},
    }
    return Outcome(**given | values)
