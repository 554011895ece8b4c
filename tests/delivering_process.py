"""A worker that only fans out and delivers, as a process that a test can kill.

    python -m tests.delivering_process

Settings come from the environment. It says "up" on stdout when it works, and ends as a
worker does when its stdin ends.
"""

from __future__ import annotations

import sys
from datetime import timedelta

from config.loading import load
from config.logs import configure
from service.heartbeat import Heart
from service.jobs import deliver, fanout
from service.services import build


def main() -> None:
    settings = load()
    configure(log_format="json", level="error")
    services = build(settings, kind="worker")
    heart = Heart(services.engine, services.name, clock=services.clock)
    engine = deliver.build(services)
    fan_out = fanout.build(services, on_written=engine.wake)
    heart.start()
    fan_out.start()
    engine.start()
    services.changes.listen(fan_out.wake)
    services.changes.listen(engine.wake)
    services.changes.start()
    sys.stdout.write("up\n")
    sys.stdout.flush()
    sys.stdin.read()
    services.changes.stop()
    fan_out.stop()
    engine.stop(timedelta(seconds=5))
    heart.stop()


if __name__ == "__main__":
    main()
