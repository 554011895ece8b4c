"""Deliveries a second of one worker, beside aiohttp posting the same with no database.

    python -m benchmarks.delivery [--database sqlite postgresql] [--deliveries 20000]

Both send the same signed 3 KB bodies to the same local receiver, a process of its own
that answers at once; a hundred subscriptions wait for an equal share, and both have 256
requests under way (the default) in a loop of uvloop's. The rounds take turns, the best
of each counts. Then, on an idle worker: how long from stored to received; and how the
others fare when one of the hundred hangs.
"""

from __future__ import annotations

import argparse
import asyncio
import gc
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.request import urlopen
from uuid import UUID

import aiohttp
import uvloop
from sqlalchemy import update

from config.loading import load
from config.logs import configure
from db import outbox, subscriptions
from db.changes import notify
from db.engine import Engine, build_engine, transaction
from db.models import SubscriptionRow
from db.outbox import Draft, Payload
from db.subscriptions import NewSubscription, Subscription
from service.delivery.keys import new_secret
from service.delivery.signing import StandardSigner
from service.jobs import deliver
from service.secrets import build_cipher
from service.services import build
from tests.databases import create_schema, postgresql_url

SUBSCRIPTIONS = 100
LANES = 256
BODY_BYTES = 3000
IDLE_MESSAGES = 100
KEY = "a key for this benchmark alone, long enough for anyone"
# DESIGN 6: at least, aim; and deliveries a second, at least and aim.
TARGETS = {"sqlite": (0.5, 0.75), "postgresql": (0.35, 0.5)}
RATES = (2500, 5000)


class Receiver(asyncio.Protocol):
    """Reads requests and answers 200; `/hang` is never answered.

    `GET /report` tells how many came, over how long, and when each path was asked.
    """

    times: list[tuple[float, bytes]] = []  # noqa: RUF012 - shared on purpose

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Begin a connection."""
        self.transport = transport
        self.buffer = b""

    def data_received(self, data: bytes) -> None:
        """Answer every whole request."""
        self.buffer += data
        while (end := self.buffer.find(b"\r\n\r\n")) >= 0:
            head = self.buffer[:end].lower()
            at = head.find(b"content-length:")
            size = int(head[at + 15 :].split(b"\r\n", 1)[0]) if at >= 0 else 0
            if len(self.buffer) < end + 4 + size:
                return
            self.buffer = self.buffer[end + 4 + size :]
            self.answer(head.split(b" ", 2))

    def answer(self, line: list[bytes]) -> None:
        """Answer one, by its method and path."""
        path = line[1]
        if line[0] == b"get":
            body = json.dumps([(at, p.decode()) for at, p in self.times]).encode()
            self.times.clear()
        elif path.startswith(b"/hang"):
            return
        else:
            self.times.append((time.time(), path))
            body = b"{}"
        self.transport.write(  # type: ignore[attr-defined] # it is one for streams
            b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s" % (len(body), body)
        )


async def receive() -> None:
    """Serve until stdin ends; the port is the first line of stdout."""
    loop = asyncio.get_running_loop()
    server = await loop.create_server(Receiver, "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await loop.run_in_executor(None, sys.stdin.read)


@dataclass
class Child:
    """A process of ours: the first line it said, its id, its CPU seconds at its end."""

    said: str
    pid: int
    cpu: float = 0.0


async def post_bare(url: str, count: int) -> None:
    """Post as many signed bodies as we would deliver, with nothing else to do."""
    signer = StandardSigner([new_secret()])
    left = iter(range(count))
    body = _body(0)
    agent = {"User-Agent": "Bare/1", "Content-Type": "application/json"}

    async def lane(session: aiohttp.ClientSession) -> None:
        for number in left:
            signed = signer.headers(f"msg_{number}", body, at=datetime.now(UTC))
            target = f"{url}/{number % SUBSCRIPTIONS}"
            async with session.post(target, data=body, headers=signed) as response:
                await response.read()

    connector = aiohttp.TCPConnector(limit=0)
    async with aiohttp.ClientSession(connector=connector, headers=agent) as session:
        await asyncio.gather(*(lane(session) for _ in range(LANES)))


def work() -> None:
    """Be a worker that only delivers, until stdin ends."""
    configure(log_format="json", level="error")
    services = build(load(), kind="worker")
    engine = deliver.build(services)
    gc.set_threshold(20_000)  # as service.cli.main does
    gc.collect()
    gc.freeze()  # as service.jobs.worker does
    engine.start()
    services.changes.listen(engine.wake)
    services.changes.start()
    print("up", flush=True)
    spent = time.process_time()
    sys.stdin.read()
    print(time.process_time() - spent)
    services.changes.stop()
    engine.stop(timedelta(0))


@contextmanager
def child(*words: str, **environment: str) -> Iterator[Child]:
    """Run this file in another role; yield what it says."""
    with subprocess.Popen(
        [sys.executable, "-m", "benchmarks.delivery", *words],
        env=os.environ | environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        made = Child(process.stdout.readline().strip(), process.pid)
        yield made
        rest, _ = process.communicate()
        made.cpu = float(rest or 0)


def report(url: str) -> list[tuple[float, str]]:
    """Give when which path was asked, and forget it."""
    with urlopen(f"{url}/report") as answer:
        return [(at, path) for at, path in json.load(answer)]


def rate(times: list[tuple[float, str]]) -> float:
    """Give the requests a second between the first and the last."""
    moments = sorted(at for at, _ in times)
    return (len(moments) - 1) / (moments[-1] - moments[0])


def wait_for(url: str, count: int) -> list[tuple[float, str]]:
    """Wait until so many requests have come."""
    found: list[tuple[float, str]] = []
    while len(found) < count:
        time.sleep(0.25)
        found += report(url)
    return found


def _body(number: int) -> bytes:
    text = "x" * (BODY_BYTES - 120)
    at = "2026-03-01T12:00:00Z"
    document = {"type": "article.published", "timestamp": at, "data": [number, text]}
    return json.dumps(document).encode()


class Bench:
    """One database with a hundred subscriptions to the receiver."""

    def __init__(self, database: str, receiver: str) -> None:
        self.url = database
        self.receiver = receiver
        self.engine: Engine = build_engine(database)
        create_schema(self.engine)
        self.sent = 0
        self.subscriptions = [self._subscribe(n) for n in range(SUBSCRIPTIONS)]
        with transaction(self.engine) as session:
            proven = {"last_success_at": datetime.now(UTC)}
            session.execute(update(SubscriptionRow).values(**proven))

    @property
    def environment(self) -> dict[str, str]:
        """The settings of a worker on this database."""
        return {
            "WIREROOM_DATABASE_URL": self.url,
            "WIREROOM_SECRET_KEY": KEY,
            "WIREROOM_ALLOW_NETS": "127.0.0.0/8",
            "WIREROOM_DELIVERY_CONCURRENCY": str(LANES),
        }

    def _subscribe(self, number: int) -> Subscription:
        os.environ.update(self.environment)
        token = build_cipher(load()).encrypt(new_secret())
        new = NewSubscription(url=f"{self.receiver}/{number}", secret=token)
        with transaction(self.engine) as session:
            return subscriptions.add_subscription(session, new, now=datetime.now(UTC))

    def queue(self, events: int, to: list[Subscription] | None = None) -> None:
        """Put deliveries of so many events into the outbox, as the fan-out does."""
        for _ in range(events):
            self.sent += 1
            payload = Payload(content_type="application/json", body=_body(self.sent))
            drafts = [
                Draft(
                    subscription_id=each.id,
                    event_seq=self.sent,
                    message_id=outbox.message_id(UUID(int=each.id), self.sent),
                    type="article.published",
                    origin="event",
                    payload=payload,
                )
                for each in to or self.subscriptions
            ]
            with transaction(self.engine) as session:
                now = datetime.now(UTC)
                outbox.put(session, drafts, now=now, due_at=now)
                notify(session)

    def throughput(self, events: int) -> tuple[float, float]:
        """Deliver a backlog; give the deliveries a second, and CPU seconds of each."""
        self.queue(events)
        count = events * SUBSCRIPTIONS
        with child("--role", "worker", **self.environment) as worker:
            found = rate(wait_for(self.receiver, count))
        return found, worker.cpu / count

    def floor(self, events: int) -> tuple[float, float]:
        """Post as much with nothing around it; give the same."""
        count = events * SUBSCRIPTIONS
        words = ("--role", "bare", "--to", self.receiver, "--deliveries", str(count))
        with child(*words) as bare:
            found = rate(wait_for(self.receiver, count))
        return found, bare.cpu / count

    def latencies(self) -> list[float]:
        """Store one at a time; give the milliseconds from stored to received."""
        found: list[float] = []
        with child("--role", "worker", **self.environment):
            for number in range(IDLE_MESSAGES):
                one = [self.subscriptions[number % SUBSCRIPTIONS]]
                self.queue(1, one)
                stored = time.time()
                ((received, _),) = wait_for_one(self.receiver)
                found.append((received - stored) * 1000)
        return found

    def spread(self, *, hangs: bool) -> float:
        """Give the p99, in ms, of others' waits when one of them hangs or not."""
        with transaction(self.engine) as session:
            first = self.subscriptions[0].id
            target = f"{self.receiver}/{'hang' if hangs else 0}"
            session.execute(
                update(SubscriptionRow)
                .where(SubscriptionRow.id == first)
                .values(url=target)
            )
        others = SUBSCRIPTIONS - 1
        waits: list[float] = []
        with child("--role", "worker", **self.environment):
            for _ in range(20):
                self.queue(1)
                stored = time.time()
                found = wait_for(self.receiver, others + (0 if hangs else 1))
                waits += [(at - stored) * 1000 for at, path in found if path != "/0"]
        return percentile(waits, 99)


def wait_for_one(url: str) -> list[tuple[float, str]]:
    """Wait for one request, looking often."""
    while not (found := report(url)):
        time.sleep(0.02)
    return found


def percentile(values: list[float], at: int) -> float:
    """Give a percentile."""
    return statistics.quantiles(values, n=100)[at - 1]


def compare(bench: Bench, backend: str, events: int, rounds: int) -> None:
    """Print the line of one database."""
    floors, found = [], []
    for _ in range(rounds):
        floors.append(bench.floor(events))
        found.append(bench.throughput(events))
    bare, ours = max(rate for rate, _ in floors), max(rate for rate, _ in found)
    bare_cpu, our_cpu = min(cpu for _, cpu in floors), min(cpu for _, cpu in found)
    least, aim = TARGETS[backend]
    print(
        f"{backend:11} {ours:7,.0f}/s  beside bare aiohttp {bare:7,.0f}/s:"
        f"  {ours / bare:.2f} x  (at least {least}, aim {aim};"
        f" {RATES[0]:,}/s, aim {RATES[1]:,}/s)"
    )
    print(
        f"{'':11} CPU of a delivery: {our_cpu * 1e6:.0f} us beside"
        f" {bare_cpu * 1e6:.0f} us:  {bare_cpu / our_cpu:.2f} x"
    )
    waits = bench.latencies()
    print(
        f"{'':11} stored to received, idle: p50 {percentile(waits, 50):.0f} ms,"
        f" p99 {percentile(waits, 99):.0f} ms  (at most 500, aim 100)"
    )
    well, ill = bench.spread(hangs=False), bench.spread(hangs=True)
    print(
        f"{'':11} others' p99 when one of {SUBSCRIPTIONS} hangs: {ill:.0f} ms beside"
        f" {well:.0f} ms:  {ill / well:.2f} x  (at most 2, aim 1.1)"
    )


def main() -> None:
    """Run one role, or the comparison."""
    words = argparse.ArgumentParser(description=__doc__)
    words.add_argument("--role", choices=["receiver", "worker", "bare"])
    words.add_argument("--to")
    words.add_argument("--database", nargs="*", default=list(TARGETS))
    words.add_argument("--deliveries", type=int, default=20_000)
    words.add_argument("--rounds", type=int, default=2)
    given = words.parse_args()
    if given.role == "receiver":
        uvloop.run(receive())
    elif given.role == "worker":
        work()
    elif given.role == "bare":
        print("up", flush=True)
        spent = time.process_time()
        uvloop.run(post_bare(given.to, given.deliveries))
        print(time.process_time() - spent)
    else:
        events = given.deliveries // SUBSCRIPTIONS
        with child("--role", "receiver") as receiver:
            for backend in given.database:
                with database(backend) as url:
                    bench = Bench(url, f"http://127.0.0.1:{receiver.said}")
                    compare(bench, backend, events, given.rounds)
                    bench.engine.dispose()


@contextmanager
def database(backend: str) -> Iterator[str]:
    """Yield the URL of an empty database."""
    if backend == "sqlite":
        with tempfile.TemporaryDirectory() as folder:
            yield f"sqlite:///{Path(folder) / 'bench.db'}"
    else:
        with postgresql_url() as url:
            yield url


if __name__ == "__main__":
    main()
