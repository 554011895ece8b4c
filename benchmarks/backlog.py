"""A worker's memory and speed with a large backlog, beside a small one.

    python -m benchmarks.backlog [--database sqlite postgresql] [--deliveries 1000000]

The backlog waits for a hundred subscriptions; a worker sends from it for ten seconds.
What it took at most (its peak resident size) may not grow with what waits.
"""

from __future__ import annotations

import argparse
import time
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

from benchmarks.delivery import SUBSCRIPTIONS, Bench, child, database, rate, report
from db import outbox
from db.engine import transaction
from db.outbox import Draft, Payload

SMALL = 20_000
SECONDS = 10
# Drafts of one transaction.
AT_ONCE = 20_000


def fill(bench: Bench, count: int) -> None:
    """Put so many deliveries of one body into the outbox."""
    payload = Payload(content_type="application/json", body=b'{"type":"x"}' * 250)
    for start in range(0, count, AT_ONCE):
        drafts = [
            Draft(
                subscription_id=bench.subscriptions[number % SUBSCRIPTIONS].id,
                event_seq=number,
                message_id=outbox.message_id(UUID(int=number % SUBSCRIPTIONS), number),
                type="article.published",
                origin="event",
                payload=payload,
            )
            for number in range(bench.sent + start, bench.sent + start + AT_ONCE)
        ]
        with transaction(bench.engine) as session:
            now = datetime.now(UTC)
            outbox.put(session, drafts, now=now, due_at=now)
    bench.sent += count


def run_worker(bench: Bench) -> tuple[float, float]:
    """Let a worker send for a while; give its peak in MiB, and deliveries a second."""
    report(bench.receiver)
    with child("--role", "worker", **bench.environment) as worker:
        time.sleep(SECONDS)
        status = Path(f"/proc/{worker.pid}/status").read_text(encoding="utf-8")
    peak = next(line for line in status.splitlines() if line.startswith("VmHWM"))
    return int(peak.split()[1]) / 1024, rate(report(bench.receiver))


def main() -> None:
    """Print a line for each backlog on each database."""
    words = argparse.ArgumentParser(description=__doc__)
    words.add_argument("--database", nargs="*", default=["sqlite", "postgresql"])
    words.add_argument("--deliveries", type=int, default=1_000_000)
    given = words.parse_args()
    with child("--role", "receiver") as receiver:
        for backend in given.database:
            for count in (SMALL, given.deliveries):
                with database(backend) as url:
                    bench = Bench(url, f"http://127.0.0.1:{receiver.said}")
                    fill(bench, count)
                    peak, speed = run_worker(bench)
                    bench.engine.dispose()
                print(
                    f"{backend:11} {count:9,} waiting: peak {peak:5.1f} MiB,"
                    f" {speed:6,.0f} deliveries/s",
                    flush=True,
                )


if __name__ == "__main__":
    main()
