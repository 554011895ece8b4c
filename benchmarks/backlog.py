"""A worker's memory and speed with a large backlog, beside a small one.

    python -m benchmarks.backlog [--database sqlite postgresql] [--deliveries 1000000]

The backlog waits for a hundred subscriptions; a worker sends from it for ten seconds.
What it took at most (its peak resident size) may not grow with what waits. Then: how
long its log and the statistics of one subscription take to read.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import bindparam, text

from benchmarks.delivery import SUBSCRIPTIONS, Bench, child, database, rate, report
from db import outbox
from db.base import UTCDateTime
from db.deliveries import list_deliveries
from db.engine import Session, reading, transaction
from db.outbox import Payload
from db.statistics import get_statistics

SMALLER = (20_000, 300_000)
SECONDS = 10


FILL = text(
    """
    WITH RECURSIVE numbers(n) AS (
        SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < :count
    )
    INSERT INTO delivery (subscription_id, event_seq, message_id, type, origin,
        payload_id, state, attempt_count, step, created_at, due_at)
    SELECT :first + n % :subscriptions, n, 'msg_' || n, 'article.published', 'event',
        :payload, 'waiting', 0, 0, :now, :now
    FROM numbers
    """
).bindparams(bindparam("now", type_=UTCDateTime()))


def fill(bench: Bench, count: int) -> None:
    """Put so many deliveries of one body into the outbox, in one statement."""
    body = Payload(content_type="application/json", body=b'{"type":"x"}' * 250)
    with transaction(bench.engine) as session:
        now = datetime.now(UTC)
        values = {
            "count": count,
            "first": min(each.id for each in bench.subscriptions),
            "subscriptions": SUBSCRIPTIONS,
            "payload": outbox.put_payload(session, body, now=now),
            "now": now,
        }
        session.execute(FILL, values)
    _tidy(bench)


def _tidy(bench: Bench) -> None:
    """Do what a database does by itself in a minute, after so much at once."""
    alone = bench.engine.connect().execution_options(isolation_level="AUTOCOMMIT")
    with alone as connection:
        for word in ("VACUUM", "ANALYZE"):
            if bench.engine.dialect.name == "postgresql" or word == "ANALYZE":
                connection.exec_driver_sql(word)


def run_worker(bench: Bench) -> tuple[float, float]:
    """Let a worker send for a while; give its peak in MiB, and deliveries a second."""
    report(bench.receiver)
    with child("--role", "worker", **bench.environment) as worker:
        time.sleep(SECONDS)
        status = Path(f"/proc/{worker.pid}/status").read_text(encoding="utf-8")
    peak = next(line for line in status.splitlines() if line.startswith("VmHWM"))
    return int(peak.split()[1]) / 1024, rate(report(bench.receiver))


LOG = text(
    """
    INSERT INTO attempt (delivery_id, number, started_at, took_ms, status,
        request_headers, response_headers)
    SELECT id, 1, created_at, 1.5, 200, '{"webhook-id": "msg_1"}', '{}' FROM delivery
    """
)
DELIVERED = text("UPDATE delivery SET state = 'delivered', due_at = NULL")


def read_log(bench: Bench) -> dict[str, float]:
    """Deliver all of it on paper; give how many ms the ways to read the log take."""
    with transaction(bench.engine) as session:
        session.execute(LOG)
        session.execute(DELIVERED)
    _tidy(bench)
    one = bench.subscriptions[0].id
    since = datetime.now(UTC) - timedelta(days=1)
    ways: dict[str, Callable[[Session], object]] = {
        "log": list_deliveries,
        "of one": lambda s: list_deliveries(s, subscription_id=one),
        "its failures": lambda s: list_deliveries(
            s, subscription_id=one, state="failed"
        ),
        "what waits": lambda s: list_deliveries(s, state="waiting"),
        "statistics": lambda s: get_statistics(s, one, since=since),
    }
    found: dict[str, float] = {}
    for name, way in ways.items():
        with reading(bench.engine) as session:
            began = time.perf_counter()
            way(session)
            found[name] = (time.perf_counter() - began) * 1000
    return found


def main() -> None:
    """Print a line for each backlog on each database."""
    words = argparse.ArgumentParser(description=__doc__)
    words.add_argument("--database", nargs="*", default=["sqlite", "postgresql"])
    words.add_argument("--deliveries", type=int, default=1_000_000)
    given = words.parse_args()
    with child("--role", "receiver") as receiver:
        for backend in given.database:
            for count in (*SMALLER, given.deliveries):
                with database(backend) as url:
                    bench = Bench(url, f"http://127.0.0.1:{receiver.said}")
                    fill(bench, count)
                    peak, speed = run_worker(bench)
                    times = read_log(bench)
                    bench.engine.dispose()
                print(
                    f"{backend:11} {count:9,} waiting: peak {peak:5.1f} MiB,"
                    f" {speed:6,.0f} deliveries/s;"
                    f" ms to read, sent: {_said(times)}",
                    flush=True,
                )


def _said(times: dict[str, float]) -> str:
    return ", ".join(f"{name} {took:.0f}" for name, took in times.items())


if __name__ == "__main__":
    main()
